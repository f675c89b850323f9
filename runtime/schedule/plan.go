package schedule

import (
	"hash/fnv"
	"strconv"
	"strings"
	"time"
)

// plan says when a job is due.
type plan interface {
	// next is the first due time after t; there may be none.
	next(t time.Time) (due time.Time, ok bool)
}

// cronPlan is what a cron spec says in a zone.
//
// Where the clocks change, a spec with a star in its minute or hour goes on by real time: it is due at every minute that shows a time it
// names, none in the hour that is left out, twice in the hour that comes twice. A spec of fixed times is due when a clock on the wall
// first shows that time or a later one: after the gap for a time that is left out, the first time for one that comes twice.
type cronPlan struct {
	*fields
	zone *time.Location
}

func (c *cronPlan) next(t time.Time) (time.Time, bool) {
	if c.realTime {
		return c.nextByRealTime(t)
	}
	for wall := wallClock(t, c.zone); ; wall = wall.Add(time.Minute) {
		var ok bool
		if wall, ok = c.nextWall(wall); !ok {
			return time.Time{}, false
		}
		if due := reached(wall, c.zone); due.After(t) {
			return due, true
		}
	}
}

// nextByRealTime looks from one change of the clocks to the next: between them a wall clock goes as time does.
func (c *cronPlan) nextByRealTime(t time.Time) (time.Time, bool) {
	t = t.Add(1)
	for {
		wall := wallClock(t, c.zone)
		named, ok := c.nextWall(wall)
		if !ok {
			return time.Time{}, false
		}
		due := t.Add(named.Sub(wall))
		_, change := t.In(c.zone).ZoneBounds()
		if change.IsZero() || due.Before(change) {
			return due, true
		}
		t = change
	}
}

// wallClock is what a clock on a wall of the zone shows, written as a time of UTC.
func wallClock(t time.Time, zone *time.Location) time.Time {
	_, offset := t.In(zone).Zone()
	return t.UTC().Add(time.Duration(offset) * time.Second)
}

// reached is when a clock on a wall of the zone first shows a time, or a later one if it leaves that out.
func reached(wall time.Time, zone *time.Location) time.Time {
	year, month, day := wall.Date()
	t := time.Date(year, month, day, wall.Hour(), wall.Minute(), wall.Second(), wall.Nanosecond(), zone)
	begin, end := t.ZoneBounds()
	switch shown := wallClock(t, zone); {
	case shown.After(wall): // left out; t is behind the gap
		return begin
	case shown.Before(wall): // left out; t is before the gap
		return end
	case begin.IsZero():
		return t
	}
	_, before := begin.Add(-1).In(zone).Zone()
	if first := wall.Add(-time.Duration(before) * time.Second); first.Before(begin) {
		return first.In(zone) // it comes twice
	}
	return t
}

// intervalPlan is due again and again after the same time, by real time.
type intervalPlan struct {
	first    time.Time
	interval time.Duration
}

func (p *intervalPlan) next(t time.Time) (time.Time, bool) {
	if t.Before(p.first) {
		return p.first, true
	}
	return p.first.Add((t.Sub(p.first)/p.interval + 1) * p.interval), true
}

// momentPlan is due once.
type momentPlan struct{ moment time.Time }

func (p momentPlan) next(t time.Time) (time.Time, bool) { return p.moment, p.moment.After(t) }

// maxJitter bounds jitter, so that the due times in it are few.
const maxJitter = 24 * time.Hour

// jitterPlan puts each due time off by up to a duration, never past the next one. By how much follows from the job's name and the due
// time, so that a restart comes to the same.
type jitterPlan struct {
	plan
	name   string
	jitter time.Duration
}

func (p *jitterPlan) next(t time.Time) (time.Time, bool) {
	due, ok := p.plan.next(t.Add(-p.jitter))
	if ok && !due.After(t) {
		due = latest(p.plan, due, t) // an earlier one is put off to before this one
	}
	for ok {
		after, more := p.plan.next(due)
		limit := p.jitter
		if more {
			limit = min(limit, after.Sub(due))
		}
		if moment := due.Add(p.delay(due, limit)); moment.After(t) {
			return moment, true
		}
		due, ok = after, more
	}
	return time.Time{}, false
}

// delay is at least zero and less than the limit.
func (p *jitterPlan) delay(due time.Time, limit time.Duration) time.Duration {
	hash := fnv.New64a()
	hash.Write([]byte(p.name))
	hash.Write(strconv.AppendInt(nil, due.UnixNano(), 10))
	return time.Duration(hash.Sum64() % uint64(limit))
}

// maxCounted bounds how many missed due times are counted.
const maxCounted = 10_000

// passed finds the last of the due times from first to now, and counts them as far as maxCounted.
func passed(p plan, first, now time.Time) (last time.Time, count int) {
	last = first
	for count = 1; count < maxCounted; count++ {
		due, ok := p.next(last)
		if !ok || due.After(now) {
			return last, count
		}
		last = due
	}
	return latest(p, last, now), count
}

// latest finds the last of the due times from due, which is one, to now. However many there are, it asks the plan some sixty times at the
// most: the scheduler's lock is held meanwhile.
func latest(p plan, due, now time.Time) time.Time {
	before := due.Add(-1) // a due time comes after this one, up to now
	last := now           // and none after this one
	for last.Sub(before) > 1 {
		middle := before.Add(last.Sub(before) / 2)
		if next, ok := p.next(middle); ok && !next.After(now) {
			before = middle
		} else {
			last = middle
		}
	}
	return last
}

// shortDuration is a duration without the zeros at its end: "1h30m", "10m".
func shortDuration(d time.Duration) string {
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}
