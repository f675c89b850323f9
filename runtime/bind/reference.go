package bind

import (
	"maps"
	"slices"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// Reference is all that is declared, for a reference page or an editor.
type Reference struct {
	Globals    []Func
	Modules    []Module
	Singletons []Singleton
	Classes    []Class
}

// Singleton is an object that is there under a global name.
type Singleton struct {
	Name  string
	Class string
}

// All returns every declaration. Globals, modules and singletons stand in the
// order in which they were declared, classes by name.
func (r *Registry) All() Reference {
	ref := Reference{Globals: slices.Clone(r.globals), Singletons: slices.Clone(r.singletons)}
	for _, m := range r.modules {
		ref.Modules = append(ref.Modules, m.Module)
	}
	for _, name := range slices.Sorted(maps.Keys(r.classes)) {
		ref.Classes = append(ref.Classes, r.classes[name].Class)
	}
	return ref
}

// Names lists the names that [Registry.HelpFor] knows.
func (ref Reference) Names() []string {
	var names []string
	for _, f := range ref.Globals {
		names = append(names, f.Name)
	}
	for _, m := range ref.Modules {
		names = append(names, m.Name)
		for _, f := range m.Funcs {
			names = append(names, m.Name+"."+f.Name)
		}
	}
	for _, s := range ref.Singletons {
		names = append(names, s.Name)
	}
	for _, c := range ref.Classes {
		names = append(names, c.Name)
		for _, f := range c.Methods {
			names = append(names, c.Name+c.mark()+f.Name)
		}
	}
	return names
}

// Overview lists what is declared, each with its first sentence.
func (ref Reference) Overview() string {
	var b strings.Builder
	b.WriteString("Functions\n")
	for _, f := range ref.Globals {
		entry(&b, f.Signature(), f.Doc)
	}
	b.WriteString("\nModules\n")
	for _, m := range ref.Modules {
		entry(&b, m.Name, m.Doc)
	}
	b.WriteString("\nObjects\n")
	for _, s := range ref.Singletons {
		entry(&b, s.Name, "The "+s.Class+" that is ready to use.")
	}
	b.WriteString("\nClasses\n")
	for _, c := range ref.Classes {
		entry(&b, c.Name, c.Doc)
	}
	return b.String()
}

// Undeclared returns the paths of all Go functions that Lua code can reach
// from its globals and that have no declaration: "string.format".
func (r *Registry) Undeclared() []string {
	w := &walker{registry: r, seen: map[lua.LValue]bool{}}
	w.visit("_G", r.L.G.Global)
	for _, name := range slices.Sorted(maps.Keys(r.classes)) {
		w.visit(name, r.classes[name].meta)
		for _, method := range slices.Sorted(maps.Keys(r.classes[name].methods)) {
			w.visit(name+r.classes[name].mark()+method, r.classes[name].methods[method])
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
