package term

import (
	"strings"
	"unicode/utf8"
)

// maxSequence bounds an escape sequence that is waited for, in bytes.
const maxSequence = 32

// letterKeys are the keys of "ESC [ x" and "ESC O x", numberKeys those of "ESC [ n ~", as xterm sends them:
// https://invisible-island.net/xterm/ctlseqs/ctlseqs.html
var (
	letterKeys = map[byte]string{
		'A': "up", 'B': "down", 'C': "right", 'D': "left", 'H': "home", 'F': "end",
		'P': "f1", 'Q': "f2", 'R': "f3", 'S': "f4", 'Z': "shift-tab", 'M': "enter",
	}
	numberKeys = map[string]string{
		"1": "home", "2": "insert", "3": "delete", "4": "end", "5": "pageup", "6": "pagedown", "7": "home", "8": "end",
		"11": "f1", "12": "f2", "13": "f3", "14": "f4", "15": "f5", "17": "f6", "18": "f7", "19": "f8", "20": "f9", "21": "f10", "23": "f11", "24": "f12",
	}
	controlKeys = map[byte]string{
		0x00: "ctrl-space", '\t': "tab", '\r': "enter", '\n': "enter", escape: "escape", ' ': "space", 0x7F: "backspace", 0x08: "backspace",
		0x1C: `ctrl-\`, 0x1D: "ctrl-]", 0x1E: "ctrl-^", 0x1F: "ctrl-_",
	}
)

const escape = 0x1B

// nextKey reads one key off what a terminal has sent, and returns its name and its length in bytes. The name is "" for a sequence that
// stands for no key. A length of 0 says that more must come first: never when all is over.
func nextKey(in []byte, over bool) (name string, n int) {
	if len(in) == 0 {
		return "", 0
	}
	if in[0] == escape {
		return escapedKey(in, over)
	}
	if !utf8.FullRune(in) && !over {
		return "", 0
	}
	if name, ok := controlKeys[in[0]]; ok {
		return name, 1
	}
	if in[0] < ' ' {
		return "ctrl-" + string(rune('a'+in[0]-1)), 1
	}
	r, n := utf8.DecodeRune(in)
	if r == utf8.RuneError {
		return "", n
	}
	return string(r), n
}

// escapedKey reads a key that begins with ESC: the escape key itself, a sequence, or another key with alt.
func escapedKey(in []byte, over bool) (name string, n int) {
	switch {
	case len(in) == 1 && over, len(in) > 1 && in[1] == escape:
		return "escape", 1
	case len(in) == 1:
		return "", 0
	case in[1] == '[' && (len(in) > 2 || !over):
		return sequenceKey(in, 2, over)
	case in[1] == 'O' && (len(in) > 2 || !over):
		if len(in) == 2 {
			return "", 0
		}
		return letterKeys[in[2]], 3
	}
	name, n = nextKey(in[1:], over)
	if n == 0 {
		return "", 0
	}
	if name != "" {
		name = "alt-" + name
	}
	return name, 1 + n
}

// sequenceKey reads a CSI sequence: parameters from 0x30 to 0x3F, then intermediate bytes, then a final byte from 0x40 on (ECMA-48,
// section 5.4).
func sequenceKey(in []byte, start int, over bool) (name string, n int) {
	end := start
	for end < len(in) && end < maxSequence && in[end] >= 0x20 && in[end] < 0x40 {
		end++
	}
	if end == len(in) && end < maxSequence && !over {
		return "", 0
	}
	if end == len(in) || in[end] < 0x40 || in[end] > 0x7E {
		return "", end // broken off
	}
	number, modifiers, _ := strings.Cut(string(in[start:end]), ";")
	name, known := letterKeys[in[end]]
	if in[end] == '~' {
		name, known = numberKeys[number]
	}
	if !known {
		return "", end + 1
	}
	return withModifiers(name, modifiers), end + 1
}

// withModifiers puts the keys before the name that were held down: the parameter is 1 plus 1 for shift, 2 for alt, 4 for control.
func withModifiers(name, parameter string) string {
	if len(parameter) != 1 || parameter[0] < '2' || parameter[0] > '8' {
		return name
	}
	held := parameter[0] - '1'
	for _, modifier := range []struct {
		bit  byte
		name string
	}{{1, "shift-"}, {2, "alt-"}, {4, "ctrl-"}} {
		if held&modifier.bit != 0 {
			name = modifier.name + name
		}
	}
	return name
}
