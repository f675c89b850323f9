package runtime

import (
	"fmt"

	"cordial/runtime/bind"

	lua "github.com/yuin/gopher-lua"
)

// The names of the metatables, in Lua's registry, that mark a table as a JSON
// array or object.
const (
	arrayMark  = "json.array"
	objectMark = "json.object"
)

func (h *Host) installJSON() {
	for _, name := range []string{arrayMark, objectMark} {
		h.L.NewTypeMetatable(name).RawSetString("__tostring", h.registry.Function(bind.Func{
			Name: "tostring", Doc: "Shows the table as a literal.", Returns: "string",
			Params: []bind.Param{{Name: "table", Type: bind.Table, Required: true}},
			Call:   func(c *bind.Call) (any, error) { return Format(c.L, c.Table("table")), nil },
		}))
	}
	table := bind.Param{Name: "table", Type: bind.Table, Doc: "an empty one by default"}
	h.registry.AddModule(bind.Module{
		Name: "json", Doc: "JSON: reading, writing, and telling lists from objects.", Global: true,
		Funcs: []bind.Func{
			{
				Name: "encode", Doc: "Writes a value as JSON. An empty table is a list; json.object makes it an object. Keys are sorted, except of objects " +
					"that were decoded or marked with json.object: they keep their order.",
				Params:  []bind.Param{{Name: "value", Type: bind.Any, Required: true}, {Name: "pretty", Type: bind.Boolean, Doc: "on several lines"}},
				Returns: "string", Example: "json.encode({name = \"general\", ids = {}})   -- {\"ids\":[],\"name\":\"general\"}",
				Call: func(c *bind.Call) (any, error) { return encode(c, c.Bool("pretty")) },
			},
			{
				Name:    "decode",
				Doc:     "Reads JSON. A null in an object is nil, in a list json.null; an integer that a number cannot hold is a string. Objects keep the order of their keys.",
				Params:  []bind.Param{{Name: "text", Type: bind.String, Required: true}, {Name: "nulls", Type: bind.Boolean, Doc: "gives json.null in objects too"}},
				Returns: "any", Example: "json.decode('{\"id\": 1469779647867781141}').id   -- \"1469779647867781141\"",
				Call: decode,
			},
			{
				Name: "pretty", Doc: "Writes a value as JSON on several lines.",
				Params: []bind.Param{{Name: "value", Type: bind.Any, Required: true}}, Returns: "string",
				Call: func(c *bind.Call) (any, error) { return encode(c, true) },
			},
			{
				Name: "array", Doc: "Marks a table as a list.", Params: []bind.Param{table}, Returns: "the table",
				Call: func(c *bind.Call) (any, error) { return mark(c, arrayMark), nil },
			},
			{
				Name: "object", Doc: "Marks a table as an object, whose keys are written in the order in which they were set.", Params: []bind.Param{table}, Returns: "the table",
				Call: func(c *bind.Call) (any, error) { return mark(c, objectMark), nil },
			},
		},
		Fields: []bind.Field{{Name: "null", Type: "null", Doc: "JSON's null, where nil would mean a missing field.", Value: bind.Null}},
	})
}

func encode(c *bind.Call, pretty bool) (any, error) {
	text, err := encodeJSON(c.L, c.Lua("value"), pretty)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.Name(), err)
	}
	return text, nil
}

func decode(c *bind.Call) (any, error) {
	value, err := decodeJSON(c.L, c.String("text"), c.Bool("nulls"))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.Name(), err)
	}
	return value, nil
}

func mark(c *bind.Call, name string) *lua.LTable {
	table := c.Table("table")
	if table == nil {
		table = c.L.NewTable()
	}
	table.Metatable = c.L.GetTypeMetatable(name)
	return table
}

// MarkArray marks a table as a JSON list, as json.array does.
func (h *Host) MarkArray(table *lua.LTable) {
	table.Metatable = h.L.GetTypeMetatable(arrayMark)
}

// MarkObject marks a table as a JSON object, as json.object does.
func (h *Host) MarkObject(table *lua.LTable) {
	table.Metatable = h.L.GetTypeMetatable(objectMark)
}

// jsonMarked reports whether a table is marked as a JSON array or object.
func jsonMarked(L *lua.LState, t *lua.LTable) bool {
	return t.Metatable != lua.LNil && (t.Metatable == L.GetTypeMetatable(arrayMark) || t.Metatable == L.GetTypeMetatable(objectMark))
}

// EncodeJSON writes a Lua value as JSON, as json.encode does. The caller must
// hold the Lua state.
func EncodeJSON(L *lua.LState, v lua.LValue) (string, error) { return encodeJSON(L, v, false) }

// DecodeJSON reads JSON into a Lua value, as json.decode does. The caller must
// hold the Lua state.
func DecodeJSON(L *lua.LState, text string, nulls bool) (lua.LValue, error) {
	return decodeJSON(L, text, nulls)
}
