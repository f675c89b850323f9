package runtime

import (
	"reflect"
	"unsafe"

	lua "github.com/yuin/gopher-lua"
)

// This file reaches into gopher-lua v1.1.2, which keeps things to itself that
// the host cannot do without. TestLuaState and TestGuard fail when a new version
// keeps them elsewhere.

// hasErrorFunc is the place of LState.hasErrorFunc.
//
// Unless it is set, raising an error closes the upvalues of all frames of the
// thread, also of those that a pcall keeps alive: after
//
//	local n = 0
//	local function inc() n = n + 1 end
//	pcall(error, "x")
//	inc()
//
// n is still 0, because inc counts in a copy. A protected call sets the flag
// and closes only the upvalues of the frames that die ([closeUpvalues]).
var hasErrorFunc = stateField("hasErrorFunc", reflect.Bool)

// uvcache is the place of LState.uvcache, the open upvalues of a thread in
// ascending order of their register.
var uvcache = stateField("uvcache", reflect.Pointer)

var (
	upvalueNext  = fieldOffset(reflect.TypeFor[lua.Upvalue](), "next", reflect.Pointer)
	upvalueIndex = fieldOffset(reflect.TypeFor[lua.Upvalue](), "index", reflect.Int)
)

// The places of LState.stack, of LState.currentFrame, and of what a frame
// knows: its number on the stack, counted from zero, and its first register.
var (
	stackField     = stateField("stack", reflect.Interface)
	currentFrame   = stateField("currentFrame", reflect.Pointer)
	frameIndex     = fieldOffset(frameType(), "Idx", reflect.Int)
	frameLocalBase = fieldOffset(frameType(), "LocalBase", reflect.Int)
)

func frameType() reflect.Type {
	field, _ := reflect.TypeFor[lua.LState]().FieldByName("currentFrame")
	return field.Type.Elem()
}

func stateField(name string, kind reflect.Kind) uintptr {
	return fieldOffset(reflect.TypeFor[lua.LState](), name, kind)
}

func fieldOffset(t reflect.Type, name string, kind reflect.Kind) uintptr {
	f, ok := t.FieldByName(name)
	if !ok || f.Type.Kind() != kind {
		panic("runtime: this version of gopher-lua has no " + t.Name() + "." + name)
	}
	return f.Offset
}

// keepUpvalues sets L.hasErrorFunc and returns what it was.
func keepUpvalues(L *lua.LState, keep bool) (before bool) {
	flag := (*bool)(unsafe.Add(unsafe.Pointer(L), hasErrorFunc))
	before, *flag = *flag, keep
	return before
}

// closeUpvalues closes the upvalues of the registers from base on, as the end
// of the functions that own them would.
func closeUpvalues(L *lua.LState, base int) {
	link := (**lua.Upvalue)(unsafe.Add(unsafe.Pointer(L), uvcache))
	for *link != nil {
		uv := *link
		if *(*int)(unsafe.Add(unsafe.Pointer(uv), upvalueIndex)) >= base {
			break
		}
		link = (**lua.Upvalue)(unsafe.Add(unsafe.Pointer(uv), upvalueNext))
	}
	uv := *link
	*link = nil
	for uv != nil {
		uv.Close()
		if uv.Value() == nil { // the register was cleared before
			uv.SetValue(lua.LNil)
		}
		uv = *(**lua.Upvalue)(unsafe.Add(unsafe.Pointer(uv), upvalueNext))
	}
}

// frameInt reads a number of the call frame behind dbg, such as "Pc", the next
// instruction.
func frameInt(dbg *lua.Debug, name string) int {
	return int(reflect.ValueOf(dbg).Elem().FieldByName("frame").Elem().FieldByName(name).Int())
}

// guard is a place to which a thread can go back when a call fails. PCall of
// gopher-lua is the same thing, but it tells of the error only when the frames
// of the functions that failed are gone, and takes more stack.
type guard struct {
	frame  unsafe.Pointer // of the function that makes the call, if there is one
	top    int            // its values below the call
	panics func(*lua.LState)
	keep   bool
}

// enter begins a guarded call: of the function on L's stack with nargs
// arguments.
func enter(L *lua.LState, nargs int) guard {
	g := guard{
		frame:  *(*unsafe.Pointer)(unsafe.Add(unsafe.Pointer(L), currentFrame)),
		top:    L.GetTop() - nargs - 1,
		panics: L.Panic,
		keep:   keepUpvalues(L, true),
	}
	L.Panic = throw
	return g
}

// throw is the Panic of a thread in a guarded call.
func throw(L *lua.LState) {
	panic(&lua.ApiError{Type: lua.ApiErrorRun, Object: L.Get(-1)})
}

// unwind takes the function of a guarded call that failed and all that it has
// called off the stack.
func (g guard) unwind(L *lua.LState) {
	frames, base := 0, g.top
	if g.frame != nil {
		frames = *(*int)(unsafe.Add(g.frame, frameIndex)) + 1
		base += *(*int)(unsafe.Add(g.frame, frameLocalBase))
	}
	closeUpvalues(L, base)
	field, _ := reflect.TypeFor[lua.LState]().FieldByName("stack")
	stack := reflect.NewAt(field.Type, unsafe.Add(unsafe.Pointer(L), stackField)).Elem().Interface().(callStack)
	if stack.Sp() > frames {
		stack.SetSp(frames)
	}
	*(*unsafe.Pointer)(unsafe.Add(unsafe.Pointer(L), currentFrame)) = g.frame
	L.SetTop(g.top)
}

// leave ends a guarded call.
func (g guard) leave(L *lua.LState) {
	L.Panic = g.panics
	keepUpvalues(L, g.keep)
}

// callStack is the part of gopher-lua's callFrameStack that unwinds it.
type callStack interface {
	Sp() int
	SetSp(n int)
}
