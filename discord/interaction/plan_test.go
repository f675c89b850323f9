package interaction

import (
	"encoding/json"
	"strings"
	"testing"

	"cordial/discord"
	"cordial/discord/rest/limits"
)

// command reads a command from JSON with single quotes.
func command(t *testing.T, text string) Command {
	t.Helper()
	var c Command
	if err := json.Unmarshal([]byte(strings.ReplaceAll(text, "'", `"`)), &c); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return c
}

// stored is what Discord adds to every command that it gives back.
const stored = `'id': '1', 'application_id': '2', 'version': '3', 'default_permission': true, 'dm_permission': true, 'nsfw': false, 'default_member_permissions': null,
	'name_localizations': null, 'description_localizations': null, 'contexts': null, 'integration_types': [0]`

func TestDiff(t *testing.T) {
	city := `{'type': 3, 'name': 'city', 'description': 'Where'}`
	tests := map[string]struct{ want, have, plan string }{
		"the same":              {`{'name': 'a', 'description': 'd'}`, `{'type': 1, 'name': 'a', 'description': 'd', ` + stored + `}`, ""},
		"new":                   {`{'name': 'a', 'description': 'd'}`, "", "+ a"},
		"gone":                  {"", `{'type': 1, 'name': 'a', 'description': 'd', ` + stored + `}`, "- a"},
		"another type":          {`{'name': 'a', 'type': 3}`, `{'type': 2, 'name': 'a', 'description': '', ` + stored + `}`, "+ a (message menu)\n- a (user menu)"},
		"a menu":                {`{'name': 'A b', 'type': 2}`, `{'type': 2, 'name': 'A b', 'description': '', ` + stored + `}`, ""},
		"the entry point stays": {"", `{'type': 4, 'name': 'launch', 'description': '', 'handler': 2, ` + stored + `}`, ""},
		"description":           {`{'name': 'a', 'description': 'new'}`, `{'type': 1, 'name': 'a', 'description': 'old', ` + stored + `}`, `~ a: description: "old" → "new"`},
		"permissions as number": {`{'name': 'a', 'default_member_permissions': 8192}`, `{'name': 'a', 'default_member_permissions': '8192'}`, ""},
		"permissions for admins only": {
			`{'name': 'a', 'default_member_permissions': '0'}`, `{'name': 'a', ` + stored + `}`, `~ a: default_member_permissions: none → "0"`,
		},
		"permissions given up":       {`{'name': 'a'}`, `{'name': 'a', 'default_member_permissions': '8'}`, `~ a: default_member_permissions: "8" → none`},
		"nsfw":                       {`{'name': 'a', 'nsfw': true}`, `{'name': 'a', 'nsfw': false}`, `~ a: nsfw: false → true`},
		"contexts that nobody wants": {`{'name': 'a'}`, `{'name': 'a', 'contexts': [0, 1, 2], 'integration_types': [0, 1]}`, ""},
		"contexts in another order":  {`{'name': 'a', 'contexts': [1, 0]}`, `{'name': 'a', 'contexts': [0, 1]}`, ""},
		"other contexts":             {`{'name': 'a', 'contexts': [0]}`, `{'name': 'a', 'contexts': [0, 1]}`, "~ a: contexts: [0,1] → [0]"},
		"localisations": {
			`{'name': 'a', 'name_localizations': {'de': 'b', 'fr': 'c'}}`, `{'name': 'a', 'name_localizations': {'fr': 'c', 'de': 'b'}}`, "",
		},
		"another localisation": {
			`{'name': 'a', 'name_localizations': {'de': 'b'}}`, `{'name': 'a', 'name_localizations': null}`, `~ a: name_localizations: none → {"de":"b"}`,
		},
		"options": {
			`{'name': 'a', 'options': [{'type': 3, 'name': 'city', 'description': 'Where', 'required': true, 'choices': [{'name': 'x', 'value': 'y'}]}]}`,
			`{'name': 'a', 'options': [{'choices': [{'value': 'y', 'name': 'x', 'name_localizations': null}], 'autocomplete': false, 'type': 3, 'name': 'city', 'description': 'Where', 'required': true}], ` + stored + `}`, "",
		},
		"required": {
			`{'name': 'a', 'options': [{'type': 3, 'name': 'city', 'description': 'Where', 'required': true}]}`, `{'name': 'a', 'options': [` + city + `]}`, "~ a: options[0].required: false → true",
		},
		"no longer required": {
			`{'name': 'a', 'options': [` + city + `]}`, `{'name': 'a', 'options': [{'type': 3, 'name': 'city', 'description': 'Where', 'required': true}]}`, "~ a: options[0].required: true → false",
		},
		"an option more": {
			`{'name': 'a', 'options': [` + city + `]}`, `{'name': 'a'}`, `~ a: options[0]: none → {"description":"Where","name":"city","type":3}`,
		},
		"an option less":      {`{'name': 'a', 'options': []}`, `{'name': 'a', 'options': [` + city + `]}`, `~ a: options[0]: {"description":"Where","name":"city","type":3} → none`},
		"zero is not nothing": {`{'name': 'a', 'options': [{'name': 'n', 'min_value': 0}]}`, `{'name': 'a', 'options': [{'name': 'n'}]}`, "~ a: options[0].min_value: none → 0"},
		"a choice": {
			`{'name': 'a', 'options': [{'name': 'n', 'choices': [{'name': 'x', 'value': 0}, {'name': 'z', 'value': 2}]}]}`,
			`{'name': 'a', 'options': [{'name': 'n', 'choices': [{'name': 'x', 'value': 1}, {'name': 'z', 'value': 2}]}]}`, "~ a: options[0].choices[0].value: 1 → 0",
		},
		"channel types": {
			`{'name': 'a', 'options': [{'name': 'c', 'channel_types': [5, 0]}]}`, `{'name': 'a', 'options': [{'name': 'c', 'channel_types': [0, 5]}]}`, "",
		},
		"a subcommand's option": {
			`{'name': 'a', 'options': [{'type': 1, 'name': 'sub', 'options': [` + city + `]}]}`,
			`{'name': 'a', 'options': [{'type': 1, 'name': 'sub', 'options': [{'type': 3, 'name': 'town', 'description': 'Where'}]}]}`, `~ a: options[0].options[0].name: "town" → "city"`,
		},
		"a field of tomorrow": {`{'name': 'a'}`, `{'name': 'a', 'colour': 'red', 'options': []}`, ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			plan, err := Diff(list(t, tt.want), list(t, tt.have))
			if err != nil {
				t.Fatal(err)
			}
			if got := plan.String(); got != tt.plan || plan.Empty() != (tt.plan == "") {
				t.Errorf("got the plan\n%s\nwant\n%s", got, tt.plan)
			}
		})
	}
}

