package interaction

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"cordial/discord/rest/limits"
)

// Command is an application command as the API has it, with the API's own field names. Its values are what encoding/json takes.
type Command map[string]any

// Name is the command's name.
func (c Command) Name() string {
	name, _ := c["name"].(string)
	return name
}

// Type is the command's type, limits.ChatInputCommand when it states none.
func (c Command) Type() limits.CommandType {
	switch n := c["type"].(type) {
	case float64:
		return limits.CommandType(n)
	case int:
		return limits.CommandType(n)
	case limits.CommandType:
		return n
	}
	return limits.ChatInputCommand
}

// label names the command in a plan. Commands of different types may have the same name.
func (c Command) label() string {
	switch c.Type() {
	case limits.UserCommand:
		return c.Name() + " (user menu)"
	case limits.MessageCommand:
		return c.Name() + " (message menu)"
	case limits.EntryPointCommand:
		return c.Name() + " (entry point)"
	}
	return c.Name()
}

// The fields that a set of commands decides. A command that leaves one of them out wants it at its default. Every other field is
// compared only when the wanted command states it: Discord fills contexts and integration_types in from the application's own
// settings, and adds fields as it likes.
var (
	commandFields = []string{"description", "description_localizations", "name_localizations", "options", "default_member_permissions", "nsfw"}
	optionFields  = []string{
		"type", "name", "name_localizations", "description", "description_localizations", "required", "autocomplete", "choices", "options",
		"channel_types", "min_value", "max_value", "min_length", "max_length",
	}
	choiceFields = []string{"name", "name_localizations", "value"}
)

// unordered are the lists in which the order means nothing.
var unordered = []string{"contexts", "integration_types", "channel_types", "file_types"}

// normal is the command in the one form in which two that mean the same are equal: as JSON has it, without what is null, false,
// empty or Discord's to choose.
func (c Command) normal() (Command, error) {
	data, err := json.Marshal(c)
	if err != nil {
		return nil, fmt.Errorf("command %q: %w", c.Name(), err)
	}
	var plain map[string]any
	if err := json.Unmarshal(data, &plain); err != nil {
		return nil, fmt.Errorf("command %q: %w", c.Name(), err)
	}
	if n, ok := plain["default_member_permissions"].(float64); ok {
		plain["default_member_permissions"] = strconv.FormatFloat(n, 'f', -1, 64)
	}
	n := Command(prune(plain).(map[string]any))
	n["type"] = float64(n.Type())
	return n, nil
}

// prune takes away what is the same as nothing, and brings the lists without an order into one.
func prune(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for key, item := range v {
			item = prune(item)
			if list, ok := item.([]any); ok && slices.Contains(unordered, key) {
				slices.SortFunc(list, func(a, b any) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
			}
			if v[key] = item; nothing(item) {
				delete(v, key)
			}
		}
	case []any:
		for i := range v {
			v[i] = prune(v[i])
		}
	}
	return v
}

// nothing reports whether a field with this value says the same as no field.
func nothing(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case bool:
		return !v
	case string:
		return v == ""
	case map[string]any:
		return len(v) == 0
	case []any:
		return len(v) == 0
	}
	return false
}

// request is the command without what only Discord's answers have.
func (c Command) request() Command {
	r := maps.Clone(c)
	for _, name := range []string{"application_id", "guild_id", "version"} {
		delete(r, name)
	}
	return r
}
