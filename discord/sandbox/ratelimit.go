package sandbox

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"math"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/jonboulle/clockwork"

	"cordial/discord"
	"cordial/discord/rest/catalogue"
)

// Limit allows Count requests in every Window.
type Limit struct {
	Count  int
	Window time.Duration
}

// Limits are the rate limits of a server.
type Limits struct {
	// Announce sends the X-RateLimit headers. The limits hold without them, too.
	Announce bool
	// Global is for all requests of one token together.
	Global Limit
	// Default is for every route that has none of its own, by token and major parameter.
	Default Limit
	// Routes are for single buckets, by operation id or by the name of a shared bucket such as "reactions".
	Routes map[string]Limit
	// Invalid is for requests that are answered with 401, 403 or 429 (not of scope "shared"), by address; zero is for any number. An
	// address that sends more is blocked for the rest of the window by what stands before the API.
	Invalid Limit
	// Rename is for changes of one channel's name or topic by anybody, on top of the route's own limit.
	Rename Limit
}

// DefaultLimits are the limits that have been observed at Discord, where they matter, and generous ones elsewhere.
func DefaultLimits() Limits {
	return Limits{
		Announce: true,
		Global:   Limit{50, time.Second},
		Default:  Limit{50, time.Second},
		Routes: map[string]Limit{
			"create_message":     {5, 5 * time.Second},
			"update_message":     {5, 5 * time.Second},
			"reactions":          {1, 250 * time.Millisecond},
			"delete_new_message": {5, time.Second},
			"delete_message":     {3, 330 * time.Millisecond},
			"delete_old_message": {30, 4 * time.Second},
			"execute_webhook":    {5, 2 * time.Second},
			"crosspost_message":  {10, time.Hour},
		},
		Invalid: Limit{10_000, 10 * time.Minute},
		Rename:  Limit{2, 10 * time.Minute},
	}
}

// sharedBuckets names the bucket of operations that share one.
var sharedBuckets = map[string]string{
	"add_my_message_reaction":      "reactions",
	"delete_my_message_reaction":   "reactions",
	"delete_user_message_reaction": "reactions",
}

// maxBuckets bounds the buckets that are remembered. When there are more, those whose window is over are forgotten, then all: a
// client that uses so many routes at once is let off.
const maxBuckets = 10_000

// limiter counts requests in windows that begin with their first request.
type limiter struct {
	limits Limits
	clock  clockwork.Clock

	mu      sync.Mutex
	buckets map[string]*bucket
}

type bucket struct {
	used  int
	reset time.Time
}

func newLimiter(l Limits, clock clockwork.Clock) *limiter {
	return &limiter{limits: l, clock: clock, buckets: map[string]*bucket{}}
}

// rateLimited is the refusal of a request that came too soon.
type rateLimited struct {
	Message    string  `json:"message"`
	RetryAfter float64 `json:"retry_after"`
	Global     bool    `json:"global"`
	Code       int     `json:"code,omitempty"` // only of limits that are a channel's own, such as slowmode
	scope      string  // "user", "global" or "shared"
}

// tooSoon refuses a request until some time from now.
func tooSoon(scope string, wait time.Duration) *rateLimited {
	message := "You are being rate limited."
	if scope == "shared" {
		message = "The resource is being rate limited."
	}
	return &rateLimited{Message: message, RetryAfter: math.Ceil(wait.Seconds()*1000) / 1000, Global: scope == "global", scope: scope}
}

func (e *rateLimited) Error() string { return e.Message }

// headers says in the header of the answer when to come again.
func (e *rateLimited) headers(h http.Header) {
	h.Set("Retry-After", strconv.Itoa(int(math.Ceil(e.RetryAfter))))
	h.Set("X-RateLimit-Scope", e.scope)
	h.Set("Via", "1.1 cordial")
	if e.Global {
		h.Set("X-RateLimit-Global", "true")
	}
}

