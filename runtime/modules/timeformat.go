package modules

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// The format language of times is that of C's strftime, in English. These
// directives stand for others.
var composites = map[byte]string{
	'F': "%Y-%m-%d",
	'T': "%H:%M:%S",
	'R': "%H:%M",
	'D': "%m/%d/%y",
	'c': "%a %b %e %H:%M:%S %Y",
}

// directive is a piece of a format: a directive such as %Y, or else a text.
type directive struct {
	letter byte // 0 for a text
	colon  bool // of %:z
	text   string
}

// directives cuts a format into its pieces.
func directives(format string) ([]directive, error) {
	var pieces []directive
	for rest := format; rest != ""; {
		i := strings.IndexByte(rest, '%')
		if i != 0 {
			text := rest
			if i > 0 {
				text = rest[:i]
			}
			pieces, rest = append(pieces, directive{text: text}), rest[len(text):]
			continue
		}
		rest = rest[1:]
		colon := strings.HasPrefix(rest, ":z")
		if colon {
			rest = rest[1:]
		}
		if rest == "" {
			return nil, fmt.Errorf("the format %q ends in a %%; %%%% is a per cent sign", format)
		}
		letter := rest[0]
		rest = rest[1:]
		if whole, ok := composites[letter]; ok {
			inner, _ := directives(whole) // which are right
			pieces = append(pieces, inner...)
			continue
		}
		if !strings.ContainsRune("YymdejHIMSLfpaAbBuwGVszZnt%", rune(letter)) {
			return nil, fmt.Errorf("the format %q has the unknown directive %%%c; help(time.format) lists them", format, letter)
		}
		pieces = append(pieces, directive{letter: letter, colon: colon})
	}
	return pieces, nil
}

// formatTime writes a time by a format.
func formatTime(format string, t time.Time) (string, error) {
	pieces, err := directives(format)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	for _, piece := range pieces {
		b.WriteString(piece.write(t))
	}
	return b.String(), nil
}

// goLayouts are the directives that Go's layouts have, too.
var goLayouts = map[byte]string{
	'Y': "2006", 'y': "06", 'm': "01", 'd': "02", 'e': "_2", 'j': "002", 'H': "15", 'I': "03", 'M': "04", 'S': "05",
	'p': "PM", 'a': "Mon", 'A': "Monday", 'b': "Jan", 'B': "January", 'Z': "MST", 'z': "-0700",
}

func (d directive) write(t time.Time) string {
	if d.colon {
		return t.Format("-07:00")
	}
	if layout, ok := goLayouts[d.letter]; ok {
		return t.Format(layout)
	}
	isoYear, week := t.ISOWeek()
	switch d.letter {
	case 0:
		return d.text
	case 'L':
		return fmt.Sprintf("%03d", t.Nanosecond()/1e6)
	case 'f':
		return fmt.Sprintf("%06d", t.Nanosecond()/1e3)
	case 'u':
		return strconv.Itoa((int(t.Weekday())+6)%7 + 1)
	case 'w':
		return strconv.Itoa(int(t.Weekday()))
	case 'G':
		return fmt.Sprintf("%04d", isoYear)
	case 'V':
		return fmt.Sprintf("%02d", week)
	case 's':
		return strconv.FormatInt(t.Unix(), 10)
	case 'n':
		return "\n"
	case 't':
		return "\t"
	default:
		return "%"
	}
}
