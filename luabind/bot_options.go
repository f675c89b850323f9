package luabind

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"cordial/runtime/bind"
)

// optionTypes are the names of the types of options, in the order of their numbers, which begin after those of subcommands.
var optionTypes = []string{"string", "integer", "boolean", "user", "channel", "role", "mentionable", "number", "attachment"}

// firstOptionType is the number of the first of optionTypes.
const firstOptionType = 3

// optionTypeName is a type of options: its name, in small or, as Discord writes it, large letters, or its number.
var optionTypeName = bind.Type{Name: bind.OneOf(optionTypes...).Name, From: func(L *lua.LState, v lua.LValue) (any, error) {
	switch given := v.(type) {
	case lua.LString:
		if name := strings.ToLower(string(given)); slices.Contains(optionTypes, name) {
			return name, nil
		}
	case lua.LNumber:
		if i := int(given) - firstOptionType; float64(int(given)) == float64(given) && i >= 0 && i < len(optionTypes) {
			return optionTypes[i], nil
		}
	}
	return bind.OneOf(optionTypes...).From(L, v)
}}

// optionType is the type of the tables that declare a command's options.
var optionType = recordType("option", []bind.Param{
	{Name: "name", Type: optionName, Required: true},
	{Name: "description", Type: bind.String},
	{Name: "type", Type: optionTypeName, Default: "string"},
	{Name: "required", Type: bind.Boolean},
	{Name: "choices", Type: bind.Table},
	{Name: "autocomplete", Type: bind.Function},
	{Name: "min", Type: bind.Number}, {Name: "min_value", Type: bind.Number}, {Name: "min_length", Type: bind.Integer},
	{Name: "max", Type: bind.Number}, {Name: "max_value", Type: bind.Number}, {Name: "max_length", Type: bind.Integer},
	{Name: "channel_types", Type: bind.ListOf(channelType)},
	{Name: "name_localizations", Type: localizations}, {Name: "description_localizations", Type: localizations},
})

// localizations is a table of texts by language.
var localizations = bind.Type{Name: "table of string", Table: true, From: func(_ *lua.LState, v lua.LValue) (any, error) {
	table, ok := v.(*lua.LTable)
	if !ok {
		return nil, bind.Expected("a table of texts by language", v)
	}
	texts := map[string]any{}
	err := forEach(table, func(key, value lua.LValue) error {
		text, err := fromLua(bind.String, value)
		texts[key.String()] = text
		return bind.At("."+key.String(), err)
	})
	return texts, err
}}

// optionsOf makes the options of a command as the API has them. Their autocompletions stay with the handler.
func optionsOf(c *bind.Call, h *handler) ([]any, error) {
	var options []any
	for i, item := range c.List("options") {
		given := item.(map[string]any)
		option, err := optionOf(given)
		if err != nil {
			return nil, bind.At("options", bind.At(fmt.Sprintf("[%d]", i+1), err))
		}
		if fn, ok := given["autocomplete"].(*lua.LFunction); ok {
			if h.autocomplete == nil {
				h.autocomplete = map[string]*lua.LFunction{}
			}
			h.autocomplete[given["name"].(string)] = fn
		}
		options = append(options, option)
	}
	return options, nil
}

// optionOf makes one option as the API has it.
func optionOf(given map[string]any) (map[string]any, error) {
	option := maps.Clone(given)
	typeName := given["type"].(string)
	option["type"] = slices.Index(optionTypes, typeName) + firstOptionType
	if option["description"] == nil {
		option["description"] = option["name"]
	}
	if given["autocomplete"] != nil {
		if limitNames[typeName] == "" {
			return nil, errors.New("autocomplete is for options of type string, integer and number")
		}
		option["autocomplete"] = true
	}
	if table, ok := given["choices"].(*lua.LTable); ok {
		choices, err := choicesOf(table)
		if err == nil && len(choices) == 0 {
			err = errors.New("expected one choice or more, got an empty table")
		}
		if err != nil {
			return nil, bind.At(".choices", err)
		}
		option["choices"] = choices
	}
	return option, nameLimits(option, typeName)
}

// limitNames are what Discord calls the limits of the types of options that have any: min_value, max_length.
var limitNames = map[string]string{"string": "_length", "integer": "_value", "number": "_value"}

// nameLimits gives min and max of an option the names that Discord has for its type. Those names are taken from scripts too.
func nameLimits(option map[string]any, typeName string) error {
	for _, end := range []string{"min", "max"} {
		for _, suffix := range []string{"_length", "_value"} {
			if option[end+suffix] != nil && limitNames[typeName] != suffix {
				return fmt.Errorf("%s is not for options of type %s", end+suffix, typeName)
			}
		}
		if option[end] == nil {
			continue
		}
		name := end + limitNames[typeName]
		if name == end {
			return fmt.Errorf("%s is for options of type string, integer and number", end)
		}
		if option[name] != nil {
			return fmt.Errorf("%s and %s say the same: give one of them", end, name)
		}
		option[name] = option[end]
		delete(option, end)
	}
	return nil
}

// choicesOf takes a list of values, or of tables {name=, value=}, and a table of values by name, which are ordered by name.
func choicesOf(table *lua.LTable) ([]any, error) {
	choices := []any{}
	for i := 1; i <= table.Len(); i++ {
		choice, err := choiceOf(table.RawGetInt(i))
		if err != nil {
			return nil, bind.At(fmt.Sprintf("[%d]", i), err)
		}
		choices = append(choices, choice)
	}
	if table.Len() > 0 {
		return choices, nil
	}
	named := map[string]any{}
	err := forEach(table, func(key, value lua.LValue) error {
		v, err := choiceValue(value)
		named[key.String()] = v
		return bind.At("."+key.String(), err)
	})
	for _, name := range slices.Sorted(maps.Keys(named)) {
		choices = append(choices, map[string]any{"name": name, "value": named[name]})
	}
	return choices, err
}

var namedChoice = recordType("choice", []bind.Param{
	{Name: "name", Type: bind.String, Required: true},
	{Name: "value", Type: bind.Type{Name: "string|number", From: func(_ *lua.LState, v lua.LValue) (any, error) { return choiceValue(v) }}, Required: true},
	{Name: "name_localizations", Type: localizations},
})

func choiceOf(v lua.LValue) (any, error) {
	if _, ok := v.(*lua.LTable); ok {
		return fromLua(namedChoice, v)
	}
	value, err := choiceValue(v)
	return map[string]any{"name": v.String(), "value": value}, err
}

func choiceValue(v lua.LValue) (any, error) {
	switch v := v.(type) {
	case lua.LString:
		return string(v), nil
	case lua.LNumber:
		return float64(v), nil
	}
	return nil, bind.Expected("a text or a number, or {name=, value=}", v)
}
