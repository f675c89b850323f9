package catalogue

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// FormErrors is Discord's tree of what is wrong with a request: it mirrors the request, with a list's indices as keys.
type FormErrors struct {
	Errors []FormError            // what is wrong with the value itself
	Fields map[string]*FormErrors // what is wrong inside of it
}

// FormError is one thing that is wrong with a value.
type FormError struct {
	Code    string `json:"code"` // such as "BASE_TYPE_REQUIRED"
	Message string `json:"message"`
}

// At gives the part of the tree at a path of keys and indices.
func (f *FormErrors) At(path ...string) *FormErrors {
	for _, key := range path {
		if f.Fields == nil {
			f.Fields = map[string]*FormErrors{}
		}
		if f.Fields[key] == nil {
			f.Fields[key] = &FormErrors{}
		}
		f = f.Fields[key]
	}
	return f
}

// Add notes that something is wrong with the value.
func (f *FormErrors) Add(code, message string) {
	f.Errors = append(f.Errors, FormError{Code: code, Message: message})
}

// Empty reports whether nothing is wrong.
func (f *FormErrors) Empty() bool { return f.Count() == 0 }

// Count is the number of errors in the whole tree.
func (f *FormErrors) Count() int {
	if f == nil {
		return 0
	}
	n := len(f.Errors)
	for _, inner := range f.Fields {
		n += inner.Count()
	}
	return n
}

// String says on one line what is wrong with which part, as in "embeds[0].title: This field is required".
func (f *FormErrors) String() string {
	var list []string
	f.describe("", &list)
	return strings.Join(list, "; ")
}

func (f *FormErrors) describe(path string, list *[]string) {
	for _, e := range f.Errors {
		text := strings.TrimSuffix(e.Message, ".")
		if path != "" {
			text = path + ": " + text
		}
		*list = append(*list, text)
	}
	for _, key := range slices.Sorted(maps.Keys(f.Fields)) {
		inner := key
		if _, err := strconv.Atoi(key); err == nil && path != "" {
			inner = path + "[" + key + "]"
		} else if path != "" {
			inner = path + "." + key
		}
		f.Fields[key].describe(inner, list)
	}
}

// MarshalJSON writes the tree as Discord does, errors of a value under "_errors".
func (f *FormErrors) MarshalJSON() ([]byte, error) {
	tree := make(map[string]any, len(f.Fields)+1)
	for key, inner := range f.Fields {
		if !inner.Empty() {
			tree[key] = inner
		}
	}
	if len(f.Errors) > 0 {
		tree["_errors"] = f.Errors
	}
	return json.Marshal(tree)
}
