package rest

import (
	"time"

	"github.com/jonboulle/clockwork"
)

// alarm calls a function of the limiter's, under its lock, at the earliest moment that it is set for.
type alarm struct {
	timer clockwork.Timer
	at    time.Time // zero when it is not set
}

func (a *alarm) set(l *limiter, at, now time.Time, ring func(now time.Time)) {
	if !a.at.IsZero() && !at.Before(a.at) {
		return
	}
	if a.timer != nil {
		a.timer.Stop()
	}
	a.at = at
	a.timer = l.clock.AfterFunc(at.Sub(now), func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		now := l.clock.Now()
		if !now.Before(a.at) {
			a.at = time.Time{}
		}
		ring(now)
	})
}