// list is the list of the command in the text, or an empty one.
func list(t *testing.T, text string) []Command {
	if text == "" {
		return nil
	}
	return []Command{command(t, text)}
}

func TestDiffTakesGoValues(t *testing.T) {
	want := Command{"name": "a", "type": limits.ChatInputCommand, "default_member_permissions": discord.PermissionBanMembers, "options": []map[string]any{{"name": "n", "type": 4, "required": false}}}
	have := command(t, `{'name': 'a', 'type': 1, 'default_member_permissions': '4', 'options': [{'name': 'n', 'type': 4}]}`)
	plan, err := Diff([]Command{want}, []Command{have})
	if err != nil || !plan.Empty() {
		t.Errorf("got the plan %q, %v", plan, err)
	}
}

func TestDiffRefusesTwoOfOneName(t *testing.T) {
	_, err := Diff([]Command{{"name": "a"}, {"name": "b"}, {"name": "a", "type": 1}}, nil)
	if err == nil || !strings.Contains(err.Error(), ": a") {
		t.Errorf("got %v", err)
	}
	if _, err := Diff([]Command{{"name": "a", "options": func() {}}}, nil); err == nil {
		t.Error("what is not JSON passes")
	}
}

// Whatever Discord answers, a plan that has been carried out leaves nothing to do.
func FuzzDiff(f *testing.F) {
	f.Add(`{"name":"a","options":[{"name":"n","choices":[{"name":"x","value":1}]}]}`, `{"name":"a","type":1,"options":[]}`)
	f.Add(`{"name":"a","contexts":[1,0,null]}`, `{"type":{}}`)
	f.Fuzz(func(t *testing.T, want, have string) {
		var w, h Command
		if json.Unmarshal([]byte(want), &w) != nil || json.Unmarshal([]byte(have), &h) != nil {
			return
		}
		plan, err := Diff([]Command{w}, []Command{h})
		if err != nil {
			t.Fatal(err)
		}
		_ = plan.String()
		again, err := Diff([]Command{w}, plan.all)
		if err != nil || !again.Empty() {
			t.Errorf("%s on %s leaves %q to do, %v", want, have, again, err)
		}
	})
}
