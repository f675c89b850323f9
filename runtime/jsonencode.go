package runtime

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"unicode/utf8"

	"cordial/runtime/bind"

	lua "github.com/yuin/gopher-lua"
)

// jsonDepth bounds lists and objects inside one another, so that a table that
// contains itself is an error.
const jsonDepth = 200

// JSONError says which value cannot be written as JSON.
type JSONError struct {
	Path   string // "users[1].name", "" for the whole value
	Reason string
}

func (e *JSONError) Error() string {
	if e.Path == "" {
		return e.Reason
	}
	return "at " + e.Path + ": " + e.Reason
}

func encodeJSON(L *lua.LState, v lua.LValue, pretty bool) (string, error) {
	e := jsonEncoder{array: L.GetTypeMetatable(arrayMark), object: L.GetTypeMetatable(objectMark)}
	if err := e.value(v, "", 0); err != nil {
		return "", err
	}
	if !pretty {
		return e.out.String(), nil
	}
	var indented bytes.Buffer
	if err := json.Indent(&indented, e.out.Bytes(), "", "  "); err != nil {
		return "", err
	}
	return indented.String(), nil
}

type jsonEncoder struct {
	out           bytes.Buffer
	array, object lua.LValue // the marking metatables
}

func (e *jsonEncoder) value(v lua.LValue, path string, depth int) error {
	switch v := v.(type) {
	case *lua.LNilType:
		e.out.WriteString("null")
	case lua.LBool:
		e.out.WriteString(v.String())
	case lua.LNumber:
		return e.number(float64(v), path)
	case lua.LString:
		return e.text(string(v), path)
	case *lua.LTable:
		if depth == jsonDepth {
			return &JSONError{shortPath(path), fmt.Sprintf("more than %d tables inside one another; does a table contain itself?", jsonDepth)}
		}
		return e.table(v, path, depth+1)
	case *lua.LUserData:
		return e.userdata(v, path)
	default:
		return &JSONError{path, "a " + v.Type().String() + " has no form in JSON"}
	}
	return nil
}

func shortPath(path string) string {
	if len(path) > 40 {
		return path[:40] + "…"
	}
	return path
}

func (e *jsonEncoder) number(n float64, path string) error {
	switch {
	case math.IsNaN(n) || math.IsInf(n, 0):
		return &JSONError{path, fmt.Sprintf("the number %v has no form in JSON", n)}
	case n == math.Trunc(n) && math.Abs(n) <= 1<<53: // larger ones would be read as strings
		e.out.WriteString(strconv.FormatInt(int64(n), 10))
	default:
		e.out.WriteString(strconv.FormatFloat(n, 'g', -1, 64))
	}
	return nil
}

func (e *jsonEncoder) text(s, path string) error {
	if !utf8.ValidString(s) {
		return &JSONError{path, "the string is not UTF-8, which JSON needs"}
	}
	encoder := json.NewEncoder(&e.out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(s); err != nil {
		return &JSONError{path, err.Error()}
	}
	e.out.Truncate(e.out.Len() - 1) // Encode ends with a newline
	return nil
}

// userdata writes json.null, and objects that know their own JSON.
func (e *jsonEncoder) userdata(ud *lua.LUserData, path string) error {
	if bind.IsNull(ud) {
		e.out.WriteString("null")
		return nil
	}
	marshaler, ok := ud.Value.(json.Marshaler)
	if !ok {
		return &JSONError{path, bind.Describe(ud) + " has no form in JSON"}
	}
	data, err := marshaler.MarshalJSON()
	if err != nil {
		return &JSONError{path, err.Error()}
	}
	e.out.Write(data)
	return nil
}

func (e *jsonEncoder) table(t *lua.LTable, path string, depth int) error {
	n := t.Len()
	keys := keysBeyond(t, n)
	if t.Metatable != e.object {
		sortKeys(keys)
	}
	isList := t.Metatable == e.array || t.Metatable != e.object && len(keys) == 0
	if !isList {
		return e.writeObject(t, n, keys, path, depth)
	}
	if len(keys) > 0 {
		return &JSONError{path, fmt.Sprintf("a list has the key %s", keys[0])}
	}
	if set := countSet(t, n); n > maxHoles && n > 2*set {
		return &JSONError{path, fmt.Sprintf("a list of %d values of which only %d are there; keys of an object are texts, such as tostring(key)", n, set)}
	}
	e.out.WriteByte('[')
	for i := 1; i <= n; i++ {
		if i > 1 {
			e.out.WriteByte(',')
		}
		if err := e.value(t.RawGetInt(i), fmt.Sprintf("%s[%d]", path, i), depth); err != nil {
			return err
		}
	}
	e.out.WriteByte(']')
	return nil
}

// maxHoles is how long a list may be that is mostly nil. A longer one is an object with numbers as keys, which would become a text full of
// nulls.
const maxHoles = 10

// countSet counts the values of a list of n that are not nil.
func countSet(t *lua.LTable, n int) (set int) {
	for i := 1; i <= n; i++ {
		if t.RawGetInt(i) != lua.LNil {
			set++
		}
	}
	return set
}

func (e *jsonEncoder) writeObject(t *lua.LTable, n int, keys []lua.LValue, path string, depth int) error {
	if n > 0 {
		return &JSONError{path, "the table has both list values and named ones; JSON has either"}
	}
	e.out.WriteByte('{')
	for i, key := range keys {
		name, ok := key.(lua.LString)
		if !ok {
			return &JSONError{path, fmt.Sprintf("the key %s must be a string", bind.Describe(key))}
		}
		if i > 0 {
			e.out.WriteByte(',')
		}
		at := string(name)
		if path != "" {
			at = path + "." + at
		}
		if err := e.text(string(name), at); err != nil {
			return err
		}
		e.out.WriteByte(':')
		if err := e.value(t.RawGet(key), at, depth); err != nil {
			return err
		}
	}
	e.out.WriteByte('}')
	return nil
}
