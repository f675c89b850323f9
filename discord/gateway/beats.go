package gateway

import (
	"sync"
	"time"
)

// beats tells whether the other side still answers heartbeats, and how fast.
type beats struct {
	mu      sync.Mutex
	latency time.Duration
	pending int           // heartbeats without an answer
	at      time.Time     // when the last one was sent
	busy    time.Time     // since when the reader has been away from reading, zero when it is not
	away    time.Duration // how long it has been away since at, without the stretch that goes on
}

// sent notes a heartbeat.
func (b *beats) sent(now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.pending++
	b.at, b.away = now, 0
	if !b.busy.IsZero() {
		b.busy = now
	}
}

// answered notes an answer.
func (b *beats) answered(now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.pending == 1 {
		b.latency = now.Sub(b.at)
	}
	b.pending = max(0, b.pending-1)
}

// leave and back stand around the time in which the reader waits for something else than the connection.
func (b *beats) leave(now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.busy = now
}

func (b *beats) back(now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.away += now.Sub(b.busy)
	b.busy = time.Time{}
}

// missed reports, when the next heartbeat is due, whether an answer is missing although there was time to read it. A reader that
// was away for most of the time since the last heartbeat may have the answer in front of it.
func (b *beats) missed(now time.Time) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.pending > 0 && b.busy.IsZero() && b.away <= now.Sub(b.at)/2
}

// measured is the last latency, 0 when none was measured.
func (b *beats) measured() time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.latency
}
