package interaction

import (
	"fmt"
	"strings"
	"testing"

	"cordial/discord"
)

// resolvedObjects is what Discord tells about the ids in the tests' interactions.
const resolvedObjects = `"resolved": {
	"users": {"10": {"id": "10", "username": "ann"}, "11": {"id": "11", "username": "bob"}},
	"members": {"10": {"nick": "Annie", "roles": []}},
	"roles": {"20": {"id": "20", "name": "helper"}},
	"channels": {"30": {"id": "30", "name": "general", "type": 0}, "31": {"id": "31", "name": "thread", "type": 11}},
	"messages": {"40": {"id": "40", "content": "hi", "author": {"username": "bob"}}},
	"attachments": {"50": {"id": "50", "filename": "a.txt", "size": 3}}
}`

func interactionOf(t testing.TB, data string) *discord.Object {
	t.Helper()
	o, err := discord.NewObject("Interaction", []byte(`{"id": "1", "data": {`+data+`, `+resolvedObjects+`}}`))
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// text shows values with the kinds of objects.
func text(v any) string {
	switch v := v.(type) {
	case *discord.Object:
		return v.String()
	case []any:
		parts := make([]string, len(v))
		for i, item := range v {
			parts[i] = text(item)
		}
		return "[" + strings.Join(parts, " ") + "]"
	}
	return fmt.Sprint(v)
}

func TestOptions(t *testing.T) {
	o := interactionOf(t, `"name": "a", "options": [
		{"name": "text", "type": 3, "value": "10"}, {"name": "whole", "type": 4, "value": 5}, {"name": "yes", "type": 5, "value": true},
		{"name": "member", "type": 6, "value": "10"}, {"name": "user", "type": 6, "value": "11"}, {"name": "nobody", "type": 6, "value": "12"},
		{"name": "channel", "type": 7, "value": "30"}, {"name": "thread", "type": 7, "value": "31"}, {"name": "role", "type": 8, "value": "20"},
		{"name": "either", "type": 9, "value": "20"}, {"name": "other", "type": 9, "value": "11"}, {"name": "part", "type": 10, "value": 1.5},
		{"name": "file", "type": 11, "value": "50", "focused": true}]`)
	want := map[string]string{
		"text": "10", "whole": "5", "yes": "true", "member": "Member(id=10, name='Annie', joined=)", "user": "User(id=11, username='bob')", "nobody": "12",
		"channel": "Channel(id=30, name='general', type=0)", "thread": "Thread(id=31, name='thread', type=11)", "role": "Role(id=20, name='helper')",
		"either": "Role(id=20, name='helper')", "other": "User(id=11, username='bob')", "part": "1.5", "file": "Attachment(filename='a.txt', size=3, type=)",
	}
	options := Options(o)
	if len(options) != len(want) {
		t.Errorf("%d options", len(options))
	}
	for _, option := range options {
		if got := text(option.Value); got != want[option.Name] || option.Focused != (option.Name == "file") {
			t.Errorf("%s is %s (focused: %v), want %s", option.Name, got, option.Focused, want[option.Name])
		}
	}
}

func TestCommandName(t *testing.T) {
	for want, data := range map[string]string{
		"a":         `"name": "a", "options": [{"name": "b", "type": 3, "value": "x"}]`,
		"a sub":     `"name": "a", "options": [{"name": "sub", "type": 1, "options": [{"name": "b", "type": 3, "value": "x"}]}]`,
		"a grp sub": `"name": "a", "options": [{"name": "grp", "type": 2, "options": [{"name": "sub", "type": 1, "options": [{"name": "b", "type": 3, "value": "x"}]}]}]`,
	} {
		o := interactionOf(t, data)
		if got := CommandName(o); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
		if options := Options(o); len(options) != 1 || options[0].Name != "b" || options[0].Value != "x" {
			t.Errorf("%s: got %v", want, options)
		}
	}
}

func TestTarget(t *testing.T) {
	for data, want := range map[string]string{
		`"name": "a", "target_id": "10"`: "Member(id=10, name='Annie', joined=)",
		`"name": "a", "target_id": "40"`: "Message(id=40, author='bob', content='hi')",
	} {
		if got := Target(interactionOf(t, data)); got == nil || got.String() != want {
			t.Errorf("got %v, want %s", got, want)
		}
	}
	if got := Target(interactionOf(t, `"name": "a"`)); got != nil {
		t.Errorf("a target that is not there: %v", got)
	}
}

func TestSelected(t *testing.T) {
	for data, want := range map[string]string{
		`"component_type": 3, "values": ["red", "10"]`: "[red 10]",
		`"component_type": 5, "values": ["10", "12"]`:  "[Member(id=10, name='Annie', joined=) 12]",
		`"component_type": 6, "values": ["20"]`:        "[Role(id=20, name='helper')]",
		`"component_type": 7, "values": ["20", "11"]`:  "[Role(id=20, name='helper') User(id=11, username='bob')]",
		`"component_type": 8, "values": ["31"]`:        "[Thread(id=31, name='thread', type=11)]",
		`"component_type": 2`:                          "[]",
	} {
		if got := text(Selected(interactionOf(t, data))); got != want {
			t.Errorf("%s: got %s, want %s", data, got, want)
		}
	}
}

func TestFields(t *testing.T) {
	o := interactionOf(t, `"components": [
		{"type": 18, "component": {"type": 4, "custom_id": "reason", "value": "because"}},
		{"type": 1, "components": [{"type": 4, "custom_id": "old", "value": ""}]},
		{"type": 10},
		{"type": 18, "component": {"type": 5, "custom_id": "who", "values": ["10"]}},
		{"type": 18, "component": {"type": 19, "custom_id": "files", "values": ["50"]}},
		{"type": 18, "component": {"type": 21, "custom_id": "size", "value": "large"}},
		{"type": 18, "component": {"type": 22, "custom_id": "toppings", "values": []}},
		{"type": 18, "component": {"type": 23, "custom_id": "agreed", "value": false}}]`)
	var got []string
	for _, f := range Fields(o) {
		got = append(got, f.CustomID+"="+text(f.Value))
	}
	want := "reason=because old= who=[Member(id=10, name='Annie', joined=)] files=[Attachment(filename='a.txt', size=3, type=)] size=large toppings=[] agreed=false"
	if strings.Join(got, " ") != want {
		t.Errorf("got %s\nwant %s", strings.Join(got, " "), want)
	}
}

// Nothing that looks like an interaction makes the readers panic.
func FuzzInteraction(f *testing.F) {
	f.Add(`{"data": {"name": "a", "options": [{"type": 2, "options": [{"type": 1}]}]}}`)
	f.Add(`{"data": {"values": ["1", 2], "component_type": 5, "resolved": {"users": {"1": 5}}}}`)
	f.Add(`{"data": {"components": [{"component": {"custom_id": "x", "values": null}}]}}`)
	f.Add(`{}`)
	f.Fuzz(func(t *testing.T, raw string) {
		o, err := discord.NewObject("Interaction", []byte(raw))
		if err != nil {
			return
		}
		CommandName(o)
		Options(o)
		Target(o)
		Selected(o)
		Fields(o)
	})
}
