// Package runtime hosts Lua scripts: one Lua state, tasks that run on it in
// turn, errors that people can read, and the general modules of a script.
//
// Every script, handler, timer and line of the REPL is a [Task]: a goroutine
// with a Lua thread of its own. One lock is held while Lua code runs and let
// go while a task waits, so that a script reads and writes its variables
// without locks, and a call that waits just waits, wherever it stands.
package runtime

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"slices"
	"sync"
	"time"

	"cordial/runtime/bind"

	"github.com/jonboulle/clockwork"
	lua "github.com/yuin/gopher-lua"
)

// Options are what a host needs of the world around it. The zero value is a
// host on the process's own streams, clock and environment.
type Options struct {
	Stdin  io.Reader
	Stdout io.Writer
	Stderr io.Writer
	Clock  clockwork.Clock

	// Getenv serves os.getenv.
	Getenv func(name string) (string, bool)

	// Secrets names variables of the environment, in any letters, that scripts
	// do not get: for them they are not set.
	Secrets []string

	// Logger takes what helps to debug the host itself, such as the stack of
	// a Go panic. By default it is dropped.
	Logger *slog.Logger

	// Talk takes what the host has to say to people. It may be called from any
	// goroutine, also with the Lua state held: it must not wait for Lua code. By
	// default Stderr gets the text, in lines of its own. What scripts write
	// goes to Stderr in either case.
	Talk func(Notice)

	// Watchdog is how long a task may hold the Lua state before a warning
	// (5 s); a negative value switches it off.
	Watchdog time.Duration

	// Grace is how long a cancelled task may take to end (2 s).
	Grace time.Duration

	// StopTime is how long the functions of [Host.OnStop] have altogether
	// before the tasks are cancelled (5 s).
	StopTime time.Duration

	// MaxTasks bounds the tasks that exist at one time (100 000).
	MaxTasks int

	// HandlerTime is how long handlers that are at work when their script is
	// replaced have to end by themselves (5 s).
	HandlerTime time.Duration
}

func (o *Options) setDefaults() {
	if o.Stdin == nil {
		o.Stdin = os.Stdin
	}
	if o.Stdout == nil {
		o.Stdout = os.Stdout
	}
	if o.Stderr == nil {
		o.Stderr = os.Stderr
	}
	if o.Clock == nil {
		o.Clock = clockwork.NewRealClock()
	}
	if o.Getenv == nil {
		o.Getenv = os.LookupEnv
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Watchdog == 0 {
		o.Watchdog = 5 * time.Second
	}
	if o.Grace == 0 {
		o.Grace = 2 * time.Second
	}
	if o.StopTime == 0 {
		o.StopTime = 5 * time.Second
	}
	if o.MaxTasks == 0 {
		o.MaxTasks = 100_000
	}
	if o.HandlerTime == 0 {
		o.HandlerTime = 5 * time.Second
	}
}

// Host owns a Lua state and the tasks on it.
type Host struct {
	options  Options
	clock    clockwork.Clock
	log      *slog.Logger
	L        *lua.LState
	registry *bind.Registry
	sched    scheduler
	threads  threadPool
	context  context.Context
	stop     context.CancelCauseFunc

	coroutines coroutines
	streams    streams
	require    require
	sources    sources
	denied     []string // by Deny
	env        environment

	generations generations

	mu      sync.Mutex
	tasks   map[int64]*Task
	nextID  int64
	holds   int
	change  chan struct{} // closed when the last task or a hold goes
	exit    *ExitError
	failure error // of Fail
	failed  int64
	onError []func(*Task, error)
	onExit  []func(*ExitError)
	onLoad  []*func()
	onStop  []*func(context.Context)

	stopping sync.Mutex // held while the functions of OnStop run
}

// New makes a host with Lua's libraries, the tasks' functions and the json
// module. [Host.Close] must be called in the end.
func New(options Options) *Host {
	options.setDefaults()
	h := &Host{
		options: options,
		clock:   options.Clock,
		log:     options.Logger,
		tasks:   map[int64]*Task{},
		env:     environment{lookup: options.Getenv, secrets: options.Secrets},
	}
	h.context, h.stop = context.WithCancelCause(context.Background())
	h.sched.work = h.work
	h.L = newState()
	h.threads.from = h.L
	h.installGenerations()
	openLibraries(h.L)
	h.registry = bind.New(h.L, h)
	h.installProtect()
	h.installCoroutines()
	h.installStreams()
	h.installBase()
	h.installRequire()
	h.installTasks()
	h.installTimers()
	h.installHelp()
	h.installJSON()
	h.installKeep()
	bind.DescribeLua(h.registry)
	return h
}

// Registry is where functions are declared to the host's scripts.
func (h *Host) Registry() *bind.Registry { return h.registry }

// Clock is the clock that everything in the host goes by.
func (h *Host) Clock() clockwork.Clock { return h.clock }

// OnError registers a function that is told of every error of a task that
// nobody waits for. It runs on the task's goroutine and holds the Lua state:
// it must not wait.
func (h *Host) OnError(fn func(task *Task, err error)) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.onError = append(h.onError, fn)
}

