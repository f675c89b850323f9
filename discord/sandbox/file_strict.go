package sandbox

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"cordial/internal/suggest"
)

// strictJSON reads JSON into a struct and refuses members that the struct does not have, saying where they are.
func strictJSON(text []byte, into any) error {
	var tree any
	if err := json.Unmarshal(text, &tree); err != nil {
		return jsonPlace(text, err)
	}
	if err := unknownMember(reflect.TypeOf(into), tree, ""); err != nil {
		return err
	}
	return jsonPlace(text, json.Unmarshal(text, into))
}

// jsonPlace adds the line to an error of package json.
func jsonPlace(text []byte, err error) error {
	line := func(offset int64) int { return 1 + bytes.Count(text[:min(int(offset), len(text))], []byte("\n")) }
	var syntax *json.SyntaxError
	var typ *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		return fmt.Errorf("line %d: %w", line(syntax.Offset), err)
	case errors.As(err, &typ):
		return fmt.Errorf("line %d: %s is %s, but %s belongs there", line(typ.Offset), cmp.Or(typ.Field, "the file"), jsonWord(typ.Value), jsonKind(typ.Type.Kind()))
	}
	return err
}

// jsonWord names a JSON value in words; package json calls lists arrays.
func jsonWord(value string) string {
	switch kind, _, _ := strings.Cut(value, " "); kind {
	case "array":
		return "a list"
	case "object":
		return "an object"
	case "bool":
		return "true or false"
	case "string":
		return "a text"
	}
	return "a number"
}

// jsonKind names the JSON value that a Go value is read from.
func jsonKind(kind reflect.Kind) string {
	switch kind {
	case reflect.Struct, reflect.Map:
		return "an object"
	case reflect.Slice:
		return "a list"
	case reflect.Bool:
		return "true or false"
	case reflect.String:
		return "a text in quotes"
	}
	return "a number"
}

// unknownMember looks for a member that a type does not have.
func unknownMember(t reflect.Type, value any, path string) error {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch v := value.(type) {
	case []any:
		if t.Kind() == reflect.Slice {
			for i, item := range v {
				if err := unknownMember(t.Elem(), item, at(path, i)); err != nil {
					return err
				}
			}
		}
	case map[string]any:
		if t.Kind() == reflect.Struct {
			return unknownField(jsonFields(t), v, path)
		}
	}
	return nil
}

func unknownField(fields map[string]reflect.Type, members map[string]any, path string) error {
	for _, name := range slices.Sorted(maps.Keys(members)) {
		t, ok := fields[name]
		here := strings.TrimPrefix(path+"."+name, ".")
		if !ok {
			if near, ok := suggest.Nearest(name, slices.Sorted(maps.Keys(fields))); ok {
				return fmt.Errorf("%s: unknown key, did you mean %q?", here, near)
			}
			return fmt.Errorf("%s: unknown key", here)
		}
		if err := unknownMember(t, members[name], here); err != nil {
			return err
		}
	}
	return nil
}

// jsonFields lists the members that a struct has in JSON, with those of the structs in it.
func jsonFields(t reflect.Type) map[string]reflect.Type {
	fields := map[string]reflect.Type{}
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case f.Anonymous && name == "":
			for inner, typ := range jsonFields(f.Type) {
				if _, shadowed := fields[inner]; !shadowed {
					fields[inner] = typ
				}
			}
		case f.IsExported() && name != "-" && name != "":
			fields[name] = f.Type
		}
	}
	return fields
}
