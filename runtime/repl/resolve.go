package repl

import (
	"strconv"

	lua "github.com/yuin/gopher-lua"

	"cordial/runtime"
	"cordial/runtime/bind"
)

// target is what an expression in an unfinished line stands for: a value, or
// for the result of a call, which is not made, what its declaration says.
type target struct {
	value lua.LValue
	class string     // of the value that a call would return
	decl  *bind.Func // of a method of such a value
	path  string     // of decl: "Channel:send"
}

// resolver finds targets. It reads variables, tables and the fields of
// objects, and never runs Lua code or calls a function.
type resolver struct {
	L        *lua.LState
	host     *runtime.Host
	registry *bind.Registry
	session  *session
	classes  map[string]bind.Class
}

func newResolver(L *lua.LState, host *runtime.Host, s *session) *resolver {
	r := &resolver{L: L, host: host, registry: host.Registry(), session: s, classes: map[string]bind.Class{}}
	for _, class := range r.registry.All().Classes {
		r.classes[class.Name] = class
	}
	return r
}

// resolve finds what the expression at the end of tokens stands for.
func (r *resolver) resolve(tokens []token) (target, bool) {
	if len(tokens) == 0 {
		return target{}, false
	}
	last, before := tokens[len(tokens)-1], tokens[:len(tokens)-1]
	switch {
	case last.kind == nameToken:
		return r.resolveName(before, last.text)
	case last.kind == stringToken && !endsExpression(before):
		return target{value: lua.LString(last.text)}, true
	case last.kind == stringToken:
		return r.resolveCall(before)
	case last.is("]"):
		return r.resolveIndex(tokens)
	case last.is(")"), last.is("}"):
		open := openingBracket(tokens)
		if open < 0 {
			return target{}, false
		}
		if endsExpression(tokens[:open]) {
			return r.resolveCall(tokens[:open])
		}
		if last.is(")") {
			return r.resolve(before)
		}
	}
	return target{}, false
}

func (r *resolver) resolveName(before []token, name string) (target, bool) {
	if n := len(before); n > 0 && (before[n-1].is(".") || before[n-1].is(":")) {
		owner, ok := r.resolve(before[:n-1])
		if !ok {
			return target{}, false
		}
		return r.member(owner, lua.LString(name))
	}
	v := r.session.value(r.L, name)
	return target{value: v}, v != lua.LNil
}

// resolveIndex resolves tokens that end in [1] or ["key"].
func (r *resolver) resolveIndex(tokens []token) (target, bool) {
	n := len(tokens)
	if open := openingBracket(tokens); open < 0 || open != n-3 {
		return target{}, false
	}
	owner, ok := r.resolve(tokens[:n-3])
	if !ok {
		return target{}, false
	}
	switch key := tokens[n-2]; key.kind {
	case stringToken:
		return r.member(owner, lua.LString(key.text))
	case numberToken:
		number, err := strconv.ParseFloat(key.text, 64)
		if err != nil {
			return target{}, false
		}
		return r.member(owner, lua.LNumber(number))
	}
	return target{}, false
}

// resolveCall resolves the result of calling what stands at the end of callee.
func (r *resolver) resolveCall(callee []token) (target, bool) {
	decl, ok := r.declaration(callee)
	if !ok {
		return target{}, false
	}
	_, known := r.classes[decl.Returns]
	return target{class: decl.Returns}, known
}

// declaration finds the declaration of the function at the end of tokens.
func (r *resolver) declaration(tokens []token) (bind.Func, bool) {
	t, ok := r.resolve(tokens)
	switch {
	case !ok:
		return bind.Func{}, false
	case t.decl != nil:
		return *t.decl, true
	case t.value == nil:
		return bind.Func{}, false
	}
	decl, _, ok := r.registry.Declaration(t.value)
	return decl, ok
}

func (r *resolver) member(owner target, key lua.LValue) (target, bool) {
	if owner.class != "" {
		return r.declaredMember(owner.class, key.String())
	}
	v := r.index(owner.value, key)
	return target{value: v}, v != nil && v != lua.LNil
}

func (r *resolver) declaredMember(class, name string) (target, bool) {
	for c, ok := r.classes[class]; ok; c, ok = r.classes[c.Parent] {
		for i := range c.Methods {
			if c.Methods[i].Name == name {
				return target{decl: &c.Methods[i], path: c.Name + ":" + name}, true
			}
		}
		for _, f := range c.Fields {
			if f.Name == name {
				_, known := r.classes[f.Type]
				return target{class: f.Type}, known
			}
		}
	}
	return target{}, false
}

// members lists what can follow t.
func (r *resolver) members(t target) []bind.Member {
	if t.class == "" {
		return r.registry.Members(t.value)
	}
	var members []bind.Member
	for c, ok := r.classes[t.class]; ok; c, ok = r.classes[c.Parent] {
		for _, m := range c.Methods {
			members = append(members, bind.Member{Name: m.Name, Kind: bind.MethodMember, Doc: m.Doc})
		}
		for _, f := range c.Fields {
			members = append(members, bind.Member{Name: f.Name, Kind: bind.FieldMember, Type: f.Type, Doc: f.Doc})
		}
	}
	return members
}

// index reads owner[key]. It asks an __index that is a table or a Go function,
// which is how objects give their fields, and no Lua function.
func (r *resolver) index(owner, key lua.LValue) lua.LValue {
	if table, ok := owner.(*lua.LTable); ok {
		if v := table.RawGet(key); v != lua.LNil {
			return v
		}
	}
	switch handler := r.L.GetMetaField(owner, "__index").(type) {
	case *lua.LTable:
		return handler.RawGet(key)
	case *lua.LFunction:
		if !handler.IsG {
			return lua.LNil
		}
		if values, err := r.host.Call(r.L, handler, owner, key); err == nil && len(values) > 0 {
			return values[0]
		}
	}
	return lua.LNil
}

// endsExpression reports whether a bracket or string after tokens would be a
// call or an index of what they end with.
func endsExpression(tokens []token) bool {
	if len(tokens) == 0 {
		return false
	}
	last := tokens[len(tokens)-1]
	return last.kind == nameToken && !keywords[last.text] || last.kind == stringToken ||
		last.is("]") || last.is(")") || last.is("}")
}

// closing maps each bracket to its partner.
var closing = map[string]string{"(": ")", "[": "]", "{": "}"}

// openingBracket returns the index of the bracket that the last token closes,
// or -1.
func openingBracket(tokens []token) int {
	var open []string
	for i := len(tokens) - 1; i >= 0; i-- {
		t := tokens[i]
		switch {
		case t.is(")"), t.is("]"), t.is("}"):
			open = append(open, t.text)
		case t.is("("), t.is("["), t.is("{"):
			if len(open) == 0 || closing[t.text] != open[len(open)-1] {
				return -1
			}
			open = open[:len(open)-1]
			if len(open) == 0 {
				return i
			}
		}
	}
	return -1
}

// enclosingBracket returns the index of the innermost bracket that is still
// open at the end of tokens, or -1.
func enclosingBracket(tokens []token) int {
	depth := 0
	for i := len(tokens) - 1; i >= 0; i-- {
		switch t := tokens[i]; {
		case t.is(")"), t.is("]"), t.is("}"):
			depth++
		case t.is("("), t.is("["), t.is("{"):
			if depth == 0 {
				return i
			}
			depth--
		}
	}
	return -1
}
