package schedule

import (
	"cmp"
	"context"
	"fmt"
	"time"

	lua "github.com/yuin/gopher-lua"

	"cordial/internal/filelock"
	"cordial/runtime"
)

// This file is what the scheduler writes into the ledger. Where there is none it does nothing.

// open takes the ledger for this process when the first job needs it. s.mu is held, as in all that follows except keepBegin and keepEnd.
func (s *Scheduler) open() {
	if s.ledger != nil || s.elsewhere || s.faulty || s.options.Dir == nil {
		return
	}
	_, other, err := s.tryOpen()
	switch {
	case err != nil:
		s.fault(err)
	case other != nil:
		s.elsewhere = true
		s.warn(fmt.Sprintf("the jobs of %s run in another process%s; here they wait for its end", s.options.Script, ownerText(other, s.options.Path)))
	}
}

// ownerText says what is known of the owner, to a script at a path.
func ownerText(o *filelock.Owner, path string) string {
	switch {
	case o.PID == 0:
		return ""
	case o.Script == path:
		return fmt.Sprintf(" (%d)", o.PID)
	}
	return fmt.Sprintf(" (%d, of %s, which has the same name)", o.PID, o.Script)
}

// tryOpen tells whether this process owns the ledger, which it may without being able to read it, or who does.
func (s *Scheduler) tryOpen() (owned bool, other *filelock.Owner, err error) {
	file, err := s.file(ledgerSuffix)
	if err != nil {
		return false, nil, err
	}
	release, other, err := file.own(s.me())
	if err != nil || other != nil {
		return false, other, err
	}
	ledger, aside, err := openLedger(file, s.options.Script, s.now)
	if err != nil {
		release()
		return true, nil, err
	}
	if aside != "" {
		s.warn(aside)
	}
	ledger.volatile = s.options.Volatile
	ledger.bury()
	s.ledger, s.release = ledger, release
	return true, nil, nil
}

// takeOver runs the jobs here once the process has ended that did. If that cannot be told, as without a file descriptor to spare, it is
// asked again later: no run is repeated.
func (s *Scheduler) takeOver(now time.Time) {
	owned, _, err := s.tryOpen()
	if !owned {
		return
	}
	s.elsewhere = false
	if err != nil {
		s.fault(err)
	}
	s.notes = append(s.notes, runtime.Notice{Text: fmt.Sprintf("the jobs of %s run here now: the other process has ended", s.options.Script)})
	for _, j := range s.list() {
		if j.kept && j.place < 0 {
			j.adopt(now)
			s.keepNext(j)
			s.settle(j)
		}
	}
}

// fault says once that the ledger cannot be kept. The jobs run all the same.
func (s *Scheduler) fault(err error) {
	if !s.faulty {
		s.faulty = true
		s.warn(fmt.Sprintf("the ledger of the jobs of %s cannot be kept: %v; a restart may miss runs or repeat them", s.options.Script, err))
	}
}

// entry is what the ledger says of a job with the same due times.
func (s *Scheduler) entry(j *Job) (Entry, bool) {
	if s.ledger == nil || !j.kept {
		return Entry{}, false
	}
	e, ok := s.ledger.find(j.name)
	return e, ok && e.Spec == j.identity()
}

// keepNext notes when a job is due.
func (s *Scheduler) keepNext(j *Job) {
	if s.ledger == nil || !j.kept {
		return
	}
	s.ledger.change(j.name, j.describe)
	s.ledger.saveLater()
}

// describe writes a job's plan into its entry. A run that waits for another one has not begun: to a restart it is the next.
func (j *Job) describe(e *Entry) {
	e.Spec, e.Next = j.identity(), time.Time{}
	if next := cmp.Or(j.queued, j.next); !next.IsZero() {
		e.Next = next.UTC()
	}
	if j.interval != nil {
		e.Anchor = j.interval.first.UTC()
	}
}

// noteBegin notes that a run begins.
func (s *Scheduler) noteBegin(r *run) {
	if s.ledger == nil || !r.job.kept {
		return
	}
	s.ledger.change(r.job.name, func(e *Entry) {
		r.job.describe(e)
		e.begin(r.begun.UTC(), r.due.UTC())
	})
}

// keepBegin has on the disk what noteBegin has noted. The error is that of a cancelled task; a ledger that cannot be written is told, and
// the job runs.
func (s *Scheduler) keepBegin(L *lua.LState, r *run) error {
	s.mu.Lock()
	ledger := s.ledger
	s.mu.Unlock()
	if ledger == nil || !r.job.kept {
		return nil
	}
	var failed error
	err := s.host.Wait(L, func(context.Context) error {
		failed = ledger.save()
		return nil
	})
	if failed != nil {
		s.do(func(time.Time) { s.fault(failed) })
	}
	return err
}

// keepEnd notes how a run ended, soon.
func (s *Scheduler) keepEnd(r *run, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ledger == nil || !r.job.kept || r.begun.IsZero() || r.withdrawn {
		return
	}
	s.ledger.change(r.job.name, func(e *Entry) { e.finish(s.now().UTC(), r.begun, err) })
	s.ledger.saveLater()
}
