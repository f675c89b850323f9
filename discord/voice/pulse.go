package voice

import (
	"sync"
	"time"

	"cordial/discord"
)

// pulse sends heartbeats until the link ends, and ends it when the server does not answer them.
func (l *link) pulse() {
	select {
	case <-l.ctx.Done():
		return
	case interval := <-l.hello:
		l.beat(interval)
	}
}

// beat is pulse once HELLO has told the interval.
func (l *link) beat(interval time.Duration) {
	ticker := l.c.manager.o.Clock.NewTicker(interval)
	defer ticker.Stop()
	for {
		select {
		case <-l.ctx.Done():
			return
		case now := <-ticker.Chan():
			nonce, alive := l.beats.next(now)
			if !alive {
				l.end(loss{kind: lossZombie})
				return
			}
			l.send(discord.VoiceOpHeartbeat, heartbeat{nonce, l.media.lastSeq()})
		}
	}
}

// beats tells whether the server still answers heartbeats, and how fast.
type beats struct {
	mu      sync.Mutex
	nonce   int64 // of the last heartbeat
	at      time.Time
	pending bool // it is not answered yet
	latency time.Duration
}

// next gives the nonce of the heartbeat that is due, or reports that the one before has not been answered.
func (b *beats) next(now time.Time) (nonce int64, alive bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.pending {
		return 0, false
	}
	b.nonce = max(b.nonce+1, now.UnixMilli())
	b.at, b.pending = now, true
	return b.nonce, true
}

// answered notes the answer to a heartbeat. One with another nonce answers nothing.
func (b *beats) answered(nonce int64, now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.pending && nonce == b.nonce {
		b.pending, b.latency = false, now.Sub(b.at)
	}
}

// measured is the last latency, 0 when none was measured.
func (b *beats) measured() time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.latency
}
