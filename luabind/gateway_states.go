package luabind

import (
	"slices"
	"sync"

	"cordial/discord/gateway"
)

// broadcast wakes all who wait for something to change.
type broadcast struct {
	mu      sync.Mutex
	changed chan struct{}
}

// next gives a channel that the next wake closes.
func (b *broadcast) next() <-chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.changed == nil {
		b.changed = make(chan struct{})
	}
	return b.changed
}

func (b *broadcast) wake() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.changed != nil {
		close(b.changed)
		b.changed = nil
	}
}

// sessionsBegun is how many sessions each shard has begun.
func sessionsBegun(shards []gateway.ShardInfo) map[int]int {
	begun := map[int]int{}
	for _, s := range shards {
		begun[s.ID] = s.Identifies
	}
	return begun
}

// allRenewed tells whether all shards are ready in sessions that have begun since then.
func allRenewed(shards []gateway.ShardInfo, begun map[int]int) bool {
	return !slices.ContainsFunc(shards, func(s gateway.ShardInfo) bool { return s.State != gateway.Ready || s.Identifies <= begun[s.ID] })
}
