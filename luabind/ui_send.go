package luabind

import (
	"slices"

	lua "github.com/yuin/gopher-lua"

	"cordial/discord/rest"
	"cordial/discord/rest/catalogue"
	"cordial/discord/rest/limits"
)

// flagComponentsV2 is the message flag IS_COMPONENTS_V2.
const flagComponentsV2 = 1 << 15

// fullList spells out what a script may write shorter where a list is wanted: a single embed or component without braces of its own,
// and buttons and menus of a message that are in no row.
func (b *binding) fullList(t *catalogue.Type, table *lua.LTable) *lua.LTable {
	rows := takesRows(t)
	if (rows || t.Elem.Ref == "RichEmbed") && table.Len() == 0 {
		if key, _ := table.Next(lua.LNil); key != lua.LNil {
			only := table
			table = b.r.L.NewTable()
			table.Append(only)
		}
	}
	if !rows {
		return table
	}
	var components []*lua.LTable
	for i := 1; i <= table.Len(); i++ {
		p, ok := table.RawGetInt(i).(*lua.LTable)
		if !ok {
			return table // converting it says what is wrong
		}
		components = append(components, p)
	}
	full := b.r.L.NewTable()
	for _, p := range inRows(b.r.L, components) {
		full.Append(p.(*lua.LTable))
	}
	return full
}

// takesRows reports whether a type is a list of components in which buttons stand in rows.
func takesRows(t *catalogue.Type) bool {
	return slices.ContainsFunc(t.Elem.Resolve().Alts, func(alt *catalogue.Type) bool { return alt.Ref == "ActionRowComponentForMessageRequest" })
}

// prepareLayout sets the flag of messages with components of the second version. Their content goes before the components as a text,
// because such messages have no content of their own.
func prepareLayout(args rest.Args) {
	if !hasLayout(args) {
		return
	}
	addFlag(args, flagComponentsV2)
	if content, ok := args["content"].(string); ok && content != "" {
		text := map[string]any{"type": limits.TextDisplay, "content": content}
		args["components"] = slices.Insert(args["components"].([]any), 0, any(text))
		delete(args, "content")
	}
}

func hasLayout(args rest.Args) bool {
	components, _ := args["components"].([]any)
	return slices.ContainsFunc(components, func(p any) bool {
		component, _ := p.(map[string]any)
		return limits.NeedsV2(limits.ComponentType(component))
	})
}

// prepareEdit is prepareMessage for a message that is there already. A layout takes the place of all that the message had.
func prepareEdit(args rest.Args) {
	prepareMessage(args)
	if !hasLayout(args) {
		return
	}
	for field, nothing := range map[string]any{"content": rest.Null, "embeds": []any{}} {
		if args[field] == nil {
			args[field] = nothing
		}
	}
}
