package luabind

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	lua "github.com/yuin/gopher-lua"

	"cordial/discord"
	"cordial/discord/rest"
	"cordial/discord/rest/catalogue"
	"cordial/internal/suggest"
	"cordial/runtime"
	"cordial/runtime/bind"
)

// catalogueType makes a parameter's type from a type of the API: shapes and the names of nested fields are checked before anything is
// sent; limits and choices are left to Discord, which may widen them any day.
func (b *binding) catalogueType(name string, t *catalogue.Type) bind.Type {
	r := t.Resolve()
	table := r.Base == catalogue.Array || r.Base == catalogue.Object || r.Base == catalogue.Map || r.Base == catalogue.Union || r.Base == catalogue.Any
	return bind.Type{Name: typeName(t), Table: table || isPermissions(name), From: func(_ *lua.LState, v lua.LValue) (any, error) {
		return b.toJSON(name, t, v)
	}}
}

func typeName(t *catalogue.Type) string {
	if t.Base == catalogue.Snowflake {
		return "id"
	}
	if t.Base == catalogue.Array && t.Elem.Base == catalogue.Snowflake {
		return "list of id"
	}
	return t.String()
}

// permissionFields hold permission bits, which may be given by name.
var permissionFields = []string{"permissions", "allow", "deny", "default_member_permissions"}

func isPermissions(field string) bool { return slices.Contains(permissionFields, field) }

// toJSON converts a Lua value for a field of the API.
func (b *binding) toJSON(name string, t *catalogue.Type, v lua.LValue) (any, error) {
	if bind.IsNull(v) {
		return rest.Null, nil
	}
	if isPermissions(name) {
		return permissions(v)
	}
	r := t.Resolve()
	switch r.Base {
	case catalogue.Snowflake:
		return fromLua(anyID, v)
	case catalogue.Timestamp:
		return timestamp(v)
	case catalogue.DataURI:
		return dataURI(b.r.L, v)
	case catalogue.Array:
		return b.arrayToJSON(name, r, v)
	case catalogue.Map:
		return b.mapToJSON(r, v)
	case catalogue.Object:
		return b.objectToJSON(r, v)
	case catalogue.Union:
		return b.unionToJSON(name, r, v)
	case catalogue.Boolean:
		return fromLua(bind.Boolean, v)
	case catalogue.Integer:
		return enumOrInteger(t, v)
	case catalogue.Number:
		return fromLua(bind.Number, v)
	case catalogue.String, catalogue.URI:
		return fromLua(bind.String, v)
	}
	return b.plainJSON(v)
}

func fromLua(t bind.Type, v lua.LValue) (any, error) { return t.From(nil, v) }

// enumOrInteger takes the name of a number that has one.
func enumOrInteger(t *catalogue.Type, v lua.LValue) (any, error) {
	n, err := integer(v)
	if members := namedValues(t); err != nil && len(members) > 0 {
		return fromLua(enumType(t.Ref, members), v)
	}
	return n, err
}

// integer takes digits in a string too, because Discord has integers that a Lua number cannot hold.
func integer(v lua.LValue) (any, error) {
	if s, ok := v.(lua.LString); ok {
		if n, err := strconv.ParseInt(string(s), 10, 64); err == nil {
			return n, nil
		}
	}
	return fromLua(bind.Integer, v)
}

// timestamp takes ISO 8601 text, or seconds since 1970.
func timestamp(v lua.LValue) (any, error) {
	switch v := v.(type) {
	case lua.LNumber:
		return time.UnixMilli(int64(float64(v) * 1000)).UTC().Format(time.RFC3339Nano), nil
	case lua.LString:
		t, err := discord.ParseDate(string(v))
		if err != nil {
			return nil, err
		}
		return t.Format(time.RFC3339Nano), nil
	}
	return nil, bind.Expected("a time as ISO 8601 text or seconds since 1970", v)
}

// arrayToJSON takes a list; a single id, text or number stands for a list of one.
func (b *binding) arrayToJSON(name string, t *catalogue.Type, v lua.LValue) (any, error) {
	table, ok := v.(*lua.LTable)
	if !ok {
		item, err := b.toJSON(name, t.Elem, v)
		return []any{item}, err
	}
	table = b.fullList(t, table)
	if table.Len() == 0 {
		if key, _ := table.Next(lua.LNil); key != lua.LNil {
			return nil, fmt.Errorf("expected a %s, got a table with the key '%s'; put it in braces to make a list of one: {{…}}", t, key)
		}
	}
	list := make([]any, table.Len())
	for i := range list {
		item, err := b.toJSON(name, t.Elem, table.RawGetInt(i+1))
		if err != nil {
			return nil, bind.At(fmt.Sprintf("[%d]", i+1), err)
		}
		list[i] = item
	}
	return list, nil
}

