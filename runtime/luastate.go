package runtime

import (
	"reflect"
	"unsafe"

	lua "github.com/yuin/gopher-lua"
)

// This file reaches into gopher-lua v1.1.2, which keeps three things to itself
// that the host cannot do without. TestLuaState fails when a new version keeps
// them elsewhere.

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
	upvalueNext  = upvalueField("next", reflect.Pointer)
	upvalueIndex = upvalueField("index", reflect.Int)
)

func stateField(name string, kind reflect.Kind) uintptr {
	return fieldOffset(reflect.TypeFor[lua.LState](), name, kind)
}

func upvalueField(name string, kind reflect.Kind) uintptr {
	return fieldOffset(reflect.TypeFor[lua.Upvalue](), name, kind)
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

// registerTop is the first register of L that is free.
func registerTop(L *lua.LState) int {
	base := 0
	if frame, ok := L.GetStack(0); ok {
		base = frameInt(frame, "LocalBase")
	}
	return base + L.GetTop()
}

// frameInt reads a number of the call frame behind dbg: "Pc", the next
// instruction, or "LocalBase", the frame's first register.
func frameInt(dbg *lua.Debug, name string) int {
	return int(reflect.ValueOf(dbg).Elem().FieldByName("frame").Elem().FieldByName(name).Int())
}
