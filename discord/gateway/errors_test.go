package gateway

import (
	"fmt"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"cordial/discord"
)

// FuzzCloseError finds a sentence for every code and reason that a connection can be closed with: one line, which says the code, what to
// do, and nothing that a terminal would act on.
func FuzzCloseError(f *testing.F) {
	for code := range 16 {
		f.Add(4000+code, "", uint64(33281))
	}
	f.Add(4014, "Disallowed intent(s).", uint64(discord.AllIntents))
	f.Add(1006, "\x1b[2Jcleared\r\nand more\x00\xff", uint64(0))
	f.Add(-1, strings.Repeat("long ", 1000), ^uint64(0))
	f.Fuzz(func(t *testing.T, code int, reason string, intents uint64) {
		err := &CloseError{Code: discord.CloseCode(code), Reason: reason, Intents: discord.Intents(intents)}
		text := err.Error()
		odd := func(r rune) bool { return !unicode.IsPrint(r) }
		if !utf8.ValidString(text) || strings.ContainsFunc(text, odd) {
			t.Errorf("%q is not one line of text", text)
		}
		if !strings.Contains(text, fmt.Sprintf("[%d]", code)) || err.advice() == "" || !strings.HasSuffix(text, err.advice()) {
			t.Errorf("%q lacks the code or what to do", text)
		}
		if code < 4000 && err.Code.Action() != discord.AfterResume {
			t.Errorf("after %d a session is not resumed", code)
		}
	})
}
