package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	lua "github.com/yuin/gopher-lua"

	"cordial/runtime"
	"cordial/runtime/bind"
)

// module is the module store of one host.
type module struct {
	host     *runtime.Host
	registry *bind.Registry
	db       *DB
	codec    codec
	names    map[string]bool // of the methods
	spots    map[place]*spot // where updates are under way
}

// namespace is the Go side of a Store object.
type namespace struct {
	*module
	name string
}

// Install declares the module store to a host's scripts; namespace is the script's own. The DB belongs to the caller, who closes it
// after the host, so that tasks may write until they are over.
func Install(host *runtime.Host, db *DB, namespaceName string) {
	m := &module{host: host, registry: host.Registry(), db: db, codec: newCodec(host), names: map[string]bool{}, spots: map[place]*spot{}}
	m.installErrors()
	class := m.class()
	for _, f := range class.Methods {
		m.names[f.Name] = true
	}
	m.registry.AddClass(class)
	store := m.registry.Singleton("store", "Store", &namespace{m, namespaceName})
	m.provide("cordial.store", store)
}

// provide lets require find an object that is no table.
func (m *module) provide(name string, object *lua.LUserData) {
	L := m.registry.L
	preload := L.GetField(L.GetGlobal("package"), "preload").(*lua.LTable)
	preload.RawSetString(name, m.registry.Function(bind.Func{
		Name: name, Doc: "Gives what stands in the global of that name.", Returns: "Store",
		Params: []bind.Param{{Name: "name", Type: bind.Any, Rest: true}},
		Call:   func(*bind.Call) (any, error) { return object, nil },
	}))
}

// installErrors makes an [Error] an object that scripts can ask for its kind.
func (m *module) installErrors() {
	m.registry.AddClass(bind.Class{
		Name: "StoreError", Doc: "What functions of a Store raise when the store cannot do it.",
		Fields: []bind.Field{
			{Name: "message", Type: "string", Doc: "The error as text.", Get: func(self any) (any, error) { return self.(*Error).Error(), nil }},
			{Name: "kind", Type: "string", Doc: "bad_key, too_large, not_number, conflict, full, locked, damaged, unusable or closed.",
				Get: func(self any) (any, error) { return string(self.(*Error).Kind), nil }},
		},
		ToString: func(self any) string { return self.(*Error).Error() },
	})
	m.registry.Convert(func(v any) (lua.LValue, bool) {
		if e, ok := v.(*Error); ok {
			return m.registry.Wrap("StoreError", e), true
		}
		return nil, false
	})
}

// keyType takes strings, and integers as their digits.
var keyType = bind.Type{Name: "string", From: func(L *lua.LState, v lua.LValue) (any, error) {
	if s, ok := v.(lua.LString); ok {
		return string(s), nil
	}
	n, err := bind.Integer.From(L, v)
	if err != nil {
		return nil, fmt.Errorf("%w; an id stands in quotes", bind.Expected("a string", v))
	}
	return fmt.Sprint(n), nil
}}

func (m *module) class() bind.Class {
	return bind.Class{
		Name: "Store",
		Doc: "What stays when the script ends: store.name = value, store.name. A value is a string, a number, true, false, json.null or a table of " +
			"them; nil takes the key away. A key that is the name of a method needs get and set.",
		Methods: m.methods(),
		Call: &bind.Func{
			Name: "store", Doc: "Gives the Store of another namespace; the script's own has its name.",
			Params: []bind.Param{{Name: "namespace", Type: bind.String, Required: true}}, Returns: "Store", Example: `local scores = store("scores")`,
			Call: func(c *bind.Call) (any, error) {
				name := c.String("namespace")
				if err := checkName("namespace", name, MaxNamespace); err != nil {
					return nil, err
				}
				return c.Registry().Wrap("Store", &namespace{m, name}), nil
			},
		},
		Index:    func(self any, key string) (any, bool, error) { return self.(*namespace).index(key) },
		NewIndex: func(self any, key string, v lua.LValue) error { return self.(*namespace).newIndex(key, v) },
		Pairs:    func(self any) bind.Iterator { return self.(*namespace).each("") },
		Len:      func(self any) int { return self.(*namespace).len() },
		ToString: func(self any) string { return fmt.Sprintf("Store(%q)", self.(*namespace).name) },
	}
}

