package discord

import (
	"strings"

	"github.com/tidwall/gjson"
)

// fields knows where the fields of an object's text are, as far as somebody has asked: a field is looked for from where the last
// search ended, so that the text is gone through once at the most. Of text that is not JSON it finds some fields, or none.
type fields struct {
	found []span
	next  int // where to go on in the text
	read  []readField
}

// span is where a field's name and value are in the text.
type span struct {
	name, nameEnd   uint32
	value, valueEnd uint32
}

// readField is a field whose value has been made; field is its place in found.
type readField struct {
	field int
	value any
}

// find gives the place of a field in found, or -1.
func (f *fields) find(text, name string) int {
	for i := range f.found {
		if f.found[i].hasName(text, name) {
			return i
		}
	}
	for f.more(text) {
		if last := len(f.found) - 1; f.found[last].hasName(text, name) {
			return last
		}
	}
	return -1
}

// raw is the text of a field's value.
func (f *fields) raw(text string, field int) string {
	return text[f.found[field].value:f.found[field].valueEnd]
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
		f.read = make([]readField, 0, 4)
	}
	f.read = append(f.read, readField{field, v})
	return v
}

// names lists the names of all fields.
func (f *fields) names(text string) []string {
	for f.more(text) {
	}
	names := make([]string, len(f.found))
	for i := range f.found {
		names[i] = f.found[i].fieldName(text)
	}
	return names
}

func (s *span) hasName(text, name string) bool {
	written := text[s.name:s.nameEnd]
	return written == name || strings.IndexByte(written, '\\') >= 0 && s.fieldName(text) == name
}

func (s *span) fieldName(text string) string {
	written := text[s.name:s.nameEnd]
	if strings.IndexByte(written, '\\') < 0 {
		return written
	}
	return gjson.Parse(`"` + written + `"`).String()
}

// more finds the next field. At the end of the text it finds none.
func (f *fields) more(text string) bool {
	i := f.next
	if i == 0 {
		i = skipSpace(text, 0) + 1 // the brace
		f.found = make([]span, 0, min(max(len(text)/64, 4), 32))
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
	nameEnd := skipString(text, i) - 1
	i = skipSpace(text, nameEnd+1)
	if i >= len(text) || text[i] != ':' {
		return false
	}
	value := skipSpace(text, i+1)
	valueEnd := skipValue(text, value)
	if value == valueEnd {
		return false
	}
	f.next = valueEnd
	f.found = append(f.found, span{name: uint32(name), nameEnd: uint32(nameEnd), value: uint32(value), valueEnd: uint32(valueEnd)})
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
		n := strings.IndexByte(text[i:], '"')
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

// skipValue gives the place after the value that begins at i, or the end of the text.
func skipValue(text string, i int) int {
	if i >= len(text) {
		return i
	}
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

// nesting is what a byte outside of strings means to skipNested.
var nesting = [256]int8{'"': 2, '{': 1, '[': 1, '}': -1, ']': -1}

func skipNested(text string, i int) int {
	for depth := 0; i < len(text); {
		step := nesting[text[i]]
		if step == 2 {
			i = skipString(text, i)
			continue
		}
		i++
		if depth += int(step); depth == 0 {
			return i
		}
	}
	return len(text)
}
