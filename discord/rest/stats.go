package rest

import (
	"cmp"
	"maps"
	"slices"
	"time"
)

// Stats is a picture of a client's rate limits and counters.
type Stats struct {
	Buckets  []BucketStats  // ordered by Hash, then Major
	Waiting  int            // requests that wait now
	Waits    int            // times that a request had to wait
	Waited   time.Duration  // how long they waited altogether
	Requests int            // tries sent
	Retries  int            // tries that repeated an earlier one
	Limited  map[string]int // answers 429 by scope: "user", "global", "shared", or "blocked" when not from Discord's API
	Invalid  int            // invalid requests (401, 403, 429) within the last ten minutes
}

// BucketStats describes one rate-limit bucket.
type BucketStats struct {
	Hash      string // as Discord names it, "" while it has not
	Routes    []string
	Major     string // the channel, guild or webhook it counts for, without a token
	Limit     int    // requests per window, 0 while it is not known
	Remaining int
	Reset     time.Time // when the window ends, zero when none is open
	Waiting   int
}

// Stats takes a picture of the client's rate limits and counters.
func (c *Client) Stats() Stats { return c.limits.stats() }

func (l *limiter) stats() Stats {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := Stats{
		Waiting: l.waiting, Waits: l.counts.waits, Waited: l.counts.waited,
		Requests: l.counts.requests, Retries: l.counts.retries,
		Limited: maps.Clone(l.counts.limited),
		Invalid: l.breaker.total(l.clock.Now()),
	}
	seen := map[*bucket]bool{}
	for _, lane := range l.lanes {
		if !seen[lane.bucket] {
			seen[lane.bucket] = true
			s.Buckets = append(s.Buckets, lane.bucket.stats())
		}
	}
	slices.SortFunc(s.Buckets, func(a, b BucketStats) int {
		return cmp.Or(cmp.Compare(a.Hash, b.Hash), cmp.Compare(a.Major, b.Major), slices.Compare(a.Routes, b.Routes))
	})
	return s
}

func (b *bucket) stats() BucketStats {
	s := BucketStats{Hash: b.key.hash, Limit: b.limit, Remaining: max(0, b.tokens), Reset: b.reset}
	for _, lane := range b.lanes {
		s.Routes = append(s.Routes, lane.key.route)
		s.Major = lane.shown
		s.Waiting += lane.queue.Len()
	}
	slices.Sort(s.Routes)
	return s
}
