package discord

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"github.com/tidwall/gjson"
)

func TestFields(t *testing.T) {
	tests := []struct{ text, name, value string }{
		{`{"a":1,"b":2}`, "b", "2"},
		{` { "a" : "x" , "b" : [1, {"c": "}"}] } `, "b", `[1, {"c": "}"}]`},
		{`{"a":"\"b\":3","b":4}`, "b", "4"},
		{`{"a":"\\","b":5}`, "b", "5"},
		{`{"a\n":1}`, "a\n", "1"},
		{`{"a.b":1,"a":{"b":2}}`, "a.b", "1"},
		{`{"a":1,"a":2}`, "a", "1"},
		{`{"a":{"b":2}}`, "b", ""},
		{`{}`, "a", ""}, {``, "a", ""}, {`{`, "a", ""}, {`{"a`, "a", ""}, {`{"a"`, "a", ""}, {`{"a":`, "a", ""}, {`{"a":"x`, "a", `"x`}, {`[1]`, "a", ""},
	}
	for _, test := range tests {
		var f fields
		got := ""
		if field := f.find(test.text, test.name); field >= 0 {
			got = f.raw(test.text, field)
		}
		if got != test.value {
			t.Errorf("%q of %s: %q, want %q", test.name, test.text, got, test.value)
		}
	}
}

// FuzzFields compares with encoding/json: the names, and that each value is what stands there.
func FuzzFields(f *testing.F) {
	for _, text := range []string{`{"a":1,"b":{"c":[1,2,{"d":"}]"}]},"e":"\"","f":null}`, `{ "a\u0062" : true , "":-1.5e3}`, `{`, `{"a":}`, `{"a":1`, "{\"a\":\"\\"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var fs fields
		names := fs.names(text)
		var want map[string]json.RawMessage
		if json.Unmarshal([]byte(text), &want) != nil || want == nil || !gjson.Valid(text) {
			return // it must not panic, and that is all
		}
		slices.Sort(names)
		if keys := slices.Sorted(maps.Keys(want)); !slices.Equal(slices.Compact(names), keys) && json.Valid([]byte(text)) && !hasOddRunes(keys, names) {
			t.Errorf("%q has %q, found %q", text, keys, names)
		}
		for _, name := range names {
			if field := fs.find(text, name); field < 0 || !json.Valid([]byte(fs.raw(text, field))) {
				t.Errorf("%q of %q: %d", name, text, field)
			}
		}
	})
}

// hasOddRunes tells whether names hold what encoding/json replaces: bytes that are no UTF-8.
func hasOddRunes(lists ...[]string) bool {
	for _, list := range lists {
		for _, name := range list {
			if slices.Contains([]rune(name), '\uFFFD') {
				return true
			}
		}
	}
	return false
}
