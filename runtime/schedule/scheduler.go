// Package schedule runs functions of a script at times: cron specs, intervals and single moments. What ran and what is to come is kept
// in a ledger, so that a restart neither loses nor repeats a run.
package schedule

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/jonboulle/clockwork"
	lua "github.com/yuin/gopher-lua"

	"cordial/internal/filelock"
	"cordial/runtime"
)

// Options say for whom jobs are scheduled. The zero value schedules without a ledger.
type Options struct {
	// Dir says where ledgers are kept. It is asked when the first job is made, and makes the folder. Without it nothing is known after a
	// restart.
	Dir func() (string, error)

	// Volatile says that Dir does not outlast the process. Nothing waits for the disk then.
	Volatile bool

	// Script is the script's name, which is that of its ledger. Path is where it lies, to tell it from others of the name.
	Script, Path string

	// Zone is the time zone of jobs that name none; [time.Local] by default.
	Zone *time.Location

	// Once is the name of a job that runs when the script has loaded. Then no other runs, and when it has ended the script ends: with
	// [ErrOnce], with the job's error, or with an [*UnknownJobError].
	Once string

	// Draft tells whether the script that declares a job is only being loaded, to take the place of the one whose jobs run. Its jobs
	// wait for [Scheduler.Replace] or [Scheduler.Discard]. It is asked with the Lua state held; nil is for never.
	Draft func() bool

	// WakeUp is how long the host's clock is left alone; a minute by default. For a clock that only tests move it can be years.
	WakeUp time.Duration
}

// wakeUp is how long a clock is left alone by default. A timer does not count the time in which the machine is suspended, and knows
// nothing of a clock that is set.
const wakeUp = time.Minute

// Scheduler starts the jobs of one host.
type Scheduler struct {
	host    *runtime.Host
	options Options

	mu        sync.Mutex
	names            // of the jobs that are not over
	drafts    []*Job // of the script that is being loaded, in order
	drafted   names  // of the drafts
	number    int
	waiting   queue
	timer     clockwork.Timer
	wake      time.Time // when the timer wakes, by the clock on the wall
	seen      time.Time // what that clock showed last
	live      func()    // lets the host end, nil while there are no jobs
	stopped   bool
	running   int           // runs of jobs that are kept
	beginning map[*run]bool // those that have not called their function yet
	idle      chan struct{} // closed when there are none, for who waits for that

	ledger    *ledger // nil before the first job that is kept, and without a folder
	release   func()  // of the ledger's lock
	elsewhere bool    // another process has the ledger, and runs the jobs
	faulty    bool    // the ledger cannot be kept, which was told

	byHand sync.WaitGroup // of the run of Options.Once

	starts []*run           // to be started when the lock is free
	notes  []runtime.Notice // to be told then
}

// Install declares cron, every, at and jobs to a host's scripts. Close must be called after the host was closed.
func Install(host *runtime.Host, options Options) *Scheduler {
	if options.Zone == nil {
		options.Zone = time.Local
	}
	s := &Scheduler{host: host, options: options, names: newNames(), drafted: newNames(), beginning: map[*run]bool{}}
	s.declare()
	if options.Once != "" {
		host.OnLoad(s.runOnce)
	}
	host.OnStop(s.stop)
	return s
}

// now is the time as a clock on the wall shows it.
func (s *Scheduler) now() time.Time { return s.host.Clock().Now().Round(0) }

// do changes jobs with the lock held. What follows from the change is done afterwards.
func (s *Scheduler) do(change func(now time.Time)) {
	s.mu.Lock()
	now := s.now()
	change(now)
	s.arm(now)
	starts, notes := s.starts, s.notes
	s.starts, s.notes = nil, nil
	s.mu.Unlock()
	for _, note := range notes {
		s.host.Tell(note)
	}
	for _, r := range starts {
		s.start(r)
	}
}

