package limits_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/tidwall/gjson"

	"cordial/discord/rest/limits"
)

type obj = map[string]any

// option makes an option with a description.
func option(kind int, name string, more ...obj) obj {
	o := obj{"type": kind, "name": name, "description": "x"}
	for _, m := range more {
		for k, v := range m {
			o[k] = v
		}
	}
	return o
}

func command(more obj) obj {
	c := obj{"name": "weather", "description": "Tells the weather"}
	for k, v := range more {
		c[k] = v
	}
	return c
}

func many(n int, item func(i int) obj) []obj {
	list := make([]obj, n)
	for i := range list {
		list[i] = item(i)
	}
	return list
}

func TestCommandsThatAreFine(t *testing.T) {
	for name, body := range map[string]obj{
		"plain":       command(nil),
		"letters":     command(obj{"name": "wetter-über_2'ไทยनमस्ते"}),
		"user":        {"type": 2, "name": "Report This Person"},
		"message":     {"type": 3, "name": "Quote Me", "description": ""},
		"entry point": {"type": 4, "name": "launch", "handler": 1},
		"subcommands": command(obj{"options": []obj{option(1, "now"), option(2, "later", obj{"options": []obj{option(1, "today")}})}}),
		"values":      command(obj{"options": []obj{option(3, "city", obj{"required": true, "min_length": 1, "max_length": 1}), option(4, "days", obj{"min_value": -1})}}),
		"choices":     command(obj{"options": []obj{option(10, "x", obj{"choices": []obj{{"name": "a", "value": 1.5}, {"name": "b", "value": -2}}})}}),
		"the most":    command(obj{"options": many(25, func(i int) obj { return option(3, fmt.Sprint("o", i)) })}),
		"locales":     command(obj{"name_localizations": obj{"de": "wetter"}, "description_localizations": obj{"de": "Sagt das Wetter"}}),
		"permissions": command(obj{"default_member_permissions": "8", "contexts": []int{0, 1}, "integration_types": []int{0}, "nsfw": true}),
		"files":       command(obj{"options": []obj{option(11, "file", obj{"file_types": []string{".png"}})}}),
	} {
		if _, form := limits.CheckCommand(body); !form.Empty() {
			text, _ := json.Marshal(form)
			t.Errorf("%s: %s", name, text)
		}
	}
}