func (m *module) methods() []bind.Func {
	key := bind.Param{Name: "key", Type: keyType, Required: true}
	prefix := bind.Param{Name: "prefix", Type: keyType, Doc: "what the keys begin with; all without it"}
	return []bind.Func{
		{
			Name: "get", Doc: "The value of a key.", Params: []bind.Param{key, {Name: "default", Type: bind.Any, Doc: "for a key that is absent"}},
			Returns: "any", Example: `local n = store:get("visits", 0)`, Call: method((*namespace).get),
		},
		{
			Name: "set", Doc: "Gives a key a value. An expiry of before goes.",
			Params: []bind.Param{key, {Name: "value", Type: bind.Any, Doc: "nil takes the key away"},
				{Name: "expires", Type: bind.Duration, Named: true, Doc: "how long from now the key exists"}},
			Example: `store:set("code", "1234", {expires = "1h"})`, Call: method((*namespace).set),
		},
		{
			Name: "delete", Doc: "Takes a key away.", Params: []bind.Param{key}, Returns: "whether it was there",
			Call: method((*namespace).delete),
		},
		{
			Name: "incr", Doc: "Adds to a number at once, whoever else does so. An absent key counts as 0; an expiry stays.",
			Params:  []bind.Param{key, {Name: "by", Type: bind.Number, Default: 1.0}},
			Returns: "the sum", Example: `store:incr("visits")`, Call: method((*namespace).incr),
		},
		{
			Name: "update",
			Doc: "Gives a key the value that a function makes of the old one, nil if absent. If someone else changes the key meanwhile, " +
				"nothing is written and the function is called again with the new value: it should do nothing but compute. An expiry stays.",
			Params: []bind.Param{key, {Name: "fn", Type: bind.Function, Required: true}}, Returns: "the new value",
			Example: "store:update(\"queue\", function(q)\n  q = q or {}\n  table.insert(q, \"next\")\n  return q\nend)",
			Call:    method((*namespace).update),
		},
		{
			Name: "each", Doc: "Walks keys and values in the order of the keys, byte by byte. What changes meanwhile may be seen or not.",
			Params: []bind.Param{prefix}, Returns: "iterator", Example: "for key, value in store:each(\"user:\") do print(key, value) end",
			Call: method(func(n *namespace, c *bind.Call) (any, error) { return n.each(c.String("prefix")), nil }),
		},
		{
			Name: "keys", Doc: "Lists the keys, in order.", Params: []bind.Param{prefix}, Returns: "list of string",
			Call: method((*namespace).keys),
		},
		{
			Name: "count", Doc: "Counts the keys, as # does for all.", Params: []bind.Param{prefix}, Returns: "integer",
			Call: method(func(n *namespace, c *bind.Call) (any, error) { return n.count(c.String("prefix"), c.Wait) }),
		},
		{
			Name: "clear", Doc: "Takes keys away, all at once.", Params: []bind.Param{prefix}, Returns: "how many there were",
			Call: method((*namespace).clear),
		},
	}
}

// method makes the Call of a method.
func method(fn func(n *namespace, c *bind.Call) (any, error)) func(*bind.Call) (any, error) {
	return func(c *bind.Call) (any, error) { return fn(c.Self.(*namespace), c) }
}

// wait lets others run meanwhile: [bind.Call.Wait] or [bind.Registry.Wait].
type wait func(fn func(ctx context.Context) error) error

// index is store.key.
func (n *namespace) index(key string) (any, bool, error) {
	v, err := n.load(n.registry.L.G.CurrentThread, n.registry.Wait, key)
	return v, v != nil, err
}

// load reads a key; the value is nil if it is absent.
func (n *namespace) load(L *lua.LState, wait wait, key string) (lua.LValue, error) {
	var entry Entry
	err := wait(func(ctx context.Context) (err error) {
		entry, err = n.db.Get(ctx, n.name, key)
		return err
	})
	if err != nil || entry.Value == "" {
		return nil, err
	}
	return n.decode(L, entry)
}

