package sandbox

import (
	"math"
	"net"
	"net/http"
	"strconv"
	"time"
)

// address is where a request comes from.
func address(r *http.Request) string {
	host, _, _ := net.SplitHostPort(r.RemoteAddr) // net/http writes it
	return host
}

// blockedFor says how long the address of a request is still blocked for its invalid requests.
func (l *limiter) blockedFor(r *http.Request) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	b := l.buckets["invalid:"+address(r)]
	if b == nil || b.used < l.limits.Invalid.Count {
		return 0
	}
	return b.reset.Sub(l.clock.Now())
}

// countInvalid counts a request that was answered in a way that Discord takes for abuse.
func (l *limiter) countInvalid(r *http.Request, status int, header http.Header) {
	switch {
	case l.limits.Invalid.Count == 0:
	case status == http.StatusUnauthorized, status == http.StatusForbidden,
		status == http.StatusTooManyRequests && header.Get("X-RateLimit-Scope") != "shared":
		l.mu.Lock()
		defer l.mu.Unlock()
		l.take("invalid:"+address(r), l.limits.Invalid)
	}
}

// refuseAddress answers in the place of Discord, as what stands before its API does: with a page, and nothing about limits but when to
// come again.
func refuseAddress(rw http.ResponseWriter, wait time.Duration) {
	rw.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
	rw.Header().Set("Content-Type", "text/html; charset=UTF-8")
	rw.WriteHeader(http.StatusTooManyRequests)
	rw.Write([]byte("<html><title>Access denied</title>You are being blocked from accessing our API temporarily.</html>"))
}
