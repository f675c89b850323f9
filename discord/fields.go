package discord

import (
	"math/bits"
	"strings"

	"github.com/tidwall/gjson"
)

// fields knows where the fields of an object's text are, as far as somebody has asked: a field is looked for from where the last
// search ended, so that the text is gone through once at the most. What comes after the object's end does not matter. Of text that is
// not JSON it finds some fields, or none.
type fields struct {
	found      []place
	next       int  // where to go on in the text; 0 for after the last of found
	latest     int  // what was asked for last, in found: often it is asked for again
	plainNames bool // no name is written with an escape; known once a field was not found
	read       []readField
	first      [1]readField // where read begins: often one is all
}

// place is where a field's name begins, after its quote, and where its value begins.
type place struct{ name, value uint32 }

// readField is a field whose value has been made; field is its index in found.
type readField struct {
	field int
	value any
}

// find gives the index of a field in found, or -1.
func (f *fields) find(text, name string) int {
	if f.latest < len(f.found) && f.found[f.latest].hasName(text, name) {
		return f.latest
	}
	for i := 0; i < len(f.found) || f.more(text); i++ {
		if f.found[i].hasName(text, name) {
			f.latest = i
			return i
		}
	}
	if f.plainNames {
		return -1
	}
	plain := true
	for i, p := range f.found {
		if written := p.written(text); strings.IndexByte(written, '\\') >= 0 {
			if plain = false; unescape(written) == name {
				return i
			}
		}
	}
	f.plainNames = plain
	return -1
}

// hasName tells whether a field's name is written like this, without escapes.
func (p place) hasName(text, name string) bool {
	end := int(p.name) + len(name)
	return end < len(text) && text[end] == '"' && text[p.name:end] == name && strings.IndexByte(name, '"') < 0 && strings.IndexByte(name, '\\') < 0
}

// written is a field's name as it stands in the text.
func (p place) written(text string) string {
	return text[p.name : skipString(text, int(p.name)-1)-1]
}

func unescape(written string) string {
	if strings.IndexByte(written, '\\') < 0 {
		return written
	}
	return gjson.Parse(`"` + written + `"`).String()
}

// raw is the text of a field's value.
func (f *fields) raw(text string, field int) string {
	value := int(f.found[field].value)
	return text[value:skipValue(text, value)]
}

// from is the text from a field's value on.
func (f *fields) from(text string, field int) string { return text[f.found[field].value:] }

// plain gives the value of a field that is a string without escapes: a part of the text.
func (f *fields) plain(text string, field int) (string, bool) {
	value := int(f.found[field].value)
	if text[value] != '"' {
		return "", false
	}
	end := skipString(text, value)
	if end > len(text) || strings.IndexByte(text[value:end], '\\') >= 0 {
		return "", false
	}
	return text[value+1 : end-1], true
}

// get gives the value of a field, made by read when it is asked for the first time.
func (f *fields) get(field int, read func() any) any {
	for _, r := range f.read {
		if r.field == field {
			return r.value
		}
	}
	v := read()
	if f.read == nil {
		f.read = f.first[:0]
	}
	f.read = append(f.read, readField{field, v})
	return v
}

// names lists the names of all fields.
func (f *fields) names(text string) []string {
	for f.more(text) {
	}
	names := make([]string, len(f.found))
	for i, p := range f.found {
		names[i] = unescape(p.written(text))
	}
	return names
}

