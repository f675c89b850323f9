package luabind

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"cordial/discord"
	"cordial/discord/rest/catalogue"
	"cordial/runtime/bind"
)

// enumType is a member of one of Discord's enums by its name, such as "GUILD_TEXT", or its number. In Go it is an int.
func enumType(what string, members []discord.EnumMember) bind.Type {
	names := make([]string, len(members))
	for i, m := range members {
		names[i] = m.Name
	}
	byName := bind.OneOf(names...)
	return bind.Type{Name: what, Choices: names, From: func(L *lua.LState, v lua.LValue) (any, error) {
		if _, ok := v.(lua.LString); !ok {
			return bind.Integer.From(L, v)
		}
		name, err := byName.From(L, v)
		if err != nil {
			return nil, err
		}
		return members[slices.Index(names, name.(string))].Value, nil
	}}
}

// channelType is a type of channel.
var channelType = enumType("channel type", enumMembers("ChannelTypes"))

// wordStart finds where a word begins in a name such as GuildMFALevel.
var wordStart = regexp.MustCompile(`([a-z0-9])([A-Z])|([A-Z])([A-Z][a-z])`)

// enumMembers are the members of the enum that has the name of a schema: schemas are named as ChannelTypes and ForumLayout are, their enums as
// channel_types and forum_layouts are. There are none if it has no enum.
func enumMembers(schema string) []discord.EnumMember {
	name := strings.TrimSuffix(strings.ToLower(wordStart.ReplaceAllString(schema, "${1}${3}_${2}${4}")), "s") + "s"
	enum, _ := discord.EnumNamed(name)
	return enum.Members
}

// namedValues are the members of an enum that a field of the API takes.
func namedValues(t *catalogue.Type) []discord.EnumMember {
	r := t.Resolve()
	if t.Base != catalogue.Ref || r.Base != catalogue.Integer {
		return nil
	}
	allowed := t.Enum
	if len(allowed) == 0 {
		allowed = r.Enum
	}
	return slices.DeleteFunc(slices.Clone(enumMembers(t.Ref)), func(m discord.EnumMember) bool {
		return !slices.Contains(allowed, fmt.Sprint(m.Value))
	})
}
