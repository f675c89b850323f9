package discord

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"github.com/tidwall/gjson"
)

// Object is a JSON object of Discord's. It keeps the text as it came and reads a field when it is asked for, so that an object
// nobody looks into costs nothing and a new field of Discord's can be read the day it appears.
//
// A field read once is remembered, and an assigned one overrides the text. An Object is therefore not safe for concurrent use.
type Object struct {
	kind   Kind
	raw    string         // the text, with something after it when open
	open   bool           // nobody has looked for the end of the text yet
	fields fields         // of the text
	assign map[string]any // assigned fields, also in order
	order  []string       // names of assigned fields that the text does not have
}

// List is a JSON array; its objects have the kind that the schemas give them.
type List struct {
	Kind  Kind // the kind of its objects
	Items []any
}

// NewObject takes the text of a JSON object. The text must not be changed afterwards.
func NewObject(kind Kind, raw []byte) (*Object, error) {
	r := gjson.ParseBytes(raw)
	if !gjson.ValidBytes(raw) || !r.IsObject() {
		return nil, fmt.Errorf("%s: expected a JSON object, got %s", kind, abbreviate(string(raw), 40))
	}
	return newObject(kind, string(raw)), nil
}

func newObject(kind Kind, raw string) *Object {
	if kind == KindChannel && isThreadType(int(gjson.Get(raw, "type").Int())) {
		kind = KindThread
	}
	return &Object{kind: kind, raw: raw}
}

// isThreadType tells the channel types of threads (10, 11 and 12).
func isThreadType(t int) bool { return t >= 10 && t <= 12 }

// Value reads any JSON text as Get returns a field: objects and lists of objects get the kind.
func Value(kind Kind, raw []byte) (any, error) {
	if !gjson.ValidBytes(raw) {
		return nil, fmt.Errorf("not JSON: %s", abbreviate(string(raw), 40))
	}
	return value(kind, gjson.ParseBytes(raw)), nil
}

// As is the text of the object as an object of another kind, for where the schemas do not tell the kind. Fields assigned to this one
// stay behind. As of nil is nil.
func (o *Object) As(kind Kind) *Object {
	if o == nil {
		return nil
	}
	return newObject(kind, o.text())
}

// text is the object's text, without what comes after it.
func (o *Object) text() string {
	if o.open {
		o.raw, o.open = o.raw[:skipNested(o.raw, 0)], false
	}
	return o.raw
}

// Raw is the JSON text as it came, without the fields that were assigned since.
func (o *Object) Raw() string { return o.text() }

// Kind tells what the object is.
func (o *Object) Kind() Kind { return o.kind }

// Get reads a field: nil for null and for a missing field, else bool, float64, string, *Object or *List. A whole number that
// float64 cannot hold comes as a string of its digits.
func (o *Object) Get(name string) any {
	v, _ := o.Lookup(name)
	return v
}

// Lookup is Get that tells null, for which it reports true, from a missing field.
func (o *Object) Lookup(name string) (any, bool) {
	if v, ok := o.assign[name]; ok {
		return v, true
	}
	field := o.fields.find(o.raw, name)
	if field < 0 {
		return nil, false
	}
	if s, ok := o.fields.plain(o.raw, field); ok {
		return s, true
	}
	return o.fields.get(field, func() any { return o.nested(name, field) }), true
}

// nested makes the value of a field that is no plain string.
func (o *Object) nested(name string, field int) any {
	kind := o.kind.Nested(name)
	if text := o.fields.from(o.raw, field); text[0] == '{' {
		child := newObject(kind, text)
		child.open = true
		return child
	}
	return value(kind, gjson.Parse(o.fields.raw(o.raw, field)))
}

// Text reads a string field, and tells whether it is one. It is Lookup without an allocation.
func (o *Object) Text(name string) (string, bool) {
	if o.assign == nil {
		field := o.fields.find(o.raw, name)
		if field < 0 {
			return "", false
		}
		if s, ok := o.fields.plain(o.raw, field); ok {
			return s, true
		}
	}
	s, ok := o.Get(name).(string)
	return s, ok
}