// more finds the next field. At the end of the object it finds none. The end of the value is left to the next call: as a rule there is
// none, and the value is long.
func (f *fields) more(text string) bool {
	i := f.next
	if len(f.found) > 0 && i == 0 {
		i = skipValue(text, int(f.found[len(f.found)-1].value))
	} else if i == 0 {
		i = skipSpace(text, 0) + 1 // the brace
		f.found = make([]place, 0, min(max(len(text)/64, 4), 32))
	}
	i = skipSpace(text, i)
	if i < len(text) && text[i] == ',' {
		i = skipSpace(text, i+1)
	}
	f.next = len(text)
	if i >= len(text) || text[i] != '"' {
		return false
	}
	name := i + 1
	i = skipSpace(text, skipString(text, i))
	if i >= len(text) || text[i] != ':' {
		return false
	}
	value := skipSpace(text, i+1)
	if value >= len(text) || text[value] == ',' || text[value] == '}' || text[value] == ']' {
		return false
	}
	f.next = 0
	f.found = append(f.found, place{name: uint32(name), value: uint32(value)})
	return true
}

func skipSpace(text string, i int) int {
	for i < len(text) && text[i] <= ' ' {
		i++
	}
	return i
}

// skipString gives the place after the string that begins at i, or after the text.
func skipString(text string, i int) int {
	for i++; ; {
		n := indexQuote(text[i:])
		if n < 0 {
			return len(text) + 1
		}
		end := i + n
		back := end
		for back > i && text[back-1] == '\\' {
			back--
		}
		i = end + 1
		if (end-back)%2 == 0 {
			return i
		}
	}
}

// indexQuote is strings.IndexByte for a quote, faster where it is near: most of Discord's strings are short.
func indexQuote(s string) int {
	const ones, quotes = 0x0101010101010101, '"' * 0x0101010101010101
	near := min(len(s)&^7, 24)
	for i := 0; i < near; i += 8 {
		b := s[i : i+8]
		word := uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 |
			uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56
		word ^= quotes // the byte that was a quote is zero now
		if zero := (word - ones) &^ word & (ones << 7); zero != 0 {
			return i + bits.TrailingZeros64(zero)/8
		}
	}
	if n := strings.IndexByte(s[near:], '"'); n >= 0 {
		return near + n
	}
	return -1
}

// skipValue gives the place after the value that begins at i, or the end of the text.
func skipValue(text string, i int) int {
	switch text[i] {
	case '"':
		return min(skipString(text, i), len(text))
	case '{', '[':
		return skipNested(text, i)
	}
	for i < len(text) && text[i] > ' ' && text[i] != ',' && text[i] != '}' && text[i] != ']' {
		i++
	}
	return i
}

// skipNested gives the place after the object or list that begins at i, or the end of the text. It goes from one closing bracket to the
// next with searches for single bytes, which are many times faster than a look at each byte.
func skipNested(text string, i int) int {
	opening, closing := text[i], text[i]+2 // so far apart are the brackets of objects, and those of lists
	for i, depth := i+1, 1; ; {
		n := strings.IndexByte(text[i:], closing)
		if n < 0 {
			return len(text)
		}
		opened, plain := countOpen(text[i:i+n], opening)
		if !plain {
			return skipSlowly(text, i, depth, opening, closing)
		}
		i += n + 1
		if depth += opened - 1; depth == 0 {
			return i
		}
	}
}

// countOpen counts an opening bracket in a text that begins outside of strings. It gives false when the text ends in a string, when one
// holds such a bracket, and when there are escapes.
func countOpen(text string, opening byte) (int, bool) {
	if strings.IndexByte(text, '\\') >= 0 {
		return 0, false
	}
	for opened := 0; ; opened++ {
		n := strings.IndexByte(text, opening)
		if n < 0 {
			return opened, strings.Count(text, `"`)%2 == 0
		}
		if strings.Count(text[:n], `"`)%2 != 0 {
			return 0, false
		}
		text = text[n+1:]
	}
}

// skipSlowly is skipNested from a place outside of strings on, with so many brackets open.
func skipSlowly(text string, i, depth int, opening, closing byte) int {
	for i < len(text) {
		switch text[i] {
		case '"':
			i = skipString(text, i)
			continue
		case opening:
			depth++
		case closing:
			depth--
		}
		if i++; depth == 0 {
			return i
		}
	}
	return len(text)
}
