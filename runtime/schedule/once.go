package schedule

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	lua "github.com/yuin/gopher-lua"

	"cordial/internal/filelock"
	"cordial/internal/suggest"
	"cordial/runtime"
)

// ErrOnce is how a script ends whose job of Options.Once has run well.
var ErrOnce = errors.New("the job has run")

// UnknownJobError says that a script has no job of the name in Options.Once.
type UnknownJobError struct {
	Script, Name string
	Known        []string
}

func (e *UnknownJobError) Error() string {
	if len(e.Known) == 0 {
		return fmt.Sprintf("%s has no jobs: cron, every and at make them", e.Script)
	}
	text := fmt.Sprintf("%s has no job %q", e.Script, e.Name)
	if near, ok := suggest.Nearest(e.Name, e.Known); ok {
		text += fmt.Sprintf("; did you mean %q?", near)
	}
	return text + "\nits jobs are\n  " + strings.Join(e.Known, "\n  ")
}

// runOnce runs the one job and ends the script with its result.
func (s *Scheduler) runOnce() {
	s.mu.Lock()
	j, ok := s.jobs[s.options.Once]
	var known []string
	for _, other := range s.list() {
		known = append(known, other.name)
	}
	s.mu.Unlock()
	if !ok {
		s.host.Fail(&UnknownJobError{s.options.Script, s.options.Once, known})
		return
	}
	begun, over := s.now(), s.shareByHand()
	s.noteByHand(j, func(e *Entry) {
		e.Running = 0 // of runs by hand the last one counts
		e.begin(begun.UTC(), time.Time{})
	})
	release := s.host.Hold()
	// The task ends at the latest when the host is closed, and then Close waits for this.
	s.byHand.Go(func() {
		defer release()
		defer over()
		err := s.host.Do(context.Background(), runtime.JobName+j.name, func(L *lua.LState) error {
			_, err := s.host.Call(L, j.fn, j.args...)
			return err
		})
		s.noteByHand(j, func(e *Entry) { e.finish(s.now().UTC(), begun, err) })
		s.host.Fail(cmp.Or(err, ErrOnce)) // os.exit wins over both
	})
}

// shareByHand tells others that a run by hand goes on, until it is over. Without a folder for that they take it for killed, which is told when
// the run cannot be noted.
func (s *Scheduler) shareByHand() (over func()) {
	over = func() {}
	if s.options.Dir == nil {
		return over
	}
	file, err := s.file(byHandLock)
	if err == nil {
		err = os.MkdirAll(filepath.Dir(string(file)), 0o700)
	}
	if err == nil {
		if release, err := filelock.Share(string(file)); err == nil {
			over = release
		}
	}
	return over
}

// noteByHand writes a run into the ledger of those that happen beside the schedule, which several processes may do in turn.
func (s *Scheduler) noteByHand(j *Job, change func(e *Entry)) {
	if s.options.Dir == nil || !j.kept {
		return
	}
	if err := s.tryNote(j, change); err != nil {
		s.host.Warn(fmt.Sprintf("the run of %s could not be noted: %v", j.name, err), j.field())
	}
}

// noteTries and noteWait bound how long the file is waited for.
const (
	noteTries = 100
	noteWait  = 10 * time.Millisecond
)

func (s *Scheduler) tryNote(j *Job, change func(e *Entry)) error {
	file, err := s.file(byHandSuffix)
	if err == nil {
		err = os.MkdirAll(filepath.Dir(string(file)), 0o700)
	}
	if err != nil {
		return err
	}
	release, err := filelock.Try(file.lockName())
	for range noteTries {
		if !errors.Is(err, filelock.ErrLocked) {
			break
		}
		s.host.Clock().Sleep(noteWait)
		release, err = filelock.Try(file.lockName())
	}
	if err != nil {
		return err
	}
	defer release()
	l, _, err := openLedger(file, s.options.Script, s.now)
	if err != nil {
		return err
	}
	l.opened = time.Time{}
	l.change(j.name, func(e *Entry) {
		e.Spec = j.identity()
		change(e)
	})
	return l.save()
}
