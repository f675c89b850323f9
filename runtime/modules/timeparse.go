package modules

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"cordial/internal/strftime"
)

// timeParts are what a text says of a time.
type timeParts struct {
	year, month, day, yday   int
	hour, min, sec, nanosec  int
	afternoon, hasHalf       bool
	offset                   int // seconds east of UTC
	hasYear, hasZone, isUnix bool
	unix                     int64
}

// parseTime reads a text that was written by a layout. White space in the
// layout stands for any amount of it.
func parseTime(layout, text string, place *time.Location) (time.Time, error) {
	pieces, err := strftime.Pieces(layout)
	if err != nil {
		return time.Time{}, err
	}
	p := timeParts{month: 1, day: 1}
	rest := text
	for _, piece := range pieces {
		next, err := p.read(piece, rest)
		if err != nil {
			return time.Time{}, fmt.Errorf("%q does not fit %q: at character %d: %w", clip(text), clip(layout), len(text)-len(rest)+1, err)
		}
		rest = next
	}
	if rest != "" {
		return time.Time{}, fmt.Errorf("%q does not fit %q: %q is left", clip(text), clip(layout), clip(rest))
	}
	t, err := p.time(place)
	if err != nil {
		return time.Time{}, fmt.Errorf("%q: %w", clip(text), err)
	}
	return t, nil
}

// clip shortens a text for an error.
func clip(text string) string {
	const limit = 60
	if len(text) > limit {
		return strings.ToValidUTF8(text[:limit], "") + "…"
	}
	return text
}

// read reads one piece from the beginning of a text and returns the rest.
func (p *timeParts) read(piece strftime.Piece, text string) (string, error) {
	switch piece.Letter {
	case 0:
		return skipText(piece.Text, text)
	case 'n', 't':
		return strings.TrimLeft(text, " \t\r\n"), nil
	case '%':
		return skipText("%", text)
	case 'a', 'A':
		_, rest, err := readName(text, "the name of a weekday", weekdays)
		return rest, err
	case 'b', 'B':
		n, rest, err := readName(text, "the name of a month", months)
		p.month = n + 1
		return rest, err
	case 'p':
		n, rest, err := readName(text, "AM or PM", halves)
		p.hasHalf, p.afternoon = true, n == 1
		return rest, err
	case 'z':
		return p.readZone(text)
	case 'Z':
		for _, name := range []string{"UTC", "GMT", "Z"} {
			if rest, ok := strings.CutPrefix(text, name); ok {
				p.hasZone, p.offset = true, 0
				return rest, nil
			}
		}
		return text, errors.New("expected UTC, GMT or Z; other short names of zones are not unique: use %z, or the option tz")
	case 'L', 'f':
		return p.readFraction(text)
	case 's':
		return p.readUnix(text)
	}
	return p.readNumber(piece.Letter, text)
}

// skipText reads a text of the layout.
func skipText(want, text string) (string, error) {
	for want != "" {
		trimmed := strings.TrimLeft(want, " \t\r\n")
		if trimmed != want {
			want, text = trimmed, strings.TrimLeft(text, " \t\r\n")
			continue
		}
		if text == "" || text[0] != want[0] {
			return text, fmt.Errorf("expected %q", want)
		}
		want, text = want[1:], text[1:]
	}
	return text, nil
}

var (
	halves   = []string{"AM", "PM"}
	weekdays = names(7, func(i int) string { return time.Weekday(i).String() })
	months   = names(12, func(i int) string { return time.Month(i + 1).String() })
)

func names(n int, name func(int) string) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = name(i)
	}
	return list
}

// readName reads one of some names, whole or its first three letters.
func readName(text, what string, names []string) (int, string, error) {
	for _, short := range []bool{false, true} {
		for i, name := range names {
			if short {
				name = name[:min(3, len(name))]
			}
			if len(text) >= len(name) && strings.EqualFold(text[:len(name)], name) {
				return i, text[len(name):], nil
			}
		}
	}
	return 0, text, fmt.Errorf("expected %s", what)
}

// digits is how many digits at most a text begins with.
func digits(text string, most int) int {
	n := 0
	for n < len(text) && n < most && '0' <= text[n] && text[n] <= '9' {
		n++
	}
	return n
}

// number is the range of a numeric directive.
type number struct {
	what               string
	width, least, most int
}

var numbers = map[byte]number{
	'Y': {"a year", 4, 1, 9999}, 'y': {"a year of two digits", 2, 0, 99}, 'm': {"a month", 2, 1, 12}, 'd': {"a day", 2, 1, 31}, 'e': {"a day", 2, 1, 31},
	'j': {"a day of the year", 3, 1, 366}, 'H': {"an hour", 2, 0, 23}, 'I': {"an hour", 2, 1, 12}, 'M': {"a minute", 2, 0, 59}, 'S': {"a second", 2, 0, 60},
}

