package runtime

import (
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"text/tabwriter"
	"time"

	"cordial/internal/show"
	"cordial/runtime/bind"

	lua "github.com/yuin/gopher-lua"
)

var restArgs = bind.Param{Name: "args", Type: bind.Any, Rest: true, Doc: "arguments for the function"}

func (h *Host) installTasks() {
	h.installErrors()
	r := h.registry
	r.AddClass(taskClass())
	r.Convert(func(v any) (lua.LValue, bool) {
		if t, ok := v.(*Task); ok {
			return r.Wrap("Task", t), true
		}
		return nil, false
	})
	r.AddFunc(bind.Func{
		Name: "sleep", Doc: "Waits; other tasks run meanwhile.",
		Params:  []bind.Param{{Name: "duration", Type: bind.Duration, Required: true, Doc: `seconds, or a text like "1h30m"`}},
		Example: "sleep(0.5)",
		Call: func(c *bind.Call) (any, error) {
			if t := taskOf(c.L); t != nil && t == t.origin.generation.main {
				h.Started(c.L)
			}
			return nil, h.sleep(c.L, c.Duration("duration"))
		},
	})
	r.AddFunc(bind.Func{
		Name: "spawn", Doc: "Runs a function as a task of its own, side by side with the caller.",
		Params:  []bind.Param{{Name: "fn", Type: bind.Function, Required: true}, restArgs},
		Returns: "Task", Example: "local task = spawn(function() return fetch() end)\nprint(task:wait())",
		Call: func(c *bind.Call) (any, error) {
			return h.spawn(h.originOf(c.L), h.Label(c.Func("fn")), c.Func("fn"), luaValues(c.Args())...)
		},
	})
	r.AddFunc(bind.Func{
		Name: "gather", Doc: "Runs functions side by side and waits for all. The first error cancels the others and is raised.",
		Params:  []bind.Param{{Name: "fns", Type: bind.Function, Rest: true}},
		Returns: "the first result of each, in order", Example: "local a, b = gather(fetch_a, fetch_b)",
		Call: h.gather,
	})
	r.AddFunc(bind.Func{
		Name: "tasks", Doc: "Lists the tasks that exist.", Returns: "list of Task",
		Call: func(c *bind.Call) (any, error) { return h.taskList(), nil },
	})
}

func taskClass() bind.Class {
	text := func(get func(t *Task) string) func(any) (any, error) {
		return func(self any) (any, error) { return get(self.(*Task)), nil }
	}
	return bind.Class{
		Name: "Task",
		Doc:  "A function that runs side by side with others.",
		Methods: []bind.Func{
			{Name: "wait", Doc: "Waits for the task and raises its error.", Returns: "the function's results", Call: taskWait},
			{Name: "cancel", Doc: "Ends the task: the call that it waits in fails.", Call: func(c *bind.Call) (any, error) {
				c.Self.(*Task).Cancel(errCancelled)
				return nil, nil
			}},
		},
		Fields: []bind.Field{
			{Name: "id", Type: "integer", Doc: "The task's number.", Get: func(self any) (any, error) { return self.(*Task).id, nil }},
			{Name: "name", Type: "string", Doc: "What the task is for.", Get: text((*Task).Name)},
			{Name: "status", Type: "string", Doc: `"waiting", "running", "done", "failed" or "cancelled".`,
				Get: text(func(t *Task) string { return string(t.Status()) })},
			{Name: "age", Type: "number", Doc: "Seconds since it was made.",
				Get: func(self any) (any, error) { return self.(*Task).Age(), nil }},
			{Name: "where", Type: "string", Doc: "The line at which it waits.", Get: text((*Task).where)},
		},
		Eq: func(a, b any) bool { return a == b },
		ToString: func(self any) string {
			t := self.(*Task)
			return fmt.Sprintf("Task(id=%d, name=%s, status='%s')", t.id, show.Quoted(t.name), t.Status())
		},
	}
}

func taskWait(c *bind.Call) (any, error) {
	t := c.Self.(*Task)
	if t == taskOf(c.L) {
		return nil, fmt.Errorf("%s: a task cannot wait for itself", c.Name())
	}
	if err := t.host.park(c.L, t.whenEnded); err != nil {
		return nil, err
	}
	return t.outcome(c)
}

