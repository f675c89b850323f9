// Package bind declares Go functions to Lua.
//
// Everything that a script can reach is declared once, as a [Func], [Field],
// [Class] or [Module]: name, parameters, result, one sentence of
// documentation, an example. From the declaration the [Registry] makes the
// Lua function with its argument checks and error texts, the text of help(),
// completion data, and the reference.
package bind

import (
	"context"
	"fmt"

	lua "github.com/yuin/gopher-lua"
)

// Host is what the registry needs of the owner of the Lua state.
type Host interface {
	// Wait lets other Lua code run while fn blocks. The context that fn gets
	// ends when the calling task is cancelled.
	Wait(L *lua.LState, fn func(ctx context.Context) error) error

	// Context returns the context of the task that runs on L, for calls that
	// start work without waiting for it.
	Context(L *lua.LState) context.Context

	// Panicked is told of a Go panic in a declared function. The script gets
	// an ordinary error without the stack.
	Panicked(name string, value any, stack []byte)
}

// Registry holds the declarations of one Lua state. It is used with the state
// held, or before any task runs on it.
type Registry struct {
	L    *lua.LState
	host Host

	globals    []Func
	modules    []*module
	classes    map[string]*class
	singletons []Singleton
	metatables map[*lua.LTable]*class
	tables     map[*lua.LTable]*module
	functions  map[*lua.LFunction]*function
	converters []func(v any) (lua.LValue, bool)
	topics     []func(name string) (string, bool)
	null       *lua.LUserData
}

// registryKey is the place of the Registry in Lua's own registry table.
const registryKey = "cordial.bind"

// New makes the registry of L. It replaces Lua's pairs by one that honours
// the __pairs metamethod.
func New(L *lua.LState, host Host) *Registry {
	r := &Registry{
		L:          L,
		host:       host,
		classes:    map[string]*class{},
		metatables: map[*lua.LTable]*class{},
		tables:     map[*lua.LTable]*module{},
		functions:  map[*lua.LFunction]*function{},
	}
	L.G.Registry.RawSetString(registryKey, &lua.LUserData{Value: r, Metatable: lua.LNil})
	r.null = r.newNull()
	r.replacePairs()
	return r
}

// Of returns the registry that was made for the state of L.
func Of(L *lua.LState) *Registry {
	ud, ok := L.G.Registry.RawGetString(registryKey).(*lua.LUserData)
	if !ok {
		panic("bind: this Lua state has no registry; call bind.New first")
	}
	return ud.Value.(*Registry)
}

// AddFunc declares a global function.
func (r *Registry) AddFunc(f Func) *lua.LFunction {
	r.globals = append(r.globals, f)
	fn := r.function(&function{Func: f, display: f.Name})
	r.L.G.Global.RawSetString(f.Name, fn)
	return fn
}

// AddModule declares a module and returns its table.
func (r *Registry) AddModule(m Module) *lua.LTable {
	mod := r.newModule(m)
	r.modules = append(r.modules, mod)
	if m.Global {
		r.L.G.Global.RawSetString(m.Name, mod.table)
	}
	return mod.table
}

// ModuleTable returns the table of a declared module, for require.
func (r *Registry) ModuleTable(name string) (*lua.LTable, bool) {
	for _, m := range r.modules {
		if m.Name == name {
			return m.table, true
		}
	}
	return nil, false
}

// ModuleNames lists the declared modules, in the order of their declaration.
func (r *Registry) ModuleNames() []string {
	names := make([]string, len(r.modules))
	for i, m := range r.modules {
		names[i] = m.Name
	}
	return names
}

// SingletonNames lists the objects that are globals, in the order of their
// declaration.
func (r *Registry) SingletonNames() []string {
	names := make([]string, len(r.singletons))
	for i, s := range r.singletons {
		names[i] = s.Name
	}
	return names
}

// AddClass declares a class. Its parent, if it has one, must be declared first.
func (r *Registry) AddClass(c Class) {
	r.classes[c.Name] = r.newClass(c)
}

// Wrap returns v as a Lua object of the named class.
func (r *Registry) Wrap(className string, v any) *lua.LUserData {
	return r.WrapIn(&lua.LUserData{}, className, v)
}

// WrapIn is Wrap with a place for the Lua object, which may be a part of v.
func (r *Registry) WrapIn(ud *lua.LUserData, className string, v any) *lua.LUserData {
	ud.Value, ud.Env, ud.Metatable = v, r.L.Env, r.mustClass(className).meta
	return ud
}

// Singleton makes v, an object of the named class, a global under name. Its
// methods may be called with a dot as well as with a colon.
func (r *Registry) Singleton(name, className string, v any) *lua.LUserData {
	r.singletons = append(r.singletons, Singleton{name, className})
	ud := r.newSingleton(name, r.mustClass(className), v)
	r.L.G.Global.RawSetString(name, ud)
	return ud
}

// Wait is [Call.Wait] for the functions of a class that get no Call: Index,
// NewIndex and Len.
func (r *Registry) Wait(fn func(ctx context.Context) error) error {
	return r.host.Wait(r.L.G.CurrentThread, fn)
}

// Raise raises err in the Lua code that runs, for the functions of a class
// that return no error, such as Len. It does not return.
func (r *Registry) Raise(err error) { r.raise(r.L.G.CurrentThread, err) }

// ClassOf returns the name of the class that v is an object of, or "".
func (r *Registry) ClassOf(v lua.LValue) string {
	if c := r.classOf(v); c != nil {
		return c.Name
	}
	return ""
}

// Called is what error texts call an object: "a Channel", or "bot.cmd" where
// there is one. It is "" for what is no object.
func (r *Registry) Called(v lua.LValue) string {
	c := r.classOf(v)
	switch {
	case c == nil:
		return ""
	case c.Only != "":
		return c.Only
	}
	return WithArticle(c.Name)
}

func (r *Registry) classOf(v lua.LValue) *class {
	if ud, ok := v.(*lua.LUserData); ok {
		if mt, ok := ud.Metatable.(*lua.LTable); ok {
			return r.metatables[mt]
		}
	}
	return nil
}

func (r *Registry) mustClass(name string) *class {
	c, ok := r.classes[name]
	if !ok {
		panic(fmt.Sprintf("bind: class %q is not declared", name))
	}
	return c
}
