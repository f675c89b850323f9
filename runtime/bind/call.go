package bind

import (
	"context"
	"fmt"
	"runtime/debug"
	"slices"
	"time"

	lua "github.com/yuin/gopher-lua"
)

// Call is one call of a declared function, with checked arguments.
type Call struct {
	L    *lua.LState
	Self any // the receiver's Go value; nil in a plain function

	// Receiver is the receiver's Lua value; nil in a plain function.
	Receiver *lua.LUserData

	registry *Registry
	function *function
	values   []any // by parameter; nil when not given
	rest     []any
}

// Registry returns the registry, to convert values and wrap objects.
func (c *Call) Registry() *Registry { return c.registry }

// Name is the function as error texts call it: "Channel:send".
func (c *Call) Name() string { return c.function.display }

// Context ends when the calling task is cancelled.
func (c *Call) Context() context.Context { return c.registry.host.Context(c.L) }

// Wait lets other Lua code run while fn blocks. fn must not touch Lua values.
// The error of Wait is fn's, or that of the cancelled task.
func (c *Call) Wait(fn func(ctx context.Context) error) error {
	return c.registry.host.Wait(c.L, fn)
}

// Has reports whether the caller gave the parameter.
func (c *Call) Has(name string) bool { return c.values[c.index(name)] != nil }

// Takes reports whether the function has the parameter, for code that serves
// several functions.
func (c *Call) Takes(name string) bool {
	return slices.ContainsFunc(c.function.Params, func(p Param) bool { return p.Name == name })
}

// Value returns what the parameter's type made of the argument, its default
// when the caller gave none, or nil.
func (c *Call) Value(name string) any {
	i := c.index(name)
	if c.values[i] == nil {
		return c.function.Params[i].Default
	}
	return c.values[i]
}

// Get returns a parameter of any Go type, or its zero value when the caller
// gave none and there is no default.
func Get[T any](c *Call, name string) T {
	v, _ := c.Value(name).(T)
	return v
}

// String returns a parameter of type [String] or [OneOf], "" without one.
func (c *Call) String(name string) string { return Get[string](c, name) }

// Int returns a parameter of type [Integer], 0 without one.
func (c *Call) Int(name string) int { return Get[int](c, name) }

// Float returns a parameter of type [Number], 0 without one.
func (c *Call) Float(name string) float64 { return Get[float64](c, name) }

// Bool returns a parameter of type [Boolean], false without one.
func (c *Call) Bool(name string) bool { return Get[bool](c, name) }

// Duration returns a parameter of type [Duration], 0 without one.
func (c *Call) Duration(name string) time.Duration { return Get[time.Duration](c, name) }

// Func returns a parameter of type [Function], nil without one.
func (c *Call) Func(name string) *lua.LFunction { return Get[*lua.LFunction](c, name) }

// Table returns a parameter of type [Table], nil without one.
func (c *Call) Table(name string) *lua.LTable { return Get[*lua.LTable](c, name) }

// List returns a parameter of type [ListOf], nil without one.
func (c *Call) List(name string) []any { return Get[[]any](c, name) }

// Lua returns a parameter of type [Any], nil of Lua without one.
func (c *Call) Lua(name string) lua.LValue {
	if v := Get[lua.LValue](c, name); v != nil {
		return v
	}
	return lua.LNil
}

// Args returns the arguments of the Rest parameter, converted by its type.
func (c *Call) Args() []any { return c.rest }

// Given lists the names of the parameters that the caller gave, in the order
// of the declaration.
func (c *Call) Given() []string {
	var names []string
	for i, p := range c.function.Params {
		if c.values[i] != nil {
			names = append(names, p.Name)
		}
	}
	return names
}

func (c *Call) index(name string) int {
	for i := range c.function.Params {
		if c.function.Params[i].Name == name {
			return i
		}
	}
	panic(fmt.Sprintf("%s declares no parameter %q", c.function.display, name))
}

// call runs a declared function for Lua.
func (r *Registry) call(L *lua.LState, f *function) int {
	results, err := r.invoke(L, f)
	if err != nil {
		r.raise(L, err)
	}
	if values, ok := results.(Values); ok {
		for _, v := range values {
			L.Push(r.ToLua(v))
		}
		return len(values)
	}
	if results == nil && f.Returns == "" {
		return 0
	}
	L.Push(r.ToLua(results))
	return 1
}

// invoke turns a Go panic into an error. Errors of Lua code that the function
// calls are panics of gopher-lua and pass through.
func (r *Registry) invoke(L *lua.LState, f *function) (results any, err error) {
	defer func() {
		if v := recover(); v != nil {
			if _, ok := v.(*lua.ApiError); ok {
				panic(v)
			}
			r.host.Panicked(f.display, v, debug.Stack())
			err = fmt.Errorf("%s: internal error: %v (please report it; the debug log has the details)", f.display, v)
		}
	}()
	c := &Call{L: L, registry: r, function: f}
	if err := c.parse(); err != nil {
		return nil, err
	}
	return f.Call(c)
}

// internal makes a Lua function that needs no declaration because scripts
// never name it: a metamethod.
func (r *Registry) internal(fn lua.LGFunction) *lua.LFunction {
	f := r.L.NewFunction(fn)
	r.functions[f] = nil
	return f
}
