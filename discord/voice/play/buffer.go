package play

import (
	"context"
	"io"
	"sync"
	"time"
)

// How many packets are made ahead of their time: cushion before a stretch of sound begins, and never more than ahead. The
// second number is also how late a change of the volume is heard.
const (
	cushion = 5
	ahead   = 10
)

// maxPacket is more than an encoder makes of 20 ms. Opus packets of a file may be longer: their buffers grow.
const maxPacket = 1500

// buffer holds the packets between the goroutine that makes them and the one that sends them, and what both must agree on.
type buffer struct {
	scratch []byte // of the goroutine that makes packets
	space   chan struct{}
	change  chan struct{} // tells the sending goroutine to look again

	mu       sync.Mutex
	packets  [ahead]packet // a ring
	first, n int
	position time.Duration // behind what was sent
	paused   bool
	seeking  bool  // the source is being sought
	ended    bool  // the source gives no more
	err      error // why, if that is not its end
	over     bool  // all was sent, and no seek changes that any more
}

// packet is 20 ms of Opus.
type packet struct {
	data []byte
	end  time.Duration // position of the source behind it
}

func (b *buffer) init(at time.Duration) {
	b.position = at
	b.scratch = make([]byte, 0, maxPacket)
	b.space, b.change = make(chan struct{}, 1), make(chan struct{}, 1)
	b.space <- struct{}{}
}

// wake signals a channel with room for one signal.
func wake(c chan<- struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// put adds a packet, of which it keeps a copy. It is called once for each signal of space.
func (b *buffer) put(data []byte, end time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	slot := &b.packets[(b.first+b.n)%ahead]
	slot.data, slot.end = append(slot.data[:0], data...), end
	b.n++
	b.signal()
}

// again asks for the next packet where put had nothing to add.
func (b *buffer) again() { wake(b.space) }

// signal tells both sides to look again; b.mu is held.
func (b *buffer) signal() {
	if b.n < ahead && !b.ended {
		wake(b.space)
	}
	wake(b.change)
}

// end says that no packet will follow: at the end of the source, which is io.EOF, or because of another error.
func (b *buffer) end(err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.ended = true
	if err != io.EOF {
		b.err = err
	}
	b.signal()
}

// restart seeks and drops what was made before. If seek fails, everything stays as it is.
func (b *buffer) restart(to time.Duration, seek func(time.Duration) error) error {
	if !b.beginSeek() {
		return ErrEnded
	}
	err := seek(to)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.seeking = false
	if err == nil {
		b.n, b.position, b.ended, b.err = 0, to, false, nil
	}
	b.signal()
	return err
}

func (b *buffer) beginSeek() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.seeking = !b.over
	return b.seeking
}

// await waits until a stretch of sound can begin. It returns false when there will be none: all was sent, or ctx has ended.
func (b *buffer) await(ctx context.Context) bool {
	for {
		ready, over := b.look()
		if ready || over {
			return ready && ctx.Err() == nil
		}
		select {
		case <-b.change:
		case <-ctx.Done():
			return false
		}
	}
}

func (b *buffer) look() (ready, over bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.over = b.ended && b.n == 0 && !b.seeking
	return !b.paused && (b.n >= cushion || b.ended && b.n > 0), b.over
}

// take removes the first packet and appends it to dst. It returns false when there is none now, or the playback is paused.
func (b *buffer) take(dst []byte) ([]byte, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.n == 0 || b.paused {
		return dst, false
	}
	p := &b.packets[b.first]
	b.first = (b.first + 1) % ahead
	b.n--
	b.position = p.end
	b.signal()
	return append(dst, p.data...), true
}

func (b *buffer) pause(paused bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.paused = paused
	b.signal()
}

func (b *buffer) isPaused() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.paused
}

func (b *buffer) played() time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.position
}
