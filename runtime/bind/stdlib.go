package bind

import (
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// DescribeLua declares Lua's own libraries, so that help, completion and the
// reference know them. They must be open.
func DescribeLua(r *Registry) {
	for _, f := range basicFunctions {
		r.describe(f.decl())
	}
	for _, lib := range luaLibraries {
		r.AddModule(lib.module())
	}
}

// describe declares a global function that exists.
func (r *Registry) describe(f Func) {
	r.globals = append(r.globals, f)
	fn, ok := r.L.G.Global.RawGetString(f.Name).(*lua.LFunction)
	if !ok {
		panic("bind: " + f.Name + " is described but does not exist")
	}
	r.functions[fn] = &function{Func: f, display: f.Name}
}

// brief is the declaration of a function of Lua's, which checks its arguments
// itself: its name, its parameters with their types as "s string, n? integer",
// what it returns, and what it does. A "?" marks what may be left out.
type brief struct {
	name, params, returns, doc string
}

func (b brief) decl() Func {
	f := Func{Name: b.name, Doc: b.doc, Returns: b.returns}
	for param := range strings.SplitSeq(b.params, ", ") {
		if param == "" {
			continue
		}
		name, typeName, _ := strings.Cut(param, " ")
		p := Param{Type: Type{Name: typeName}}
		p.Name, p.Required = strings.CutSuffix(name, "?")
		p.Required = !p.Required
		if name == "..." {
			p.Name, p.Rest, p.Required = "args", true, false
		}
		f.Params = append(f.Params, p)
	}
	return f
}

// library is a library of Lua's.
type library struct {
	name, doc string
	functions []brief
	values    []Field // named without Get: they exist
}

func (l library) module() Module {
	m := Module{Name: l.name, Doc: l.doc, Global: true, Fields: l.values}
	for _, f := range l.functions {
		m.Funcs = append(m.Funcs, f.decl())
	}
	return m
}
