package runtime

import (
	"weak"

	lua "github.com/yuin/gopher-lua"
)

// resumeDepth bounds coroutines that resume one another, each of which takes
// Go stack. Lua has the same limit.
const resumeDepth = 190

// coroutines replaces the functions of Lua's coroutine library that do not
// know tasks: a coroutine runs in the task that resumes it, and one that is
// abandoned leaves nothing behind.
type coroutines struct {
	host   *Host
	create lua.LGFunction
	resume lua.LGFunction
	yield  lua.LGFunction
	shim   *lua.LFunction // makes a Lua function that calls a Go function
}

func (h *Host) installCoroutines() {
	lib := h.L.GetGlobal(lua.CoroutineLibName).(*lua.LTable)
	original := func(name string) lua.LGFunction {
		return lib.RawGetString(name).(*lua.LFunction).GFunction
	}
	shim, err := h.compile("coroutine", "local f = ... return function(...) return f(...) end")
	if err != nil {
		panic(err) // the text is fixed
	}
	h.coroutines = coroutines{h, original("create"), original("resume"), original("yield"), shim}
	for name, fn := range map[string]lua.LGFunction{
		"create":  h.coroutines.newThread,
		"resume":  h.coroutines.resumed,
		"wrap":    h.coroutines.wrap,
		"yield":   h.coroutines.yielded,
		"running": running,
		"status":  status,
	} {
		lib.RawSetString(name, h.L.NewFunction(fn))
	}
}

// newThread is coroutine.create. While a thread is made its parent has no
// context, because gopher-lua would derive one that lives as long as the task.
// A coroutine of gopher-lua cannot begin with a Go function.
func (c *coroutines) newThread(L *lua.LState) int {
	if fn := L.CheckFunction(1); fn.IsG {
		L.Push(c.shim)
		L.Push(fn)
		L.Call(1, 1)
		L.Replace(1, L.Get(-1))
	}
	ctx := L.RemoveContext()
	n := c.create(L)
	if ctx != nil {
		L.SetContext(ctx)
	}
	return n
}

func (c *coroutines) wrap(L *lua.LState) int {
	c.newThread(L)
	thread := L.Get(-1)
	L.Pop(1)
	L.Push(L.NewFunction(func(L *lua.LState) int {
		L.Insert(thread, 1)
		n := c.resumed(L)
		if ok := L.Get(-n); ok == lua.LTrue {
			return n - 1
		}
		value := L.Get(-1)
		L.Error(value, 0)
		return 0
	}))
	return 1
}

// resumed is coroutine.resume. The coroutine runs as part of the task that
// resumes it.
func (c *coroutines) resumed(L *lua.LState) int {
	thread := L.CheckThread(1)
	if reason := cannotResume(L, thread); reason != "" {
		L.Push(lua.LFalse)
		L.Push(lua.LString("cannot resume a " + reason + " coroutine"))
		return 2
	}
	if _, ok := thread.Context().(lastStep); ok {
		thread.Dead = true
		L.Replace(1, lua.LTrue)
		return L.GetTop()
	}
	t := taskOf(L)
	if t == nil {
		return c.resume(L)
	}
	if t.depth >= resumeDepth {
		L.Push(lua.LFalse)
		L.Push(lua.LString("too many coroutines inside one another"))
		return 2
	}
	if _, ok := thread.GetStack(0); ok {
		thread.SetContext(&t.meter)
	} else {
		thread.SetContext(&firstStep{meter: &t.meter, thread: weak.Make(thread), host: c.host})
	}
	t.depth++
	n := c.resume(L)
	t.depth--
	if t.cancelled.Load() {
		raise(L, t.cancelError())
	}
	return n
}

func cannotResume(L, thread *lua.LState) string {
	switch {
	case thread.Dead:
		return "dead"
	case thread == L || thread.Parent != nil || isRoot(thread):
		return "running"
	default:
		return ""
	}
}

// firstStep is the context of a coroutine until its first instruction. Only
// then can the host set the function that gopher-lua calls for an error that
// the coroutine does not catch, since starting a coroutine sets another one.
type firstStep struct {
	*meter
	thread weak.Pointer[lua.LState]
	host   *Host
}

func (f *firstStep) Done() <-chan struct{} {
	if thread := f.thread.Value(); thread != nil {
		thread.SetContext(f.meter)
		thread.Panic = f.host.coroutineFailed
	}
	return f.meter.Done()
}

// lastStep is the context of a coroutine whose function has said
//
//	return coroutine.yield()
//
// which gopher-lua cannot resume: nothing is left on its stack. What it is
// resumed with is what it returns.
type lastStep struct{ *meter }

// coroutineFailed translates an error that ends a coroutine, while its frames
// are there.
func (h *Host) coroutineFailed(L *lua.LState) {
	value := L.Get(-1)
	if t := taskOf(L); t != nil && !t.cancelled.Load() {
		value = h.explain(L, t, value).Value
	}
	closeUpvalues(L, 0)
	panic(&lua.ApiError{Type: lua.ApiErrorRun, Object: value, StackTrace: " "})
}

// yielded is coroutine.yield. A yield through Go code would tear the stacks
// apart: through a function such as pcall or table.sort, and through what
// calls a function without a call instruction, such as a for loop or an
// operator with a metamethod.
func (c *coroutines) yielded(L *lua.LState) int {
	if L.Parent == nil {
		L.RaiseError("coroutine.yield outside of a coroutine; to wait, call sleep")
	}
	own, _ := L.GetStack(0)
	for level := 1; ; level++ {
		frame, ok := L.GetStack(level)
		if !ok {
			return c.yield(L)
		}
		fn, _ := L.GetInfo("f", frame, lua.LNil)
		f := fn.(*lua.LFunction)
		if f.IsG {
			L.RaiseError("coroutine.yield cannot cross pcall, table.sort or another function that is not Lua; to wait, call sleep")
		}
		switch instruction(f.Proto.Code[frameInt(frame, "Pc")-1]).op() {
		case lua.OP_CALL:
		case lua.OP_TAILCALL:
			if t := taskOf(L); t != nil && frameInt(own, "Idx") == 1 {
				L.SetContext(lastStep{&t.meter})
			}
		case lua.OP_TFORLOOP:
			L.RaiseError("coroutine.yield cannot leave the iterator of a for loop; to wait, call sleep")
		default:
			L.RaiseError("coroutine.yield cannot leave a metamethod; to wait, call sleep")
		}
	}
}

// running is coroutine.running: nil in the main part of a task.
func running(L *lua.LState) int {
	if isRoot(L) || L == L.G.MainThread {
		L.Push(lua.LNil)
	} else {
		L.Push(L)
	}
	return 1
}

func status(L *lua.LState) int {
	thread := L.CheckThread(1)
	s := "suspended"
	switch {
	case thread.Dead:
		s = "dead"
	case thread == L:
		s = "running"
	case thread.Parent != nil || isRoot(thread):
		s = "normal"
	}
	L.Push(lua.LString(s))
	return 1
}

// isRoot reports whether L is the thread that a task runs on.
func isRoot(L *lua.LState) bool {
	t := taskOf(L)
	return t != nil && t.root == L
}
