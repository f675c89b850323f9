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

// maxOutput bounds what is kept of a test's output, in bytes.
const maxOutput = 256 << 10

// Output keeps what a test writes, up to a bound.
type Output struct {
	mu   sync.Mutex
	text bytes.Buffer
	cut  bool
	read int // how much of the text Next has given
}

// Write implements [io.Writer]. It never fails.
func (o *Output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	room := max(0, maxOutput-o.text.Len())
	o.cut = o.cut || len(b) > room
	o.text.Write(b[:min(len(b), room)])
	return len(b), nil
}

// Next is what was written since the last call, as far as it was kept.
func (o *Output) Next() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	text := string(o.text.Bytes()[o.read:])
	o.read = o.text.Len()
	return text
}

// drop takes away what was written last, if it is that.
func (o *Output) drop(last string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if bytes.HasSuffix(o.text.Bytes(), []byte(last)) {
		o.text.Truncate(o.text.Len() - len(last))
	}
}

// String is what was written.
func (o *Output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.cut {
		return o.text.String() + "\n… (the rest of the output is left out)\n"
	}
	return o.text.String()
}
