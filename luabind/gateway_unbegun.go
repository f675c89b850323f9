package luabind

import (
	"slices"
	"sync"
)

// maxUnbegun bounds the handlers that wait for their turn. When that many do, because a script keeps the Lua state busy, the shards stop
// reading until one has begun; what Discord sends meanwhile waits in the network, and is replayed if Discord gives up.
const maxUnbegun = 512

// unbegun are the events of one connection whose handlers have not begun, in the order of their arrival, once for each handler. A
// connection that ends waits for them for a while; what has not begun by then is left to the next process, which gets the events again.
type unbegun struct {
	mu      sync.Mutex
	room    sync.Cond
	events  []eventPlace
	first   int // of events; what is before it has begun
	closed  bool
	changed broadcast
}

// eventPlace says which event it is.
type eventPlace struct {
	shard int
	seq   int64
}

func newUnbegun() *unbegun {
	u := &unbegun{}
	u.room.L = &u.mu
	return u
}

// add waits while too many have not begun.
func (u *unbegun) add(shard int, seq int64) {
	u.mu.Lock()
	defer u.mu.Unlock()
	for len(u.events)-u.first >= maxUnbegun && !u.closed {
		u.room.Wait()
	}
	if u.first > 0 && len(u.events) == cap(u.events) {
		u.events = slices.Delete(u.events, 0, u.first)
		u.first = 0
	}
	u.events = append(u.events, eventPlace{shard, seq})
}

// begin takes out an event whose handler begins. It must not when it gives false.
func (u *unbegun) begin(shard int, seq int64) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.closed {
		return false
	}
	switch i := slices.Index(u.events[u.first:], eventPlace{shard, seq}); i {
	case -1:
	case 0: // as a rule
		u.first++
	default:
		u.events = slices.Delete(u.events, u.first+i, u.first+i+1)
	}
	u.room.Signal()
	if u.first == len(u.events) {
		u.events, u.first = u.events[:0], 0
		u.changed.wake()
	}
	return true
}

// empty tells whether all have begun, and gives a channel that is closed when that may have changed.
func (u *unbegun) empty() (bool, <-chan struct{}) {
	u.mu.Lock()
	defer u.mu.Unlock()
	return len(u.events) == 0, u.changed.next()
}

// close keeps the rest from beginning, and gives the first event of each shard among them.
func (u *unbegun) close() map[int]int64 {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.closed = true
	u.room.Broadcast()
	first := map[int]int64{}
	for _, e := range u.events[u.first:] {
		if e.seq > 0 && (first[e.shard] == 0 || e.seq < first[e.shard]) {
			first[e.shard] = e.seq
		}
	}
	return first
}
