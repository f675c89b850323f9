package term

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// tabWidth is how many columns a tab takes.
const tabWidth = 4

// plain leaves of a line what moves nothing on the terminal: characters, and the sequences of colours and styles. A name that a
// person has given themselves may hold any other sequence.
func plain(line string) string {
	line = strings.ReplaceAll(line, "\t", strings.Repeat(" ", tabWidth))
	var b strings.Builder
	var state byte
	for len(line) > 0 {
		sequence, width, n, next := ansi.DecodeSequence(line, state, nil)
		if width > 0 || isStyle(sequence) || isAccent(sequence) {
			b.WriteString(sequence)
		}
		state, line = next, line[n:]
	}
	return b.String()
}

// isStyle tells whether a sequence is an SGR: CSI, numbers, m.
func isStyle(sequence string) bool {
	numbers, ok := strings.CutPrefix(sequence, "\x1b[")
	if !ok || !strings.HasSuffix(numbers, "m") {
		return false
	}
	return strings.Trim(numbers[:len(numbers)-1], "0123456789;:") == ""
}

// isAccent tells whether a sequence is a mark over or under the character before it, which a decoder gives by itself behind a letter of
// ASCII. The selectors that choose between forms of a character have no look of their own.
func isAccent(sequence string) bool {
	r, _ := utf8.DecodeRuneInString(sequence)
	return unicode.Is(unicode.Mn, r) && !unicode.Is(unicode.Variation_Selector, r)
}

// cut is a line without what does not fit into a width. Its style ends with it.
func cut(line string, width int) string {
	line = ansi.Truncate(plain(line), width, "…")
	if strings.Contains(line, "\x1b") {
		line += ansi.ResetStyle
	}
	return line
}

// fit is a text of exactly that width: cut, or filled with spaces.
func fit(text string, width int) string {
	text = cut(text, width)
	return text + strings.Repeat(" ", max(0, width-ansi.StringWidth(text)))
}

// width is how many columns a text takes without what [plain] leaves out.
func width(text string) int { return ansi.StringWidth(plain(text)) }
