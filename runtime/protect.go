package runtime

import (
	"fmt"
	"runtime/debug"

	"cordial/runtime/bind"

	lua "github.com/yuin/gopher-lua"
)

// A protected call is gopher-lua's PCall of the trampoline: a Go function that
// calls the real one, and that sees an error while the frames of the functions
// that failed are still there. It translates the error, takes the traceback
// and closes the upvalues that die.

func (h *Host) installProtect() {
	h.trampoline = h.L.NewFunction(h.bounce)
	h.L.SetGlobal("pcall", h.L.NewFunction(h.pcall))
	h.L.SetGlobal("xpcall", h.L.NewFunction(h.xpcall))
	h.L.SetGlobal("error", h.L.NewFunction(luaError))
	h.L.SetGlobal("assert", h.L.NewFunction(luaAssert))
}

// protect calls the function that lies on L's stack under its nargs arguments,
// as PCall does. handler is a Lua function that turns the raised value into
// another one before the stack unwinds, or nil of Lua.
func (h *Host) protect(L *lua.LState, nargs, nret int, handler lua.LValue) error {
	at := L.GetTop() - nargs
	L.Insert(handler, at)
	L.Insert(h.trampoline, at)
	before := keepUpvalues(L, true)
	err := L.PCall(nargs+2, nret, nil)
	keepUpvalues(L, before)
	if err == nil {
		return nil
	}
	return h.raised(L, err.(*lua.ApiError).Object)
}

// raised is the Go error of a value that was raised in L's task.
func (h *Host) raised(L *lua.LState, value lua.LValue) error {
	if t := taskOf(L); t != nil {
		if t.cancelled.Load() {
			return t.cancelError()
		}
		if t.last != nil && t.last.Value == value {
			return t.last
		}
	}
	return &Error{Value: value, Message: errorText(L, value)}
}

// bounce is the trampoline: handler, function, arguments...
func (h *Host) bounce(L *lua.LState) int {
	defer func() {
		if v := recover(); v != nil {
			panic(h.caught(L, v))
		}
	}()
	L.Call(L.GetTop()-2, lua.MultRet)
	return L.GetTop() - 1
}

// caught makes the error that leaves a protected call out of a panic inside
// it. L's frames are those of the functions that failed.
func (h *Host) caught(L *lua.LState, panicked any) *lua.ApiError {
	apiErr, ok := panicked.(*lua.ApiError)
	overflow := false
	if !ok {
		text := fmt.Sprint(panicked)
		if overflow = text == "lua callstack overflow"; !overflow {
			h.Panicked("a library function", panicked, debug.Stack())
			text = "internal error: " + text + " (please report it; the debug log has the details)"
		}
		apiErr = &lua.ApiError{Type: lua.ApiErrorRun, Object: lua.LString(position(L, 0) + text)}
	}
	value := apiErr.Object
	if t := taskOf(L); t != nil && !t.cancelled.Load() {
		value = h.explain(L, t, value).Value
	}
	base := h.baseOf(L)
	if handler := h.handlerOf(L); handler != lua.LNil && !overflow {
		L.Push(handler)
		L.Push(value)
		L.Call(1, 1)
		value = L.Get(-1)
	}
	closeUpvalues(L, base)
	// A StackTrace keeps PCall from making one of its own.
	return &lua.ApiError{Type: lua.ApiErrorRun, Object: value, StackTrace: " "}
}

// explain translates a raised value and notes it with its traceback. A value
// that is on its way through several protected calls keeps its first one.
func (h *Host) explain(L *lua.LState, t *Task, value lua.LValue) *Error {
	if t.last != nil && t.last.Value == value {
		return t.last
	}
	if s, ok := value.(lua.LString); ok {
		value = lua.LString(h.translate(L, string(s)))
	}
	t.last = &Error{
		Value:     value,
		Message:   errorText(L, value),
		Traceback: traceback(L),
	}
	if _, text := value.(lua.LString); !text {
		t.last.Where = position(L, 0)
	}
	return t.last
}

// trampolineFrame finds the innermost trampoline among L's frames.
func (h *Host) trampolineFrame(L *lua.LState) *lua.Debug {
	for level := 0; ; level++ {
		frame, ok := L.GetStack(level)
		if !ok {
			return nil
		}
		if fn, _ := L.GetInfo("f", frame, lua.LNil); fn == h.trampoline {
			return frame
		}
	}
}

func (h *Host) baseOf(L *lua.LState) int {
	return frameInt(h.trampolineFrame(L), "LocalBase")
}

// handlerOf is the handler of the innermost protected call.
func (h *Host) handlerOf(L *lua.LState) lua.LValue {
	_, handler := L.GetLocal(h.trampolineFrame(L), 1)
	return handler
}

// Call calls a Lua function from Go, in a task and with the Lua state held,
// and returns its results. The error is an [*Error] or a [*CancelError].
func (h *Host) Call(L *lua.LState, fn lua.LValue, args ...lua.LValue) ([]lua.LValue, error) {
	top := L.GetTop()
	L.Push(fn)
	for _, arg := range args {
		L.Push(arg)
	}
	if err := h.protect(L, len(args), lua.MultRet, lua.LNil); err != nil {
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
	return h.protected(L, L.GetTop()-1, lua.LNil)
}

// xpcall passes further arguments on to the function, as Lua 5.2 does.
func (h *Host) xpcall(L *lua.LState) int {
	L.CheckAny(1)
	handler := L.CheckFunction(2)
	L.Remove(2)
	return h.protected(L, L.GetTop()-1, handler)
}

// protected is pcall with the function at the bottom of the stack.
func (h *Host) protected(L *lua.LState, nargs int, handler lua.LValue) int {
	err := h.protect(L, nargs, lua.MultRet, handler)
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
	if s, ok := value.(lua.LString); ok && level > 0 {
		value = lua.LString(position(L, level)) + s
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
