package bind

import (
	"cmp"
	"fmt"
	"maps"
	"math"

	"cordial/internal/suggest"

	lua "github.com/yuin/gopher-lua"
)

// Field declares a field of a class or a module.
type Field struct {
	Name string
	Type string // as shown in help
	Doc  string

	// Get computes the field; self is the object, nil in a module. Without
	// Get the field is the constant Value, which only modules have. A field
	// with neither describes what the module's table has already.
	Get   func(self any) (any, error)
	Value any

	// Set takes an assignment. Without it the field is read-only.
	Set func(self any, v lua.LValue) error
}

// Class declares the objects that [Registry.Wrap] makes.
type Class struct {
	Name    string
	Doc     string
	Parent  string // methods, fields and hooks are taken over from it
	Methods []Func
	Fields  []Field

	// Index and NewIndex serve the fields that are not declared, such as
	// those of a JSON object. A field that Index does not know is nil. They
	// get an integer as its digits, and let others run with [Registry.Wait].
	Index    func(self any, key string) (v any, ok bool, err error)
	NewIndex func(self any, key string, v lua.LValue) error

	// Keys lists the fields that Index knows: for pairs, fields() and
	// completion.
	Keys func(self any) []string

	// Pairs walks what pairs gives in place of the fields, which may be many:
	// each call gives the next key and value.
	Pairs func(self any) Iterator

	// Dotted says that help writes calls with a dot, as people do for objects
	// of which there is one, such as gateway.on; a colon does as well.
	Dotted bool

	// Only is how scripts write the object, where there is one: "bot.cmd". It
	// stands in error texts in the place of the class's name.
	Only string

	// Call makes the objects callable.
	Call *Func

	ToString func(self any) string
	Len      func(self any) int
	Eq       func(a, b any) bool
}

// class is a declared class, with all that it has from its parents.
type class struct {
	Class
	parent  *class
	methods map[string]*lua.LFunction
	decls   map[string]*function
	fields  map[string]*Field
	meta    *lua.LTable
	// eq is one function for a class and all that inherit it: Lua compares
	// two objects only when both have the same __eq.
	eq *lua.LFunction
}

// mark stands between an object of the class and its method.
func (c *Class) mark() string {
	if c.Dotted {
		return "."
	}
	return ":"
}

// called is the class in error texts about one of its objects.
func (c *Class) called() string { return cmp.Or(c.Only, c.Name) }

// is reports whether c is the named class or comes from it.
func (c *class) is(name string) bool {
	for ; c != nil; c = c.parent {
		if c.Name == name {
			return true
		}
	}
	return false
}

func (r *Registry) newClass(decl Class) *class {
	c := &class{
		Class:   decl,
		methods: map[string]*lua.LFunction{},
		decls:   map[string]*function{},
		fields:  map[string]*Field{},
	}
	if decl.Parent != "" {
		c.inherit(r.mustClass(decl.Parent))
	}
	for _, f := range decl.Methods {
		d := &function{Func: f, display: decl.Name + decl.mark() + f.Name, class: c}
		c.decls[f.Name] = d
		c.methods[f.Name] = r.function(d)
	}
	for i := range decl.Fields {
		c.fields[decl.Fields[i].Name] = &decl.Fields[i]
	}
	if decl.Eq != nil {
		c.eq = r.internal(func(L *lua.LState) int {
			L.Push(lua.LBool(decl.Eq(L.CheckUserData(1).Value, L.CheckUserData(2).Value)))
			return 1
		})
	}
	c.meta = r.classMetatable(c, c.methods, nil)
	return c
}

// inherit takes over what c does not declare itself.
func (c *class) inherit(parent *class) {
	c.parent = parent
	maps.Copy(c.methods, parent.methods)
	maps.Copy(c.decls, parent.decls)
	maps.Copy(c.fields, parent.fields)
	if c.Index == nil {
		c.Index = parent.Index
	}
	if c.NewIndex == nil {
		c.NewIndex = parent.NewIndex
	}
	if c.Keys == nil {
		c.Keys = parent.Keys
	}
	if c.Pairs == nil {
		c.Pairs = parent.Pairs
	}
	if c.Call == nil {
		c.Call = parent.Call
	}
	if c.ToString == nil {
		c.ToString = parent.ToString
	}
	if c.Len == nil {
		c.Len = parent.Len
	}
	c.eq = parent.eq
}