// OnExit registers a function that is told when a script calls os.exit, for a
// program that waits for something else than the script. It must not wait.
func (h *Host) OnExit(fn func(exit *ExitError)) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.onExit = append(h.onExit, fn)
}

// Failures is the number of tasks that have ended with an error that nobody
// waited for.
func (h *Host) Failures() int64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.failed
}

// Hold keeps RunFile from ending until release is called. It is for what can
// still start tasks later, such as a gateway with handlers.
func (h *Host) Hold() (release func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.holds++
	return sync.OnceFunc(func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.holds--
		h.changed()
	})
}

// Close stops what scripts have opened, cancels all tasks, waits for them up to
// the grace time and frees the Lua state.
func (h *Host) Close() error {
	if h.context.Err() != nil {
		return nil // closed before
	}
	h.endTasks(ErrClosed)
	err := h.waitTasks(h.options.Grace)
	h.stop(ErrClosed)
	if err != nil {
		return err // a task still runs on the state
	}
	var t turn
	h.sched.acquire(&t)
	defer h.sched.release()
	h.L.Close()
	return nil
}

// changed wakes those that wait for the end of tasks or holds; h.mu is held.
func (h *Host) changed() {
	if h.change != nil {
		close(h.change)
		h.change = nil
	}
}

// waitQuiet waits until no task and no hold is left.
func (h *Host) waitQuiet(ctx context.Context) error {
	return h.waitUntil(ctx, func() bool { return h.ended() || len(h.tasks) == 0 && h.holds == 0 })
}

// ended tells whether os.exit or Fail was called; h.mu is held.
func (h *Host) ended() bool { return h.exit != nil || h.failure != nil }

// waitTasks waits until no task is left, up to a limit. The error names one
// that is left.
func (h *Host) waitTasks(limit time.Duration) error {
	ctx, cancel := context.WithCancelCause(context.Background())
	defer cancel(nil)
	timer := h.clock.AfterFunc(limit, func() { cancel(ErrStuck) })
	defer timer.Stop()
	err := h.waitUntil(ctx, func() bool { return len(h.tasks) == 0 })
	tasks := h.Tasks()
	if err == nil || len(tasks) == 0 {
		return err
	}
	stuck := tasks[0]
	if i := slices.IndexFunc(tasks, func(t *Task) bool { return t.Status() == Running }); i >= 0 {
		stuck = tasks[i] // holds the Lua state, for which the others wait
	}
	return fmt.Errorf("%w: %s", err, stuck.Title())
}

// waitUntil waits for a condition, which is looked at with h.mu held.
func (h *Host) waitUntil(ctx context.Context, met func() bool) error {
	for {
		h.mu.Lock()
		if met() {
			h.mu.Unlock()
			return nil
		}
		if h.change == nil {
			h.change = make(chan struct{})
		}
		change := h.change
		h.mu.Unlock()
		select {
		case <-change:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}