// admit counts a request and refuses it if it comes too soon. It puts the rate-limit headers into the answer.
func (l *limiter) admit(h http.Header, r *http.Request, op *catalogue.Operation, params map[string]string) error {
	token := cmp.Or(r.Header.Get("Authorization"), address(r)) // without a token, the address is what is limited
	l.mu.Lock()
	defer l.mu.Unlock()
	if !exemptFromGlobal(op) {
		if b, ok := l.take("global:"+token, l.limits.Global); !ok {
			return tooSoon("global", b.reset.Sub(l.clock.Now()))
		}
	}
	name, limit := l.bucketOf(op, params)
	b, ok := l.take(name+":"+major(op, params)+":"+token, limit)
	if l.limits.Announce {
		l.announce(h, name, limit, b)
	}
	if !ok {
		return tooSoon("user", b.reset.Sub(l.clock.Now()))
	}
	return nil
}

// admitShared counts a use of something that everybody shares, such as a channel's name.
func (l *limiter) admitShared(key string, limit Limit) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if b, ok := l.take(key, limit); !ok {
		return tooSoon("shared", b.reset.Sub(l.clock.Now()))
	}
	return nil
}

// exemptFromGlobal reports whether the global limit leaves an operation out: replies to interactions and what webhooks' tokens do.
func exemptFromGlobal(op *catalogue.Operation) bool {
	return op.PathParam("webhook_token") != nil || op.PathParam("interaction_token") != nil
}

// take counts one use of a bucket, unless it is used up.
func (l *limiter) take(key string, limit Limit) (bucket, bool) {
	now := l.clock.Now()
	b := l.buckets[key]
	if b == nil {
		l.makeRoom(now)
		b = &bucket{}
		l.buckets[key] = b
	}
	ok := b.take(limit, now)
	return *b, ok
}

// take counts one use, unless the limit is used up. A new window begins with the first use after the last one is over.
func (b *bucket) take(limit Limit, now time.Time) bool {
	if !now.Before(b.reset) {
		*b = bucket{reset: now.Add(limit.Window)}
	}
	if b.used >= limit.Count {
		return false
	}
	b.used++
	return true
}

func (l *limiter) makeRoom(now time.Time) {
	if len(l.buckets) < maxBuckets {
		return
	}
	for key, b := range l.buckets {
		if !now.Before(b.reset) {
			delete(l.buckets, key)
		}
	}
	if len(l.buckets) >= maxBuckets {
		clear(l.buckets)
	}
}

// bucketOf names the bucket of a request and gives its limit. Deleting a message has three, by the message's age.
func (l *limiter) bucketOf(op *catalogue.Operation, params map[string]string) (string, Limit) {
	name := op.ID
	if shared, ok := sharedBuckets[name]; ok {
		name = shared
	}
	if name == "delete_message" {
		switch age := l.clock.Since(discord.Snowflake(params["message_id"]).Time()); {
		case age < 10*time.Second:
			name = "delete_new_message"
		case age > 14*24*time.Hour:
			name = "delete_old_message"
		}
	}
	if limit, ok := l.limits.Routes[name]; ok {
		return name, limit
	}
	return name, l.limits.Default
}

// major is the part of a request that splits its bucket.
func major(op *catalogue.Operation, params map[string]string) string {
	var values []string
	for name := range strings.SplitSeq(op.Major, "+") {
		values = append(values, params[name])
	}
	return strings.Join(values, ":")
}

func (l *limiter) announce(h http.Header, name string, limit Limit, b bucket) {
	hash := sha256.Sum256([]byte("bucket " + name))
	seconds := func(d time.Duration) string { return strconv.FormatFloat(d.Seconds(), 'f', 3, 64) }
	h.Set("X-RateLimit-Limit", strconv.Itoa(limit.Count))
	h.Set("X-RateLimit-Remaining", strconv.Itoa(limit.Count-b.used))
	h.Set("X-RateLimit-Reset", seconds(time.Duration(b.reset.UnixNano())))
	h.Set("X-RateLimit-Reset-After", seconds(b.reset.Sub(l.clock.Now())))
	h.Set("X-RateLimit-Bucket", hex.EncodeToString(hash[:16]))
}
