package attach

import (
	"io"
	"sync"
)

// outboxRoom is how many bytes may wait for a client. What scripts write is
// taken all the same, but then they wait until there is room again.
const outboxRoom = 256 << 10

// outbox holds frames until the other side takes them.
type outbox struct {
	mu     sync.Mutex
	lines  [][]byte
	size   int
	room   chan struct{} // closed when there is room again; nil while there is
	more   chan struct{} // has room for one; filled when there may be lines
	closed bool          // no more lines are taken
}

func newOutbox() *outbox { return &outbox{more: make(chan struct{}, 1)} }

// put adds a frame, unless the outbox is closed. It takes it also when there
// is no room.
func (o *outbox) put(f frame) {
	line := encode(f)
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.closed {
		return
	}
	o.lines = append(o.lines, line)
	o.size += len(line)
	if o.size > outboxRoom && o.room == nil {
		o.room = make(chan struct{})
	}
	o.wake()
}

// full gives a channel that is closed when there is room, nil if there is.
func (o *outbox) full() <-chan struct{} {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.room
}

// close takes no more lines. Those that are there are still written.
func (o *outbox) close() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.closed = true
	if o.room != nil {
		close(o.room)
		o.room = nil
	}
	o.wake()
}

func (o *outbox) wake() {
	select {
	case o.more <- struct{}{}:
	default:
	}
}

// take takes all lines; over is true when no more will come.
func (o *outbox) take() (lines [][]byte, over bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	lines, o.lines = o.lines, nil
	return lines, o.closed
}

// wrote makes room.
func (o *outbox) wrote(n int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.size -= n
	if o.size <= outboxRoom/2 && o.room != nil {
		close(o.room)
		o.room = nil
	}
}

// writeTo writes lines until the outbox is closed and empty.
func (o *outbox) writeTo(w io.Writer) error {
	for {
		<-o.more
		lines, over := o.take()
		for _, line := range lines {
			if _, err := w.Write(line); err != nil {
				return err
			}
			o.wrote(len(line))
		}
		if over {
			return nil
		}
	}
}
