package bind

import (
	"slices"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// MemberKind says what a [Member] is.
type MemberKind string

// The kinds of members.
const (
	MethodMember   MemberKind = "method"   // called with a colon
	FunctionMember MemberKind = "function" // called with a dot
	FieldMember    MemberKind = "field"
)

// Member is a name that can follow a value: after a dot, or a method's after
// a colon.
type Member struct {
	Name string
	Kind MemberKind
	Type string // of a field, when known
	Doc  string
}

// Members lists what v has, sorted by name: methods and fields of an object,
// entries of a module or table. It runs no Lua code.
func (r *Registry) Members(v lua.LValue) []Member {
	var members []Member
	switch v := v.(type) {
	case *lua.LUserData:
		if c := r.classOf(v); c != nil {
			members = r.objectMembers(c, v.Value)
		}
	case *lua.LTable:
		members = r.tableMembers(v)
	case lua.LString:
		if t, ok := r.L.G.Global.RawGetString("string").(*lua.LTable); ok {
			members = r.tableMembers(t)
			for i := range members {
				members[i].Kind = MethodMember
			}
		}
	}
	slices.SortFunc(members, func(a, b Member) int { return strings.Compare(a.Name, b.Name) })
	return members
}

func (r *Registry) objectMembers(c *class, self any) []Member {
	var members []Member
	for name, decl := range c.decls {
		members = append(members, Member{name, MethodMember, "", decl.Doc})
	}
	for _, name := range r.fieldNames(c, self) {
		if _, hidden := c.decls[name]; hidden {
			continue
		}
		m := Member{Name: name, Kind: FieldMember}
		if f, ok := c.fields[name]; ok {
			m.Type, m.Doc = f.Type, f.Doc
		}
		members = append(members, m)
	}
	return members
}

// fieldNames lists an object's fields: the declared ones in the order of
// their names, then the dynamic ones.
func (r *Registry) fieldNames(c *class, self any) []string {
	var names []string
	for name := range c.fields {
		names = append(names, name)
	}
	slices.Sort(names)
	if c.Keys == nil {
		return names
	}
	for _, key := range c.Keys(self) {
		if _, declared := c.fields[key]; !declared {
			names = append(names, key)
		}
	}
	return names
}

func (r *Registry) tableMembers(t *lua.LTable) []Member {
	var members []Member
	seen := map[string]bool{}
	add := func(m Member) {
		if !seen[m.Name] {
			seen[m.Name] = true
			members = append(members, m)
		}
	}
	t.ForEach(func(key, value lua.LValue) {
		if name, ok := key.(lua.LString); ok {
			add(r.tableMember(string(name), value))
		}
	})
	for _, m := range r.tableMethods(t) {
		add(m)
	}
	mod := r.tables[t]
	if mod == nil {
		return members
	}
	for i := range mod.Fields {
		f := &mod.Fields[i]
		add(Member{f.Name, FieldMember, f.Type, f.Doc})
	}
	if mod.Names != nil {
		for _, name := range mod.Names() {
			add(Member{Name: name, Kind: FunctionMember})
		}
	}
	return members
}

// tableMethods lists the functions that a table's metatable gives it, such as
// the html of a list.
func (r *Registry) tableMethods(t *lua.LTable) []Member {
	mt, _ := t.Metatable.(*lua.LTable)
	if mt == nil {
		return nil
	}
	index, _ := mt.RawGetString("__index").(*lua.LTable)
	if index == nil || index == t {
		return nil
	}
	var methods []Member
	index.ForEach(func(key, value lua.LValue) {
		name, named := key.(lua.LString)
		if m := r.tableMember(string(name), value); named && m.Kind == FunctionMember {
			m.Kind = MethodMember
			methods = append(methods, m)
		}
	})
	return methods
}

func (r *Registry) tableMember(name string, value lua.LValue) Member {
	fn, ok := value.(*lua.LFunction)
	if !ok {
		return Member{Name: name, Kind: FieldMember, Type: value.Type().String()}
	}
	m := Member{Name: name, Kind: FunctionMember}
	if decl := r.functions[fn]; decl != nil {
		m.Doc = decl.Doc
	}
	return m
}

// Declaration returns the declaration of a Lua function, and the name with
// its place: "Channel:send".
func (r *Registry) Declaration(fn lua.LValue) (f Func, name string, ok bool) {
	lf, _ := fn.(*lua.LFunction)
	decl := r.functions[lf]
	if decl == nil {
		return Func{}, "", false
	}
	return decl.Func, decl.display, true
}
