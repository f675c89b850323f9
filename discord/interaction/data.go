package interaction

import (
	"strings"

	"cordial/discord"
)

// The types of options whose values are not plain.
const (
	optionSubcommand      = 1
	optionSubcommandGroup = 2
	optionUser            = 6
	optionChannel         = 7
	optionRole            = 8
	optionMentionable     = 9
	optionAttachment      = 11
)

// Option is what a person gave for one option of a command.
type Option struct {
	Name    string
	Value   any  // bool, float64, string, or the *discord.Object that was chosen
	Focused bool // in an autocompletion: the person is typing in it
}

// CommandName is the name of the command that was used, with those of its subcommand group and subcommand: "tickets close".
func CommandName(interaction *discord.Object) string {
	names := []string{}
	for at := interaction.Object("data"); at != nil; at = subcommand(at) {
		names = append(names, at.Str("name"))
	}
	return strings.Join(names, " ")
}

// subcommand is the subcommand or the group of them among the options, nil when the options are the command's own.
func subcommand(command *discord.Object) *discord.Object {
	for _, o := range command.Objects("options") {
		if t := o.Int("type"); t == optionSubcommand || t == optionSubcommandGroup {
			return o
		}
	}
	return nil
}

// Options lists what the person gave for the options of the command or subcommand. Users are members, with their user inside, where
// Discord tells of them as such.
func Options(interaction *discord.Object) []Option {
	at := interaction.Object("data")
	if at == nil {
		return nil
	}
	for inner := subcommand(at); inner != nil; inner = subcommand(at) {
		at = inner
	}
	var options []Option
	for _, o := range at.Objects("options") {
		value := o.Get("value")
		if id, ok := value.(string); ok {
			value = chosen(interaction, o.Int("type"), id)
		}
		options = append(options, Option{Name: o.Str("name"), Value: value, Focused: o.Bool("focused")})
	}
	return options
}

// chosen is the object of an option's value, or the value where it is plain or Discord does not tell the object.
func chosen(interaction *discord.Object, optionType int, value string) any {
	switch optionType {
	case optionUser:
		return resolve(interaction, value, person)
	case optionChannel:
		return resolve(interaction, value, channel)
	case optionRole:
		return resolve(interaction, value, role)
	case optionMentionable:
		return resolve(interaction, value, person, role)
	case optionAttachment:
		return resolve(interaction, value, attachment)
	}
	return value
}

// Target is what a command of a menu was used on: a message, or a person as in [Options]. It is nil for other interactions.
func Target(interaction *discord.Object) *discord.Object {
	data := interaction.Object("data")
	if data == nil {
		return nil
	}
	target, _ := resolve(interaction, data.Str("target_id"), message, person).(*discord.Object)
	return target
}

// The types of components whose values are ids.
const (
	componentUserSelect        = 5
	componentRoleSelect        = 6
	componentMentionableSelect = 7
	componentChannelSelect     = 8
	componentFileUpload        = 19
)

// Selected lists what the person chose in a select: strings, or objects where Discord tells of them.
func Selected(interaction *discord.Object) []any {
	data := interaction.Object("data")
	if data == nil {
		return nil
	}
	return selected(interaction, data, data.Int("component_type"))
}

func selected(interaction, component *discord.Object, componentType int) []any {
	values := []any{}
	for _, value := range component.Strings("values") {
		switch componentType {
		case componentUserSelect:
			values = append(values, resolve(interaction, value, person))
		case componentRoleSelect:
			values = append(values, resolve(interaction, value, role))
		case componentMentionableSelect:
			values = append(values, resolve(interaction, value, person, role))
		case componentChannelSelect:
			values = append(values, resolve(interaction, value, channel))
		case componentFileUpload:
			values = append(values, resolve(interaction, value, attachment))
		default:
			values = append(values, value)
		}
	}
	return values
}

// Field is what a person entered in one component of a modal.
type Field struct {
	CustomID string
	Value    any // a string of a text input or a radio group, a bool of a checkbox, else a []any as Selected gives
}

// Fields lists what the person entered in a modal, in the order of its components.
func Fields(interaction *discord.Object) []Field {
	data := interaction.Object("data")
	if data == nil {
		return nil
	}
	var fields []Field
	var walk func(components []*discord.Object)
	walk = func(components []*discord.Object) {
		for _, c := range components {
			if id := c.Str("custom_id"); id != "" {
				fields = append(fields, Field{id, entered(interaction, c)})
			}
			walk(c.Objects("components")) // of an action row
			if child := c.Object("component"); child != nil {
				walk([]*discord.Object{child}) // of a label
			}
		}
	}
	walk(data.Objects("components"))
	return fields
}

func entered(interaction, component *discord.Object) any {
	if _, list := component.Lookup("values"); list {
		return selected(interaction, component, component.Int("type"))
	}
	return component.Get("value")
}
