// Package strftime writes times in the format language of C's strftime, in English, with %L, %f and %:z besides.
package strftime

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// composites are directives that stand for others.
var composites = map[byte]string{
	'F': "%Y-%m-%d",
	'T': "%H:%M:%S",
	'R': "%H:%M",
	'D': "%m/%d/%y",
	'c': "%a %b %e %H:%M:%S %Y",
	'r': "%I:%M:%S %p",
	'x': "%m/%d/%y",
	'X': "%H:%M:%S",
	'h': "%b",
}

// Piece is a piece of a format: a directive such as %Y, or else a text.
type Piece struct {
	Letter byte   // 0 for a text
	Text   string // "" for a directive
	colon  bool   // of %:z
}

// Pieces cuts a format into its pieces.
func Pieces(format string) ([]Piece, error) {
	var pieces []Piece
	for rest := format; rest != ""; {
		i := strings.IndexByte(rest, '%')
		if i != 0 {
			text := rest
			if i > 0 {
				text = rest[:i]
			}
			pieces, rest = append(pieces, Piece{Text: text}), rest[len(text):]
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
			inner, _ := Pieces(whole) // which are right
			pieces = append(pieces, inner...)
			continue
		}
		if !strings.ContainsRune("YymdejHIMSLfpaAbBuwUWGVszZnt%", rune(letter)) {
			return nil, fmt.Errorf("the format %q has the unknown directive %%%c; help(time.format) lists them", format, letter)
		}
		pieces = append(pieces, Piece{Letter: letter, colon: colon})
	}
	return pieces, nil
}

// Format writes a time by a format.
func Format(format string, t time.Time) (string, error) {
	pieces, err := Pieces(format)
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

func (p Piece) write(t time.Time) string {
	if p.colon {
		return t.Format("-07:00")
	}
	if layout, ok := goLayouts[p.Letter]; ok {
		return t.Format(layout)
	}
	isoYear, isoWeek := t.ISOWeek()
	switch p.Letter {
	case 0:
		return p.Text
	case 'L':
		return fmt.Sprintf("%03d", t.Nanosecond()/1e6)
	case 'f':
		return fmt.Sprintf("%06d", t.Nanosecond()/1e3)
	case 'u':
		return strconv.Itoa((int(t.Weekday())+6)%7 + 1)
	case 'w':
		return strconv.Itoa(int(t.Weekday()))
	case 'U':
		return week(t, int(t.Weekday()))
	case 'W':
		return week(t, (int(t.Weekday())+6)%7)
	case 'G':
		return fmt.Sprintf("%04d", isoYear)
	case 'V':
		return fmt.Sprintf("%02d", isoWeek)
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

// week is the number of the week in the year, from 00, where a day has so many of its week before it.
func week(t time.Time, before int) string { return fmt.Sprintf("%02d", (t.YearDay()+6-before)/7) }
