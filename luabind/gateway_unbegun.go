package luabind

import "sync"

// unbegun are the events of one connection whose handlers have not begun, by shard and in order. A connection that ends waits for them
// for a while; what has not begun by then is left to the next process, which gets the events again.
type unbegun struct {
	mu      sync.Mutex
	seqs    map[int][]int64
	count   int
	closed  bool
	changed broadcast
}

func newUnbegun() *unbegun { return &unbegun{seqs: map[int][]int64{}} }

func (u *unbegun) add(shard int, seq int64) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.seqs[shard] = append(u.seqs[shard], seq)
	u.count++
}

// begin takes out an event whose handler begins. It must not when it gives false.
func (u *unbegun) begin(shard int, seq int64) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.closed {
		return false
	}
	list := u.seqs[shard]
	for i, s := range list { // as a rule the first
		if s == seq {
			if i == 0 {
				u.seqs[shard] = list[1:]
			} else {
				u.seqs[shard] = append(list[:i], list[i+1:]...)
			}
			u.count--
			break
		}
	}
	if u.count == 0 {
		u.changed.wake()
	}
	return true
}

// empty tells whether all have begun, and gives a channel that is closed when that may have changed.
func (u *unbegun) empty() (bool, <-chan struct{}) {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.count == 0, u.changed.next()
}

// close keeps the rest from beginning, and gives the first event of each shard among them.
func (u *unbegun) close() map[int]int64 {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.closed = true
	first := map[int]int64{}
	for shard, list := range u.seqs {
		for _, seq := range list {
			if seq > 0 && (first[shard] == 0 || seq < first[shard]) {
				first[shard] = seq
			}
		}
	}
	return first
}
