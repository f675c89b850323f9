package bind

import lua "github.com/yuin/gopher-lua"

// Module declares a table of functions.
type Module struct {
	Name   string // as scripts write it: "json", "dc.api"
	Doc    string
	Funcs  []Func
	Fields []Field

	// Global puts the table in the global of its name.
	Global bool

	// Singleton lets the functions be called with a colon as well.
	Singleton bool

	// Lookup makes a function on its first use, for modules that are too
	// large to build at once. Names lists what Lookup knows.
	Lookup func(name string) (Func, bool)
	Names  func() []string
}

// module is a declared module with its table.
type module struct {
	Module
	table  *lua.LTable
	fields map[string]*Field
}

func (r *Registry) newModule(m Module) *module {
	mod := &module{Module: m, fields: map[string]*Field{}}
	if existing, ok := r.L.G.Global.RawGetString(m.Name).(*lua.LTable); ok && m.Global {
		mod.table = existing
	} else {
		mod.table = r.L.NewTable()
	}
	r.tables[mod.table] = mod
	for _, f := range m.Funcs {
		r.addModuleFunc(mod, f)
	}
	for i := range m.Fields {
		field := &m.Fields[i]
		switch {
		case field.Get != nil:
			mod.fields[field.Name] = field
		case field.Value != nil:
			mod.table.RawSetString(field.Name, r.ToLua(field.Value))
		}
	}
	if len(mod.fields) > 0 || m.Lookup != nil {
		mod.table.Metatable = r.moduleMetatable(mod)
	}
	return mod
}

// addModuleFunc puts f into the module's table. A function that Lua has
// already is only remembered with its declaration.
func (r *Registry) addModuleFunc(mod *module, f Func) *lua.LFunction {
	decl := &function{Func: f, display: mod.Name + "." + f.Name}
	if f.Call == nil {
		fn, ok := mod.table.RawGetString(f.Name).(*lua.LFunction)
		if !ok {
			panic("bind: " + decl.display + " is described but does not exist")
		}
		r.functions[fn] = decl
		return fn
	}
	if mod.Singleton {
		decl.self = mod.table
	} else {
		decl.module = mod.table
	}
	fn := r.function(decl)
	mod.table.RawSetString(f.Name, fn)
	return fn
}

// moduleMetatable serves computed fields and functions made on first use.
func (r *Registry) moduleMetatable(mod *module) *lua.LTable {
	index := func(L *lua.LState) int {
		key := L.Get(2).String()
		if field, ok := mod.fields[key]; ok {
			L.Push(r.fieldValue(L, mod.Name, field, nil))
			return 1
		}
		if mod.Lookup != nil {
			if f, ok := mod.Lookup(key); ok {
				L.Push(r.addModuleFunc(mod, f))
				return 1
			}
			r.raise(L, unknownName(mod.Name, "function", key, mod.Names()))
		}
		L.Push(lua.LNil)
		return 1
	}
	newindex := func(L *lua.LState) int {
		key := L.Get(2)
		if field, ok := mod.fields[key.String()]; ok {
			r.setField(L, mod.Name, field, nil)
			return 0
		}
		L.RawSet(mod.table, key, L.Get(3))
		return 0
	}
	mt := r.L.NewTable()
	mt.RawSetString("__index", r.internal(index))
	mt.RawSetString("__newindex", r.internal(newindex))
	mt.RawSetString("__tostring", r.internal(func(L *lua.LState) int {
		L.Push(lua.LString("module " + mod.Name))
		return 1
	}))
	return mt
}
