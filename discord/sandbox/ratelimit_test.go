package sandbox

import (
	"net/http"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"

	"cordial/discord/rest/catalogue"
)

// limited serves the default world with these limits.
func limited(t *testing.T, l Limits) *rig {
	return newRig(t, func(o *Options) { o.Limits = &l })
}

func TestRateLimitHeaders(t *testing.T) {
	r := newRig(t, func(o *Options) { o.Limits = nil })
	h := r.bot("GET", "/users/@me", nil).ok(200).header
	for name, want := range map[string]string{"X-RateLimit-Limit": "50", "X-RateLimit-Remaining": "49", "X-RateLimit-Reset-After": "1.000",
		"X-RateLimit-Reset": "1795348801.000"} {
		if got := h.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if len(h.Get("X-RateLimit-Bucket")) != 32 {
		t.Errorf("the bucket is %q", h.Get("X-RateLimit-Bucket"))
	}
}

func TestRouteLimit(t *testing.T) {
	second := Limit{100, time.Second}
	l := Limits{Announce: true, Global: second, Default: second, Routes: map[string]Limit{"create_message": {2, 5 * time.Second}}}
	r := limited(t, l)
	send := func(channel string) *answer {
		return r.bot("POST", "/channels/"+channel+"/messages", map[string]any{"content": "hi"})
	}
	general, other := string(seedGeneral), string(seedOffTopic)
	send(general).ok(200)
	r.clock.Advance(1200 * time.Millisecond)
	send(general).ok(200)
	a := send(general).ok(429)
	if a.get("retry_after").Float() != 3.8 || a.get("global").Bool() || a.get("message").String() != "You are being rate limited." {
		t.Errorf("the body is %s", a.body)
	}
	for name, want := range map[string]string{"Retry-After": "4", "X-RateLimit-Scope": "user", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset-After": "3.800",
		"X-RateLimit-Global": ""} {
		if got := a.header.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	send(other).ok(200) // another channel has a bucket of its own
	r.as("nathan", "POST", "/channels/"+general+"/messages", map[string]any{"content": "hi"}).ok(200)
	r.clock.Advance(3800 * time.Millisecond)
	send(general).ok(200)
}

func TestGlobalLimit(t *testing.T) {
	l := Limits{Announce: true, Global: Limit{3, time.Second}, Default: Limit{100, time.Second}, Rename: Limit{100, time.Second}}
	r := limited(t, l)
	for _, path := range []string{"/users/@me", "/gateway/bot", guildPath} {
		r.bot("GET", path, nil).ok(200)
	}
	a := r.bot("GET", "/users/@me", nil).ok(429)
	if !a.get("global").Bool() || a.header.Get("X-RateLimit-Global") != "true" || a.header.Get("X-RateLimit-Scope") != "global" {
		t.Errorf("the answer is %s with %v", a.body, a.header)
	}
	r.as("nathan", "GET", "/users/@me", nil).ok(200) // another token
	webhook := "/webhooks/" + string(seedWebhook) + "/" + tokenOf(seedWebhook)
	for range 5 {
		r.send(r.request("GET", webhook, nil, "")).ok(200) // exempt
	}
	r.clock.Advance(time.Second)
	r.bot("GET", "/users/@me", nil).ok(200)
}

func TestLimitsHoldWithoutHeaders(t *testing.T) {
	l := Limits{Global: Limit{100, time.Second}, Default: Limit{1, time.Second}}
	r := limited(t, l)
	if h := r.bot("GET", "/users/@me", nil).ok(200).header; h.Get("X-RateLimit-Limit") != "" {
		t.Errorf("the headers are %v", h)
	}
	a := r.bot("GET", "/users/@me", nil).ok(429)
	if a.header.Get("Retry-After") != "1" || a.header.Get("X-RateLimit-Bucket") != "" {
		t.Errorf("the headers are %v", a.header)
	}
}

func TestSharedLimitOfRenames(t *testing.T) {
	second := Limit{100, time.Second}
	r := limited(t, Limits{Announce: true, Global: second, Default: second, Rename: Limit{2, 10 * time.Minute}})
	path := "/channels/" + string(seedOffTopic)
	r.bot("PATCH", path, map[string]any{"name": "one"}).ok(200)
	r.as("nathan", "PATCH", path, map[string]any{"topic": "two"}).ok(200)
	a := r.bot("PATCH", path, map[string]any{"name": "three"}).ok(429)
	if a.header.Get("X-RateLimit-Scope") != "shared" || a.get("retry_after").Float() != 600 || a.header.Get("X-RateLimit-Remaining") == "0" {
		t.Errorf("the answer is %s with %v", a.body, a.header)
	}
	r.bot("PATCH", path, map[string]any{"nsfw": true, "name": "one"}).ok(200) // the name stays
}

func TestBucketsOfDeletedMessages(t *testing.T) {
	clock := clockwork.NewFakeClockAt(startTime)
	l := newLimiter(DefaultLimits(), clock)
	op := catalogue.Lookup("delete_message")
	for age, want := range map[time.Duration]string{time.Second: "delete_new_message", time.Hour: "delete_message", 15 * 24 * time.Hour: "delete_old_message"} {
		id := seedID(startTime.Add(-age).Format(time.RFC3339), 0)
		if got, _ := l.bucketOf(op, map[string]string{"message_id": string(id)}); got != want {
			t.Errorf("a message of %v is in %s, want %s", age, got, want)
		}
	}
}

func TestBucketsAreBounded(t *testing.T) {
	clock := clockwork.NewFakeClock()
	l := newLimiter(DefaultLimits(), clock)
	op := catalogue.Lookup("get_channel")
	for i := range 3 * maxBuckets {
		r := &http.Request{Header: http.Header{"Authorization": {string(rune(i))}}}
		l.admit(http.Header{}, r, op, map[string]string{"channel_id": "1"}) // refused or not
		if i%100 == 0 {
			clock.Advance(100 * time.Millisecond)
		}
	}
	if len(l.buckets) > maxBuckets {
		t.Errorf("there are %d buckets", len(l.buckets))
	}
}

func TestInvalidRequestsBlockAnAddress(t *testing.T) {
	second := Limit{100, time.Second}
	r := limited(t, Limits{Announce: true, Global: second, Default: second, Rename: second, Invalid: Limit{3, 10 * time.Minute}})
	r.srv.Fault(Fault{Scope: "shared"})
	r.bot("GET", "/users/@me", nil).ok(429) // does not count
	for range 3 {
		r.send(r.request("GET", "/users/@me", nil, "Bot nobody")).ok(401)
	}
	a := r.bot("GET", "/users/@me", nil).ok(429)
	if a.header.Get("Retry-After") != "600" || a.header.Get("Via") != "" || a.header.Get("X-RateLimit-Scope") != "" || a.body[0] != '<' {
		t.Errorf("the answer is %s with %v", a.body, a.header)
	}
	r.clock.Advance(10 * time.Minute)
	r.bot("GET", "/users/@me", nil).ok(200)
}