func (p *timeParts) readNumber(letter byte, text string) (string, error) {
	want, ok := numbers[letter]
	if !ok {
		return text, fmt.Errorf("%%%c can be written, not read", letter)
	}
	if letter == 'e' {
		text = strings.TrimLeft(text, " ")
	}
	width := digits(text, want.width)
	n, _ := strconv.Atoi("0" + text[:width])
	if width == 0 || n < want.least || n > want.most {
		return text, fmt.Errorf("expected %s from %d to %d", want.what, want.least, want.most)
	}
	switch letter {
	case 'Y':
		p.year, p.hasYear = n, true
	case 'y':
		p.year, p.hasYear = 2000+n, true
		if n >= 69 { // as POSIX has it
			p.year = 1900 + n
		}
	case 'm':
		p.month = n
	case 'd', 'e':
		p.day = n
	case 'j':
		p.yday = n
	case 'H', 'I':
		p.hour = n
	case 'M':
		p.min = n
	case 'S':
		p.sec = n
	}
	return text[width:], nil
}

func (p *timeParts) readFraction(text string) (string, error) {
	width := digits(text, 9)
	if width == 0 {
		return text, errors.New("expected the digits of a fraction")
	}
	p.nanosec, _ = strconv.Atoi((text[:width] + "00000000")[:9])
	return text[width:], nil
}

func (p *timeParts) readUnix(text string) (string, error) {
	unsigned := strings.TrimPrefix(text, "-")
	width := digits(unsigned, 12) + len(text) - len(unsigned)
	n, err := strconv.ParseInt(text[:width], 10, 64)
	if err != nil || n < firstSecond || n > lastSecond {
		return text, errors.New("expected Unix seconds")
	}
	p.isUnix, p.unix = true, n
	return text[width:], nil
}

// readZone reads Z, +01, +0100 or +01:00.
func (p *timeParts) readZone(text string) (string, error) {
	p.hasZone = true
	if text != "" && (text[0] == 'Z' || text[0] == 'z') {
		p.offset = 0
		return text[1:], nil
	}
	bad := errors.New("expected a distance from UTC such as +01:00, or Z")
	if text == "" || text[0] != '+' && text[0] != '-' || digits(text[1:], 2) != 2 {
		return text, bad
	}
	hours, _ := strconv.Atoi(text[1:3])
	minutes, rest := 0, text[3:]
	if after := strings.TrimPrefix(rest, ":"); digits(after, 2) == 2 {
		minutes, _ = strconv.Atoi(after[:2])
		rest = after[2:]
	}
	if hours > 23 || minutes > 59 {
		return text, bad
	}
	p.offset = hours*3600 + minutes*60
	if text[0] == '-' {
		p.offset = -p.offset
	}
	return rest, nil
}

// time is the time that the parts tell, in a place if they name no zone.
func (p *timeParts) time(place *time.Location) (time.Time, error) {
	if p.isUnix {
		return time.Unix(p.unix, int64(p.nanosec)), nil
	}
	if !p.hasYear {
		return time.Time{}, errors.New("a layout needs a year (%Y or %y), or Unix seconds (%s)")
	}
	if p.hasHalf {
		p.hour %= 12
		if p.afternoon {
			p.hour += 12
		}
	}
	if p.yday > 0 {
		p.month, p.day = 1, p.yday
	}
	if date := time.Date(p.year, time.Month(p.month), p.day, 0, 0, 0, 0, time.UTC); p.yday == 0 && date.Day() != p.day || date.Year() != p.year {
		return time.Time{}, errors.New("there is no such day")
	}
	if p.hasZone {
		place = time.FixedZone("", p.offset)
	}
	return civil(p.year, p.month, p.day, p.hour, p.min, p.sec, p.nanosec, place), nil
}

// isoForm is a date, a date with a time, or RFC 3339.
var isoForm = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(\d{4}-\d\d-\d\d)(?:[Tt ](\d\d:\d\d)(?:(:\d\d)(?:[.,](\d{1,9}))?)?)? ?([Zz]|[+-]\d\d:?\d\d)?$`)
})

// parseISO reads a time in the international form.
func parseISO(text string, place *time.Location) (time.Time, error) {
	m := isoForm().FindStringSubmatch(text)
	if m == nil {
		return time.Time{}, fmt.Errorf("%q is no time such as 2026-02-16, 2026-02-16 09:00 or 2026-02-16T09:00:00Z; a layout says what another text looks like", clip(text))
	}
	layout, parts := "%Y-%m-%d", m[1]
	for i, directive := range []string{" %H:%M", ":%S", ".%f", "%z"} {
		if part := m[i+2]; part != "" {
			layout += directive
			parts += strings.TrimSuffix(directive[:1], "%") + strings.TrimPrefix(part, ":")
		}
	}
	t, err := parseTime(layout, parts, place)
	if err != nil {
		return time.Time{}, fmt.Errorf("%q is no time: %w", clip(text), errors.Unwrap(err))
	}
	return t, nil
}