func TestCommandsThatAreNot(t *testing.T) {
	choice := func(i int) obj { return obj{"name": fmt.Sprint(i), "value": fmt.Sprint(i)} }
	long := strings.Repeat("x", 101)
	for _, test := range []struct {
		body any
		path string // of the error
		code string
	}{
		{obj{"description": "x"}, "name", "BASE_TYPE_REQUIRED"},
		{obj{"name": "weather"}, "description", "BASE_TYPE_REQUIRED"},
		{command(obj{"name": "Weather"}), "name", "APPLICATION_COMMAND_INVALID_NAME"},
		{command(obj{"name": "two words"}), "name", "APPLICATION_COMMAND_INVALID_NAME"},
		{command(obj{"name": strings.Repeat("x", 33)}), "name", "BASE_TYPE_BAD_LENGTH"},
		{command(obj{"name_localizations": obj{"de": "Wetter"}}), "name_localizations.de", "APPLICATION_COMMAND_INVALID_NAME"},
		{command(obj{"name_localizations": obj{"xx": "wetter"}}), "name_localizations.xx", "ENUM_TYPE_COERCE"},
		{command(obj{"description": long}), "description", "BASE_TYPE_MAX_LENGTH"},
		{command(obj{"type": 9}), "type", "BASE_TYPE_CHOICES"},
		{command(obj{"type": 2}), "description", "BASE_TYPE_MAX_LENGTH"},
		{obj{"type": 3, "name": "Quote", "options": []obj{option(3, "a")}}, "options", "BASE_TYPE_MAX_LENGTH"},
		{obj{"type": 4, "name": "launch"}, "handler", "BASE_TYPE_REQUIRED"},
		{command(obj{"contexts": []int{}}), "contexts", "BASE_TYPE_MIN_LENGTH"},
		{command(obj{"contexts": []int{3}}), "contexts.0", "BASE_TYPE_CHOICES"},
		{command(obj{"contexts": []int{1, 1}}), "contexts.1", "SET_TYPE_ALREADY_CONTAINS_VALUE"},
		{command(obj{"options": many(26, func(i int) obj { return option(3, fmt.Sprint("o", i)) })}), "options", "BASE_TYPE_MAX_LENGTH"},
		{command(obj{"options": []obj{{"type": 3, "name": "a"}}}), "options.0.description", "BASE_TYPE_REQUIRED"},
		{command(obj{"options": []obj{option(12, "a")}}), "options.0.type", "UNION_TYPE_CHOICES"},
		{command(obj{"options": []obj{option(3, "A")}}), "options.0.name", "APPLICATION_COMMAND_INVALID_NAME"},
		{command(obj{"options": []obj{option(3, "a"), option(4, "a")}}), "options.1", "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS"},
		{command(obj{"options": []obj{option(3, "a"), option(4, "b", obj{"required": true})}}), "options.1", "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID"},
		{command(obj{"options": []obj{option(3, "a"), option(1, "b")}}), "options.1", "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID"},
		{command(obj{"options": []obj{option(1, "a", obj{"options": []obj{option(1, "b")}})}}), "options.0.options.0.type", "UNION_TYPE_CHOICES"},
		{command(obj{"options": []obj{option(3, "a", obj{"choices": many(26, choice)})}}), "options.0.choices", "BASE_TYPE_MAX_LENGTH"},
		{command(obj{"options": []obj{option(3, "a", obj{"choices": []obj{{"name": "x", "value": long}}})}}), "options.0.choices.0.value", "BASE_TYPE_MAX_LENGTH"},
		{command(obj{"options": []obj{option(3, "a", obj{"choices": []obj{{"name": "x", "value": "1"}, {"name": "x", "value": "2"}}})}}), "options.0.choices.1",
			"APPLICATION_COMMAND_OPTIONS_CHOICE_NAME_ALREADY_EXISTS"},
		{command(obj{"options": []obj{option(4, "a", obj{"choices": []obj{{"name": "x", "value": "one"}}})}}), "options.0.choices.0.value", "NUMBER_TYPE_COERCE"},
		{command(obj{"options": []obj{option(4, "a", obj{"min_value": 1 << 60})}}), "options.0.min_value", "NUMBER_TYPE_MAX"},
		{command(obj{"options": []obj{option(10, "a", obj{"choices": []obj{{"name": "x", "value": -1e20}}})}}), "options.0.choices.0.value", "NUMBER_TYPE_MAX"},
		{command(obj{"options": []obj{option(3, "a", obj{"choices": many(1, choice), "autocomplete": true})}}), "options.0.choices", "BASE_TYPE_BAD_TYPE"},
		{command(obj{"options": []obj{option(6, "a", obj{"autocomplete": true})}}), "options.0.autocomplete", "APPLICATION_COMMAND_AUTOCOMPLETE_INVALID"},
		{command(obj{"options": []obj{option(1, "a", obj{"options": []obj{option(5, "b", obj{"autocomplete": true})}})}}), "options.0.options.0.autocomplete",
			"APPLICATION_COMMAND_AUTOCOMPLETE_INVALID"},
		{command(obj{"options": []obj{option(3, "a", obj{"min_length": 2, "max_length": 1})}}), "options.0.min_length", "NUMBER_TYPE_MAX"},
		{command(obj{"options": []obj{option(3, "a", obj{"max_length": 6001})}}), "options.0.max_length", "NUMBER_TYPE_MAX"},
		{command(obj{"options": []obj{option(4, "a", obj{"min_value": 2, "max_value": 1})}}), "options.0.min_value", "NUMBER_TYPE_MAX"},
		{command(obj{"options": many(25, func(i int) obj {
			return option(3, fmt.Sprint("o", i), obj{"choices": many(25, func(i int) obj { return obj{"name": fmt.Sprint("choice", i), "value": "xxxxxxxx"} })})
		})}), "", "APPLICATION_COMMAND_TOO_LARGE"},
		{"text", "", "MODEL_TYPE_CONVERT"},
		{func() {}, "", "MODEL_TYPE_CONVERT"},
	} {
		_, form := limits.CheckCommand(test.body)
		text, err := json.Marshal(form)
		if err != nil {
			t.Fatal(err)
		}
		at := strings.TrimPrefix(test.path+"._errors.0.code", ".")
		if got := gjson.GetBytes(text, at).String(); got != test.code || form.Count() != 1 {
			t.Errorf("%v\n got %s\nwant %s at %q", test.body, text, test.code, test.path)
		}
	}
}

