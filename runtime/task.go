package runtime

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jonboulle/clockwork"
	lua "github.com/yuin/gopher-lua"
)

// Status says how far a task is.
type Status string

// The states of a task.
const (
	Waiting   Status = "waiting" // to start, or inside a call that waits
	Running   Status = "running"
	Done      Status = "done"
	Failed    Status = "failed"
	Cancelled Status = "cancelled"
)

// Task is one run of a function, on a Lua thread of its own.
type Task struct {
	id      int64
	name    string
	host    *Host
	origin  origin
	fn      *lua.LFunction
	args    []lua.LValue
	body    func(L *lua.LState) error // what to run if there is no fn
	late    Late                      // of SpawnLate
	created time.Time
	meter   meter
	turn    turn
	start   clockwork.Timer // of a task that starts later
	last    *Error          // the error that was raised last, with its traceback
	depth   int             // coroutines that are being resumed inside one another

	cancelled atomic.Bool

	mu      sync.Mutex
	status  Status
	root    *lua.LState // the thread that the task runs on; nil before and after
	at      *lua.LState // the thread that waits: root, or a coroutine
	results []lua.LValue
	err     error
	cause   error // why it was cancelled
	ctx     context.Context
	cancel  context.CancelCauseFunc
	wake    func() // ends the wait that the task is in
	ended   []func()
	waiters int // who get the error; without any it is reported
}

// ID is the task's number, unique in its host.
func (t *Task) ID() int64 { return t.id }

// Name says what the task is for.
func (t *Task) Name() string { return t.name }

// JobName begins the names of the tasks that run a job of cron, every or at.
const JobName = "job "

// Title is the name as a sentence has it: with what it is the name of.
func (t *Task) Title() string { return title(t.name) }

// field is what a notice about the task has of it.
func (t *Task) field() slog.Attr {
	if job, ok := strings.CutPrefix(t.name, JobName); ok {
		return slog.String("job", job)
	}
	return slog.String("task", t.name)
}

func title(name string) string {
	if strings.HasPrefix(name, JobName) {
		return name
	}
	return "task " + name
}

// Generation is that of the code that made the task.
func (t *Task) Generation() *Generation { return t.origin.generation }

// Status says how far the task is.
func (t *Task) Status() Status {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.status
}

// Err is the error that the task ended with.
func (t *Task) Err() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.err
}

// Go starts a task of the live generation that runs a Go function. fn holds
// the Lua state and lets it go with [Host.Wait]. What it leaves on the stack of
// L are the task's results. It may be called with or without the Lua state
// held. What a script does has a generation of its own: [Host.Generation] or
// [Generation.Go].
func (h *Host) Go(name string, fn func(L *lua.LState) error) (*Task, error) {
	t, err := h.newTask(origin{generation: h.Live()}, name, fn)
	if err != nil {
		return nil, err
	}
	h.sched.submit(t)
	return t, nil
}

// Spawn starts a task that calls a Lua function, of the live generation. It may
// be called with or without the Lua state held.
func (h *Host) Spawn(name string, fn *lua.LFunction, args ...lua.LValue) (*Task, error) {
	return h.spawn(origin{generation: h.Live()}, name, fn, args...)
}

func (h *Host) spawn(from origin, name string, fn *lua.LFunction, args ...lua.LValue) (*Task, error) {
	t, err := h.newTask(from, name, nil)
	if err != nil {
		return nil, err
	}
	t.fn, t.args = fn, args
	h.sched.submit(t)
	return t, nil
}

// Late is a call whose arguments are made when it is its turn.
type Late interface {
	// Begin is called at the start, with the Lua state held. If it gives false
	// the task is over without having run.
	Begin() (args []lua.LValue, run bool)
	// End is called when the task is over, however: also when it was cancelled
	// before it began.
	End()
}

// SpawnLate is Spawn for a function whose arguments are made late.
func (h *Host) SpawnLate(name string, fn *lua.LFunction, call Late) error {
	return h.Live().SpawnLate(name, fn, call)
}

