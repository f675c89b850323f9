package bind

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"time"

	lua "github.com/yuin/gopher-lua"
)

type null struct{}

// Null is JSON's null where it must be told from a missing value. In Lua it is
// json.null.
var Null any = null{}

// IsNull reports whether v is json.null.
func IsNull(v lua.LValue) bool {
	ud, ok := v.(*lua.LUserData)
	return ok && ud.Value == Null
}

// Null returns json.null.
func (r *Registry) Null() *lua.LUserData { return r.null }

func (r *Registry) newNull() *lua.LUserData {
	mt := r.L.NewTable()
	mt.RawSetString("__name", lua.LString("null"))
	mt.RawSetString("__tostring", r.internal(func(L *lua.LState) int {
		L.Push(lua.LString("null"))
		return 1
	}))
	return &lua.LUserData{Value: Null, Env: r.L.Env, Metatable: mt}
}

// Convert registers how Go values, errors among them, become Lua values. Of
// several functions the one registered first that answers true wins.
func (r *Registry) Convert(fn func(v any) (lua.LValue, bool)) {
	r.converters = append(r.converters, fn)
}

func (r *Registry) convert(v any) (lua.LValue, bool) {
	for _, fn := range r.converters {
		if lv, ok := fn(v); ok {
			return lv, true
		}
	}
	return nil, false
}

// ToLua converts a Go value: nil, booleans, numbers, strings, slices, maps
// with string keys, [Null], Lua values, [Iterator], a duration (as seconds),
// and all that [Registry.Convert] knows. An integer that a Lua number cannot
// hold becomes a string.
func (r *Registry) ToLua(v any) lua.LValue {
	switch v := v.(type) {
	case nil:
		return lua.LNil
	case lua.LValue:
		return v
	case bool:
		return lua.LBool(v)
	case string:
		return lua.LString(v)
	case int:
		return integer(int64(v))
	case int64:
		return integer(v)
	case float64:
		return lua.LNumber(v)
	case null:
		return r.null
	case Iterator:
		return r.anonymous(iterator(v))
	case func(*lua.LState) int:
		return r.L.NewFunction(v)
	}
	if lv, ok := r.convert(v); ok {
		return lv
	}
	if d, ok := v.(time.Duration); ok {
		return lua.LNumber(d.Seconds())
	}
	return r.reflected(reflect.ValueOf(v))
}

// iterator declares the function that a for loop calls, with the loop's state
// and control variable as arguments.
func iterator(next Iterator) *function {
	rest := Param{Name: "state", Type: Any, Rest: true}
	return &function{Func: Func{Name: "iterator", Params: []Param{rest}, Call: next}, display: "iterator"}
}

func integer(n int64) lua.LValue {
	if n > maxInteger || n < -maxInteger {
		return lua.LString(fmt.Sprint(n))
	}
	return lua.LNumber(n)
}

// reflected converts the kinds of values that have no case of their own.
func (r *Registry) reflected(v reflect.Value) lua.LValue {
	switch v.Kind() {
	case reflect.Bool:
		return lua.LBool(v.Bool())
	case reflect.String:
		return lua.LString(v.String())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return integer(v.Int())
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		if n := v.Uint(); n > maxInteger {
			return lua.LString(fmt.Sprint(n))
		}
		return lua.LNumber(v.Uint())
	case reflect.Float32:
		return lua.LNumber(v.Float())
	case reflect.Slice, reflect.Array:
		if v.Type().Elem().Kind() == reflect.Uint8 && v.Kind() == reflect.Slice {
			return lua.LString(v.Bytes())
		}
		return r.list(v)
	case reflect.Map:
		if v.Type().Key().Kind() == reflect.String {
			return r.table(v)
		}
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return lua.LNil
		}
	}
	panic(fmt.Sprintf("bind: no conversion to Lua is registered for %s", v.Type()))
}

func (r *Registry) list(v reflect.Value) *lua.LTable {
	t := r.L.CreateTable(v.Len(), 0)
	for i := range v.Len() {
		t.RawSetInt(i+1, r.ToLua(v.Index(i).Interface()))
	}
	return t
}

// table adds the keys in their order, so that pairs has the same order every
// time.
func (r *Registry) table(v reflect.Value) *lua.LTable {
	byName := make(map[string]reflect.Value, v.Len())
	for key, value := range v.Seq2() {
		byName[key.String()] = value
	}
	t := r.L.CreateTable(0, v.Len())
	for _, key := range slices.Sorted(maps.Keys(byName)) {
		t.RawSetString(key, r.ToLua(byName[key].Interface()))
	}
	return t
}
