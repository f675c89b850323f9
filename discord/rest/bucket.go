package rest

import (
	"slices"
	"time"
)

// bucketKey names a bucket: the hash that Discord gives it and the major parameter.
type bucketKey struct{ hash, major string }

// bucket counts what may still be sent in a window. With no window open it lets one request go at a time, whose answer opens one;
// this is how a bucket begins, so that many requests at once do not run into a limit that is not known yet, and how it stays where
// Discord announces nothing.
type bucket struct {
	key    bucketKey // zero while Discord has not named it
	lanes  []*lane
	limit  int
	tokens int       // what may be sent before reset; negative when what is in flight may be over the limit already
	flying int       // requests in flight
	reset  time.Time // end of the window by our clock, a little late; zero when none is open
	epoch  time.Time // end of the latest window by Discord's clock, which tells windows apart

	alarm alarm
}

const (
	// resetMargin is added to the end of a window for the rounding of headers.
	resetMargin = 10 * time.Millisecond
	// sameWindow is how much the announced ends of one window may differ.
	sameWindow = 20 * time.Millisecond
)

// admit reports whether a request may go, or else when to ask again; zero means after the next answer.
func (b *bucket) admit(now time.Time) (bool, time.Time) {
	if !b.reset.IsZero() && !now.Before(b.reset) {
		// What is in flight may arrive in the new window.
		b.tokens, b.reset = b.limit-b.flying, time.Time{}
	}
	if b.tokens > 0 || b.reset.IsZero() && b.flying == 0 {
		return true, time.Time{}
	}
	return false, b.reset
}

// take puts a request in flight.
func (b *bucket) take(t *turn) {
	t.dequeue()
	t.bucket, t.spent = b, b.tokens > 0
	if t.spent {
		b.tokens--
	}
	b.flying++
	t.lane.flying++
}

// update takes the window that an answer announces. Answers may come in another order than Discord gave them: within a window
// the smallest number holds, and one of an earlier window says nothing.
func (b *bucket) update(w window, now time.Time) {
	reset := now.Add(w.after + resetMargin)
	if w.epoch.IsZero() {
		w.epoch = reset
	}
	first, open := b.limit == 0, !b.reset.IsZero()
	later := w.epoch.Sub(b.epoch)
	switch {
	case first:
		b.tokens = w.remaining - b.flying
	case later < -sameWindow || later <= sameWindow && !open:
		return
	case later <= sameWindow:
		b.tokens = min(b.tokens, w.remaining)
		if b.reset.Before(reset) {
			reset = b.reset
		}
	case open: // the window ended before we thought; whether the others in flight count for it is not known
		b.tokens = w.remaining - b.flying
	default: // the window that our own count has begun
		b.tokens = min(b.tokens, w.remaining)
	}
	b.limit, b.reset, b.epoch = w.limit, reset, w.epoch
}

// head finds the request that is next: the earliest at the front of a lane that is not paused. If there is none, it tells when
// the first pause ends.
func (b *bucket) head(now time.Time) (next *turn, pause time.Time) {
	for _, lane := range b.lanes {
		front := lane.queue.Front()
		switch {
		case front == nil:
		case lane.inTurn && lane.flying > 0: // its answer pumps again
		case now.Before(lane.pause.until):
			pause = earlier(pause, lane.pause.until)
		case next == nil || front.Value.(*turn).arrived < next.arrived:
			next = front.Value.(*turn)
		}
	}
	return next, pause
}

// pump lets go what the bucket admits, in order, and sets its timer for the rest.
func (l *limiter) pump(b *bucket, now time.Time) {
	for {
		t, wake := b.head(now)
		if t != nil {
			ok, at := b.admit(now)
			if ok {
				b.take(t)
				l.global.enter(t, now)
				continue
			}
			wake = earlier(wake, at)
		}
		if !wake.IsZero() {
			b.alarm.set(l, wake, now, func(now time.Time) { l.pump(b, now) })
		}
		return
	}
}

// join moves the lane into a bucket.
func (l *lane) join(b *bucket) {
	if l.bucket != nil {
		l.bucket.drop(l)
	}
	l.bucket = b
	b.lanes = append(b.lanes, l)
}

func (b *bucket) drop(l *lane) {
	b.lanes = slices.DeleteFunc(b.lanes, func(have *lane) bool { return have == l })
}

// earlier is the earlier of two times, of which zero is none.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}
