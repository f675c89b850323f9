package rest

import (
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/tidwall/gjson"
)

// window is what an answer's headers say of its bucket.
type window struct {
	hash             string
	limit, remaining int
	after            time.Duration // until the window ends
	epoch            time.Time     // its end by Discord's clock, zero when not told
}

// windowOf reads the X-RateLimit headers. Not every route has them.
func windowOf(h http.Header) (window, bool) {
	get := func(key string) string { // the keys are in the form that http.Header keeps them in
		if v := h[key]; len(v) > 0 {
			return v[0]
		}
		return ""
	}
	limit, err1 := strconv.Atoi(get("X-Ratelimit-Limit"))
	remaining, err2 := strconv.Atoi(get("X-Ratelimit-Remaining"))
	after, ok := seconds(get("X-Ratelimit-Reset-After"))
	if err1 != nil || err2 != nil || !ok || limit <= 0 {
		return window{}, false
	}
	w := window{hash: get("X-Ratelimit-Bucket"), limit: limit, remaining: remaining, after: after}
	if reset, err := strconv.ParseFloat(get("X-Ratelimit-Reset"), 64); err == nil && reset > 0 {
		w.epoch = time.UnixMilli(int64(reset * 1000))
	}
	return w, true
}

// Scopes of a 429. The last is ours, for an answer that came from what stands before the API.
const (
	scopeUser    = "user"
	scopeGlobal  = "global"
	scopeShared  = "shared"
	scopeBlocked = "blocked"
)

// limit is what a 429 says.
type limit struct {
	scope string
	after time.Duration
}

// limitOf reads a 429. The body's retry_after is finer than the header's whole seconds. An answer without JSON that has not passed
// Discord's own proxies (Via) comes from Cloudflare, which blocks the address.
func limitOf(resp *Response) (limit, bool) {
	if resp.Status != http.StatusTooManyRequests {
		return limit{}, false
	}
	l := limit{scope: resp.Header.Get("X-RateLimit-Scope")}
	l.after, _ = seconds(resp.Header.Get("Retry-After"))
	answer := gjson.ParseBytes(resp.Body)
	isJSON := gjson.ValidBytes(resp.Body) && answer.IsObject()
	if isJSON {
		if after := answer.Get("retry_after"); after.Type == gjson.Number {
			l.after = duration(after.Num)
		}
	}
	switch {
	case resp.Header.Get("X-RateLimit-Global") == "true", isJSON && answer.Get("global").Bool():
		l.scope = scopeGlobal
	case l.scope != "":
	case !isJSON && resp.Header.Get("Via") == "":
		l.scope = scopeBlocked
	default:
		l.scope = scopeUser
	}
	return l, true
}

func seconds(s string) (time.Duration, bool) {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(f) || f < 0 {
		return 0, false
	}
	return duration(f), true
}

// duration turns seconds into a Duration, a day at most.
func duration(seconds float64) time.Duration {
	return time.Duration(min(max(seconds, 0), 86400) * float64(time.Second))
}
