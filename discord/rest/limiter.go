package rest

import (
	"cmp"
	"container/list"
	"context"
	"sync"
	"time"

	"github.com/jonboulle/clockwork"
)

// bounds are the numbers that a limiter keeps to, see Options.
type bounds struct{ global, invalid, waiting int }

// limiter lets requests go when Discord's rate limits allow it. A request stands in the queue of its lane, takes a place in the
// lane's bucket, and then passes the global limit. Everything happens under one lock; timers wake what waits for a moment.
type limiter struct {
	clock clockwork.Clock
	bounds

	mu      sync.Mutex
	arrived uint64 // numbers the requests in order of arrival
	lanes   map[laneKey]*lane
	buckets map[bucketKey]*bucket
	hashes  map[string]string // bucket hash of a route
	sweepAt int               // number of lanes at which idle ones are dropped
	global  *global
	breaker breaker
	waiting int
	counts  counts

	slow    func(route string, waiting int, blocked bool) // told of long waits, nil for nobody
	noticed time.Time                                     // when it was told last
}

// counts are the limiter's running totals.
type counts struct {
	requests, retries, waits int
	waited                   time.Duration
	limited                  map[string]int // answers 429 by scope
}

type laneKey struct{ route, major string }

// lane is the queue of the requests of one route and major parameter. Before Discord names its bucket it has one to itself.
type lane struct {
	key    laneKey
	shown  string // the major parameter without a token
	bucket *bucket
	queue  list.List // of *turn, in order of arrival
	flying int       // requests that have left the queue and are not answered
	inTurn bool      // one of them at a time

	pause pause  // after a 429
	scope string // of that 429
}

// turn is a request's place in the queues, from its arrival to its last answer.
type turn struct {
	lane    *lane
	bucket  *bucket // where it is in flight
	arrived uint64
	exempt  bool // from the global limit
	spent   bool // took a token of the bucket
	tries   int
	waited  time.Duration

	in      *list.List // the queue it stands in, nil when in none
	at      *list.Element
	granted bool
	ready   chan struct{} // closed when granted, nil if nobody waits
}

const (
	maxHashes  = 4096 // routes whose bucket hash is remembered; Discord has some 250
	firstSweep = 1024
)

func newLimiter(clock clockwork.Clock, max bounds) *limiter {
	l := &limiter{
		clock: clock, bounds: max, sweepAt: firstSweep,
		lanes: map[laneKey]*lane{}, buckets: map[bucketKey]*bucket{}, hashes: map[string]string{},
		breaker: breaker{limit: max.invalid},
		counts:  counts{limited: map[string]int{}},
	}
	l.global = newGlobal(l, max.global)
	return l
}

// wait returns when the request may go. After a nil error, leave must follow. The turn's waits altogether take at most longest.
func (l *limiter) wait(ctx context.Context, t *turn, r route, longest time.Duration) error {
	if err := ctx.Err(); err != nil {
		return context.Cause(ctx)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.clock.Now()
	if err := l.join(t, r, longest, now); err != nil {
		return err
	}
	if !t.granted {
		t.ready = make(chan struct{})
		l.mu.Unlock()
		err := l.sleep(ctx, t, longest)
		l.mu.Lock()
		if err = cmp.Or(err, l.breaker.check(l.clock.Now())); err != nil {
			l.withdraw(t)
		}
		waited := l.clock.Since(now)
		t.waited += waited
		l.counts.waited += waited
		l.counts.waits++
		if err != nil {
			return err
		}
	}
	l.counts.requests++
	return nil
}

// sleep returns when the turn is granted or has to give up.
func (l *limiter) sleep(ctx context.Context, t *turn, longest time.Duration) error {
	timer := l.clock.NewTimer(longest - t.waited)
	defer timer.Stop()
	notice := l.clock.AfterFunc(noticeAfter, func() { l.notice(t) })
	defer notice.Stop()
	select {
	case <-t.ready:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-timer.Chan():
		return &RateLimitError{MaxWait: longest}
	}
}

// join puts the turn into its lane's queue and lets go whatever may.
func (l *limiter) join(t *turn, r route, longest time.Duration, now time.Time) error {
	if err := l.breaker.check(now); err != nil {
		return err
	}
	if l.waiting >= l.bounds.waiting {
		return &QueueFullError{Waiting: l.waiting}
	}
	lane := l.lane(r, now)
	until, scope := lane.pause.until, lane.scope
	if g := l.global.until(t.exempt); g.After(until) {
		until, scope = g, "global"
	}
	if pause := until.Sub(now); pause > longest-t.waited {
		return &RateLimitError{Scope: scope, RetryAfter: pause, MaxWait: longest}
	}
	if t.arrived == 0 {
		l.arrived++
		t.arrived = l.arrived
	}
	if t.tries++; t.tries > 1 {
		l.counts.retries++
	}
	t.lane, t.exempt, t.granted, t.ready = lane, r.tokened, false, nil
	t.enqueue(&lane.queue)
	l.waiting++
	l.pump(lane.bucket, now)
	return nil
}

// enqueue stands the turn in a queue by its arrival: a repeated request goes before those that came after it.
func (t *turn) enqueue(q *list.List) {
	after := q.Back()
	for after != nil && after.Value.(*turn).arrived > t.arrived {
		after = after.Prev()
	}
	t.in = q
	if after == nil {
		t.at = q.PushFront(t)
	} else {
		t.at = q.InsertAfter(t, after)
	}
}

func (t *turn) dequeue() {
	t.in.Remove(t.at)
	t.in, t.at = nil, nil
}

// grant lets the request go.
func (l *limiter) grant(t *turn) {
	l.waiting--
	t.granted = true
	if t.ready != nil {
		close(t.ready)
	}
}

// withdraw takes out a request that gave up, wherever it stands.
func (l *limiter) withdraw(t *turn) {
	if !t.granted {
		l.waiting--
	}
	if t.in != nil {
		t.dequeue()
	}
	if t.bucket == nil {
		return
	}
	if t.spent {
		t.bucket.tokens++
	}
	l.pump(l.land(t), l.clock.Now())
}

// land ends the flight of a request.
func (l *limiter) land(t *turn) *bucket {
	b := t.bucket
	b.flying--
	t.lane.flying--
	t.bucket, t.spent = nil, false
	return b
}

// leave takes the answer to a request that wait has let go, nil when there was none. It reports whether the answer was 429, which
// calls for another wait.
func (l *limiter) leave(t *turn, resp *Response) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.clock.Now()
	b := l.land(t)
	limited := false
	if resp != nil {
		limited = l.learn(t.lane, resp, now)
	}
	l.pump(b, now)
	if t.lane.bucket != b {
		l.pump(t.lane.bucket, now)
	}
	return limited
}

