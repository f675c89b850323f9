package bind

import (
	"maps"
	"slices"

	lua "github.com/yuin/gopher-lua"
)

// Reference is all that is declared, for a reference page or an editor.
type Reference struct {
	Globals []Func
	Modules []Module
	Classes []Class
}

// All returns every declaration. Globals and modules stand in the order in
// which they were declared, classes by name.
func (r *Registry) All() Reference {
	ref := Reference{Globals: slices.Clone(r.globals)}
	for _, m := range r.modules {
		ref.Modules = append(ref.Modules, m.Module)
	}
	for _, name := range slices.Sorted(maps.Keys(r.classes)) {
		ref.Classes = append(ref.Classes, r.classes[name].Class)
	}
	return ref
}

// Undeclared returns the paths of all Go functions that Lua code can reach
// from its globals and that have no declaration: "string.format".
func (r *Registry) Undeclared() []string {
	w := &walker{registry: r, seen: map[lua.LValue]bool{}}
	w.visit("_G", r.L.G.Global)
	for _, name := range slices.Sorted(maps.Keys(r.classes)) {
		w.visit(name, r.classes[name].meta)
		for _, method := range slices.Sorted(maps.Keys(r.classes[name].methods)) {
			w.visit(name+":"+method, r.classes[name].methods[method])
		}
	}
	slices.Sort(w.found)
	return w.found
}

type walker struct {
	registry *Registry
	seen     map[lua.LValue]bool
	found    []string
}

func (w *walker) visit(path string, v lua.LValue) {
	switch v.(type) {
	case *lua.LTable, *lua.LUserData, *lua.LFunction, lua.LString:
	default:
		return
	}
	if w.seen[v] {
		return
	}
	w.seen[v] = true
	switch v := v.(type) {
	case *lua.LTable:
		v.ForEach(func(key, value lua.LValue) {
			w.visit(path+"."+key.String(), value)
		})
	case *lua.LFunction:
		if _, declared := w.registry.functions[v]; v.IsG && !declared {
			w.found = append(w.found, path)
		}
	}
	if mt := w.registry.L.GetMetatable(v); mt != lua.LNil {
		w.visit(path+" metatable", mt)
	}
}
