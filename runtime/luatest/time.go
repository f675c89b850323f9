package luatest

import (
	"context"
	"errors"
	"fmt"
	goruntime "runtime"
	"sync"
	"sync/atomic"
	"time"
)

// Time moves the clock of a test. It never moves it while something goes on: between two moments all that was started must have come to
// rest, so that no timeout ends what is not slow.
type Time struct {
	clock *Clock
	idle  func() bool // whether no Lua runs; quick. Set before anything goes on
	still stillness

	wanted atomic.Int64 // who wants to move the clock, or does
	moving sync.Mutex   // held while the clock is moved
	since  time.Time    // when the clock began to move by itself alone; of moving
}

// restTime is how long, by the real clock, a test may take to come to rest.
const restTime = 20 * time.Second

// never is how far a clock goes by itself while a test only waits.
const never = 30 * 24 * time.Hour

// errNever is the end of a test that waits for what nobody does.
var errNever = errors.New("the test waits for what never comes: its clock has gone on for 30 days, or nothing is due any more; sandbox.clock.advance goes further")

func newTime(clock *Clock, label string) *Time {
	return &Time{clock: clock, since: clock.Now(), idle: func() bool { return true }, still: stillness{label: fmt.Sprintf("%q: %q", labelKey, label)}}
}

// Now is the time of the test.
func (t *Time) Now() time.Time { return t.clock.Now() }

// Settle waits until nothing goes on at this moment.
func (t *Time) Settle(ctx context.Context) error {
	defer t.take()()
	return t.rest(ctx)
}

// Advance lets the time pass from one moment at which something is due to the next, with a rest after each.
func (t *Time) Advance(ctx context.Context, d time.Duration) error {
	defer t.take()()
	defer t.moved()
	until := t.clock.Now().Add(max(d, 0))
	for {
		if err := t.rest(ctx); err != nil {
			return err
		}
		at, ok := t.clock.next()
		if !ok || at.After(until) {
			break
		}
		t.clock.moveTo(at)
	}
	t.clock.moveTo(until)
	return t.rest(ctx)
}

// Step moves the clock to when something is due next, but not past a moment, and rests. It reports whether the time has changed.
func (t *Time) Step(ctx context.Context, until time.Time) (moved bool, err error) {
	defer t.take()()
	defer t.moved()
	if err := t.rest(ctx); err != nil || !t.clock.Now().Before(until) {
		return false, err
	}
	at, ok := t.clock.next()
	if !ok || at.After(until) {
		at = until
	}
	t.clock.moveTo(at)
	return true, t.rest(ctx)
}

// take has the clock stand still but for the caller, until free is called.
func (t *Time) take() (free func()) {
	t.wanted.Add(1)
	t.moving.Lock()
	return func() {
		t.moving.Unlock()
		t.wanted.Add(-1)
	}
}

// moved notes that the test itself has let time pass; t.moving is held.
func (t *Time) moved() { t.since = t.clock.Now() }

// rest waits until nothing goes on; t.moving is held. The real clock only says how often to look, and when to give up.
func (t *Time) rest(ctx context.Context) error {
	deadline := time.Now().Add(restTime)
	for tries := 0; ; tries++ {
		what := "Lua code"
		if t.idle() {
			if what = t.still.moving(); what == "" {
				return context.Cause(ctx)
			}
		}
		if ctx.Err() != nil {
			return fmt.Errorf("%w; last at work: %s", context.Cause(ctx), what)
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("the test does not come to rest: %s has gone on for %s", what, restTime)
		}
		if tries < 4 {
			goruntime.Gosched()
		} else {
			time.Sleep(min(time.Duration(tries)*10*time.Microsecond, 2*time.Millisecond))
		}
	}
}

// How often run looks whether all wait, by the real clock, and how many times in a row it must find that nothing is due before it calls
// a test stuck.
const (
	lookSoon       = 200 * time.Microsecond
	lookLate       = 5 * time.Millisecond
	looksTillStuck = 20
)

// run moves the clock by itself whenever all that goes on waits for it, until ctx ends. When all wait for nothing it calls stuck.
func (t *Time) run(ctx context.Context, stuck func(error)) {
	pause, nothing := lookSoon, 0
	timer := time.NewTimer(pause)
	defer timer.Stop()
	for {
		select {
		case <-timer.C:
		case <-ctx.Done():
			return
		}
		moved, over := t.follow()
		if nothing++; !over {
			nothing = 0
		}
		if nothing == looksTillStuck {
			stuck(errNever)
			t.resume() // for what ends the test
		}
		if pause = min(max(2*pause, lookSoon), lookLate); moved {
			pause = 0
		}
		timer.Reset(pause)
	}
}

// resume lets the clock go on by itself for as long again.
func (t *Time) resume() {
	t.moving.Lock()
	defer t.moving.Unlock()
	t.moved()
}

// follow moves the clock to when something is due, if nothing goes on and nobody else wants to. It tells that all is over when nothing is
// due.
func (t *Time) follow() (moved, over bool) {
	if !t.idle() || !t.moving.TryLock() {
		return false, false
	}
	defer t.moving.Unlock()
	if t.still.moving() != "" || t.wanted.Load() > 0 {
		return false, false
	}
	at, ok := t.clock.next()
	if !ok || at.Sub(t.since) > never {
		return false, true
	}
	t.clock.moveTo(at)
	return true, false
}

// start has the clock move by itself. The caller calls stop when the test is over.
func (t *Time) start(stuck func(error)) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		t.run(ctx, stuck)
	}()
	return func() {
		cancel()
		<-done
	}
}
