package luatest

import (
	"bytes"
	"sync"
	"time"

	"cordial/runtime"
)

// World is what a test has for itself besides its host.
type World struct {
	Clock   *Clock
	Time    *Time
	Network *Network
	Output  *Output // what the test prints, and says on the standard error
}

// Begin is what the clock of every test shows at first: a Monday morning.
var Begin = time.Date(2026, time.June, 1, 9, 0, 0, 0, time.UTC)

func newWorld(label string) *World {
	clock := NewClock(Begin)
	return &World{Clock: clock, Time: newTime(clock, label), Network: NewNetwork(), Output: &Output{}}
}

// Opened is a host to which all is declared that scripts have, with what it stands on.
type Opened struct {
	*runtime.Host
	Close func() error
}

// maxOutput bounds what is kept of a test's output for the report, and of what t.output has not given yet, in bytes.
const maxOutput = 256 << 10

// Output keeps what a test writes, up to a bound.
type Output struct {
	mu          sync.Mutex
	all, unread bounded
}

// bounded is the beginning of a text.
type bounded struct {
	bytes.Buffer
	cut bool // there was more
}

func (b *bounded) add(text []byte) {
	room := maxOutput - b.Len()
	b.cut = b.cut || len(text) > room
	b.Write(text[:min(len(text), room)])
}

// drop takes away what was written last, if it is that.
func (b *bounded) drop(last string) {
	if bytes.HasSuffix(b.Bytes(), []byte(last)) {
		b.Truncate(b.Len() - len(last))
	}
}

// Write implements [io.Writer]. It never fails.
func (o *Output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.all.add(b)
	o.unread.add(b)
	return len(b), nil
}

// Next is what was written since the last call, and whether that was more than is kept.
func (o *Output) Next() (text string, cut bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	text, cut = o.unread.String(), o.unread.cut
	o.unread = bounded{}
	return text, cut
}

// drop takes away what was written last, if it is that.
func (o *Output) drop(last string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.all.drop(last)
	o.unread.drop(last)
}

// String is what was written.
func (o *Output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.all.cut {
		return o.all.String() + "\n… (the rest of the output is left out)\n"
	}
	return o.all.String()
}