// Do runs a Go function as a task on the calling goroutine, which must not
// hold the Lua state, and waits for it. When ctx ends the task is cancelled: one
// that waits for its beginning, because another task holds the Lua state, does
// not begin. One that has begun needs the Lua state to end; see [Host.EndWith].
func (h *Host) Do(ctx context.Context, name string, fn func(L *lua.LState) error) error {
	return h.doAs(origin{generation: h.Live()}, ctx, name, fn)
}

func (h *Host) doAs(from origin, ctx context.Context, name string, fn func(L *lua.LState) error) error {
	t, err := h.newTask(from, name, fn)
	if err != nil {
		return err
	}
	t.waiters++
	stop := context.AfterFunc(ctx, func() { t.Cancel(context.Cause(ctx)) })
	defer stop()
	own := t.Context()
	if !h.sched.acquireUntil(&t.turn, own.Done()) {
		t.Cancel(context.Cause(own)) // unless it was that which has ended it
		t.finish(t.cancelError())
		return t.err
	}
	h.run(t)
	h.sched.release()
	return t.err
}

// newTask makes a task. One whose generation is over is cancelled from the
// start.
func (h *Host) newTask(from origin, name string, body func(L *lua.LState) error) (*Task, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.context.Err() != nil {
		return nil, ErrClosed
	}
	if len(h.tasks) >= h.options.MaxTasks {
		return nil, fmt.Errorf("too many tasks: %d exist at one time", h.options.MaxTasks)
	}
	h.nextID++
	t := &Task{id: h.nextID, name: name, host: h, origin: from, body: body, created: h.clock.Now(), status: Waiting}
	t.meter.task = t
	if from.refuses() {
		t.cause = ErrReplaced
		t.cancelled.Store(true)
	}
	h.tasks[t.id] = t
	from.generation.taskBegins()
	return t, nil
}

// work runs a task, and then the tasks that are next in the queue. The
// goroutine that calls it holds the Lua state.
func (h *Host) work(t *Task) {
	for t != nil {
		h.run(t)
		t = h.sched.handOver()
	}
}

// run runs a task from its start to its end.
func (h *Host) run(t *Task) {
	var err error
	run := true
	if t.cancelled.Load() {
		err, run = t.cancelError(), false
	} else if t.late != nil {
		t.args, run = t.late.Begin()
	}
	if run {
		err = h.runBody(t)
	}
	t.finish(err)
}

func (h *Host) runBody(t *Task) error {
	L := h.threads.get()
	t.mu.Lock()
	t.root, t.at, t.status = L, L, Running
	t.mu.Unlock()
	L.SetContext(&t.meter)
	L.G.CurrentThread, L.Env = L, t.origin.generation.globals
	t.meter.restart()
	var failed error
	fn := t.fn
	if fn == nil {
		fn = L.NewFunction(func(L *lua.LState) int {
			failed = t.body(L)
			return L.GetTop()
		})
	}
	L.Push(fn)
	for _, arg := range t.args {
		L.Push(arg)
	}
	if err := h.protect(L, len(t.args), lua.LNil); err != nil {
		return err
	}
	t.results = popResults(L, 0)
	h.threads.put(L)
	return failed
}

// finish records how the task ended and tells those who wait for it. An error
// that nobody waits for is reported.
func (t *Task) finish(err error) {
	if t.cancelled.Load() {
		err = t.cancelError()
	}
	t.mu.Lock()
	t.err, t.root, t.at = err, nil, nil
	switch {
	case err == nil:
		t.status = Done
	case t.cancelled.Load():
		t.status = Cancelled
	default:
		t.status = Failed
	}
	failed := t.status == Failed
	waiters, ended := t.waiters, t.ended
	t.ended = nil
	if t.cancel != nil {
		t.cancel(context.Canceled)
	}
	t.mu.Unlock()
	if t.late != nil {
		t.late.End()
	}
	for _, tell := range ended {
		tell()
	}
	if failed && waiters == 0 {
		t.host.report(t, err)
	}
	h := t.host
	h.mu.Lock()
	delete(h.tasks, t.id)
	t.origin.generation.taskEnded()
	if len(h.tasks) == 0 {
		h.changed()
	}
	h.mu.Unlock()
}

