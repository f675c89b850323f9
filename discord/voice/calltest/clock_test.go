package calltest

import (
	"slices"
	"sync"
	"time"

	"github.com/jonboulle/clockwork"
)

// stepClock is the voice server's clock. Packets on their way, which arrive within a second, wait for the test to let time go on to exactly
// their moment; with a fake clock of its own kind they would arrive some time after a step, in any order.
type stepClock struct {
	*clockwork.FakeClock

	mu  sync.Mutex
	way []*onWay // in the order of their arrivals
}

// onWay is something that waits for its moment. It can be stopped, and nothing else of what a timer can.
type onWay struct {
	clockwork.Timer
	clock  *stepClock
	at     time.Time
	arrive func()
}

// Stop implements [clockwork.Timer].
func (w *onWay) Stop() bool {
	w.clock.mu.Lock()
	defer w.clock.mu.Unlock()
	before := len(w.clock.way)
	w.clock.way = slices.DeleteFunc(w.clock.way, func(other *onWay) bool { return other == w })
	return len(w.clock.way) < before
}

// AfterFunc implements [clockwork.Clock].
func (c *stepClock) AfterFunc(d time.Duration, f func()) clockwork.Timer {
	if d >= time.Second {
		return c.FakeClock.AfterFunc(d, f)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	next := &onWay{clock: c, at: c.Now().Add(d), arrive: f}
	i := len(c.way)
	for i > 0 && c.way[i-1].at.After(next.at) {
		i--
	}
	c.way = slices.Insert(c.way, i, next) // behind what comes at the same moment
	return next
}

// step lets time go on by as much as that, or until something arrives before. It reports how far it went, after what arrived did so.
func (c *stepClock) step(most time.Duration) (gone time.Duration) {
	gone = most
	if at, ok := c.next(); ok {
		gone = min(gone, at.Sub(c.Now()))
	}
	c.Advance(gone)
	for {
		c.mu.Lock()
		if len(c.way) == 0 || c.way[0].at.After(c.Now()) {
			c.mu.Unlock()
			return gone
		}
		arrive := c.way[0].arrive
		c.way = c.way[1:]
		c.mu.Unlock()
		arrive()
	}
}

// next is when something arrives next.
func (c *stepClock) next() (at time.Time, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.way) == 0 {
		return time.Time{}, false
	}
	return c.way[0].at, true
}