// outcome is how a task that has ended went, as the result of a call.
func (t *Task) outcome(c *bind.Call) (any, error) {
	if err := t.Err(); err != nil {
		return nil, passOn(c, err)
	}
	return goValues(t.results), nil
}

// passOn notes the error of another task as the caller's last one, so that it
// keeps the traceback of where it was raised.
func passOn(c *bind.Call, err error) error {
	if luaErr, ok := errors.AsType[*Error](err); ok {
		if t := taskOf(c.L); t != nil {
			t.last = luaErr
		}
	}
	return err
}

// Age is the time since the task was made.
func (t *Task) Age() time.Duration { return t.host.clock.Since(t.created) }

// where is the script's line that the task is at. The caller holds the Lua
// state.
func (t *Task) where() string {
	t.mu.Lock()
	at := t.at
	t.mu.Unlock()
	if at == nil {
		return ""
	}
	return place(at)
}

func (h *Host) gather(c *bind.Call) (any, error) {
	var children []*Task
	for _, fn := range c.Args() {
		t, err := h.spawn(h.originOf(c.L), h.Label(fn.(*lua.LFunction)), fn.(*lua.LFunction))
		if err != nil {
			cancelAll(children, errSiblingFailed)
			return nil, err
		}
		children = append(children, t)
	}
	if failed, err := h.waitAll(c.L, children); err != nil {
		return nil, err
	} else if failed != nil {
		return failed.outcome(c)
	}
	results := make(bind.Values, len(children))
	for i, t := range children {
		if len(t.results) > 0 {
			results[i] = t.results[0]
		}
	}
	return results, nil
}

// waitAll waits until all tasks have ended. The first one that fails cancels
// the others. The error is that of the waiting task, which cancels all.
func (h *Host) waitAll(L *lua.LState, tasks []*Task) (failed *Task, err error) {
	if len(tasks) == 0 {
		return nil, nil
	}
	var first atomic.Pointer[Task]
	var left atomic.Int64
	left.Store(int64(len(tasks)))
	err = h.park(L, func(wake func()) {
		for _, t := range tasks {
			t.whenEnded(func() {
				if t.Err() != nil && first.CompareAndSwap(nil, t) {
					cancelAll(tasks, errSiblingFailed)
				}
				if left.Add(-1) == 0 {
					wake()
				}
			})
		}
	})
	if err != nil {
		cancelAll(tasks, err)
	}
	return first.Load(), err
}

func cancelAll(tasks []*Task, cause error) {
	for _, t := range tasks {
		t.Cancel(cause)
	}
}

// taskList is a Lua list of tasks that prints as a table.
func (h *Host) taskList() *lua.LTable {
	tasks := h.Tasks()
	list := h.L.CreateTable(len(tasks), 0)
	for i, t := range tasks {
		list.RawSetInt(i+1, h.registry.ToLua(t))
	}
	mt := h.L.NewTable()
	mt.RawSetString("__tostring", h.L.NewFunction(func(L *lua.LState) int {
		L.Push(lua.LString(taskTable(tasks)))
		return 1
	}))
	list.Metatable = mt
	return list
}

func taskTable(tasks []*Task) string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "ID\tName\tStatus\tAge\tWhere")
	for _, t := range tasks {
		fmt.Fprintf(w, "%d\t%s\t%s\t%s\t%s\n", t.id, t.name, t.Status(), t.Age().Round(time.Millisecond), t.where())
	}
	w.Flush()
	return strings.TrimRight(b.String(), "\n")
}

// Label names a function for [Host.Spawn] and [Host.Go]: by where it is
// defined.
func (h *Host) Label(fn *lua.LFunction) string {
	if !fn.IsG {
		return fmt.Sprintf("%s:%d", fn.Proto.SourceName, fn.Proto.LineDefined)
	}
	if _, path, ok := h.registry.Declaration(fn); ok {
		return path
	}
	return "a Go function"
}

func luaValues(args []any) []lua.LValue {
	values := make([]lua.LValue, len(args))
	for i, arg := range args {
		values[i] = arg.(lua.LValue)
	}
	return values
}

func goValues(values []lua.LValue) bind.Values {
	results := make(bind.Values, len(values))
	for i, v := range values {
		results[i] = v
	}
	return results
}
