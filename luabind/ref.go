package luabind

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"cordial/discord"
	"cordial/discord/rest"
	"cordial/runtime/bind"
)

// ref is what a Lua object holds: one of Discord's objects and the client that it came through.
type ref struct {
	*discord.Object
	client *client
	nested []nestedValue  // objects and lists in fields read before, so that they stay the same values
	first  [1]nestedValue // where nested begins: often one is all
	self   lua.LUserData  // what Lua has
	answer *answer        // to an interaction, from when somebody has asked for it
}

// nestedValue is what a field with an object or a list is to Lua.
type nestedValue struct {
	field string
	value lua.LValue
}

// guildKinds are the kinds of objects that belong to a guild. Where Discord leaves their guild_id out because the request named the
// guild, it is filled in, so that their methods know it.
var guildKinds = []discord.Kind{
	discord.KindChannel, discord.KindThread, discord.KindMessage, discord.KindMember, discord.KindRole, discord.KindEmoji,
	discord.KindSticker, discord.KindBan, kindEvent,
}

// guildID is the id of the guild that the object is or belongs to, "" for none.
func (o *ref) guildID() string {
	if o.Kind() == discord.KindGuild {
		return string(o.ID())
	}
	return o.Str("guild_id")
}

// wrap turns what package rest returns into a Lua value.
func (cl *client) wrap(v any) lua.LValue {
	switch v := v.(type) {
	case *discord.Object:
		if v == nil {
			return lua.LNil
		}
		o := &ref{Object: v, client: cl}
		o.nested = o.first[:0]
		return cl.b.r.WrapIn(&o.self, cl.b.className(v.Kind()), o)
	case *discord.List:
		return cl.list(v.Kind, v.Items)
	case []*discord.Object:
		return cl.objects(discord.KindObject, v)
	case nil:
		return lua.LNil
	}
	return cl.b.r.ToLua(v)
}

// wrapIn is wrap for objects that belong to a guild when guild is not "".
func (cl *client) wrapIn(guild string, v any) lua.LValue {
	fillGuild(v, func() string { return guild })
	return cl.wrap(v)
}

// fillGuild fills in the guild_id of objects that belong to a guild and do not say so. guild is asked only for those.
func fillGuild(v any, guild func() string) {
	fill := func(o *discord.Object) {
		if !slices.Contains(guildKinds, o.Kind()) || o.Str("guild_id") != "" {
			return
		}
		if id := guild(); id != "" {
			o.Set("guild_id", id)
		}
	}
	switch v := v.(type) {
	case *discord.Object:
		if v != nil {
			fill(v)
		}
	case *discord.List:
		for _, o := range v.Objects() {
			fill(o)
		}
	case []*discord.Object:
		for _, o := range v {
			fill(o)
		}
	}
}

// className is the class of a kind: its own, or the one for objects without methods of their own.
func (b *binding) className(kind discord.Kind) string {
	if b.classes[kind] {
		return string(kind)
	}
	return string(discord.KindObject)
}

// objectClass declares what all of Discord's objects have in common.
func (b *binding) objectClass() bind.Class {
	return bind.Class{
		Name: string(discord.KindObject),
		Doc:  "An object of Discord's. Its fields are Discord's own, read when they are asked for; a field that it does not have is nil.",
		Methods: []bind.Func{
			{
				Name: "raw", Returns: "any",
				Doc:    "Reads a field as Discord sent it, also one that a method or a computed field hides. Without a field it is the whole object, as one line of JSON.",
				Params: []bind.Param{{Name: "field", Type: bind.String}},
				Call: method(func(c *bind.Call, o *ref) (any, error) {
					if !c.Has("field") {
						return oneLine(o.Raw())
					}
					return o.index(c.String("field")), nil
				}),
				Example: `guild:raw("channels")`,
			},
			b.requestFunc(func(c *bind.Call) *client { return c.Self.(*ref).client }),
			{
				Name: "json", Doc: "Writes the object as JSON.", Returns: "string",
				Call: method(func(_ *bind.Call, o *ref) (any, error) {
					data, err := o.MarshalJSON()
					return string(data), err
				}),
			},
		},
		Index: func(self any, key string) (any, bool, error) {
			v := self.(*ref).index(key)
			return v, v != lua.LNil, nil
		},
		NewIndex: func(self any, key string, v lua.LValue) error { return self.(*ref).assign(key, v) },
		Keys:     func(self any) []string { return self.(*ref).Keys() },
		ToString: func(self any) string { return self.(*ref).String() },
		Eq:       func(a, b any) bool { return same(a, b) },
	}
}

