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
	route, waiting, blocked := t.lane.key.route, l.waiting, now.Before(l.global.block.until)
	l.mu.Unlock()
	l.slow(route, waiting, blocked)
}

// tellWait logs that requests wait, for rate limits or because what stands before the API has blocked this address.
func (c *Client) tellWait(route string, waiting int, blocked bool) {
	message := "waiting for Discord's rate limits"
	if blocked {
		message = "waiting because Discord's proxy has blocked this address for a while"
	}
	c.log.Warn(message, "request", route, "waiting", waiting)
}
