package runtime

import (
	"fmt"
	"log/slog"
	"time"
)

// meter is the context of a task's Lua threads. gopher-lua asks Done before
// every instruction: that is where a task is cancelled, and where instructions
// are counted for the watchdog. It must be cheap, and it is only for
// gopher-lua; Go code gets [Task.Context].
type meter struct {
	task  *Task
	count uint32
	since time.Time // when the task was first seen holding the state
	limit time.Duration
	cover *Coverage // nil for none
}

// meterStep is the number of instructions between two looks at the clock,
// about a millisecond of Lua. It is a power of two.
const meterStep = 1 << 16

var closed = func() chan struct{} {
	c := make(chan struct{})
	close(c)
	return c
}()

func (m *meter) Done() <-chan struct{} {
	m.count++
	if m.count&(meterStep-1) == 0 {
		m.watch()
	}
	if m.cover != nil {
		m.cover.ran(m.task.host.L.G.CurrentThread)
	}
	if m.task.cancelled.Load() {
		return closed
	}
	return nil
}

func (m *meter) Err() error {
	if m.task.cancelled.Load() {
		return m.task.cancelError()
	}
	return nil
}

func (m *meter) Deadline() (time.Time, bool) { return time.Time{}, false }

func (m *meter) Value(any) any { return nil }

// restart begins to measure anew: the task has just taken the Lua state.
func (m *meter) restart() {
	m.since = time.Time{}
	m.cover = m.task.host.sources.coverage
	m.limit = m.task.host.options.Watchdog
}

// watch warns when the task has held the Lua state for too long, and again
// each time that has doubled.
func (m *meter) watch() {
	h := m.task.host
	now := h.clock.Now()
	if m.since.IsZero() {
		m.since = now
		return
	}
	held := now.Sub(m.since)
	if held >= loadTime {
		h.refuseStuck(m.task)
	}
	if m.limit <= 0 || held < m.limit {
		return
	}
	for m.limit <= held {
		m.limit *= 2
	}
	where := place(h.L.G.CurrentThread)
	h.Warn(fmt.Sprintf(warning+"%s has held the Lua state for %s without waiting, at %s; other tasks cannot run",
		m.task.Title(), held.Round(time.Millisecond), where), m.task.field(), slog.String("where", where))
}
