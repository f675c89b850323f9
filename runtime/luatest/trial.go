package luatest

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime/pprof"
	"slices"
	"strings"
	"sync"
	"time"

	lua "github.com/yuin/gopher-lua"

	"cordial/runtime"
	"cordial/runtime/bind"
)

// trial is one run of a test: a file in a world of its own, of which one function is called.
type trial struct {
	r     *runner
	file  string
	name  string // of the test; "" to list them all
	world *World
	host  *Opened
	ctx   context.Context
	end   context.CancelCauseFunc

	// With the Lua state held.
	declared []string
	fn       *lua.LFunction // of the test
	loaded   bool           // the file has run to its end
	cleanups []*lua.LFunction
	expected []*expectation
	skipped  error
	servers  []func() // end those of t.serve

	mu     sync.Mutex
	failed []string
}

// timeoutError is the end of a test that takes too long by the real clock.
type timeoutError struct{ limit time.Duration }

func (e *timeoutError) Error() string {
	return fmt.Sprintf("the test has taken longer than %s of real time; --timeout allows more", e.limit)
}

// list finds the tests of a file, by running it without calling them.
func (r *runner) list(ctx context.Context, file string) listed {
	t := &trial{r: r, file: file}
	begun := time.Now()
	t.alone(ctx, func() { t.load() })
	if len(t.failed) > 0 {
		return listed{failed: &Result{File: file, Status: Failed, Failed: t.failed, Output: t.world.Output.String(), Elapsed: time.Since(begun)}}
	}
	return listed{names: t.declared}
}

// runOne runs a test.
func (r *runner) runOne(ctx context.Context, file, name string) Result {
	t := &trial{r: r, file: file, name: name}
	begun := time.Now()
	t.alone(ctx, func() {
		if t.load() {
			t.call()
		}
	})
	result := Result{File: file, Name: name, Status: Passed, Failed: t.failed, Output: t.world.Output.String(), Elapsed: time.Since(begun)}
	switch {
	case len(t.failed) > 0:
		result.Status = Failed
	case t.skipped != nil:
		result.Status, result.Reason = Skipped, t.skipped.Error()
	}
	return result
}

// alone opens the test's world, has do done on a goroutine that is known as the test's, as all that it starts, and closes the world.
func (t *trial) alone(ctx context.Context, do func()) {
	label := t.r.label()
	t.world = newWorld(label)
	ctx, cancel := context.WithTimeoutCause(ctx, t.r.o.Timeout, &timeoutError{t.r.o.Timeout})
	defer cancel()
	t.ctx, t.end = context.WithCancelCause(ctx)
	defer t.end(nil)
	done := make(chan struct{})
	go pprof.Do(context.Background(), pprof.Labels(labelKey, label), func(context.Context) {
		defer close(done)
		t.within(do)
	})
	<-done
}

// within opens the host, lets its clock run and closes it in the end.
func (t *trial) within(do func()) {
	host, err := t.r.o.Open(t.world)
	if err != nil {
		t.fail(err.Error())
		return
	}
	t.host = host
	t.world.Time.idle = host.Idle
	host.OnError(func(task *runtime.Task, err error) { t.taskFailed(task.Title(), err) })
	t.install()
	var coverage *runtime.Coverage
	if t.r.profile != nil {
		coverage = host.Cover(func(path string) bool { return strings.HasSuffix(path, ".lua") && !strings.HasSuffix(path, suffix) })
	}
	stop := t.world.Time.start(func(err error) { t.end(err) })
	defer context.AfterFunc(t.ctx, t.cancelTasks)()
	do()
	for _, end := range t.servers {
		end()
	}
	if err := host.Close(); err != nil {
		t.fail(err.Error())
	}
	stop()
	if coverage != nil {
		t.r.profile.add(coverage.Files())
	}
}

// cancelTasks cancels all tasks of a test that is ended from outside: one that is busy keeps the others from ending, and the clock from
// moving.
func (t *trial) cancelTasks() {
	for _, task := range t.host.Tasks() {
		task.Cancel(context.Cause(t.ctx))
	}
}

