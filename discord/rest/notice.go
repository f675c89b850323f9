package rest

import "time"

// A person who looks on should know why nothing happens: a request that has waited for noticeAfter is told of, one in noticeEvery.
const (
	noticeAfter = 3 * time.Second
	noticeEvery = 30 * time.Second
)

// notice tells that a request still waits.
func (l *limiter) notice(t *turn) {
	l.mu.Lock()
	now := l.clock.Now()
	if l.slow == nil || t.granted || !l.noticed.IsZero() && now.Sub(l.noticed) < noticeEvery {
		l.mu.Unlock()
		return
	}
	l.noticed = now
	route, waiting := t.lane.key.route, l.waiting
	l.mu.Unlock()
	l.slow(route, waiting)
}

// tellWait logs that requests wait for rate limits.
func (c *Client) tellWait(route string, waiting int) {
	c.log.Warn("waiting for Discord's rate limits", "request", route, "waiting", waiting)
}
