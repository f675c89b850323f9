package suggest

import (
	"testing"

	"pgregory.net/rapid"
)

func TestNearest(t *testing.T) {
	for _, test := range []struct {
		misspelt string
		names    []string
		want     string
	}{
		{"prnt", []string{"pairs", "print"}, "print"},
		{"sned", []string{"read", "send"}, "send"},
		{"file", []string{"files", "fields"}, "files"},
		{"content_typ", []string{"content", "content_type"}, "content_type"},
		{"x", []string{"y", "z"}, ""},
		{"ab", []string{"cd"}, ""},
		{"channel", []string{"channel"}, ""},
		{"", []string{"a"}, ""},
		{"contnet", []string{"content", "files", "flags", "embeds"}, "content"},
		{"tts", []string{"content", "files", "flags", "embeds"}, ""},
	} {
		got, ok := Nearest(test.misspelt, test.names)
		if got != test.want || ok != (test.want != "") {
			t.Errorf("%s: got %q, want %q", test.misspelt, got, test.want)
		}
	}
}

func TestEditDistance(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := rapid.StringN(0, 6, -1).Draw(t, "a"), rapid.StringN(0, 6, -1).Draw(t, "b"), rapid.String().Draw(t, "c")
		d := editDistance(a, b)
		if d != editDistance(b, a) {
			t.Fatal("it is not symmetric")
		}
		if (d == 0) != (a == b) {
			t.Fatal("zero means equal")
		}
		if d > max(len([]rune(a)), len([]rune(b))) {
			t.Fatal("it is longer than replacing everything")
		}
		if editDistance(a+c, b+c) > d {
			t.Fatal("a common end makes it longer")
		}
	})
}
