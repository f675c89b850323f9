package term

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// keysIn are the keys in what a terminal has sent, and what is left of it when more may come.
func keysIn(in string, over bool) (keys []string, left string) {
	for {
		key, n := nextKey([]byte(in), over)
		if n == 0 {
			return keys, in
		}
		in = in[n:]
		if key != "" {
			keys = append(keys, key)
		}
	}
}

func TestKeys(t *testing.T) {
	for in, want := range map[string]string{
		"aZ5 é漢🙂":                            "a Z 5 space é 漢 🙂",
		"\r\n\t\x7f\x08\x00":                 "enter enter tab backspace backspace ctrl-space",
		"\x01\x03\x1a\x1c\x1f":               `ctrl-a ctrl-c ctrl-z ctrl-\ ctrl-_`,
		"\x1b[A\x1b[B\x1b[C\x1b[D":           "up down right left",
		"\x1bOA\x1bOB\x1bOP\x1bOS":           "up down f1 f4",
		"\x1b[H\x1b[F\x1b[1~\x1b[4~":         "home end home end",
		"\x1b[2~\x1b[3~\x1b[5~\x1b[6~":       "insert delete pageup pagedown",
		"\x1b[11~\x1b[15~\x1b[24~\x1b[Z":     "f1 f5 f12 shift-tab",
		"\x1b[1;5A\x1b[1;2C\x1b[3;3~":        "ctrl-up shift-right alt-delete",
		"\x1b[1;8D":                          "ctrl-alt-shift-left",
		"\x1bx\x1b\r\x1bé":                   "alt-x alt-enter alt-é",
		"\x1b\x1b[A":                         "escape up",
		"a\x1b[200~b\x1b[I\x1b[?1;2cc":       "a b c", // a paste, a focus, an answer
		"\x1b[" + strings.Repeat("1", 40):    "1 1 1 1 1 1 1 1 1 1",
		"a\xffb":                             "a b",
		"\x1b[1\x03":                         "ctrl-c", // a sequence that is broken off
		"q\x1b[99;99~\x1b[1;9Aw\x1b[1;55Bxy": "q up w down x y",
	} {
		keys, left := keysIn(in, false)
		if diff := cmp.Diff(strings.Fields(want), keys); diff != "" || left != "" {
			t.Errorf("%q leaves %q:\n%s", in, left, diff)
		}
	}
}

// TestBegunKeys waits for the rest of a key, and takes what is there when none comes.
func TestBegunKeys(t *testing.T) {
	for in, want := range map[string]string{
		"\x1b": "escape", "\x1b[": "alt-[", "\x1bO": "alt-O", "\x1b[1;5": "", "\xe6\xbc": "", "\x1b\xe6": "",
	} {
		if keys, left := keysIn(in, false); len(keys) > 0 || left != in {
			t.Errorf("%q is not waited for: %q, %q", in, keys, left)
		}
		if keys, left := keysIn(in, true); strings.Join(keys, " ") != want || left != "" {
			t.Errorf("%q is over: %q, %q", in, keys, left)
		}
	}
}

func FuzzKeys(f *testing.F) {
	for _, seed := range []string{"a", "\x1b[A", "\x1b[1;5A", "\x1bOP", "\x1b", "漢", "\x1b[200~"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		for len(in) > 0 {
			name, n := nextKey(in, true)
			if n < 1 || n > len(in) {
				t.Fatalf("%d bytes of %q", n, in)
			}
			if strings.ContainsAny(name, "\x1b\r\n") {
				t.Fatalf("%q is called %q", in[:n], name)
			}
			in = in[n:]
		}
	})
}
