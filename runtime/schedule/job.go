package schedule

import (
	"cmp"
	"fmt"
	"log/slog"
	"time"

	lua "github.com/yuin/gopher-lua"

	"cordial/internal/show"
	"cordial/runtime"
)

// What happens when a job is due while it still runs.
const (
	overlapSkip     = "skip"     // the run falls out
	overlapQueue    = "queue"    // it waits for the other to end; while one waits, more fall out
	overlapParallel = "parallel" // it runs as well, as far as the host has room for tasks
)

// How a job can be over.
const (
	done      = "done"      // there is no further due time
	missed    = "missed"    // the only due time passed without a run
	cancelled = "cancelled" // by Job:cancel
)

// grace is how late a run may be that is not missed: after a pause the clock is looked at within a minute, and a restart takes time.
const grace = 2 * time.Minute

// Job is a function that runs at times.
type Job struct {
	scheduler *Scheduler
	number    int // in the order of declaration
	unnamed   bool
	name      string
	spec      string
	plan      plan
	interval  *intervalPlan // of every, inside plan
	zone      *time.Location
	catchUp   bool
	kept      bool // in the ledger; if not it is a mere timer
	overlap   string
	jitter    time.Duration
	fn        *lua.LFunction
	args      []lua.LValue

	// What follows is guarded by the scheduler's lock.

	next    time.Time // zero for never again
	draft   bool      // of a script that is being loaded
	place   int       // in the queue, -1 for none
	last    time.Time // when it last began
	runs    int
	skipped int
	running int
	dropped bool      // a run has fallen out since the running one began
	queued  time.Time // the due time of the run that waits for another to end
	over    string
	ended   chan struct{} // closed when it is over and runs no longer
}

// run is one run of a job.
type run struct {
	job       *Job
	due       time.Time // zero for one by hand
	begun     time.Time // as the ledger has it
	withdrawn bool      // a run of another job has taken its place before it called the function
}

// identity is all that a job's due times follow from. If it changes, they are planned anew.
func (j *Job) identity() string {
	text := j.spec
	if j.interval == nil {
		text += " " + j.zone.String()
	}
	if j.jitter > 0 {
		text += " jitter " + shortDuration(j.jitter)
	}
	return text
}

// status is what the job does now.
func (j *Job) status() string {
	switch {
	case j.running > 0 && !j.queued.IsZero():
		return "queued"
	case j.running > 0 && j.dropped:
		return "skipped"
	case j.running > 0:
		return "running"
	case j.over == "" && j.isElsewhere():
		return "elsewhere"
	}
	return cmp.Or(j.over, "waiting")
}

// field is what a notice about the job has of it.
func (j *Job) field() slog.Attr { return slog.String("job", j.name) }

// isElsewhere tells whether another process runs the job.
func (j *Job) isElsewhere() bool { return j.kept && j.scheduler.elsewhere }

// show writes a time in the job's zone. The names and specs of at have it.
func (j *Job) show(t time.Time) string { return TimeText(t.In(j.zone)) }

// TimeText writes a time in its zone, with the seconds if they are not zero: "2026-12-01 09:00 CET".
func TimeText(t time.Time) string {
	if t.Second() != 0 || t.Nanosecond() != 0 {
		return t.Format("2006-01-02 15:04:05 MST")
	}
	return t.Format("2006-01-02 15:04 MST")
}

// String is how the job prints.
func (j *Job) String() string {
	j.scheduler.mu.Lock()
	defer j.scheduler.mu.Unlock()
	if j.next.IsZero() || j.over != "" {
		return fmt.Sprintf("Job(name=%s, status='%s')", show.Quoted(j.name), j.status())
	}
	return fmt.Sprintf("Job(name=%s, next=%s)", show.Quoted(j.name), j.show(j.next))
}

