package luabind

import (
	"encoding/json"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"cordial/discord"
	"cordial/runtime/bind"
)

// listMeta makes lists what they are: ordinary tables that print as a table of their objects.
type listMeta struct {
	b    *binding
	meta map[discord.Kind]*lua.LTable
}

// list turns a JSON array into a Lua table. The kind of the first object decides how the list prints; that of an empty one is kind.
func (cl *client) list(kind discord.Kind, items []any) lua.LValue {
	t := cl.b.r.L.CreateTable(len(items), 0)
	objects := len(items) == 0 && kind != discord.KindObject
	for i, item := range items {
		if o, ok := item.(*discord.Object); ok {
			objects = true
			if i == 0 {
				kind = o.Kind()
			}
		}
		t.RawSetInt(i+1, cl.wrap(item))
	}
	if objects {
		t.Metatable = cl.b.lists.of(kind)
	} else {
		cl.b.host.MarkArray(t)
	}
	return t
}

func (cl *client) objects(kind discord.Kind, objects []*discord.Object) lua.LValue {
	items := make([]any, len(objects))
	for i, o := range objects {
		items[i] = o
	}
	return cl.list(kind, items)
}

// of is the metatable of lists of a kind.
func (m *listMeta) of(kind discord.Kind) *lua.LTable {
	if mt, ok := m.meta[kind]; ok {
		return mt
	}
	methods := m.b.r.L.NewTable()
	for _, f := range m.methods(kind) {
		methods.RawSetString(f.Name, m.b.r.Function(f))
	}
	mt := m.b.r.L.NewTable()
	mt.RawSetString("__name", lua.LString("list of "+string(kind)))
	mt.RawSetString("__index", methods)
	mt.RawSetString("__tostring", m.b.r.Function(bind.Func{
		Name: "tostring", Doc: "Shows the list as a table.", Returns: "string",
		Params: []bind.Param{{Name: "list", Type: bind.Table, Required: true}},
		Call:   func(c *bind.Call) (any, error) { return m.b.listText(kind, c.Table("list")), nil },
	}))
	m.meta[kind] = mt
	return mt
}

func (m *listMeta) methods(kind discord.Kind) []bind.Func {
	self := []bind.Param{{Name: "list", Type: bind.Table, Required: true, Doc: "the list itself, before the colon"}}
	return []bind.Func{
		{
			Name: "html", Doc: "Writes the list as an HTML table.", Returns: "string", Params: self, Example: "guild:channels():html()",
			Call: func(c *bind.Call) (any, error) {
				return discord.NewTable(kind, listObjects(c.Table("list"))).HTML(), nil
			},
		},
		{
			Name: "json", Doc: "Writes the list as a JSON array.", Returns: "string", Params: self, Example: "guild:channels():json()",
			Call: func(c *bind.Call) (any, error) {
				v, err := m.b.plainJSON(c.Table("list"))
				if err != nil {
					return nil, err
				}
				data, err := json.Marshal(v)
				return string(data), err
			},
		},
	}
}

// listObjects gathers the objects of a list as it is now: sorted, shortened or added to by the script.
func listObjects(t *lua.LTable) []*discord.Object {
	objects := make([]*discord.Object, 0, t.Len())
	for i := 1; i <= t.Len(); i++ {
		if o, ok := asRef(t.RawGetInt(i)); ok {
			objects = append(objects, o.Object)
		}
	}
	return objects
}

// listText is how a list prints. Attachments are few and have no table of their own, as in the notebook that cordial grew from.
func (b *binding) listText(kind discord.Kind, t *lua.LTable) string {
	objects := listObjects(t)
	if kind == discord.KindAttachment {
		parts := make([]string, len(objects))
		for i, o := range objects {
			parts[i] = o.String()
		}
		return "[" + strings.Join(parts, ", ") + "]"
	}
	table := discord.NewTable(kind, objects)
	if len(table.Columns) == 0 { // nothing in it tells what to show
		return "[]"
	}
	if columns := b.columns(); columns != nil {
		return table.Text(columns())
	}
	return table.Markdown()
}