// classMetatable makes the metatable of c's objects. self is the singleton
// that the metatable is for, or nil.
func (r *Registry) classMetatable(c *class, methods map[string]*lua.LFunction, self *lua.LUserData) *lua.LTable {
	mt := r.L.NewTable()
	mt.RawSetString("__name", lua.LString(c.Name))
	mt.RawSetString("__index", r.internal(func(L *lua.LState) int { return r.index(L, c, methods) }))
	mt.RawSetString("__newindex", r.internal(func(L *lua.LState) int { return r.newIndex(L, c) }))
	mt.RawSetString("__tostring", r.internal(func(L *lua.LState) int {
		L.Push(lua.LString(r.text(c, L.CheckUserData(1))))
		return 1
	}))
	if c.Len != nil {
		mt.RawSetString("__len", r.internal(func(L *lua.LState) int {
			L.Push(lua.LNumber(c.Len(L.CheckUserData(1).Value)))
			return 1
		}))
	}
	if c.eq != nil {
		mt.RawSetString("__eq", c.eq)
	}
	mt.RawSetString("__pairs", r.internal(func(L *lua.LState) int { return r.pairsOf(L, c) }))
	if c.Call != nil {
		mt.RawSetString("__call", r.function(&function{Func: *c.Call, display: c.called(), class: c, self: orNil(self)}))
	}
	r.metatables[mt] = c
	return mt
}

func orNil(ud *lua.LUserData) lua.LValue {
	if ud == nil {
		return nil
	}
	return ud
}

func (r *Registry) text(c *class, ud *lua.LUserData) string {
	if c.ToString != nil {
		return c.ToString(ud.Value)
	}
	return fmt.Sprintf("%s: %p", c.Name, ud)
}

// newSingleton makes an object with a metatable of its own, whose methods
// know the object.
func (r *Registry) newSingleton(name string, c *class, v any) *lua.LUserData {
	ud := &lua.LUserData{Value: v, Env: r.L.Env}
	methods := make(map[string]*lua.LFunction, len(c.decls))
	for key, decl := range c.decls {
		methods[key] = r.function(&function{Func: decl.Func, display: name + c.mark() + key, class: c, self: ud})
	}
	ud.Metatable = r.classMetatable(c, methods, ud)
	return ud
}

// index answers object[key]: a method, a declared field, a dynamic field.
func (r *Registry) index(L *lua.LState, c *class, methods map[string]*lua.LFunction) int {
	name, ok := fieldName(L.Get(2))
	if !ok {
		L.Push(lua.LNil)
		return 1
	}
	if fn, ok := methods[name]; ok {
		L.Push(fn)
		return 1
	}
	L.Push(r.field(L, c, L.CheckUserData(1).Value, name))
	return 1
}

// field reads a declared or a dynamic field: nil of Lua for one that the
// object does not have.
func (r *Registry) field(L *lua.LState, c *class, self any, name string) lua.LValue {
	if field, ok := c.fields[name]; ok {
		return r.fieldValue(L, c.called(), field, self)
	}
	if c.Index == nil {
		return lua.LNil
	}
	v, ok, err := c.Index(self, name)
	if err != nil {
		r.raise(L, fmt.Errorf("%s.%s: %w", c.called(), name, err))
	}
	if !ok {
		return lua.LNil
	}
	return r.ToLua(v)
}

// newIndex answers object[key] = value.
func (r *Registry) newIndex(L *lua.LState, c *class) int {
	self := L.CheckUserData(1).Value
	key, ok := fieldName(L.Get(2))
	if !ok {
		r.raise(L, fmt.Errorf("%s: the name of a field is a string; got %s", c.called(), Describe(L.Get(2))))
	}
	if field, ok := c.fields[key]; ok {
		r.setField(L, c.called(), field, self)
		return 0
	}
	if c.NewIndex == nil {
		r.raise(L, c.noSuchField(key))
	}
	if err := c.NewIndex(self, key, L.Get(3)); err != nil {
		r.raise(L, fmt.Errorf("%s.%s: %w", c.called(), key, err))
	}
	return 0
}

// fieldName is the name that a key stands for: a string, or the digits of an
// integer that a number holds exactly.
func fieldName(key lua.LValue) (string, bool) {
	switch key := key.(type) {
	case lua.LString:
		return string(key), true
	case lua.LNumber:
		n := float64(key)
		return key.String(), n == math.Trunc(n) && math.Abs(n) <= maxInteger
	}
	return "", false
}

// noSuchField is the error of an assignment to what is no field that can be
// set.
func (c *class) noSuchField(key string) error {
	var names []string
	for name, field := range c.fields {
		if field.Set != nil {
			names = append(names, name)
		}
	}
	if near, ok := suggest.Nearest(key, names); ok {
		return fmt.Errorf("%s.%s cannot be set; did you mean '%s'?", c.called(), key, near)
	}
	return fmt.Errorf("%s.%s cannot be set", c.called(), key)
}

func (r *Registry) fieldValue(L *lua.LState, owner string, field *Field, self any) lua.LValue {
	v, err := field.Get(self)
	if err != nil {
		r.raise(L, fmt.Errorf("%s.%s: %w", owner, field.Name, err))
	}
	return r.ToLua(v)
}

// setField takes the value from the third argument of __newindex.
func (r *Registry) setField(L *lua.LState, owner string, field *Field, self any) {
	if field.Set == nil {
		r.raise(L, fmt.Errorf("%s.%s is read-only", owner, field.Name))
	}
	if err := field.Set(self, L.Get(3)); err != nil {
		r.raise(L, fmt.Errorf("%s.%s: %w", owner, field.Name, err))
	}
}
