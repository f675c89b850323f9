package bind

import lua "github.com/yuin/gopher-lua"

// replacePairs makes pairs honour __pairs, which Lua 5.1 does not.
func (r *Registry) replacePairs() {
	plain := r.L.G.Global.RawGetString("pairs").(*lua.LFunction)
	next := plain.Upvalues[0].Value()
	r.functions[next.(*lua.LFunction)] = nil
	pairs := r.L.NewFunction(func(L *lua.LState) int {
		v := L.CheckAny(1)
		meta := L.GetMetaField(v, "__pairs")
		if meta == lua.LNil {
			L.Push(next)
			L.Push(L.CheckTable(1))
			L.Push(lua.LNil)
			return 3
		}
		L.Push(meta)
		L.Push(v)
		L.Call(1, 3)
		return 3
	})
	r.L.G.Global.RawSetString("pairs", pairs)
}

// Fields calls yield with the fields of an object, also those that a method of
// the same name hides. It may raise an error in Lua.
func (r *Registry) Fields(L *lua.LState, object *lua.LUserData, yield func(name string, value lua.LValue)) {
	c := r.classOf(object)
	if c == nil {
		return
	}
	for _, name := range r.fieldNames(c, object.Value) {
		yield(name, r.field(L, c, object.Value, name))
	}
}

// pairsOf walks the fields of an object. The list of keys is taken once, when
// the loop begins.
func (r *Registry) pairsOf(L *lua.LState, c *class) int {
	ud := L.CheckUserData(1)
	if c.Pairs != nil {
		L.Push(r.ToLua(c.Pairs(ud.Value)))
		return 1
	}
	keys := r.fieldNames(c, ud.Value)
	i := 0
	L.Push(L.NewFunction(func(L *lua.LState) int {
		for i < len(keys) {
			key := keys[i]
			i++
			if v := r.field(L, c, ud.Value, key); v != lua.LNil {
				L.Push(lua.LString(key))
				L.Push(v)
				return 2
			}
		}
		L.Push(lua.LNil)
		return 1
	}))
	L.Push(ud)
	L.Push(lua.LNil)
	return 3
}
