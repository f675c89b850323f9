package luatest

import (
	"context"
	"regexp"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"cordial/runtime"
)

// Options say how tests are run.
type Options struct {
	// Open makes the host of a test in its world, with the given clock, network and output.
	Open func(w *World) (*Opened, error)

	// Starting reports whether a script that was loaded has still to begin its work, for which some time must pass. nil is never.
	Starting func(h *runtime.Host) bool

	// Pattern chooses tests by name; nil is all.
	Pattern *regexp.Regexp

	// Parallel is how many tests run side by side, at least one.
	Parallel int

	// Timeout is how long a test may take by the real clock; zero is a minute.
	Timeout time.Duration

	// Cover counts the lines of the scripts that run, but for those of the tests themselves.
	Cover bool

	// Report gets the results one after the other, in the order of the files and of the tests in them.
	Report func(Result)
}

// Status says how a test has ended.
type Status string

// The ends of a test.
const (
	Passed  Status = "pass"
	Failed  Status = "fail"
	Skipped Status = "skip"
)

// Result is how one test has ended. A file that cannot be read as one is a failed test without a name.
type Result struct {
	File    string
	Name    string
	Status  Status
	Reason  string   // why it was skipped
	Failed  []string // what went wrong, each a text that may have several lines
	Output  string   // what the test has printed
	Elapsed time.Duration
}

// Summary counts results.
type Summary struct {
	Passed, Failed, Skipped int
	Elapsed                 time.Duration
	Coverage                *Profile // nil unless it was asked for
}

func (s *Summary) add(r Result) {
	switch r.Status {
	case Passed:
		s.Passed++
	case Skipped:
		s.Skipped++
	default:
		s.Failed++
	}
}

// runner runs the tests of files.
type runner struct {
	o       Options
	labels  atomic.Int64
	profile *Profile
}

// Run runs the tests of files.
func Run(ctx context.Context, files []string, o Options) Summary {
	begun := time.Now()
	if o.Timeout == 0 {
		o.Timeout = time.Minute
	}
	r := &runner{o: o}
	if o.Cover {
		r.profile = newProfile()
	}
	lists := make([]listed, len(files))
	inTurn(o.Parallel, len(files), func(i int) { lists[i] = r.list(ctx, files[i]) }, func(int) {})
	jobs := r.chosen(files, lists)
	results := make([]Result, len(jobs))
	summary := Summary{Coverage: r.profile}
	inTurn(o.Parallel, len(jobs), func(i int) { results[i] = jobs[i](ctx) }, func(i int) {
		summary.add(results[i])
		if o.Report != nil {
			o.Report(results[i])
		}
		results[i] = Result{}
	})
	summary.Elapsed = time.Since(begun)
	return summary
}

// listed are the names of the tests in a file, or how reading them has failed.
type listed struct {
	names  []string
	failed *Result
}

// chosen makes a function for each test that is to run.
func (r *runner) chosen(files []string, lists []listed) (jobs []func(context.Context) Result) {
	for i, file := range files {
		if failed := lists[i].failed; failed != nil {
			jobs = append(jobs, func(context.Context) Result { return *failed })
		}
		for _, name := range lists[i].names {
			if r.o.Pattern == nil || r.o.Pattern.MatchString(name) {
				jobs = append(jobs, func(ctx context.Context) Result { return r.runOne(ctx, file, name) })
			}
		}
	}
	return jobs
}

// label is a new one for the goroutines of a test.
func (r *runner) label() string { return strconv.FormatInt(r.labels.Add(1), 10) }

// inTurn does n things, some side by side, and tells of the end of each in order, on the calling goroutine.
func inTurn(parallel, n int, do, ended func(i int)) {
	var workers sync.WaitGroup
	var next atomic.Int64
	done := make([]chan struct{}, n)
	for i := range done {
		done[i] = make(chan struct{})
	}
	for range min(max(parallel, 1), n) {
		workers.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				do(i)
				close(done[i])
			}
		})
	}
	for i := range done {
		<-done[i]
		ended(i)
	}
	workers.Wait()
}