// The longest localisation counts, not all of them.
func TestCommandSizeCountsTheLongestLanguage(t *testing.T) {
	options := many(25, func(i int) obj {
		return option(3, fmt.Sprintf("option%02d", i), obj{"description": strings.Repeat("x", 100),
			"description_localizations": obj{"de": strings.Repeat("x", 100), "fr": strings.Repeat("x", 100)}, "choices": many(20, func(i int) obj {
				return obj{"name": fmt.Sprintf("c%02d", i), "value": fmt.Sprintf("v%06d", i)}
			})})
	}) // each 8+100+20*(3+7) = 308; 25 of them 7700
	filler := func(n int) obj {
		return command(obj{"options": append([]obj{}, options...), "description": strings.Repeat("d", n), "name": strings.Repeat("n", 32)})
	}
	if _, form := limits.CheckCommand(filler(100)); !form.Empty() {
		t.Error("7832 characters are too many")
	}
	for i := range 24 {
		options[i]["name_localizations"] = obj{"de": strings.Repeat("n", 15)}
	} // 24*7 = 168 more: exactly 8000
	if _, form := limits.CheckCommand(filler(100)); !form.Empty() {
		t.Error("8000 characters are too many")
	}
	options[24]["name_localizations"] = obj{"de": "nnnnnnnnn"}
	if _, form := limits.CheckCommand(filler(100)); form.Empty() {
		t.Error("8001 characters are taken")
	}
}

func TestCommandNamesAreUniqueByType(t *testing.T) {
	a, b := &limits.Command{Name: "a", Description: "x"}, &limits.Command{Name: "a", Type: limits.UserCommand}
	if form := limits.CheckCommands([]*limits.Command{a, b}); !form.Empty() {
		t.Error("two types cannot share a name")
	}
	form := limits.CheckCommands([]*limits.Command{a, b, {Name: "a", Description: "x", Type: limits.ChatInputCommand}})
	if text, _ := json.Marshal(form); gjson.GetBytes(text, "2._errors.0.code").String() != "APPLICATION_COMMANDS_DUPLICATE_NAME" {
		t.Errorf("got %s", text)
	}
}

func FuzzCheckCommand(f *testing.F) {
	f.Add(`{"name":"a","description":"b","options":[{"type":3,"name":"c","description":"d","choices":[{"name":"e","value":"f"}]}]}`)
	f.Add(`{"name":"a","type":2,"name_localizations":{"de":"b"}}`)
	f.Add(`{"name":"a","description":"b","options":[{"type":2,"name":"c","description":"d","options":[{"type":1,"name":"e","description":"f"}]}]}`)
	f.Fuzz(func(t *testing.T, text string) {
		if !json.Valid([]byte(text)) {
			return
		}
		c, form := limits.CheckCommand(json.RawMessage(text))
		if !form.Empty() {
			return
		}
		again, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		if _, form := limits.CheckCommand(json.RawMessage(again)); !form.Empty() {
			text, _ := json.Marshal(form)
			t.Errorf("%s is taken, but then %s is not: %s", text, again, text)
		}
	})
}
