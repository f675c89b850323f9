package rest

import (
	"container/list"
	"time"
)

// globalWindow is the second of Discord's global limit, and a tenth for differences in the time that requests travel.
const globalWindow = 1100 * time.Millisecond

// global is the limit across all routes.
type global struct {
	l      *limiter
	limit  int
	sent   []time.Time // when the latest requests went, limit of them at most; then a ring
	oldest int
	queue  list.List // of *turn
	pause  pause     // after a 429 of global scope
	block  pause     // after a 429 that did not come from Discord's API but from what stands before it; holds for all requests
	alarm  alarm
}

func newGlobal(l *limiter, perWindow int) *global {
	return &global{l: l, limit: perWindow}
}

// enter takes a request that its bucket has let go.
func (g *global) enter(t *turn, now time.Time) {
	if t.exempt && !now.Before(g.block.until) {
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
			g.alarm.set(g.l, at, now, g.pump)
			return
		}
		t.dequeue()
		if !t.exempt {
			g.note(now)
		}
		g.l.grant(t)
	}
}

// until is when the pauses end that hold for a request.
func (g *global) until(exempt bool) time.Time {
	if exempt || g.block.until.After(g.pause.until) {
		return g.block.until
	}
	return g.pause.until
}

// next is when the next request may go.
func (g *global) next(exempt bool) time.Time {
	at := g.until(exempt)
	if exempt || len(g.sent) < g.limit {
		return at
	}
	if turn := g.sent[g.oldest].Add(globalWindow); turn.After(at) {
		return turn
	}
	return at
}

// note remembers that a request went.
func (g *global) note(now time.Time) {
	if len(g.sent) < g.limit {
		g.sent = append(g.sent, now)
		return
	}
	g.sent[g.oldest] = now
	g.oldest = (g.oldest + 1) % g.limit
}
