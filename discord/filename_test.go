package discord

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestSafeFileName(t *testing.T) {
	for in, want := range map[string]string{
		"notes.txt":                       "notes.txt",
		"Grüße aus 東京 🍺.md":               "Grüße aus 東京 🍺.md",
		"":                                "file",
		"...":                             "file",
		"../../etc/passwd":                "_.._etc_passwd",
		`C:\Windows\system32`:             "C__Windows_system32",
		".bashrc":                         "bashrc",
		"-rf":                             "rf",
		"a\x00b\nc\td":                    "a_b_c_d",
		"con":                             "_con",
		"NUL.txt":                         "_NUL.txt",
		"com1.tar.gz":                     "_com1.tar.gz",
		"console.log":                     "console.log",
		"trailing. . ":                    "trailing",
		"photo\u202egpj.exe":              "photo_gpj.exe",
		"bad\xffutf8":                     "bad_utf8",
		`what?<is>:"this"|*.txt`:          "what__is___this___.txt",
		strings.Repeat("ä", 200):          strings.Repeat("ä", 100),
		strings.Repeat("x", 300) + ".png": strings.Repeat("x", 196) + ".png",
	} {
		if got := SafeFileName(in); got != want {
			t.Errorf("SafeFileName(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzSafeFileName(f *testing.F) {
	for _, s := range []string{"a.txt", "../x", "CON.", "\xff\xfe", strings.Repeat("é.", 150), "nul .x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, name string) {
		safe := SafeFileName(name)
		switch {
		case safe == "", len(safe) > maxFileName, !utf8.ValidString(safe):
			t.Errorf("%q: bad length or encoding: %q", name, safe)
		case strings.ContainsAny(safe, `/\<>:"|?*`), strings.ContainsFunc(safe, unicode.IsControl):
			t.Errorf("%q: unsafe character: %q", name, safe)
		case strings.ContainsRune(".- ", rune(safe[0])), strings.HasSuffix(safe, "."), strings.HasSuffix(safe, " "):
			t.Errorf("%q: unsafe ends: %q", name, safe)
		case windowsDevices.MatchString(safe):
			t.Errorf("%q: a device: %q", name, safe)
		case SafeFileName(safe) != safe:
			t.Errorf("%q: %q is not stable: %q", name, safe, SafeFileName(safe))
		}
	})
}
