package limits

import (
	"encoding/json"
	"fmt"
	"unicode/utf8"

	"cordial/discord/rest/catalogue"
)

// Object is a JSON object, decoded or made in Go. Its methods read members of a form that need not be there: what is missing, or of
// another form, reads as nothing.
type Object map[string]any

// ObjectOf is what a Go value is in JSON. It is an error if that is not an object.
func ObjectOf(value any) (Object, error) {
	text, err := json.Marshal(value)
	if err != nil {
		return nil, err
	}
	var decoded any
	if err := catalogue.DecodeBody(text, &decoded); err != nil {
		return nil, err
	}
	if o := asObject(decoded); o != nil {
		return o, nil
	}
	return nil, fmt.Errorf("a %T is not an object in JSON", value)
}

// asObject is nil for anything but an object.
func asObject(value any) Object {
	switch v := value.(type) {
	case Object:
		return v
	case map[string]any:
		return v
	}
	return nil
}

// Text reads a string.
func (o Object) Text(field string) string {
	s, _ := o[field].(string)
	return s
}

// Flag reads a boolean.
func (o Object) Flag(field string) bool {
	b, _ := o[field].(bool)
	return b
}

// Number reads an integer.
func (o Object) Number(field string) (int, bool) {
	switch n := o[field].(type) {
	case json.Number:
		i, err := n.Int64()
		return int(i), err == nil
	case float64:
		return int(n), true
	case int:
		return n, true
	}
	return 0, false
}

// NumberOr reads an integer that has a default.
func (o Object) NumberOr(field string, otherwise int) int {
	if n, ok := o.Number(field); ok {
		return n
	}
	return otherwise
}

// Object reads an object inside of this one.
func (o Object) Object(field string) Object { return asObject(o[field]) }

// List reads a list of objects. Its elements that are none are nil.
func (o Object) List(field string) []Object {
	switch items := o[field].(type) {
	case []Object:
		return items
	case []any:
		list := make([]Object, len(items))
		for i, item := range items {
			list[i] = asObject(item)
		}
		return list
	}
	return nil
}

// length counts the characters of a string.
func (o Object) length(field string) int { return utf8.RuneCountInString(o.Text(field)) }

// The form errors that several checks share, worded as Discord does.

func badLength(at *catalogue.FormErrors, least, most int) {
	at.Add("BASE_TYPE_BAD_LENGTH", fmt.Sprintf("Must be between %d and %d in length.", least, most))
}

func tooLong(at *catalogue.FormErrors, most int) {
	at.Add("BASE_TYPE_MAX_LENGTH", fmt.Sprintf("Must be %d or fewer in length.", most))
}

func tooMany(at *catalogue.FormErrors, most int) {
	at.Add("NUMBER_TYPE_MAX", fmt.Sprintf("int value should be less than or equal to %d.", most))
}

func tooFew(at *catalogue.FormErrors, least int) {
	at.Add("NUMBER_TYPE_MIN", fmt.Sprintf("int value should be greater than or equal to %d.", least))
}
