package gateway

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/jonboulle/clockwork"
)

// identifyEvery is how often a session may begin in each of the max_concurrency buckets, with some room for unequal ways.
const identifyEvery = 5*time.Second + 250*time.Millisecond

// limitsAge is how long an answer about the limits is believed before Discord is asked again.
const limitsAge = 10 * time.Minute

// startLimits are what /gateway/bot says of beginning sessions.
type startLimits struct {
	Total       int           // a day
	Remaining   int           // until the reset
	ResetAfter  time.Duration // until Remaining is Total again
	Concurrency int           // sessions that may begin at the same time
}

// ledger decides when a session may begin: one at a time in each bucket of shards, and none when too few are left of the day's.
// What several processes of a bot on one machine begin is counted together in a file.
type ledger struct {
	clock clockwork.Clock
	log   *slog.Logger
	file  ledgerFile
	ask   func(context.Context) (startLimits, error)

	mu      sync.Mutex
	entries entries
	waiting []int // shards
}

// entries are what a ledger remembers.
type entries struct {
	Total       int               `json:"total"`
	Remaining   int               `json:"remaining"`
	Concurrency int               `json:"max_concurrency"`
	ResetAt     time.Time         `json:"reset_at"`
	AskedAt     time.Time         `json:"asked_at"`
	Begun       map[int]time.Time `json:"begun"` // when the last session began, by bucket
}

// sameDay is how far apart Discord's and the ledger's moment of the next reset may be, to be the same one. More than that comes from
// a clock that was changed.
const sameDay = time.Minute

// learn takes over what Discord says. Its count may lag behind the ledger's own.
func (e *entries) learn(l startLimits, now time.Time) {
	if now.Before(e.ResetAt) && e.Total == l.Total && now.Add(l.ResetAfter).Sub(e.ResetAt).Abs() < sameDay {
		l.Remaining = min(l.Remaining, e.Remaining)
	}
	e.Total, e.Remaining, e.Concurrency = l.Total, l.Remaining, max(1, l.Concurrency)
	e.ResetAt, e.AskedAt = now.Add(l.ResetAfter), now
}

// reserve is how many sessions of the day's are not used: a person may need some to find out what goes wrong.
func (e *entries) reserve() int { return e.Total / 100 }

// check fails when too few sessions are left for some more.
func (e *entries) check(more int, now time.Time) error {
	left := e.Remaining
	if !now.Before(e.ResetAt) {
		left = e.Total
	}
	if left-more < e.reserve() {
		return &LimitError{Remaining: left, ResetAfter: max(0, e.ResetAt.Sub(now))}
	}
	return nil
}

// spend counts a session that begins, or gives how long its bucket is still taken.
func (e *entries) spend(shard int, now time.Time) (time.Duration, error) {
	if err := e.check(1, now); err != nil {
		return 0, err
	}
	bucket := shard % e.Concurrency
	// A moment in the future comes from a clock that was set back.
	if wait := e.Begun[bucket].Add(identifyEvery).Sub(now); wait > 0 && wait <= identifyEvery {
		return wait, nil
	}
	if !now.Before(e.ResetAt) {
		e.Remaining, e.ResetAt = e.Total, now.Add(24*time.Hour)
	}
	e.Remaining--
	if e.Begun == nil {
		e.Begun = map[int]time.Time{}
	}
	e.Begun[bucket] = now
	return 0, nil
}

// open takes over what Discord says at the start, and fails when too few sessions are left for a number of shards.
func (l *ledger) open(limits startLimits, shards int) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.update(func(e *entries, now time.Time) error {
		e.learn(limits, now)
		if shards == 0 {
			return nil
		}
		return e.check(shards, now)
	})
}

// take waits until a shard may begin a session, and counts it. Of the shards that queue in a bucket the lowest comes first. A
// wait is told. It fails with *LimitError or with the context's cause.
func (l *ledger) take(ctx context.Context, shard int, tell func(time.Duration)) error {
	l.refresh(ctx)
	l.queue(shard)
	defer l.leave(shard)
	for told := false; ; told = true {
		wait, err := l.try(shard)
		if err != nil || wait == 0 {
			return err
		}
		if !told {
			tell(wait)
		}
		if err := sleep(ctx, l.clock, wait); err != nil {
			return err
		}
	}
}

// queue announces that a shard is on its way to begin a session, so that higher ones let it go first.
func (l *ledger) queue(shard int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !slices.Contains(l.waiting, shard) {
		l.waiting = append(l.waiting, shard)
	}
}

// leave takes back queue. take does so too.
func (l *ledger) leave(shard int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.waiting = slices.DeleteFunc(l.waiting, func(s int) bool { return s == shard })
}

// try counts a session, or gives how long to wait before the next try.
func (l *ledger) try(shard int) (wait time.Duration, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	err = l.update(func(e *entries, now time.Time) error {
		for _, other := range l.waiting {
			if other < shard && other%e.Concurrency == shard%e.Concurrency {
				wait = identifyEvery
				return nil
			}
		}
		wait, err = e.spend(shard, now)
		return err
	})
	return wait, err
}

// refresh asks for the limits again when what is known is old. Without an answer, what is known holds on.
func (l *ledger) refresh(ctx context.Context) {
	l.mu.Lock()
	old := l.clock.Since(l.entries.AskedAt) > limitsAge
	l.mu.Unlock()
	if !old {
		return
	}
	limits, err := l.ask(ctx)
	if err != nil {
		l.log.Warn("could not ask how many gateway sessions may begin", "error", err)
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.update(func(e *entries, now time.Time) error { e.learn(limits, now); return nil })
}

// update changes the entries, in the file too if there is one. A file that cannot be used is told of, and the ledger goes on in
// memory. l.mu is held.
func (l *ledger) update(change func(e *entries, now time.Time) error) error {
	unlock, err := l.file.lock()
	if err != nil {
		l.log.Warn("the record of begun gateway sessions cannot be kept", "error", err)
		return change(&l.entries, l.clock.Now())
	}
	defer unlock()
	l.file.read(&l.entries)
	failure := change(&l.entries, l.clock.Now())
	if err := l.file.write(&l.entries); err != nil {
		l.log.Warn("the record of begun gateway sessions cannot be kept", "error", err)
	}
	return failure
}