// learn takes from an answer what it says about limits.
func (l *limiter) learn(lane *lane, resp *Response, now time.Time) (limited bool) {
	if w, ok := windowOf(resp.Header); ok {
		if w.hash != "" {
			l.assign(lane, w.hash)
		}
		lane.bucket.update(w, now)
	}
	stop, limited := limitOf(resp)
	if limited && stop.scope != scopeShared || resp.Status == 401 || resp.Status == 403 {
		l.breaker.count(now)
	}
	if !limited {
		lane.pause.strikes, l.global.pause.strikes, l.global.block.strikes = 0, 0, 0
		return false
	}
	l.counts.limited[stop.scope]++
	switch stop.scope {
	case scopeBlocked:
		l.global.block.extend(cmp.Or(stop.after, blockPause), now)
	case scopeGlobal:
		l.global.pause.extend(stop.after, now)
	default:
		lane.scope = stop.scope
		lane.pause.extend(stop.after, now)
	}
	return true
}

// lane finds or makes the lane of a route.
func (l *limiter) lane(r route, now time.Time) *lane {
	key := laneKey{r.key, r.major}
	if have, ok := l.lanes[key]; ok {
		return have
	}
	if len(l.lanes) >= l.sweepAt {
		l.sweep(now)
	}
	made := &lane{key: key, shown: r.shownMajor(), inTurn: r.inTurn}
	if hash, ok := l.hashes[r.key]; ok {
		made.join(l.bucket(bucketKey{hash, r.major}))
	} else {
		made.join(&bucket{})
	}
	l.lanes[key] = made
	return made
}

// assign puts a lane into the bucket that Discord has named.
func (l *limiter) assign(lane *lane, hash string) {
	if len(l.hashes) >= maxHashes {
		clear(l.hashes)
	}
	l.hashes[lane.key.route] = hash
	key := bucketKey{hash, lane.key.major}
	if lane.bucket.key == key {
		return
	}
	if _, taken := l.buckets[key]; !taken && lane.bucket.key.hash == "" {
		lane.bucket.key = key
		l.buckets[key] = lane.bucket
		return
	}
	lane.join(l.bucket(key))
}

func (l *limiter) bucket(key bucketKey) *bucket {
	b, ok := l.buckets[key]
	if !ok {
		b = &bucket{key: key}
		l.buckets[key] = b
	}
	return b
}

// sweep drops lanes and buckets that nothing is left to know of.
func (l *limiter) sweep(now time.Time) {
	for key, lane := range l.lanes {
		if lane.idle(now) {
			delete(l.lanes, key)
			lane.bucket.drop(lane)
		}
	}
	for key, b := range l.buckets {
		if len(b.lanes) == 0 && b.flying == 0 {
			delete(l.buckets, key)
		}
	}
	l.sweepAt = max(firstSweep, 2*len(l.lanes))
}

func (l *lane) idle(now time.Time) bool {
	return l.queue.Len() == 0 && l.flying == 0 && !now.Before(l.pause.until) && l.bucket.flying == 0 && !now.Before(l.bucket.reset)
}