// Cancel ends the task: the call that it waits in returns an error, and Lua
// code is interrupted at its next instruction. It does not wait for the end.
func (t *Task) Cancel(cause error) {
	t.mu.Lock()
	if t.status != Waiting && t.status != Running || t.cancelled.Load() {
		t.mu.Unlock()
		return
	}
	t.cause = cause
	t.cancelled.Store(true)
	if t.cancel != nil {
		t.cancel(t.cause)
	}
	start, wake := t.start, t.wake
	t.mu.Unlock()
	if wake != nil {
		wake()
	}
	if start != nil && start.Stop() {
		t.finish(t.cancelError())
	}
}

func (t *Task) cancelError() error { return t.cancelledAt("") }

// cancelledAt is the error of a cancelled task that has told where it was.
func (t *Task) cancelledAt(traceback string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	return &CancelError{Task: t.name, Cause: t.cause, Traceback: traceback}
}

// Context ends when the task is cancelled or over.
func (t *Task) Context() context.Context {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.ctx == nil {
		t.ctx, t.cancel = context.WithCancelCause(t.host.context)
		if t.cancelled.Load() {
			t.cancel(t.cause)
		}
	}
	return t.ctx
}

// whenEnded calls tell once the task has ended, at once if it has. The caller
// takes care of the task's error.
func (t *Task) whenEnded(tell func()) {
	t.mu.Lock()
	if t.status == Waiting || t.status == Running {
		t.waiters++
		t.ended = append(t.ended, tell)
		t.mu.Unlock()
		return
	}
	t.mu.Unlock()
	tell()
}

// OnEnd calls fn once the task has ended, however: also when it was cancelled
// before it began, and at once if it has ended already. fn must not wait.
func (t *Task) OnEnd(fn func()) {
	t.mu.Lock()
	if t.status == Waiting || t.status == Running {
		t.ended = append(t.ended, fn)
		t.mu.Unlock()
		return
	}
	t.mu.Unlock()
	fn()
}

// Wait waits for the end of the task, from a goroutine that does not hold the
// Lua state. It returns the task's error, which then counts as handled.
func (t *Task) Wait(ctx context.Context) error {
	ended := make(chan struct{})
	t.whenEnded(func() { close(ended) })
	select {
	case <-ended:
		return t.Err()
	case <-ctx.Done():
		t.mu.Lock()
		t.waiters--
		t.mu.Unlock()
		return context.Cause(ctx)
	}
}

// Tasks lists the tasks that exist, in the order of their start.
func (h *Host) Tasks() []*Task {
	h.mu.Lock()
	defer h.mu.Unlock()
	tasks := make([]*Task, 0, len(h.tasks))
	for _, t := range h.tasks {
		tasks = append(tasks, t)
	}
	slices.SortFunc(tasks, func(a, b *Task) int { return int(a.id - b.id) })
	return tasks
}

// report tells of the error of a task that nobody waits for.
func (h *Host) report(t *Task, err error) {
	if _, exits := errors.AsType[*ExitError](err); exits {
		return
	}
	h.mu.Lock()
	h.failed++
	hooks := slices.Clone(h.onError)
	h.mu.Unlock()
	n := ErrorNotice(err)
	n.Text = fmt.Sprintf("%s failed: %s", t.Title(), n.Text)
	n.Fields = slices.Insert(n.Fields, 0, t.field())
	shown := false
	if t.origin.console != nil {
		_, shown = t.origin.console.Write(n.String()+"\n", true)
	}
	if !shown {
		h.Tell(n)
	}
	for _, hook := range hooks {
		hook(t, err)
	}
}
