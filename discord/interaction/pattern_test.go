package interaction

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestPatternMatch(t *testing.T) {
	tests := []struct {
		pattern, customID string
		want              []string
		ok                bool
	}{
		{"close", "close", nil, true},
		{"close", "closed", nil, false},
		{"close", "", nil, false},
		{"vote:{id}", "vote:1", []string{"1"}, true},
		{"vote:{id}", "vote:", nil, false},
		{"vote:{id}", "vot:1", nil, false},
		{"vote:{id}", "vote:a:b", []string{"a:b"}, true},
		{"ticket:{kind}:{id}", "ticket:bug:12", []string{"bug", "12"}, true},
		{"ticket:{kind}:{id}", "ticket:bug:12:3", []string{"bug", "12:3"}, true},
		{"ticket:{kind}:{id}", "ticket::12:3", []string{":12", "3"}, true},
		{"ticket:{kind}:{id}", "ticket:bug", nil, false},
		{"{a}-{b}-end", "1-2-3-end", []string{"1", "2-3"}, true},
		{"{a}x", "xx", []string{"x"}, true},
		{"{a}x", "x", nil, false},
		{"a{b}b", "abb", []string{"b"}, true},
		{"{a}é{b}", "éé1", []string{"é", "1"}, true},
	}
	for _, tt := range tests {
		p, err := ParsePattern(tt.pattern)
		if err != nil {
			t.Fatal(err)
		}
		got, ok := p.Match(tt.customID)
		if !ok {
			got = nil
		}
		if ok != tt.ok || !cmp.Equal(got, tt.want) {
			t.Errorf("%s on %q: got %q, %v; want %q, %v", tt.pattern, tt.customID, got, ok, tt.want, tt.ok)
		}
	}
}

func TestBadPatterns(t *testing.T) {
	for text, reason := range map[string]string{
		"":                                       "empty",
		"vote:{id":                               "not closed",
		"vote:id}":                               "no opening",
		"vote:{}":                                "needs a name",
		"vote:{a b}":                             "needs a name",
		"{a}{b}":                                 "between {a} and {b}",
		"{a}:{a}":                                "twice",
		strings.Repeat("x", 101):                 "at most 100",
		strings.Repeat("é", 100):                 "",
		strings.Repeat("x", 99) + "{long_name}":  "",
		strings.Repeat("x", 100) + "{long_name}": "needs 101",
	} {
		_, err := ParsePattern(text)
		if reason == "" {
			if err != nil {
				t.Errorf("%q: %v", text, err)
			}
			continue
		}
		if bad, ok := errors.AsType[*PatternError](err); !ok || !strings.Contains(bad.Reason, reason) {
			t.Errorf("%q: got %v, want an error with %q", text, err, reason)
		}
	}
}

func TestTheMostSpecificRouteWins(t *testing.T) {
	var routes Routes[string]
	for _, text := range []string{"{anything}", "vote:{id}", "vote:{id}:{choice}", "vote:yes", "{kind}:yes"} {
		p, err := ParsePattern(text)
		if err != nil {
			t.Fatal(err)
		}
		routes.Set(p, text)
	}
	for customID, want := range map[string]string{
		"vote:yes": "vote:yes", "vote:1": "vote:{id}", "vote:1:a": "vote:{id}:{choice}", "poll:yes": "{kind}:yes", "other": "{anything}",
	} {
		if got, _, ok := routes.Find(customID); !ok || got != want {
			t.Errorf("%s goes to %q, want %q", customID, got, want)
		}
	}
	p, _ := ParsePattern("vote:{choice}")
	routes.Set(p, "replaced")
	if got, _, _ := routes.Find("vote:1"); got != "replaced" || routes.Len() != 5 {
		t.Errorf("a route of the same shape was not replaced: %q of %d", got, routes.Len())
	}
	if _, _, ok := routes.Find(""); ok {
		t.Error("an empty custom_id found a route")
	}
}

// A custom_id that is built from a pattern matches it, and what matches can be put together again.
func FuzzPattern(f *testing.F) {
	f.Add("vote:{id}", "vote:1")
	f.Add("ticket:{kind}:{id}", "ticket:bug:12:3")
	f.Add("{a}-{b}x", "--x")
	f.Add("{a", "}")
	f.Fuzz(func(t *testing.T, text, customID string) {
		p, err := ParsePattern(text)
		if err != nil {
			return
		}
		values, ok := p.Match(customID)
		if !ok {
			return
		}
		if len(values) != len(p.Names()) {
			t.Fatalf("%q has %d placeholders, and %q gave %d values", text, len(p.Names()), customID, len(values))
		}
		built := p.parts[0].literal
		for i, part := range p.parts[1:] {
			if values[i] == "" {
				t.Errorf("%q on %q: {%s} is empty", text, customID, part.name)
			}
			built += values[i] + part.literal
		}
		if built != customID {
			t.Errorf("%q on %q gave %q, which makes %q", text, customID, values, built)
		}
	})
}
