package record

import (
	"sync"

	"cordial/discord/voice"
)

// queueSize is how many packets wait for the writer at the most: 25 speakers for 13 seconds. It takes about 2 MB when it has been full.
const queueSize = 16384

// queue passes packets from a connection, which must not wait, to the goroutine that writes. It holds queueSize packets and refuses more.
// Its buffers are used again, so that a packet costs no allocation.
type queue struct {
	wake chan struct{} // has one element when the queue is half full

	mu      sync.Mutex
	ring    []voice.Packet // the Opus buffers belong to the queue
	start   int
	count   int
	closed  bool
	dropped uint64
}

func newQueue() *queue {
	return &queue{wake: make(chan struct{}, 1)}
}

// put copies a packet. When the queue is full it counts the packet as dropped. Once the queue is closed nothing happens.
func (q *queue) put(p voice.Packet) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return
	}
	if q.count == len(q.ring) && !q.grow() {
		q.dropped++
		return
	}
	slot := &q.ring[(q.start+q.count)%len(q.ring)]
	opus := append(slot.Opus[:0], p.Opus...)
	*slot = p
	slot.Opus = opus
	if q.count++; q.count == queueSize/2 {
		select {
		case q.wake <- struct{}{}:
		default:
		}
	}
}

// grow makes the ring larger, up to queueSize.
func (q *queue) grow() bool {
	if len(q.ring) == queueSize {
		return false
	}
	ring := make([]voice.Packet, max(256, 2*len(q.ring)))
	n := copy(ring, q.ring[q.start:])
	copy(ring[n:], q.ring[:q.start])
	q.ring, q.start = ring, 0
	return true
}

// take hands the packets that wait to use, one after the other, and stops at those that come meanwhile. Only one goroutine takes.
func (q *queue) take(use func(voice.Packet)) {
	q.mu.Lock()
	waiting := q.count
	for ; waiting > 0; waiting-- {
		p := q.ring[q.start]
		q.mu.Unlock() // put does not touch what was not released
		use(p)
		q.mu.Lock()
		q.start = (q.start + 1) % len(q.ring)
		q.count--
	}
	q.mu.Unlock()
}

// close refuses further packets. Those that wait can still be taken.
func (q *queue) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
}

// drops counts the packets that found the queue full.
func (q *queue) drops() uint64 {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.dropped
}
