package rest

import (
	"container/list"
	"time"

	"github.com/jonboulle/clockwork"
)

// globalWindow is the second of Discord's global limit, and a tenth for differences in the time that requests travel.
const globalWindow = 1100 * time.Millisecond

// global is the limit across all routes.
type global struct {
	l       *limiter
	sent    []time.Time // when the latest requests went, as many as may go within the window; a ring
	oldest  int
	queue   list.List // of *turn
	paused  time.Time // after a 429 of global scope
	stopped time.Time // after a 429 that did not come from Discord's API but from what stands before it; holds for all requests
	timer   clockwork.Timer
	wake    time.Time
}

func newGlobal(l *limiter, perWindow int) *global {
	return &global{l: l, sent: make([]time.Time, perWindow)}
}

// enter takes a request that its bucket has let go.
func (g *global) enter(t *turn, now time.Time) {
	if t.exempt && !now.Before(g.stopped) {
		g.l.grant(t)
		return
	}
	t.enqueue(&g.queue)
	g.pump(now)
}

// pump lets go, in order, what the global limit admits.
func (g *global) pump(now time.Time) {
	for front := g.queue.Front(); front != nil; front = g.queue.Front() {
		t := front.Value.(*turn)
		if at := g.next(t.exempt); now.Before(at) {
			g.wakeAt(at, now)
			return
		}
		t.dequeue()
		if !t.exempt {
			g.sent[g.oldest] = now
			g.oldest = (g.oldest + 1) % len(g.sent)
		}
		g.l.grant(t)
	}
}

// until is when the pauses end that hold for a request.
func (g *global) until(exempt bool) time.Time {
	if exempt || g.stopped.After(g.paused) {
		return g.stopped
	}
	return g.paused
}

// next is when the next request may go.
func (g *global) next(exempt bool) time.Time {
	at := g.until(exempt)
	if turn := g.sent[g.oldest].Add(globalWindow); !exempt && turn.After(at) {
		return turn
	}
	return at
}

func (g *global) pause(until time.Time) {
	if until.After(g.paused) {
		g.paused = until
	}
}

func (g *global) stop(until time.Time) {
	if until.After(g.stopped) {
		g.stopped = until
	}
}

func (g *global) wakeAt(at, now time.Time) {
	if !g.wake.IsZero() && !at.Before(g.wake) {
		return
	}
	if g.timer != nil {
		g.timer.Stop()
	}
	g.wake = at
	g.timer = g.l.clock.AfterFunc(at.Sub(now), func() {
		g.l.mu.Lock()
		defer g.l.mu.Unlock()
		now := g.l.clock.Now()
		if !now.Before(g.wake) {
			g.wake = time.Time{}
		}
		g.pump(now)
	})
}