// adopt plans a job, after what the ledger knows of it.
func (j *Job) adopt(now time.Time) {
	e, known := j.scheduler.entry(j)
	if !known {
		j.planAnew(now)
		return
	}
	j.last, j.runs = e.Begun, e.Runs
	if j.interval != nil && !e.Anchor.IsZero() {
		j.interval.first = e.Anchor
	}
	fresh, ok := j.plan.next(now)
	_, once := j.plan.(momentPlan)
	setBack := e.Seen.Sub(now) > maxRepeat
	same, _ := j.plan.next(e.Next.Add(-1)) // unless the machine's zone is another one, or its rules are
	switch {
	case e.Next.IsZero() && once && (!ok || !setBack && e.Due.Equal(fresh)):
		j.over = done
	case e.Next.IsZero() || ok && setBack && e.Next.After(fresh) || e.Next.After(now) && !same.Equal(e.Next):
		j.planAnew(now)
	default:
		j.next = e.Next
		j.afterJump(now, 0)
	}
}

// planAnew finds the next due time after now. A single moment that has passed stays the next one, to be caught up.
func (j *Job) planAnew(now time.Time) {
	if j.interval != nil {
		j.interval.first = now.Add(j.interval.interval)
	}
	next, ok := j.plan.next(now)
	if moment, once := j.plan.(momentPlan); once && !ok {
		next = moment.moment
	}
	j.next = next
}

// maxRepeat is how far the clock may be set back without due times coming again that had their runs.
const maxRepeat = 3 * time.Hour

// afterJump plans a job again when the clock was set back by some time. An interval never gets longer by that.
func (j *Job) afterJump(now time.Time, back time.Duration) {
	tooLong := j.interval != nil && j.next.Sub(now) > j.interval.interval+j.jitter
	if tooLong || back > maxRepeat {
		j.planAnew(now)
	}
}

// pass deals with the due times that have come: at most one run follows from them, and one line if some were missed.
func (j *Job) pass(now time.Time) (start *run, note string) {
	first := j.next
	last, count := passed(j.plan, first, now)
	next, more := j.plan.next(last)
	j.next = next
	onTime := now.Sub(last) <= grace
	runs := onTime || j.catchUp || !j.kept
	if !more {
		j.next, j.over = time.Time{}, done
		if !runs {
			j.over = missed
		}
	}
	if runs {
		count--
		start = j.take(last)
	}
	if count > 0 && j.kept && !j.catchUp && now.Sub(first) > grace {
		note = j.missedText(first, count)
	}
	return start, note
}

// take decides what becomes of a run while others may be running.
func (j *Job) take(due time.Time) *run {
	switch {
	case j.running == 0 || j.overlap == overlapParallel:
		return j.newRun(due)
	case j.overlap == overlapQueue && j.queued.IsZero():
		j.queued = due
	default:
		j.dropped = true
		j.skipped++
	}
	return nil
}

// newRun is a run that is to be started.
func (j *Job) newRun(due time.Time) *run {
	r := &run{job: j, due: due}
	j.running++
	if j.kept {
		j.scheduler.running++
	}
	j.scheduler.beginning[r] = true
	return r
}

func (j *Job) missedText(first time.Time, count int) string {
	text := fmt.Sprintf("job %s: the run of %s was missed", j.name, j.show(first))
	if count > 1 {
		times := fmt.Sprint(count)
		if count >= maxCounted-1 {
			times = fmt.Sprintf("more than %d", maxCounted-2)
		}
		text = fmt.Sprintf("job %s: %s runs were missed from %s on", j.name, times, j.show(first))
	}
	if j.next.IsZero() {
		return text + " (catch_up = true runs what was missed once)"
	}
	return text + "; the next is at " + j.show(j.next) + " (catch_up = true runs what was missed once)"
}

// body runs the job's function, whose results are those of the task. The run is in the ledger before the function begins.
func (r *run) body(L *lua.LState, host *runtime.Host) error {
	if goOn, err := r.job.scheduler.begin(L, r); !goOn {
		return err
	}
	results, err := host.Call(L, r.job.fn, r.job.args...)
	for _, v := range results {
		L.Push(v)
	}
	return err
}