// load runs the file. It reports whether all went well.
func (t *trial) load() bool {
	if err := t.host.LoadFile(t.ctx, t.file); err != nil {
		t.fail(explain(err))
		return false
	}
	t.loaded = true
	if len(t.declared) == 0 {
		t.fail(t.file + ` has no test: test("name", function(t) … end)`)
	} else if t.name != "" && t.fn == nil {
		t.fail(fmt.Sprintf("the file has no test %q any more: it was changed meanwhile, or declares other tests each time", t.name))
	}
	return t.passes()
}

// call calls the test's function, and cleans up behind it.
func (t *trial) call() {
	if err := t.do("test "+t.name, func(L *lua.LState) error { _, err := t.host.Call(L, t.fn, t.module()); return err }); err != nil && t.skipped == nil {
		t.fail(explain(err))
	}
	for _, fn := range slices.Backward(t.cleanups) {
		if err := t.do("cleanup of "+t.name, func(L *lua.LState) error { _, err := t.host.Call(L, fn); return err }); err != nil {
			t.fail(explain(err))
		}
	}
	if t.ctx.Err() == nil {
		if err := t.world.Time.Settle(t.ctx); err != nil {
			t.fail(err.Error())
		}
	} else if t.passes() {
		t.fail(context.Cause(t.ctx).Error())
	}
	if err := t.host.Failure(); err != nil && !strings.Contains(strings.Join(t.failed, "\n"), err.Error()) {
		t.fail(runtime.Explain(err))
	}
	t.checkExpected()
}

// do has something done with the Lua state, as a task of the test. The error of one that was cancelled tells where it was.
func (t *trial) do(name string, fn func(L *lua.LState) error) error {
	var inner error
	err := t.host.Do(t.ctx, name, func(L *lua.LState) error { inner = fn(L); return inner })
	if _, cancelled := errors.AsType[*runtime.CancelError](inner); cancelled {
		return inner
	}
	return err
}

// explain is the text of an error: of one that has ended the test from outside, why, and where the test was.
func explain(err error) string {
	if cancelled, ok := errors.AsType[*runtime.CancelError](err); ok && !errors.Is(err, runtime.ErrInterrupted) {
		return strings.TrimRight(cancelled.Cause.Error()+"\n"+cancelled.Traceback, "\n")
	}
	return runtime.Explain(err)
}

// passes tells whether nothing has gone wrong so far.
func (t *trial) passes() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.failed) == 0
}

// fail notes what went wrong.
func (t *trial) fail(text string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.failed = append(t.failed, text)
}

// taskFailed is told of the errors of tasks that nobody waits for, with the Lua state held.
func (t *trial) taskFailed(task string, err error) {
	text := runtime.Explain(err)
	for _, e := range t.expected {
		if e.matches(text) {
			return
		}
	}
	told := fmt.Sprintf("%s failed: %s", task, text)
	t.world.Output.drop(told + "\n") // the host has said so, too
	t.fail(told)
}

// install declares test to the file.
func (t *trial) install() {
	t.host.Registry().AddFunc(bind.Func{
		Name: "test", Doc: "Declares a test. cordial test calls the function, in a sandbox of its own.",
		Params:  []bind.Param{{Name: "name", Type: bind.String, Required: true}, {Name: "fn", Type: bind.Function, Required: true}},
		Example: "test(\"adds\", function(t)\n  t.eq(1 + 1, 2)\nend)",
		Call:    t.declare,
	})
}

func (t *trial) declare(c *bind.Call) (any, error) {
	name := c.String("name")
	switch {
	case t.loaded:
		return nil, fmt.Errorf("test: %q is declared inside another test; tests stand side by side in the file", name)
	case slices.Contains(t.declared, name):
		return nil, fmt.Errorf("test: there are two tests called %q", name)
	}
	t.declared = append(t.declared, name)
	if name == t.name {
		t.fn = c.Func("fn")
	}
	return nil, nil
}

// path finds a file that the test names, beside the test's own.
func (t *trial) path(name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(filepath.Dir(t.file), name)
}
