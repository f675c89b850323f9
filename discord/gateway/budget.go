package gateway

import (
	"sync"
	"time"
)

// budget allows a number of sends within any stretch of time as long as window.
type budget struct {
	limit  int
	window time.Duration

	mu   sync.Mutex
	sent []time.Time // within the window, at most limit
}

// Discord's limits, with a second more: frames may be on their way for unequal times.
func newSendBudget() *budget { return &budget{limit: 120, window: 61 * time.Second} }

func newPresenceBudget() *budget { return &budget{limit: 5, window: 21 * time.Second} }

// heartbeatReserve is how many of a minute's frames are kept for heartbeats. They come every 41 s or so, and besides when asked
// for.
const heartbeatReserve = 10

// take counts a send and gives 0, or gives how long to wait until there is room beside what is kept back.
func (b *budget) take(now time.Time, reserve int) time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.forget(now)
	if room := b.limit - reserve; len(b.sent) >= room {
		return b.sent[len(b.sent)-room].Add(b.window).Sub(now)
	}
	b.sent = append(b.sent, now)
	return 0
}

// forget drops what has left the window.
func (b *budget) forget(now time.Time) {
	old := 0
	for old < len(b.sent) && now.Sub(b.sent[old]) >= b.window {
		old++
	}
	b.sent = append(b.sent[:0], b.sent[old:]...)
}