// warn has something told that may be wrong, once the lock is free.
func (s *Scheduler) warn(text string, fields ...slog.Attr) {
	s.notes = append(s.notes, runtime.Notice{Level: slog.LevelWarn, Text: text, Fields: fields})
}

// arm sets the timer to the next due time, and to a minute from now at the latest.
func (s *Scheduler) arm(now time.Time) {
	if s.stopped || len(s.waiting) == 0 && !s.elsewhere {
		if s.timer != nil {
			s.timer.Stop()
			s.timer = nil
		}
		return
	}
	wake := now.Add(cmp.Or(s.options.WakeUp, wakeUp))
	if len(s.waiting) > 0 && s.waiting[0].next.Before(wake) {
		wake = s.waiting[0].next
	}
	if s.timer != nil && !wake.Before(s.wake) {
		return
	}
	if s.timer != nil {
		s.timer.Stop()
	}
	s.wake = wake
	s.timer = s.host.Clock().AfterFunc(max(0, wake.Sub(now)), s.tick)
}

// tick starts what is due.
func (s *Scheduler) tick() {
	s.do(func(now time.Time) {
		s.timer = nil
		if s.stopped {
			return
		}
		s.noticeJump(now)
		if s.elsewhere {
			s.takeOver(now)
		}
		for len(s.waiting) > 0 && !s.waiting[0].next.After(now) {
			j := s.waiting[0]
			start, note := j.pass(now)
			if start != nil {
				s.starts = append(s.starts, start)
			} else {
				s.keepNext(j)
			}
			if note != "" {
				s.warn(note, j.field())
			}
			s.settle(j)
		}
	})
}

// noticeJump plans again when the clock was set back.
func (s *Scheduler) noticeJump(now time.Time) {
	back := s.seen.Sub(now)
	s.seen = now
	if back <= 0 {
		return
	}
	for _, j := range slices.Clone(s.waiting) {
		j.afterJump(now, back)
		s.waiting.put(j)
	}
}

// settle brings a job to its place, and forgets one that is over.
func (s *Scheduler) settle(j *Job) {
	s.waiting.put(j)
	if j.over != "" {
		if s.jobs[j.name] == j {
			s.forget(j)
		}
		if j.running == 0 && j.ended != nil {
			close(j.ended)
			j.ended = nil
		}
	}
	switch {
	case len(s.jobs) > 0 && s.live == nil && s.options.Once == "":
		s.live = s.host.Hold()
	case len(s.jobs) == 0 && s.live != nil:
		s.live()
		s.live = nil
	}
}

// add takes in a new job. Its name may still be wanting.
func (s *Scheduler) add(j *Job) (err error) {
	s.do(func(now time.Time) {
		names := s.declared()
		if err = names.name(j); err != nil {
			return
		}
		if j.jitter > 0 {
			j.plan = &jitterPlan{plan: j.plan, name: j.name, jitter: j.jitter}
		}
		s.number++
		j.number, j.place, j.ended = s.number, -1, make(chan struct{})
		if len(s.jobs) == 0 {
			s.seen = now
		}
		if s.options.Once == "" {
			if err = s.plan(j, now); err != nil {
				return
			}
		}
		if j.over == "" {
			names.jobs[j.name] = j
		}
		if names == &s.drafted {
			j.draft = true
			s.drafts = append(s.drafts, j)
		} else {
			s.keepNext(j)
		}
		s.settle(j)
	})
	return err
}

// declared are the jobs of the code that runs: of the script that is being loaded, if it is that. The Lua state is held.
func (s *Scheduler) declared() *names {
	if s.options.Draft != nil && s.options.Draft() {
		return &s.drafted
	}
	return &s.names
}

// plan finds when a new job is due.
func (s *Scheduler) plan(j *Job, now time.Time) error {
	if j.kept {
		s.open()
	}
	if j.kept && s.elsewhere {
		j.next, _ = j.plan.next(now) // as a hint; it is not in the queue
		return nil
	}
	_, known := s.entry(j)
	if moment, once := j.plan.(momentPlan); once && !known && !j.catchUp && !moment.moment.After(now) {
		return fmt.Errorf("%s has passed; catch_up = true runs it now, if it has not run yet", j.show(moment.moment))
	}
	j.adopt(now)
	return nil
}

