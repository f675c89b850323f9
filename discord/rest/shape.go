package rest

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"

	"cordial/discord"
	"cordial/discord/rest/catalogue"
)

// shape checks that a value has the shape of a type and gives what is sent for it: ids as strings, also those of objects, and
// lists as []any. Names and limits inside of it are Discord's to check. An error is an *ArgumentError that says where.
func shape(t *catalogue.Type, v any, at string) (any, error) {
	if isNull(v) {
		return Null, nil
	}
	r := t.Resolve()
	switch r.Base {
	case catalogue.Snowflake:
		return shapeID(v, at)
	case catalogue.String, catalogue.Timestamp, catalogue.URI, catalogue.DataURI:
		return shapeString(r, v, at)
	case catalogue.Integer:
		return shapeInteger(v, at)
	case catalogue.Number:
		if _, ok := toFloat(v); ok {
			return v, nil
		}
		return nil, mismatch(at, "a number", v)
	case catalogue.Boolean:
		if _, ok := v.(bool); ok {
			return v, nil
		}
		return nil, mismatch(at, "true or false", v)
	case catalogue.Array:
		return shapeList(r, v, at)
	case catalogue.Object, catalogue.Map:
		return shapeObject(r, v, at)
	case catalogue.Union:
		return shapeUnion(r, v, at)
	}
	return v, nil
}

func isNull(v any) bool {
	raw, ok := v.(json.RawMessage)
	return ok && string(raw) == "null"
}

// shapeID takes a decimal string or an object that has an id.
func shapeID(v any, at string) (any, error) {
	if o, ok := v.(*discord.Object); ok {
		return objectID(o, at)
	}
	if n, ok := toFloat(v); ok {
		return nil, &ArgumentError{Argument: at, Message: fmt.Sprintf("an id must be a string, because numbers lose its last digits: write \"%.0f\" with quotes", n)}
	}
	s, ok := toString(v)
	if !ok {
		return nil, mismatch(at, "an id", v)
	}
	if _, err := strconv.ParseUint(s, 10, 64); err != nil {
		return nil, &ArgumentError{Argument: at, Message: fmt.Sprintf("%q is not an id: an id is a decimal number of up to 20 digits, in quotes", s)}
	}
	return s, nil
}

// objectID is the id of an object; a member's is its user's.
func objectID(o *discord.Object, at string) (any, error) {
	id := o.ID()
	if o.Kind() == discord.KindMember || id == "" && o.Object("user") != nil {
		id = o.Object("user").ID()
	}
	if id == "" {
		return nil, &ArgumentError{Argument: at, Message: fmt.Sprintf("this %s has no id", o.Kind())}
	}
	return string(id), nil
}

func shapeString(t *catalogue.Type, v any, at string) (any, error) {
	if s, ok := toString(v); ok {
		return s, nil
	}
	return nil, mismatch(at, "a "+t.Base.String(), v)
}

// maxExact is the largest number up to which a float64 holds every whole number.
const maxExact = 1 << 53

// shapeInteger takes whole numbers, and their decimal text as Discord does for permissions, which may not fit a float64.
func shapeInteger(v any, at string) (any, error) {
	if n, ok := toFloat(v); ok {
		switch {
		case n != math.Trunc(n):
			return nil, mismatch(at, "a whole number", v)
		case math.Abs(n) > maxExact:
			return nil, &ArgumentError{Argument: at, Message: fmt.Sprintf("numbers this large lose their last digits: write \"%.0f\" with quotes", n)}
		}
		return v, nil
	}
	if s, ok := toString(v); ok {
		if _, err := strconv.ParseInt(s, 10, 64); err == nil {
			return s, nil
		}
	}
	return nil, mismatch(at, "a whole number", v)
}

func shapeList(t *catalogue.Type, v any, at string) (any, error) {
	items, ok := toList(v)
	if !ok {
		return nil, mismatch(at, "a list", v)
	}
	out := make([]any, len(items))
	for i, item := range items {
		var err error
		if out[i], err = shape(t.Elem, item, fmt.Sprintf("%s[%d]", at, i)); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func shapeObject(t *catalogue.Type, v any, at string) (any, error) {
	if o, ok := v.(*discord.Object); ok {
		return o, nil
	}
	m, ok := v.(map[string]any)
	if !ok {
		return nil, mismatch(at, "a table", v)
	}
	types := map[string]*catalogue.Type{}
	for _, f := range t.Fields {
		types[f.Name] = f.Type
	}
	out := make(map[string]any, len(m))
	for name, item := range m {
		ft := types[name]
		if t.Base == catalogue.Map {
			ft = t.Elem
		}
		out[name] = item
		if ft == nil || item == nil {
			continue
		}
		var err error
		if out[name], err = shape(ft, item, join(at, name)); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// shapeUnion takes what any form takes. Of forms that are objects, it checks the union of their fields.
func shapeUnion(t *catalogue.Type, v any, at string) (any, error) {
	var firstErr error
	for _, alt := range t.Alts {
		shaped, err := shape(alt, v, at)
		if err == nil {
			return shaped, nil
		}
		if firstErr == nil {
			firstErr = err
		}
	}
	return nil, firstErr
}

func mismatch(at, want string, got any) error {
	return &ArgumentError{Argument: at, Message: "expected " + want + ", got " + describe(got)}
}

// describe names a value the way a Lua script would.
func describe(v any) string {
	if s, ok := toString(v); ok {
		if len(s) > 40 {
			return "a string"
		}
		return strconv.Quote(s)
	}
	if n, ok := toFloat(v); ok {
		return "the number " + strconv.FormatFloat(n, 'g', -1, 64)
	}
	if _, ok := toList(v); ok {
		return "a list"
	}
	switch v := v.(type) {
	case nil:
		return "nil"
	case bool:
		return strconv.FormatBool(v)
	case *discord.Object:
		return "a " + string(v.Kind())
	case map[string]any:
		return "a table"
	case File:
		return "a file"
	}
	if isNull(v) {
		return "null"
	}
	return fmt.Sprintf("a %T", v)
}

// toString takes strings and types made of them, such as discord.Snowflake.
func toString(v any) (string, bool) {
	switch s := v.(type) {
	case string:
		return s, true
	case discord.Snowflake:
		return string(s), true
	}
	if r := reflect.ValueOf(v); r.Kind() == reflect.String {
		return r.String(), true
	}
	return "", false
}

func toFloat(v any) (float64, bool) {
	if f, ok := v.(float64); ok {
		return f, true
	}
	switch r := reflect.ValueOf(v); {
	case r.CanInt():
		return float64(r.Int()), true
	case r.CanUint():
		return float64(r.Uint()), true
	case r.CanFloat():
		return r.Float(), true
	}
	return 0, false
}

// toList takes discord.List and slices, except bytes.
func toList(v any) ([]any, bool) {
	switch l := v.(type) {
	case []any:
		return l, true
	case *discord.List:
		return l.Items, true
	}
	r := reflect.ValueOf(v)
	if r.Kind() != reflect.Slice || r.Type().Elem().Kind() == reflect.Uint8 {
		return nil, false
	}
	items := make([]any, r.Len())
	for i := range items {
		items[i] = r.Index(i).Interface()
	}
	return items, true
}

// queryText writes a shaped value as Discord reads it in paths and queries.
func queryText(v any) string {
	if f, ok := v.(float64); ok {
		return strconv.FormatFloat(f, 'f', -1, 64)
	}
	if isNull(v) {
		return ""
	}
	return fmt.Sprint(v)
}

// newNonce makes a nonce of the 25 characters that Discord allows.
func newNonce() string { return strings.ToLower(rand.Text()[:25]) }
