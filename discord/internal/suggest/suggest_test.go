package suggest

import "testing"

func TestNearest(t *testing.T) {
	names := []string{"content", "files", "flags", "embeds"}
	for misspelt, want := range map[string]string{
		"file": "files", "contents": "content", "contnet": "content", "embed": "embeds", "flag": "flags", "tts": "", "": "", "x": "",
	} {
		if got := Nearest(misspelt, names); got != want {
			t.Errorf("Nearest(%q) = %q, want %q", misspelt, got, want)
		}
	}
}
