package luatest

import (
	"container/heap"
	"sync"
	"time"

	"github.com/jonboulle/clockwork"
)

// Clock is a clock that stands still until it is moved. Unlike clockwork's own fake clock it tells when something is due next, and it is
// moved from one such moment to the next, in the order in which those who wait have begun to.
type Clock struct {
	mu      sync.Mutex
	now     time.Time
	waiting waiters
	made    uint64 // waits
}

// NewClock makes a clock that shows a time.
func NewClock(now time.Time) *Clock { return &Clock{now: now} }

// wait is a timer or a ticker.
type wait struct {
	clock  *Clock
	at     time.Time
	order  uint64
	index  int            // in the heap; -1 when it is over
	every  time.Duration  // of a ticker
	signal chan time.Time // nil for a function
	call   func()         // of AfterFunc
}

// Now implements [clockwork.Clock].
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Since implements [clockwork.Clock].
func (c *Clock) Since(t time.Time) time.Duration { return c.Now().Sub(t) }

// Until implements [clockwork.Clock].
func (c *Clock) Until(t time.Time) time.Duration { return t.Sub(c.Now()) }

// Sleep implements [clockwork.Clock].
func (c *Clock) Sleep(d time.Duration) { <-c.After(d) }

// After implements [clockwork.Clock].
func (c *Clock) After(d time.Duration) <-chan time.Time { return c.NewTimer(d).Chan() }

// NewTimer implements [clockwork.Clock].
func (c *Clock) NewTimer(d time.Duration) clockwork.Timer {
	return c.begin(&wait{signal: make(chan time.Time, 1)}, d)
}

// AfterFunc implements [clockwork.Clock].
func (c *Clock) AfterFunc(d time.Duration, f func()) clockwork.Timer {
	return c.begin(&wait{call: f}, d)
}

// NewTicker implements [clockwork.Clock].
func (c *Clock) NewTicker(d time.Duration) clockwork.Ticker {
	return ticker{c.begin(&wait{every: d, signal: make(chan time.Time, 1)}, d)}
}

// begin lets a wait begin. One that is over already is due now, as with the real clock.
func (c *Clock) begin(w *wait, d time.Duration) *wait {
	w.clock, w.index = c, -1
	c.mu.Lock()
	c.add(w, d)
	c.mu.Unlock()
	return w
}

// add puts a wait in the heap; c.mu is held.
func (c *Clock) add(w *wait, d time.Duration) {
	w.at = c.now.Add(max(d, 0))
	c.made++
	w.order = c.made
	if d <= 0 && w.every == 0 {
		w.happen(c.now)
		return
	}
	heap.Push(&c.waiting, w)
}

// happen tells that the wait is over. A function runs on a goroutine of its own, which is returned by its end.
func (w *wait) happen(now time.Time) (done <-chan struct{}) {
	if w.call == nil {
		select {
		case w.signal <- now:
		default: // a tick that nobody has taken
		}
		return nil
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		w.call()
	}()
	return ended
}

// next is when the next wait is over.
func (c *Clock) next() (at time.Time, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.waiting) == 0 {
		return time.Time{}, false
	}
	return c.waiting[0].at, true
}

// startTime is how long, by the real clock, one function may take before the next is called at the same moment. On a busy machine it may
// be a while before it begins.
const startTime = time.Second

// moveTo lets the time be at, which is not before now, and ends the waits that are due then, in order.
func (c *Clock) moveTo(at time.Time) {
	for {
		c.mu.Lock()
		c.now = at
		if len(c.waiting) == 0 || c.waiting[0].at.After(at) {
			c.mu.Unlock()
			return
		}
		w := heap.Pop(&c.waiting).(*wait)
		if w.every > 0 {
			w.at = w.at.Add(w.every)
			heap.Push(&c.waiting, w)
		}
		done := w.happen(at)
		c.mu.Unlock()
		if done != nil {
			select {
			case <-done:
			case <-time.After(startTime):
			}
		}
	}
}

// Chan implements [clockwork.Timer].
func (w *wait) Chan() <-chan time.Time { return w.signal }

// Stop implements [clockwork.Timer].
func (w *wait) Stop() bool {
	w.clock.mu.Lock()
	defer w.clock.mu.Unlock()
	return w.stop()
}

// stop takes the wait out of the heap, and a signal that nobody has taken out of the channel, as timers do since Go 1.23; the clock's
// lock is held.
func (w *wait) stop() bool {
	if w.index >= 0 {
		heap.Remove(&w.clock.waiting, w.index)
		return true
	}
	select {
	case <-w.signal:
		return true
	default:
		return false
	}
}

// Reset implements [clockwork.Timer].
func (w *wait) Reset(d time.Duration) bool {
	w.clock.mu.Lock()
	defer w.clock.mu.Unlock()
	was := w.stop()
	w.clock.add(w, d)
	return was
}

// ticker is a wait that begins again by itself.
type ticker struct{ *wait }

// Reset implements [clockwork.Ticker].
func (t ticker) Reset(d time.Duration) {
	t.clock.mu.Lock()
	defer t.clock.mu.Unlock()
	t.stop()
	t.every = d
	t.clock.add(t.wait, d)
}

// Stop implements [clockwork.Ticker].
func (t ticker) Stop() { t.wait.Stop() }

// waiters is a heap of waits: the first is over first.
type waiters []*wait

func (w waiters) Len() int { return len(w) }

func (w waiters) Less(i, j int) bool {
	if !w[i].at.Equal(w[j].at) {
		return w[i].at.Before(w[j].at)
	}
	return w[i].order < w[j].order
}

func (w waiters) Swap(i, j int) {
	w[i], w[j] = w[j], w[i]
	w[i].index, w[j].index = i, j
}

// Push implements [heap.Interface].
func (w *waiters) Push(x any) {
	added := x.(*wait)
	added.index = len(*w)
	*w = append(*w, added)
}

// Pop implements [heap.Interface].
func (w *waiters) Pop() any {
	last := (*w)[len(*w)-1]
	*w = (*w)[:len(*w)-1]
	last.index = -1
	return last
}
