package bind

import (
	"slices"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// Param declares one parameter.
type Param struct {
	Name     string
	Type     Type
	Doc      string
	Default  any  // the Go value when the caller gives none
	Required bool // the call fails without it
	Named    bool // given in the options table only
	Rest     bool // takes all arguments that are left; the last positional one
	Items    bool // takes the values without names of the options table, as a table; given by name, too
}

// Func declares one function or method. Every positional parameter may also
// be given by name in the options table, which is the last argument, or stands
// before a function that is.
type Func struct {
	Name    string
	Doc     string
	Params  []Param
	Returns string // what it returns, in words or a type; "" for nothing
	Example string

	// Call does the work. Its result is converted by [Registry.ToLua];
	// [Values] stands for several results. An error is raised in Lua. A nil
	// Call describes a function that Lua has already, such as string.format.
	Call func(c *Call) (any, error)
}

// Values are several results of one call.
type Values []any

// Iterator is a result that a for loop can call: every call gives the next
// value, and nil ends the loop. It may wait.
type Iterator func(c *Call) (any, error)

// function is a declaration in its place.
type function struct {
	Func
	display string // "Channel:send", "json.encode", "sleep"
	class   *class // the receiver's class, nil for plain functions
	// self is what a singleton's method gets when it is called with a dot. A
	// module that is a singleton has its table here.
	self lua.LValue
	// module is the table of a plain module function, which must not be
	// called with a colon.
	module *lua.LTable
}

// signatureOptions is how many named options a signature spells out.
const signatureOptions = 4

// Signature is the function as one writes a call: "send([content], {files=})".
// Parameters that may be left out stand in brackets; of many options only the
// first are named.
func (f Func) Signature() string {
	var positional, named []string
	for _, p := range f.Params {
		switch {
		case p.Named:
			named = append(named, p.Name+"=")
		case p.Rest:
			positional = append(positional, "...")
		case p.Required:
			positional = append(positional, p.Name)
		default:
			positional = append(positional, "["+p.Name+"]")
		}
	}
	if len(named) > signatureOptions {
		named = append(named[:signatureOptions-1], "…")
	}
	if len(named) > 0 {
		positional = slices.Insert(positional, f.placeOfOptions(positional), "{"+strings.Join(named, ", ")+"}")
	}
	return f.Name + "(" + strings.Join(positional, ", ") + ")"
}

// placeOfOptions is where scripts write the options: at the end, or before a
// function that is the last argument, but for its own.
func (f Func) placeOfOptions(positional []string) int {
	place, n := len(positional), 0
	for _, p := range f.Params {
		switch {
		case p.Named:
			continue
		case p.Type.Name == Function.Name && !p.Rest:
			place = n
		case !p.Rest:
			place = len(positional)
		}
		n++
	}
	return place
}

// signature is Signature with the place of the function: "Channel:send(…)".
func (f *function) signature() string {
	return strings.TrimSuffix(f.display, f.Name) + f.Signature()
}

// Function makes a Lua function from a declaration without putting it
// anywhere.
func (r *Registry) Function(f Func) *lua.LFunction {
	return r.function(&function{Func: f, display: f.Name})
}

func (r *Registry) function(f *function) *lua.LFunction {
	fn := r.anonymous(f)
	r.functions[fn] = f
	return fn
}

// anonymous makes a function that is not remembered: one that is made anew
// for every call, such as an iterator.
func (r *Registry) anonymous(f *function) *lua.LFunction {
	return r.L.NewFunction(func(L *lua.LState) int { return r.call(L, f) })
}