func (b *binding) mapToJSON(t *catalogue.Type, v lua.LValue) (any, error) {
	table, ok := v.(*lua.LTable)
	if !ok {
		return nil, bind.Expected("a table", v)
	}
	m := map[string]any{}
	err := forEach(table, func(key, value lua.LValue) error {
		item, err := b.toJSON("", t.Elem, value)
		m[key.String()] = item
		return bind.At("."+key.String(), err)
	})
	return m, err
}

func (b *binding) objectToJSON(t *catalogue.Type, v lua.LValue) (any, error) {
	if o, ok := asRef(v); ok {
		return o.Object, nil
	}
	table, ok := v.(*lua.LTable)
	if !ok {
		return nil, bind.Expected("a table", v)
	}
	fields := t.AllFields()
	if len(fields) == 0 {
		return b.plainJSON(v)
	}
	m := map[string]any{}
	err := forEach(table, func(key, value lua.LValue) error {
		i := slices.IndexFunc(fields, func(f catalogue.Field) bool { return f.Name == key.String() })
		if i < 0 {
			return unknownField(key.String(), fields)
		}
		item, err := b.toJSON(fields[i].Name, fields[i].Type, value)
		m[fields[i].Name] = item
		return bind.At("."+key.String(), err)
	})
	return m, err
}

func unknownField(name string, fields []catalogue.Field) error {
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.Name
	}
	return unknownAmong(name, names)
}

func unknownAmong(name string, names []string) error {
	if near, ok := suggest.Nearest(name, names); ok {
		return fmt.Errorf("unknown field '%s', did you mean '%s'?", name, near)
	}
	return fmt.Errorf("unknown field '%s'; known are %s", name, strings.Join(names, ", "))
}

// unionToJSON chooses among the forms of a value: for a table the one whose "type" it has, or the list; for anything else the first
// that takes it.
func (b *binding) unionToJSON(name string, t *catalogue.Type, v lua.LValue) (any, error) {
	table, isTable := v.(*lua.LTable)
	var firstErr error
	for _, alt := range t.Alts {
		r := alt.Resolve()
		switch {
		case r.Base == catalogue.Object:
			if isTable && hasType(r, table) {
				return b.objectToJSON(r, v)
			}
			continue
		case isTable != (r.Base == catalogue.Array || r.Base == catalogue.Map):
			continue
		}
		item, err := b.toJSON(name, alt, v)
		if err == nil {
			return item, nil
		}
		firstErr = errors.Join(firstErr, err)
	}
	if firstErr != nil {
		return nil, firstErr
	}
	return b.objectToJSON(t, v)
}

// hasType reports whether a table's type is the one that an object's form demands.
func hasType(form *catalogue.Type, table *lua.LTable) bool {
	for _, f := range form.Fields {
		if f.Name == "type" && len(f.Type.Enum) > 0 {
			return slices.Contains(f.Type.Enum, table.RawGetString("type").String())
		}
	}
	return false
}

// plainJSON converts a Lua value that no type is known for. A table with a length, and an empty one, is a list.
func (b *binding) plainJSON(v lua.LValue) (any, error) {
	if o, ok := asRef(v); ok {
		return o.Object, nil
	}
	text, err := runtime.EncodeJSON(b.r.L, v)
	return json.RawMessage(text), err
}

func asRef(v lua.LValue) (*ref, bool) {
	ud, ok := v.(*lua.LUserData)
	if !ok {
		return nil, false
	}
	o, ok := ud.Value.(*ref)
	return o, ok
}

func isEmpty(t *lua.LTable) bool {
	key, _ := t.Next(lua.LNil)
	return key == lua.LNil
}

func forEach(t *lua.LTable, fn func(key, value lua.LValue) error) error {
	for key, value := t.Next(lua.LNil); key != lua.LNil; key, value = t.Next(key) {
		if err := fn(key, value); err != nil {
			return err
		}
	}
	return nil
}

// permissionsType is permissions as a parameter. In Go it is discord.Permissions.
var permissionsType = bind.Type{Name: "permissions", Table: true, From: func(_ *lua.LState, v lua.LValue) (any, error) { return permissions(v) }}