// start starts a run as a task.
func (s *Scheduler) start(r *run) (*runtime.Task, error) {
	task, err := s.host.Go(runtime.JobName+r.job.name, func(L *lua.LState) error { return r.body(L, s.host) })
	if err != nil {
		if !errors.Is(err, runtime.ErrClosed) {
			s.host.Warn(fmt.Sprintf("job %s cannot run: %v", r.job.name, err), r.job.field())
		}
		s.end(r, err)
		return nil, err
	}
	task.OnEnd(func() { s.end(r, task.Err()) })
	return task, nil
}

// begin notes the beginning of a run, and has it on the disk before it returns. It reports whether the run may go on.
func (s *Scheduler) begin(L *lua.LState, r *run) (bool, error) {
	s.mu.Lock()
	if !r.withdrawn && r.begun.IsZero() {
		r.begun = s.now()
		r.job.last = r.begun
		r.job.runs++
		s.noteBegin(r)
	}
	s.mu.Unlock()
	err := s.keepBegin(L, r)
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.beginning, r)
	return err == nil && !r.withdrawn, err
}

// end notes the end of a run, and starts the one that has waited for it.
func (s *Scheduler) end(r *run, err error) {
	j := r.job
	s.keepEnd(r, err)
	s.do(func(now time.Time) {
		delete(s.beginning, r)
		j.running--
		j.dropped = false
		if due := j.queued; !due.IsZero() && !s.stopped && j.running == 0 {
			j.queued = time.Time{}
			s.starts = append(s.starts, j.take(due))
		}
		s.settle(j)
		if j.kept {
			s.running--
		}
		if s.idle != nil && s.running == 0 {
			close(s.idle)
			s.idle = nil
		}
	})
}

// cancel lets a job run no more. Runs that go on come to their end.
func (s *Scheduler) cancel(j *Job) {
	s.do(func(time.Time) {
		if j.over == "" || !j.queued.IsZero() {
			j.over, j.next, j.queued = cancelled, time.Time{}, time.Time{}
			if j.draft {
				s.drafted.forget(j)
			} else {
				s.keepNext(j)
			}
			s.settle(j)
		}
	})
}

// Waiting lists the jobs that keep the host from its end.
func (s *Scheduler) Waiting() []*Job {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.list()
}

// stop starts nothing more, and waits for the runs of kept jobs as long as ctx allows.
func (s *Scheduler) stop(ctx context.Context) {
	var idle chan struct{}
	s.do(func(time.Time) {
		s.stopped = true
		if s.running > 0 {
			idle = make(chan struct{})
			s.idle = idle
		}
	})
	if idle == nil {
		return
	}
	select {
	case <-idle:
	case <-ctx.Done():
	}
}

// Close writes what the ledger has not on the disk yet, and gives it up. The host must be closed before.
func (s *Scheduler) Close() error {
	s.byHand.Wait()
	s.mu.Lock()
	ledger, release := s.ledger, s.release
	s.ledger, s.release, s.stopped = nil, nil, true
	s.mu.Unlock()
	if ledger == nil {
		return nil
	}
	defer release()
	if err := ledger.close(); err != nil {
		return fmt.Errorf("the ledger of the jobs could not be written: %w", err)
	}
	return nil
}

// file is a file of the script's in the ledgers' folder.
func (s *Scheduler) file(suffix string) (ledgerFile, error) {
	dir, err := s.options.Dir()
	return ledgerFile(filepath.Join(dir, s.options.Script+suffix)), err
}

// me is this process, as others are told of it.
func (s *Scheduler) me() filelock.Owner {
	return filelock.Owner{PID: os.Getpid(), Script: s.options.Path}
}
