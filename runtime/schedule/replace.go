package schedule

import "time"

// Replace lets the drafts take the place of all other jobs. What the ledger knows of those stays: a job with the same name and times
// goes on. Runs that go on are left to who cancels their tasks.
func (s *Scheduler) Replace() {
	s.do(func(now time.Time) {
		for _, j := range s.list() {
			s.drop(j)
		}
		drafts, drafted := s.drafts, s.drafted
		s.drafts, s.drafted = nil, newNames()
		s.unnamed = drafted.unnamed
		for _, j := range drafts {
			if j.over != "" {
				continue
			}
			j.draft = false
			if err := s.plan(j, now); err != nil {
				s.notes = append(s.notes, "job "+j.name+": "+err.Error())
				j.over = missed
			} else {
				s.keepNext(j)
			}
			s.jobs[j.name] = j
			s.settle(j)
		}
	})
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