func (n *namespace) decode(L *lua.LState, entry Entry) (lua.LValue, error) {
	v, err := n.codec.decode(L, entry.Value)
	if err != nil {
		return nil, fail(Damaged, err, "the value of %q in the namespace %q is not as it was written: %v; give it another one",
			shorten(entry.Key), entry.Namespace, err)
	}
	return v, nil
}

// newIndex is store.key = value.
func (n *namespace) newIndex(key string, v lua.LValue) error {
	if n.names[key] {
		return errors.New("it is a method; use store:set for a key of that name")
	}
	return n.save(n.registry.L.G.CurrentThread, n.registry.Wait, key, v, 0)
}

// save writes a key; expires is how long it exists, 0 for always.
func (n *namespace) save(L *lua.LState, wait wait, key string, v lua.LValue, expires time.Duration) error {
	entry := Entry{Namespace: n.name, Key: key}
	if v != lua.LNil {
		var err error
		if entry.Value, err = n.codec.encode(L, v); err != nil {
			return err
		}
		if expires > 0 {
			entry.Expires = n.db.options.Clock.Now().Add(expires)
		}
	}
	return wait(func(ctx context.Context) error { return n.db.Set(ctx, entry) })
}

func (n *namespace) get(c *bind.Call) (any, error) {
	v, err := n.load(c.L, c.Wait, c.String("key"))
	if v == nil {
		return c.Lua("default"), err
	}
	return v, err
}

func (n *namespace) set(c *bind.Call) (any, error) {
	if c.Has("expires") && c.Duration("expires") == 0 {
		return nil, fmt.Errorf("%s: expires: expected more than zero", c.Name())
	}
	return nil, inCall(c, n.save(c.L, c.Wait, c.String("key"), c.Lua("value"), c.Duration("expires")))
}

// inCall puts the function before the error of a value.
func inCall(c *bind.Call, err error) error {
	if _, ok := errors.AsType[*runtime.JSONError](err); ok {
		return fmt.Errorf("%s: %w", c.Name(), err)
	}
	return err
}

func (n *namespace) delete(c *bind.Call) (existed any, err error) {
	err = c.Wait(func(ctx context.Context) (err error) {
		existed, err = n.db.Delete(ctx, n.name, c.String("key"))
		return err
	})
	return existed, err
}

func (n *namespace) incr(c *bind.Call) (sum any, err error) {
	err = c.Wait(func(ctx context.Context) (err error) {
		sum, err = n.db.Incr(ctx, n.name, c.String("key"), c.Float("by"))
		return err
	})
	return sum, err
}

// each walks over the entries, a page at a time.
func (n *namespace) each(prefix string) bind.Iterator {
	var page []Entry
	last := ""
	return func(c *bind.Call) (any, error) {
		if len(page) == 0 {
			err := c.Wait(func(ctx context.Context) (err error) {
				page, err = n.db.Page(ctx, n.name, prefix, last)
				return err
			})
			if err != nil || len(page) == 0 {
				return nil, err
			}
		}
		entry := page[0]
		page, last = page[1:], entry.Key
		v, err := n.decode(c.L, entry)
		return bind.Values{entry.Key, v}, err
	}
}

func (n *namespace) keys(c *bind.Call) (any, error) {
	var keys []string
	err := c.Wait(func(ctx context.Context) (err error) {
		keys, err = n.db.Keys(ctx, n.name, c.String("prefix"))
		return err
	})
	return keys, err
}

func (n *namespace) count(prefix string, wait wait) (count int, err error) {
	err = wait(func(ctx context.Context) (err error) {
		count, err = n.db.Count(ctx, n.name, prefix)
		return err
	})
	return count, err
}

// len is #store.
func (n *namespace) len() int {
	count, err := n.count("", n.registry.Wait)
	if err != nil {
		n.registry.Raise(err)
	}
	return count
}

func (n *namespace) clear(c *bind.Call) (count any, err error) {
	err = c.Wait(func(ctx context.Context) (err error) {
		count, err = n.db.Clear(ctx, n.name, c.String("prefix"))
		return err
	})
	return count, err
}
