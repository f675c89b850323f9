package runtime

import (
	"fmt"
	"strings"

	"cordial/internal/suggest"
	"cordial/runtime/bind"

	lua "github.com/yuin/gopher-lua"
)

func (h *Host) installHelp() {
	h.registry.AddFunc(bind.Func{
		Name: "help", Doc: "Shows what a function, module or object is for. Without an argument it lists what there is.",
		Params:  []bind.Param{{Name: "value", Type: bind.Any, Doc: "a function, a module, an object, or a name as text"}},
		Example: "help(sleep)\nhelp \"json.encode\"",
		Call: func(c *bind.Call) (any, error) {
			text, err := h.help(c)
			if err != nil {
				return nil, err
			}
			return bind.Values{}, h.write(c.L, strings.TrimRight(text, "\n")+"\n", false)
		},
	})
	h.registry.AddFunc(bind.Func{
		Name: "fields", Doc: "Lists the names and values of an object's fields.",
		Params:  []bind.Param{{Name: "object", Type: bind.Any, Required: true}},
		Returns: "table", Example: "print(fields(msg))",
		Call: h.fields,
	})
}

func (h *Host) help(c *bind.Call) (string, error) {
	if !c.Has("value") {
		return h.registry.All().Overview(), nil
	}
	v := c.Lua("value")
	if text, ok := h.registry.Help(v); ok {
		return text, nil
	}
	name, ok := v.(lua.LString)
	if !ok {
		return "There is no help on " + bind.Describe(v) + ".", nil
	}
	if text, ok := h.registry.HelpFor(string(name)); ok {
		return text, nil
	}
	if near, ok := suggest.Nearest(string(name), h.registry.All().Names()); ok {
		return "", fmt.Errorf("help: nothing is called '%s', did you mean '%s'?", name, near)
	}
	return "", fmt.Errorf("help: nothing is called '%s'; help() lists what there is", name)
}

func (h *Host) fields(c *bind.Call) (any, error) {
	object := c.Lua("object")
	if table, ok := object.(*lua.LTable); ok {
		return table, nil
	}
	if h.registry.ClassOf(object) == "" {
		return nil, fmt.Errorf("fields: expected an object, got %s", bind.Describe(object))
	}
	table := c.L.NewTable()
	h.registry.Fields(c.L, object.(*lua.LUserData), table.RawSetString)
	mt := c.L.NewTable()
	mt.RawSetString("__tostring", c.L.NewFunction(func(L *lua.LState) int {
		L.Push(lua.LString(fieldTable(L, table)))
		return 1
	}))
	table.Metatable = mt
	return table, nil
}

// fieldTable writes one field on a line.
func fieldTable(L *lua.LState, table *lua.LTable) string {
	var lines []string
	width := 0
	keys := sortedKeys(table, 0)
	for _, key := range keys {
		width = max(width, len(key.String()))
	}
	for _, key := range keys {
		lines = append(lines, fmt.Sprintf("%-*s  %s", width, key, fieldText(L, table.RawGet(key))))
	}
	return strings.Join(lines, "\n")
}

// fieldText is a value on one line. A list that prints on several shows how
// long it is.
func fieldText(L *lua.LState, v lua.LValue) string {
	text := Format(L, v)
	table, ok := v.(*lua.LTable)
	if !ok || !strings.Contains(text, "\n") {
		return strings.ReplaceAll(text, "\n", " ")
	}
	if name, ok := L.GetMetaField(table, "__name").(lua.LString); ok {
		return fmt.Sprintf("%s, %d long", name, table.Len())
	}
	return fmt.Sprintf("a list, %d long", table.Len())
}
