package luabind

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"cordial/discord"
	"cordial/discord/rest/catalogue"
	"cordial/discord/rest/limits"
	"cordial/internal/suggest"
	"cordial/runtime/bind"
)

// colors are the names that a color may have: Discord's own palette and a few more.
var colors = map[string]int{
	"blurple": 0x5865f2, "green": 0x57f287, "yellow": 0xfee75c, "fuchsia": 0xeb459e, "red": 0xed4245, "white": 0xffffff, "black": 0x000000,
	"aqua": 0x1abc9c, "blue": 0x3498db, "purple": 0x9b59b6, "gold": 0xf1c40f, "orange": 0xe67e22, "grey": 0x95a5a6, "navy": 0x34495e,
}

// colorType is a color: its number, "#5865f2", or a name. In Go it is an int.
var colorType = bind.Type{Name: "color", From: func(L *lua.LState, v lua.LValue) (any, error) {
	s, ok := v.(lua.LString)
	if !ok {
		return bind.Integer.From(L, v)
	}
	name := strings.ToLower(string(s))
	if n, ok := colors[name]; ok {
		return n, nil
	}
	if hex, ok := strings.CutPrefix(name, "#"); ok && len(hex) == 6 {
		if n, err := strconv.ParseUint(hex, 16, 32); err == nil {
			return int(n), nil
		}
	}
	if near, ok := suggest.Nearest(name, names(colors)); ok {
		return nil, fmt.Errorf("unknown color %q, did you mean %q?", string(s), near)
	}
	return nil, bind.Expected(`a color as a number, "#5865f2" or a name such as "blurple"`, v)
}}

func names(of map[string]int) []string {
	var list []string
	for name := range of {
		list = append(list, name)
	}
	slices.Sort(list)
	return list
}

// timeType is a moment: seconds since 1970, or ISO 8601 text. In Go it is that text.
var timeType = bind.Type{Name: "time", From: func(_ *lua.LState, v lua.LValue) (any, error) { return timestamp(v) }}

// customEmoji matches how messages show a custom emoji, and the part of it that reactions name it by.
var customEmoji = regexp.MustCompile(`^(?:<(a)?:)?(\w{1,32}):(\d{1,20})>?$`)

// emojiObject is an emoji inside of a table: the character, "<:name:id>", "name:id", an Emoji, or Discord's table of it.
var emojiObject = bind.Type{Name: "emoji", Table: true, From: func(L *lua.LState, v lua.LValue) (any, error) {
	switch v := v.(type) {
	case *lua.LTable:
		return v, nil
	case lua.LString:
		if m := customEmoji.FindStringSubmatch(string(v)); m != nil {
			return customEmojiTable(m[2], m[3], m[1] != ""), nil
		}
	}
	if o, ok := asRef(v); ok && o.Kind() == discord.KindEmoji && o.ID() != "" {
		return customEmojiTable(o.Str("name"), string(o.ID()), o.Bool("animated")), nil
	}
	name, err := emoji.From(L, v)
	return map[string]any{"name": name}, err
}}

func customEmojiTable(name, id string, animated bool) map[string]any {
	e := map[string]any{"name": name, "id": id}
	if animated {
		e["animated"] = true
	}
	return e
}

// partOf is a table with the fields of a schema, or a text that stands for one of them. It is as the script gave it, or made of the text.
func partOf(schema, field string) bind.Type {
	return bind.Type{Name: "string|table", Table: true, From: func(_ *lua.LState, v lua.LValue) (any, error) {
		switch v := v.(type) {
		case lua.LString:
			return map[string]any{field: string(v)}, nil
		case *lua.LTable:
			return v, knownFields(v, schema)
		}
		return nil, bind.Expected(fmt.Sprintf("a string, or a table such as {%s=…}", field), v)
	}}
}

// partWithEmoji is partOf for tables with an emoji, which may be given in short. In Go it is a map[string]any.
func partWithEmoji(schema, field string) bind.Type {
	part := partOf(schema, field)
	from := part.From
	part.From = func(L *lua.LState, v lua.LValue) (any, error) {
		made, err := from(L, v)
		table, ok := made.(*lua.LTable)
		if err != nil || !ok {
			return made, err
		}
		fields := map[string]any{}
		err = forEach(table, func(key, value lua.LValue) error {
			fields[key.String()] = value
			if key.String() != "emoji" {
				return nil
			}
			fields["emoji"], err = emojiObject.From(L, value)
			return bind.At(".emoji", err)
		})
		return fields, err
	}
	return part
}

// knownFields refuses keys that a schema does not have.
func knownFields(t *lua.LTable, schema string) error {
	return forEach(t, func(key, _ lua.LValue) error { return knownField(key, schema) })
}

func knownField(key lua.LValue, schema string) error {
	fields := catalogue.SchemaNamed(schema).AllFields()
	if slices.ContainsFunc(fields, func(f catalogue.Field) bool { return f.Name == key.String() }) {
		return nil
	}
	return unknownField(key.String(), fields)
}

// component is a table with the type of a component.
var component = bind.Type{Name: "component", Table: true, From: func(_ *lua.LState, v lua.LValue) (any, error) {
	if t, ok := v.(*lua.LTable); ok && componentKind(t) != 0 {
		return t, nil
	}
	return nil, bind.Expected("a component such as ui.button{…}", v)
}}

// block is a component, or a text, which stands for a text display.
var block = bind.Type{Name: "component|string", Table: true, From: func(L *lua.LState, v lua.LValue) (any, error) {
	if s, ok := v.(lua.LString); ok {
		return textDisplay(L, string(s)), nil
	}
	return component.From(L, v)
}}

// textBlock is a text, by itself or in ui.text.
var textBlock = bind.Type{Name: "string", Table: true, From: func(L *lua.LState, v lua.LValue) (any, error) {
	made, err := block.From(L, v)
	if t, ok := made.(*lua.LTable); err != nil || !ok || componentKind(t) != limits.TextDisplay {
		return nil, bind.Expected("a string or ui.text(…)", v)
	}
	return made, nil
}}
