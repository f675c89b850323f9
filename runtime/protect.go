package runtime

import (
	"fmt"
	"runtime/debug"
	"strings"

	"cordial/runtime/bind"

	lua "github.com/yuin/gopher-lua"
)

func (h *Host) installProtect() {
	h.L.SetGlobal("pcall", h.L.NewFunction(h.pcall))
	h.L.SetGlobal("xpcall", h.L.NewFunction(h.xpcall))
	h.L.SetGlobal("error", h.L.NewFunction(luaError))
	h.L.SetGlobal("assert", h.L.NewFunction(luaAssert))
}

// protect calls the function that lies on L's stack under its nargs arguments.
// The error is an [*Error] or a [*CancelError]. handler is a Lua function that
// turns the raised value into another one while the functions that failed are
// still there, or nil of Lua.
func (h *Host) protect(L *lua.LState, nargs int, handler lua.LValue) (err error) {
	g := enter(L, nargs)
	defer func() {
		if v := recover(); v != nil {
			err = h.caught(L, v, handler)
			g.unwind(L)
		}
		g.leave(L)
	}()
	L.Call(nargs, lua.MultRet)
	return nil
}

// overflowed is what gopher-lua panics with when there are too many calls
// inside one another.
const overflowed = "lua callstack overflow"

// caught makes the error of a protected call out of a panic inside it. L's
// frames are those of the functions that failed.
func (h *Host) caught(L *lua.LState, panicked any, handler lua.LValue) error {
	t := taskOf(L)
	if t != nil && t.cancelled.Load() {
		return t.cancelledAt(traceback(L))
	}
	value := h.raisedValue(L, panicked)
	err := h.explain(L, t, value)
	if handler == lua.LNil || panicked == overflowed {
		return err
	}
	results, failed := h.Call(L, handler, err.Value)
	if failed != nil {
		return failed
	}
	value = lua.LNil
	if len(results) > 0 {
		value = results[0]
	}
	if value == err.Value {
		return err
	}
	return &Error{Value: value, Message: errorText(L, value)}
}

// raisedValue is what Lua code raised, or a text about a panic of Go code.
func (h *Host) raisedValue(L *lua.LState, panicked any) lua.LValue {
	if apiErr, ok := panicked.(*lua.ApiError); ok {
		return apiErr.Object
	}
	text := fmt.Sprint(panicked)
	if panicked != overflowed {
		h.Panicked("a library function", panicked, debug.Stack())
		text = "internal error: " + text + " (please report it; the debug log has the details)"
	}
	return lua.LString(position(L, 0) + text)
}

// explain translates a raised value and notes it with its traceback. A value
// that was raised before, and is on its way through further protected calls,
// keeps the traceback of the place where it came from.
func (h *Host) explain(L *lua.LState, t *Task, value lua.LValue) *Error {
	if s, ok := value.(lua.LString); ok {
		value = lua.LString(h.translate(L, string(s)))
	}
	err := &Error{Value: value, Traceback: traceback(L)}
	if t != nil && t.last != nil && t.last.Value == value && !samePlace(t.last.Traceback, err.Traceback) {
		return t.last
	}
	err.Message = errorText(L, value)
	if _, text := value.(lua.LString); !text {
		err.Where = position(L, 0)
	}
	if t != nil {
		t.last = err
	}
	return err
}

// samePlace reports whether two tracebacks begin with the same line.
func samePlace(a, b string) bool {
	x, _, _ := strings.Cut(a, "\n")
	y, _, _ := strings.Cut(b, "\n")
	return x == y
}

// Call calls a Lua function from Go, in a task and with the Lua state held,
// and returns its results. The error is an [*Error] or a [*CancelError].
func (h *Host) Call(L *lua.LState, fn lua.LValue, args ...lua.LValue) ([]lua.LValue, error) {
	top := L.GetTop()
	L.Push(fn)
	for _, arg := range args {
		L.Push(arg)
	}
	if err := h.protect(L, len(args), lua.LNil); err != nil {
		return nil, err
	}
	return popResults(L, top), nil
}

// popResults takes what lies above top off the stack.
func popResults(L *lua.LState, top int) []lua.LValue {
	results := make([]lua.LValue, L.GetTop()-top)
	for i := range results {
		results[i] = L.Get(top + 1 + i)
	}
	L.SetTop(top)
	return results
}

func (h *Host) pcall(L *lua.LState) int {
	L.CheckAny(1)
	return h.protected(L, h.protect(L, L.GetTop()-1, lua.LNil))
}

// xpcall passes further arguments on to the function, as Lua 5.2 does.
func (h *Host) xpcall(L *lua.LState) int {
	L.CheckAny(1)
	handler := L.CheckFunction(2)
	L.Remove(2)
	return h.protected(L, h.protect(L, L.GetTop()-1, handler))
}

// protected returns from pcall or xpcall: err, or what lies on the stack.
func (h *Host) protected(L *lua.LState, err error) int {
	if err == nil {
		L.Insert(lua.LTrue, 1)
		return L.GetTop()
	}
	if t := taskOf(L); t != nil && t.cancelled.Load() {
		raise(L, err) // no script can go on after it was cancelled
	}
	L.Push(lua.LFalse)
	L.Push(err.(*Error).Value)
	return 2
}

// raise raises a Go error in Lua, without adding a position. It does not
// return.
func raise(L *lua.LState, err error) {
	if raiser, ok := err.(bind.Raiser); ok {
		L.Error(raiser.LuaValue(), 0)
	}
	L.Error(lua.LString(err.Error()), 0)
}

// luaError is Lua's error(value, level).
func luaError(L *lua.LState) int {
	value, level := L.Get(1), L.OptInt(2, 1)
	if lua.LVCanConvToString(value) && level > 0 {
		value = lua.LString(position(L, level) + value.String())
	}
	L.Error(value, 0)
	return 0
}

// luaAssert is Lua's assert(value, message), where the message can be any
// value. Unlike Lua's own it says where.
func luaAssert(L *lua.LState) int {
	if L.ToBool(1) {
		return L.GetTop()
	}
	message := L.Get(2)
	if message == lua.LNil {
		message = lua.LString("assertion failed")
	}
	if s, ok := message.(lua.LString); ok {
		message = lua.LString(position(L, 1)) + s
	}
	L.Error(message, 0)
	return 0
}
