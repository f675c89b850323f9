package runtime

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/jonboulle/clockwork"
	lua "github.com/yuin/gopher-lua"
)

// taskOf returns the task that runs on L, or nil outside of tasks.
func taskOf(L *lua.LState) *Task {
	if m, ok := L.Context().(*meter); ok {
		return m.task
	}
	return nil
}

// Task is the task that runs on L, nil outside of tasks.
func (h *Host) Task(L *lua.LState) *Task { return taskOf(L) }

// Context is the context of the task that runs on L. It makes the host a
// [bind.Host].
func (h *Host) Context(L *lua.LState) context.Context {
	if t := taskOf(L); t != nil {
		return t.Context()
	}
	return h.context
}

// Wait lets other tasks run while fn blocks. fn must not touch Lua values; its
// context ends when the task that runs on L is cancelled.
func (h *Host) Wait(L *lua.LState, fn func(ctx context.Context) error) error {
	t := taskOf(L)
	if t == nil {
		return fn(h.context)
	}
	if t.cancelled.Load() {
		return t.cancelError()
	}
	ctx := t.Context()
	t.waitsIn(L, nil)
	h.sched.release()
	defer func() {
		h.sched.acquire(&t.turn)
		t.runsAgain(L)
	}()
	if err := fn(ctx); err != nil && !t.cancelled.Load() {
		return err
	}
	if t.cancelled.Load() {
		return t.cancelError()
	}
	return nil
}

// park lets other tasks run until wake is called, from any goroutine and any
// number of times, or the task is cancelled. Unlike [Host.Wait] it needs no
// context, and the goroutine blocks in one place only: a sleeping task is
// small.
func (h *Host) park(L *lua.LState, arm func(wake func())) error {
	t := taskOf(L)
	t.turn.prepare()
	wake := sync.OnceFunc(func() { h.sched.rejoin(&t.turn) })
	if !t.waitsIn(L, wake) {
		return t.cancelError()
	}
	arm(wake)
	h.sched.release()
	<-t.turn.ready
	t.runsAgain(L)
	if t.cancelled.Load() {
		return t.cancelError()
	}
	return nil
}

// waitsIn notes where the task waits, and what wakes it when it is cancelled.
// It fails if that has happened already.
func (t *Task) waitsIn(L *lua.LState, wake func()) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if wake != nil && t.cancelled.Load() {
		return false
	}
	t.status, t.at, t.wake = Waiting, L, wake
	return true
}

func (t *Task) runsAgain(L *lua.LState) {
	t.mu.Lock()
	t.status, t.wake = Running, nil
	t.mu.Unlock()
	L.G.CurrentThread = L
	t.meter.restart()
}

// sleep waits for a time. No time at all still lets the others run that are
// in the queue.
func (h *Host) sleep(L *lua.LState, d time.Duration) error {
	if d <= 0 {
		return h.park(L, func(wake func()) { wake() })
	}
	var timer clockwork.Timer
	err := h.park(L, func(wake func()) { timer = h.clock.AfterFunc(d, wake) })
	if timer != nil {
		timer.Stop()
	}
	return err
}

// Panicked logs a Go panic in a declared function, for who looks at the
// debug log; the script gets an error without the stack.
func (h *Host) Panicked(name string, value any, stack []byte) {
	h.log.Debug("a declared function panicked", "function", name, "panic", fmt.Sprint(value), "stack", string(stack))
}
