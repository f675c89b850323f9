package store

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	lua "github.com/yuin/gopher-lua"

	"cordial/runtime"
	"cordial/runtime/bind"
)

// A value is kept as JSON. Lua's strings are bytes, and JSON's are not: a string that is not UTF-8 is written {"$bytes": "<base64>"},
// as the key of an object "$bytes:<base64>". Other keys that begin with $ get a second one in front.
const (
	bytesKey    = "$bytes"
	bytesPrefix = bytesKey + ":"
)

// maxDepth is how deep JSON may be, which runtime's encoder and decoder check.
const maxDepth = 200

func escapeKey(key string) string {
	switch {
	case !utf8.ValidString(key):
		return bytesPrefix + base64.StdEncoding.EncodeToString([]byte(key))
	case strings.HasPrefix(key, "$"):
		return "$" + key
	}
	return key
}

func unescapeKey(key string) (string, error) {
	switch {
	case strings.HasPrefix(key, "$$"):
		return key[1:], nil
	case strings.HasPrefix(key, bytesPrefix):
		return decodeBytes(key[len(bytesPrefix):])
	case strings.HasPrefix(key, "$"):
		return "", fmt.Errorf("the key %q begins with one $: write %q", shorten(key), "$"+shorten(key))
	}
	return key, nil
}

func decodeBytes(text string) (string, error) {
	data, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return "", fmt.Errorf("%s is no base64: %w", bytesKey, err)
	}
	return string(data), nil
}

// codec turns Lua values into JSON and back, for one Lua state, which the caller holds.
type codec struct {
	array, object lua.LValue // the marks of lists and objects
}

func newCodec(h *runtime.Host) codec {
	var array, object lua.LTable
	h.MarkArray(&array)
	h.MarkObject(&object)
	return codec{array.Metatable, object.Metatable}
}

// encode writes a value as JSON.
func (c codec) encode(L *lua.LState, v lua.LValue) (string, error) {
	plain, err := c.plain(L, v, "", 0)
	if err != nil {
		return "", err
	}
	return runtime.EncodeJSON(L, plain)
}

// plain is a value with its strings in a form that JSON has: v itself if they are already.
func (c codec) plain(L *lua.LState, v lua.LValue, path string, depth int) (lua.LValue, error) {
	switch v := v.(type) {
	case lua.LString:
		if utf8.ValidString(string(v)) {
			return v, nil
		}
		wrapped := L.NewTable()
		wrapped.Metatable = c.object
		wrapped.RawSetString(bytesKey, lua.LString(base64.StdEncoding.EncodeToString([]byte(v))))
		return wrapped, nil
	case *lua.LTable:
		if depth > maxDepth {
			return v, nil // an error of the encoder
		}
		return replaceIn(L, v, false, escapeOne, func(key, value lua.LValue) (lua.LValue, error) {
			return c.plain(L, value, step(path, key), depth+1)
		})
	case *lua.LUserData:
		if !bind.IsNull(v) {
			return nil, &runtime.JSONError{Path: path, Reason: refuse(v)}
		}
	case *lua.LFunction, *lua.LState, lua.LChannel:
		return nil, &runtime.JSONError{Path: path, Reason: "a " + v.Type().String() + " cannot be stored"}
	}
	return v, nil
}

func escapeOne(key string) (string, error) { return escapeKey(key), nil }

// step is the path of what a table has under a key.
func step(path string, key lua.LValue) string {
	switch {
	case key.Type() == lua.LTNumber:
		return path + "[" + key.String() + "]"
	case path == "":
		return key.String()
	}
	return path + "." + key.String()
}

// refuse says why an object cannot be stored, and what can.
func refuse(object *lua.LUserData) string {
	reason := bind.Describe(object) + " cannot be stored"
	if m, ok := object.Value.(json.Marshaler); ok {
		var fields struct{ ID string }
		if data, err := m.MarshalJSON(); err == nil && json.Unmarshal(data, &fields) == nil && fields.ID != "" {
			return reason + ": store its id"
		}
	}
	return reason
}

// decode reads JSON that encode has written. A list comes back without the mark of json.array, which it does not need to be written
// as a list again: an empty one can take names.
func (c codec) decode(L *lua.LState, text string) (lua.LValue, error) {
	v, err := runtime.DecodeJSON(L, text, true)
	if err != nil {
		return nil, err
	}
	return c.restore(L, v)
}

func (c codec) restore(L *lua.LState, v lua.LValue) (lua.LValue, error) {
	table, ok := v.(*lua.LTable)
	if !ok {
		return v, nil
	}
	if table.Metatable == c.array {
		table.Metatable = lua.LNil
	}
	if text, ok := table.RawGetString(bytesKey).(lua.LString); ok {
		data, err := decodeBytes(string(text))
		return lua.LString(data), err
	}
	return replaceIn(L, table, true, unescapeKey, func(_, value lua.LValue) (lua.LValue, error) { return c.restore(L, value) })
}

// replaceIn changes the keys that are strings and the values of a table: in place, or in a copy if there is anything to change.
func replaceIn(L *lua.LState, t *lua.LTable, inPlace bool, rename func(string) (string, error),
	replace func(key, value lua.LValue) (lua.LValue, error)) (lua.LValue, error) {
	type change struct{ old, key, value lua.LValue }
	var changes []change
	for key, value := t.Next(lua.LNil); key != lua.LNil; key, value = t.Next(key) {
		newKey := key
		if name, ok := key.(lua.LString); ok {
			renamed, err := rename(string(name))
			if err != nil {
				return nil, err
			}
			newKey = lua.LString(renamed)
		}
		newValue, err := replace(key, value)
		if err != nil {
			return nil, err
		}
		if newKey != key || newValue != value {
			changes = append(changes, change{key, newKey, newValue})
		}
	}
	if len(changes) > 0 && !inPlace {
		t = shallowCopy(L, t)
	}
	for _, c := range changes {
		if c.key != c.old {
			t.RawSet(c.old, lua.LNil)
		}
	}
	for _, c := range changes {
		t.RawSet(c.key, c.value)
	}
	return t, nil
}

func shallowCopy(L *lua.LState, t *lua.LTable) *lua.LTable {
	other := L.NewTable()
	other.Metatable = t.Metatable
	for key, value := t.Next(lua.LNil); key != lua.LNil; key, value = t.Next(key) {
		other.RawSet(key, value)
	}
	return other
}

// CheckValue says what is wrong with a value of an [Entry]: JSON that is not well formed, too deep, or has strings of bytes that are
// not written as they must be.
func CheckValue(text string) error {
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	var v any
	if err := decoder.Decode(&v); err != nil {
		return err
	}
	return checkDecoded(v, 0)
}

func checkDecoded(v any, depth int) error {
	if depth > maxDepth {
		return fmt.Errorf("more than %d lists and objects inside one another", maxDepth)
	}
	switch v := v.(type) {
	case json.Number:
		if _, err := v.Float64(); err != nil {
			return errors.New("the number " + v.String() + " is too large")
		}
	case []any:
		for _, item := range v {
			if err := checkDecoded(item, depth+1); err != nil {
				return err
			}
		}
	case map[string]any:
		if text, ok := v[bytesKey].(string); ok && len(v) == 1 {
			_, err := decodeBytes(text)
			return err
		}
		for key, value := range v {
			if _, err := unescapeKey(key); err != nil {
				return err
			}
			if err := checkDecoded(value, depth+1); err != nil {
				return err
			}
		}
	}
	return nil
}
