package sandbox

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"cordial/discord"
	"cordial/discord/rest/limits"
)

// commandUse is a command for chat input as somebody fills it in.
type commandUse struct {
	actor    Actor
	channel  *channel
	command  *Command
	name     string                 // with the subcommand
	locale   string                 // of the person
	path     []limits.CommandOption // the group and the subcommand
	options  []limits.CommandOption // to be filled in
	resolver resolver
}

// commandUse finds the command and the subcommand of a name such as "tickets close".
func (w *World) commandUse(actor Actor, channelID discord.Snowflake, name string) (*commandUse, error) {
	c, err := w.channelFor(actor, channelID)
	if err != nil {
		return nil, err
	}
	words := strings.Fields(strings.TrimPrefix(name, "/"))
	if len(words) == 0 {
		return nil, refuseAs("name the command to use")
	}
	command, err := w.commandNamed(actor, c, words[0], limits.ChatInputCommand)
	if err != nil {
		return nil, err
	}
	use := &commandUse{actor: actor, channel: c, command: command, name: command.Name, locale: w.users[actor.User].locale(), options: command.Options,
		resolver: resolver{w: w, c: c, user: actor.User}}
	for _, word := range words[1:] {
		if len(use.options) == 0 || !use.options[0].Type.IsSubcommand() {
			return nil, refuseAs("/%s: there is no subcommand %q", use.command.Name, word)
		}
		o, err := use.option(word)
		if err != nil {
			return nil, err
		}
		use.path, use.options, use.name = append(use.path, *o), o.Options, use.name+" "+o.Name
	}
	if len(use.options) > 0 && use.options[0].Type.IsSubcommand() {
		return nil, refuseAs("/%s: name a subcommand%s", use.name, hint("", use.names()))
	}
	return use, nil
}

func (use *commandUse) names() []string {
	names := make([]string, len(use.options))
	for i := range use.options {
		names[i] = use.options[i].Name
	}
	return names
}

// option finds an option by its name, or by the one in the person's language.
func (use *commandUse) option(name string) (*limits.CommandOption, error) {
	for i := range use.options {
		if o := &use.options[i]; o.Name == name || cmp.Or(o.NameLocalizations[use.locale], o.Name) == name {
			return o, nil
		}
	}
	return nil, refuseAs("/%s: unknown option %q%s", use.name, name, hint(name, use.names()))
}

// fill fills in the options of a command that is sent off: required ones must be there.
func (use *commandUse) fill(values map[string]any) ([]optionData, error) {
	values, err := use.named(values)
	if err != nil {
		return nil, err
	}
	for i := range use.options {
		if o := &use.options[i]; o.Required && values[o.Name] == nil {
			return nil, refuseAs("/%s: the option %q is required", use.name, o.Name)
		}
	}
	return use.fillSome(values)
}

// fillSome fills in options, in the order in which the command has them.
func (use *commandUse) fillSome(values map[string]any) ([]optionData, error) {
	values, err := use.named(values)
	if err != nil {
		return nil, err
	}
	var filled []optionData
	for i := range use.options {
		o := &use.options[i]
		value, given := values[o.Name]
		if !given {
			continue
		}
		v, err := use.value(o, value)
		if err != nil {
			return nil, refuseAs("/%s: %s: %v", use.name, o.Name, err)
		}
		filled = append(filled, optionData{Name: o.Name, Type: o.Type, Value: v})
	}
	return filled, nil
}

// named gives values by the options' own names.
func (use *commandUse) named(values map[string]any) (map[string]any, error) {
	named := make(map[string]any, len(values))
	for name, value := range values {
		o, err := use.option(name)
		if err != nil {
			return nil, err
		}
		named[o.Name] = value
	}
	return named, nil
}

// value checks a value as somebody's client does, and gives it in the form in which it is sent.
func (use *commandUse) value(o *limits.CommandOption, v any) (any, error) {
	if len(o.Choices) > 0 {
		return chosen(o.Choices, v)
	}
	switch o.Type {
	case limits.StringOption:
		return textValue(v, o.MinLength, o.MaxLength)
	case limits.IntegerOption, limits.NumberOption:
		return numberValue(o, v)
	case limits.BooleanOption:
		b, ok := v.(bool)
		if !ok {
			return nil, fmt.Errorf("expected true or false, got %v", v)
		}
		return b, nil
	case limits.AttachmentOption:
		u, ok := v.(Upload)
		if !ok {
			return nil, fmt.Errorf("expected a file, got %v", v)
		}
		return use.resolver.addFile(u)
	}
	return use.resolver.find(optionThings[o.Type], fmt.Sprint(v), o.ChannelTypes)
}

// chosen finds one of the choices by its value or by its name.
func chosen(choices []limits.CommandChoice, v any) (any, error) {
	var names []string
	text := fmt.Sprint(v)
	for _, match := range []func(c *limits.CommandChoice) bool{
		func(c *limits.CommandChoice) bool { return c.Text() == text },
		func(c *limits.CommandChoice) bool { return c.Name == text },
	} {
		if i := slices.IndexFunc(choices, func(c limits.CommandChoice) bool { return match(&c) }); i >= 0 {
			return choices[i].Value, nil
		}
	}
	for _, c := range choices {
		names = append(names, c.Name)
	}
	return nil, fmt.Errorf("%v is no choice%s", v, hint(text, names))
}

// maxOptionText is how long a text is at the most that has no limit of its own, in characters.
const maxOptionText = 6000

// textValue checks a text against limits of its length, in characters.
func textValue(v any, least, most *int) (any, error) {
	text, ok := v.(string)
	n := utf8.RuneCountInString(text)
	switch {
	case !ok:
		return nil, fmt.Errorf("expected a text, got %v", v)
	case least != nil && n < *least:
		return nil, fmt.Errorf("at least %d characters, got %d", *least, n)
	case most != nil && n > *most:
		return nil, fmt.Errorf("at most %d characters, got %d", *most, n)
	case n > maxOptionText:
		return nil, fmt.Errorf("at most %d characters, got %d", maxOptionText, n)
	}
	return text, nil
}

// numberValue checks a number against the limits of an option. Whole numbers are exact as far as a double is.
func numberValue(o *limits.CommandOption, v any) (any, error) {
	n, err := strconv.ParseFloat(fmt.Sprint(v), 64)
	switch {
	case err != nil || math.IsNaN(n) || math.Abs(n) > 1<<53:
		return nil, fmt.Errorf("expected a number, got %v", v)
	case o.Type == limits.IntegerOption && n != math.Trunc(n):
		return nil, fmt.Errorf("expected a whole number, got %v", v)
	case o.MinValue != nil && n < *o.MinValue:
		return nil, fmt.Errorf("at least %v, got %v", *o.MinValue, v)
	case o.MaxValue != nil && n > *o.MaxValue:
		return nil, fmt.Errorf("at most %v, got %v", *o.MaxValue, v)
	}
	return json.Number(strconv.FormatFloat(n, 'f', -1, 64)), nil
}

// optionThings says what options ask for that name something.
var optionThings = map[limits.OptionType]things{limits.UserOption: {users: true}, limits.RoleOption: {roles: true},
	limits.MentionableOption: {users: true, roles: true}, limits.ChannelOption: {channels: true}}
