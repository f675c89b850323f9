package show

import "testing"

func TestQuoted(t *testing.T) {
	for text, want := range map[string]string{
		"":                  `''`,
		"general":           `'general'`,
		"natedog's server":  `"natedog's server"`,
		`the "best" server`: `'the "best" server'`,
		`it's "both"`:       `'it\'s "both"'`,
		`C:\music`:          `'C:\\music'`,
		"a\tb\nc\x1b[31m":   `'a\tb\nc\x1b[31m'`,
	} {
		if got := Quoted(text); got != want {
			t.Errorf("%q: got %s, want %s", text, got, want)
		}
	}
	for text, want := range map[string]string{"general": `"general"`, `the "best"`: `'the "best"'`, `it's "both"`: `"it's \"both\""`} {
		if got := DoubleQuoted(text); got != want {
			t.Errorf("double, %q: got %s, want %s", text, got, want)
		}
	}
}

func TestBytes(t *testing.T) {
	for n, want := range map[int64]string{
		0: "0 bytes", 1<<20 - 1: "1048575 bytes", 1 << 20: "1 MB", 20 << 20: "20 MB", 1 << 30: "1 GB", 3 << 29: "1536 MB",
	} {
		if got := Bytes(n); got != want {
			t.Errorf("%d: got %s, want %s", n, got, want)
		}
	}
}