// Set assigns a field: nil, bool, a number, a string, *Object, *List or anything else that encoding/json can write.
func (o *Object) Set(name string, v any) {
	if o.assign == nil {
		o.assign = map[string]any{}
	}
	if _, known := o.Lookup(name); !known {
		o.order = append(o.order, name)
	}
	o.assign[name] = v
}

// Keys lists the names of the fields: those of the text in its order, then those assigned.
func (o *Object) Keys() []string {
	return append(o.fields.names(o.raw), o.order...)
}

// ID is the object's id, "" when it has none.
func (o *Object) ID() Snowflake { return Snowflake(o.Str("id")) }

// Str reads a string field, "" when it is something else.
func (o *Object) Str(name string) string {
	s, _ := o.Text(name)
	return s
}

// Int reads a number field, 0 when it is something else.
func (o *Object) Int(name string) int {
	f, _ := o.Get(name).(float64)
	return int(f)
}

// Bool reads a boolean field, false when it is something else.
func (o *Object) Bool(name string) bool {
	b, _ := o.Get(name).(bool)
	return b
}

// Object reads a nested object, nil when the field is something else.
func (o *Object) Object(name string) *Object {
	c, _ := o.Get(name).(*Object)
	return c
}

// Objects reads the objects of a list field.
func (o *Object) Objects(name string) []*Object {
	l, _ := o.Get(name).(*List)
	return l.Objects()
}

// Strings reads the strings of a list field.
func (o *Object) Strings(name string) []string {
	l, _ := o.Get(name).(*List)
	if l == nil {
		return nil
	}
	var out []string
	for _, item := range l.Items {
		if s, ok := item.(string); ok {
			out = append(out, s)
		}
	}
	return out
}

// Objects lists the objects among the items.
func (l *List) Objects() []*Object {
	if l == nil {
		return nil
	}
	out := make([]*Object, 0, len(l.Items))
	for _, item := range l.Items {
		if o, ok := item.(*Object); ok {
			out = append(out, o)
		}
	}
	return out
}

// MarshalJSON writes the list's items.
func (l *List) MarshalJSON() ([]byte, error) {
	if l == nil || l.Items == nil {
		return []byte("[]"), nil
	}
	return json.Marshal(l.Items)
}

// MarshalJSON writes the object with its assigned fields. Without any, it is the text as it came.
func (o *Object) MarshalJSON() ([]byte, error) {
	if len(o.assign) == 0 {
		return []byte(o.text()), nil
	}
	out := []byte{'{'}
	for i, key := range o.Keys() {
		if i > 0 {
			out = append(out, ',')
		}
		name, _ := json.Marshal(key) // a string always marshals
		out = append(append(out, name...), ':')
		if v, ok := o.assign[key]; ok {
			data, err := json.Marshal(v)
			if err != nil {
				return nil, fmt.Errorf("%s.%s: %w", o.kind, key, err)
			}
			out = append(out, data...)
		} else {
			out = append(out, o.fields.raw(o.raw, o.fields.find(o.raw, key))...)
		}
	}
	return append(out, '}'), nil
}

// value turns parsed JSON into what Get returns.
func value(kind Kind, r gjson.Result) any {
	switch r.Type {
	case gjson.True, gjson.False:
		return r.Bool()
	case gjson.String:
		return r.String()
	case gjson.Number:
		return number(r)
	case gjson.JSON:
		if r.IsObject() {
			return newObject(kind, r.Raw)
		}
		l := &List{Kind: kind, Items: []any{}}
		r.ForEach(func(_, item gjson.Result) bool {
			l.Items = append(l.Items, value(kind, item))
			return true
		})
		return l
	}
	return nil
}

// maxExact is the largest whole number up to which every one is exact in a float64.
const maxExact = 1 << 53

func number(r gjson.Result) any {
	if r.Num >= maxExact || r.Num <= -maxExact {
		if _, err := strconv.ParseInt(r.Raw, 10, 64); err == nil {
			return r.Raw
		}
	}
	return r.Num
}

// abbreviate cuts a text to n characters and marks the cut.
func abbreviate(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(slices.Clip(r[:n])) + "…"
	}
	return s
}

var (
	_ json.Marshaler = (*Object)(nil)
	_ json.Marshaler = (*List)(nil)
)
