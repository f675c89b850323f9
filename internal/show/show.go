// Package show writes texts and sizes for people. It belongs to neither side of the house, so that objects of Discord's and of the host
// print alike.
package show

import (
	"fmt"
	"strings"
	"unicode"
)

// Quoted puts a text in single quotes, or in double ones where that saves escaping. Control characters are escaped, so that a terminal
// does not obey them.
func Quoted(s string) string { return quoted('\'', '"', s) }

// DoubleQuoted is Quoted, but with double quotes first.
func DoubleQuoted(s string) string { return quoted('"', '\'', s) }

func quoted(mark, other rune, s string) string {
	if strings.ContainsRune(s, mark) && !strings.ContainsRune(s, other) {
		mark = other
	}
	var b strings.Builder
	b.WriteRune(mark)
	for _, r := range s {
		switch {
		case r == mark || r == '\\':
			b.WriteRune('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case unicode.IsControl(r):
			fmt.Fprintf(&b, `\x%02x`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteRune(mark)
	return b.String()
}

// Bytes is a number of bytes as a person would give it: 1 GB are 1024 MB of 1048576 bytes each. Parts of an MB are left out.
func Bytes(n int64) string {
	switch {
	case n >= 1<<30 && n%(1<<30) == 0:
		return fmt.Sprintf("%d GB", n>>30)
	case n >= 1<<20:
		return fmt.Sprintf("%d MB", n>>20)
	}
	return fmt.Sprintf("%d bytes", n)
}
