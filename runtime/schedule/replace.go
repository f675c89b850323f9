package schedule

import (
	"maps"
	"time"
)

// Replace lets the drafts take the place of all other jobs. One with the name and times of an earlier job goes on where that was: with
// its next due time, and with the runs that it owes. Those that have called their function are left to who cancels their tasks.
func (s *Scheduler) Replace() {
	s.do(func(now time.Time) {
		before := s.old()
		drafts, drafted := s.drafts, s.drafted
		s.drafts, s.drafted = nil, newNames()
		heirs := map[string]*Job{}
		for _, j := range drafts {
			j.draft = false
			if j.over != cancelled {
				heirs[j.name] = j
			}
		}
		s.handOver(heirs)
		for _, j := range before {
			if heir := heirs[j.name]; heir.continues(j) {
				s.inherit(heir, j)
				delete(heirs, j.name)
			}
			if s.jobs[j.name] == j {
				s.drop(j)
			}
		}
		s.unnamed = drafted.unnamed
		for _, j := range drafts {
			s.goLive(j, heirs[j.name] == j, now)
		}
	})
}

// old are the jobs that may be replaced: those that run, and those that are over but for a run that has not called its function.
func (s *Scheduler) old() []*Job {
	jobs := s.list()
	for r := range s.beginning {
		if r.job.over == done && !r.job.draft {
			jobs = append(jobs, r.job)
		}
	}
	return jobs
}

// continues tells whether a job is the same as an earlier one, for the ledger. j may be nil.
func (j *Job) continues(old *Job) bool {
	return j != nil && j.kept && old.kept && j.name == old.name && j.identity() == old.identity()
}

// handOver withdraws the runs that have not called their function, and lets those of their heirs take their place. The ledger may have
// them already.
func (s *Scheduler) handOver(heirs map[string]*Job) {
	for r := range maps.Clone(s.beginning) {
		heir := heirs[r.job.name]
		switch {
		case heir == r.job || r.due.IsZero(): // they were asked for by hand
		case heir.continues(r.job):
			r.withdrawn = true
			next := heir.newRun(r.due)
			next.begun = r.begun
			s.starts = append(s.starts, next)
		case r.begun.IsZero():
			r.withdrawn = true
		}
	}
}

// inherit lets a job go on where an earlier one was, which the ledger has noted already.
func (s *Scheduler) inherit(j, old *Job) {
	j.over, j.next, j.last, j.runs = old.over, old.next, old.last, old.runs
	if j.interval != nil {
		j.interval.first = old.interval.first
	}
	if !old.queued.IsZero() {
		if start := j.take(old.queued); start != nil {
			s.starts = append(s.starts, start)
		}
	}
}

// goLive takes a job in that was a draft, and plans it if it does not go on from another one.
func (s *Scheduler) goLive(j *Job, isNew bool, now time.Time) {
	if isNew && j.over == "" {
		if err := s.plan(j, now); err != nil {
			s.warn("job "+j.name+": "+err.Error(), j.field())
			j.over = missed
		} else {
			s.keepNext(j)
		}
	}
	if j.over == "" {
		s.jobs[j.name] = j
	}
	s.settle(j)
}

// Discard forgets the drafts.
func (s *Scheduler) Discard() {
	s.do(func(time.Time) {
		for _, j := range s.drafts {
			s.drop(j)
		}
		s.drafts, s.drafted = nil, newNames()
	})
}

// drop cancels a job and leaves the ledger as it is.
func (s *Scheduler) drop(j *Job) {
	j.over, j.next, j.queued = cancelled, time.Time{}, time.Time{}
	s.settle(j)
}
