package luatest

import (
	"strings"

	lua "github.com/yuin/gopher-lua"

	"cordial/runtime"
)

// Bounds of what a failure shows, in bytes.
const (
	textLimit  = 2000 // of one text, or one line of it
	placeLimit = 400  // of a place in tables
)

// shown is a value for a person, of which a long text is cut.
func shown(L *lua.LState, v lua.LValue) string { return excerpt(runtime.Format(L, v), 0) }

// excerpt is a text, or of a long one what lies around a position.
func excerpt(text string, at int) string {
	if len(text) <= textLimit {
		return text
	}
	from := max(0, min(at-textLimit/2, len(text)-textLimit))
	part := strings.ToValidUTF8(text[from:from+textLimit], "")
	if from > 0 {
		part = "…" + part
	}
	if from+textLimit < len(text) {
		part += "…"
	}
	return part
}

// excerpts are two texts, or of long ones what lies around the first place where they differ.
func excerpts(a, b string) (string, string) {
	at := 0
	for at < min(len(a), len(b)) && a[at] == b[at] {
		at++
	}
	return excerpt(a, at), excerpt(b, at)
}

// excerptLines cuts the long lines of what [diffLines] has written: a line and the one that takes its place in the same way.
func excerptLines(diff string) string {
	const mark = len("- ")
	lines := strings.Split(diff, "\n")
	for i := 0; i < len(lines); i++ {
		if i+1 < len(lines) && lines[i][0] == '-' && lines[i+1][0] == '+' {
			from, to := excerpts(lines[i][mark:], lines[i+1][mark:])
			lines[i], lines[i+1] = "- "+from, "+ "+to
			i++
		} else {
			lines[i] = lines[i][:mark] + excerpt(lines[i][mark:], 0)
		}
	}
	return strings.Join(lines, "\n")
}