// oneLine is JSON as it came, which is one line already, but where another server writes it for people.
func oneLine(text string) (string, error) {
	if !strings.ContainsAny(text, "\r\n") {
		return text, nil
	}
	var line bytes.Buffer
	err := json.Compact(&line, []byte(text))
	return line.String(), err
}

// same tells whether two Lua objects are the same thing: the same object, or objects of one kind with one id.
func same(a, b any) bool {
	x, ok := a.(*ref)
	y, ok2 := b.(*ref)
	if !ok || !ok2 {
		return a == b
	}
	return x.Object == y.Object || x.Kind() == y.Kind() && x.ID() != "" && x.ID() == y.ID()
}

// shortString is the length up to which Lua gets a string of its own, and not a part of the object's text: a script that keeps the ids
// of many people must not keep all that they wrote.
const shortString = 64

// index reads a field for Lua.
func (o *ref) index(key string) lua.LValue {
	for _, n := range o.nested {
		if n.field == key {
			return n.value
		}
	}
	if s, ok := o.Text(key); ok {
		if len(s) <= shortString {
			s = strings.Clone(s)
		}
		return lua.LString(s)
	}
	v := o.Get(key)
	switch v.(type) {
	case *discord.Object, *discord.List:
		fillGuild(v, o.guildID)
		value := o.client.wrap(v)
		o.nested = append(o.nested, nestedValue{key, value})
		return value
	}
	return o.client.b.r.ToLua(v)
}

// assign overrides a field. A table is written to JSON as it is at the time, and stays the value that Lua reads.
func (o *ref) assign(key string, v lua.LValue) error {
	o.nested = slices.DeleteFunc(o.nested, func(n nestedValue) bool { return n.field == key })
	switch v := v.(type) {
	case *lua.LNilType:
		o.Set(key, nil)
	case lua.LBool:
		o.Set(key, bool(v))
	case lua.LNumber:
		o.Set(key, float64(v))
	case lua.LString:
		o.Set(key, string(v))
	default:
		data, err := o.client.b.plainJSON(v)
		if err != nil {
			return err
		}
		o.Set(key, data)
		o.nested = append(o.nested, nestedValue{key, v})
	}
	return nil
}

// method gives a method its receiver.
func method(fn func(c *bind.Call, o *ref) (any, error)) func(*bind.Call) (any, error) {
	return func(c *bind.Call) (any, error) { return fn(c, c.Self.(*ref)) }
}

// field declares a computed field of an object.
func field(name, typ, doc string, get func(o *ref) any) bind.Field {
	return bind.Field{
		Name: name, Type: typ, Doc: doc,
		Get: func(self any) (any, error) { return get(self.(*ref)), nil },
		Set: func(self any, v lua.LValue) error { return self.(*ref).assign(name, v) },
	}
}

// call runs one operation without holding up other tasks.
func (cl *client) call(c *bind.Call, operation string, args rest.Args) (any, error) {
	v, err := wait(c, func(w waiter) (any, error) { return cl.rest.Call(w, operation, args) })
	if wrong, ok := err.(*rest.ArgumentError); ok {
		return nil, luaArgument(c, wrong)
	}
	return v, err
}
