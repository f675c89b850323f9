package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// keysInOrder lists the keys of a JSON object as the text has them.
func keysInOrder(data []byte) ([]string, error) {
	dec := json.NewDecoder(bytes.NewReader(data))
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return nil, err
	}
	var keys []string
	for dec.More() {
		t, err := dec.Token()
		if err != nil {
			return nil, err
		}
		keys = append(keys, t.(string))
		var skip json.RawMessage
		if err := dec.Decode(&skip); err != nil {
			return nil, err
		}
	}
	return keys, nil
}

// bases maps the notation's scalar names to the constants of package catalogue.
var bases = map[string]string{
	"string": "String", "integer": "Integer", "int64": "Integer", "number": "Number", "boolean": "Boolean", "snowflake": "Snowflake",
	"timestamp": "Timestamp", "uri": "URI", "datauri": "DataURI", "nonce": "String", "null": "Null", "object": "Object", "file": "File",
	"any": "Any", "image/png": "File", "text/csv": "File",
}

// goType turns a type of the facts' notation and its constraints into a Go literal of catalogue.Type.
func goType(t string, c constraints) (string, error) {
	var parts []string
	add := func(format string, args ...any) { parts = append(parts, fmt.Sprintf(format, args...)) }
	whole := t
	if rest, ok := strings.CutPrefix(t, "?"); ok {
		add("Nullable: true")
		t = rest
	}
	switch {
	case strings.HasPrefix(t, "[]"):
		elem, err := goType(t[2:], elementConstraints(c.Items))
		if err != nil {
			return "", err
		}
		add("Base: Array, Elem: %s", elem)
	case strings.HasPrefix(t, "map<"):
		elem, err := goType(strings.TrimSuffix(t[4:], ">"), elementConstraints(c.Values))
		if err != nil {
			return "", err
		}
		add("Base: Map, Elem: %s", elem)
	case strings.HasPrefix(t, "("):
		var alts []string
		for alt := range splitAlts(t) {
			lit, err := goType(alt, c.Alts[alt])
			if err != nil {
				return "", err
			}
			alts = append(alts, strings.TrimPrefix(lit, "&Type"))
		}
		add("Base: Union, Alts: []*Type{%s}", strings.Join(alts, ", "))
	case strings.HasPrefix(t, "@"):
		add("Base: Ref, Ref: %q", t[1:])
	case bases[t] != "":
		add("Base: %s", bases[t])
		if len(c.Fields) > 0 {
			fields, err := goFields(c.Fields)
			if err != nil {
				return "", err
			}
			add("Fields: %s", fields)
		}
	default:
		return "", fmt.Errorf("unknown type %q in %q", t, whole)
	}
	addLimits(add, c)
	return "&Type{" + strings.Join(parts, ", ") + "}", nil
}

func addLimits(add func(string, ...any), c constraints) {
	if c.Min != nil && c.Max != nil && -*c.Min < 1<<62 {
		add("Range: &Range{%v, %v}", *c.Min, *c.Max)
	} else if c.Min != nil && c.Max == nil {
		add("Range: &Range{%v, 1<<53}", *c.Min)
	}
	for _, l := range []struct {
		name  string
		value int
	}{{"MinLength", c.MinLength}, {"MaxLength", c.MaxLength}, {"MinItems", c.MinItems}, {"MaxItems", c.MaxItems}, {"MaxProps", c.MaxProps}} {
		if l.value != 0 {
			add("%s: %d", l.name, l.value)
		}
	}
	if c.Unique {
		add("Unique: true")
	}
	if c.Pattern != "" {
		add("Pattern: %q", c.Pattern)
	}
	if len(c.Enum) > 0 {
		var values []string
		for _, v := range c.Enum {
			values = append(values, fmt.Sprintf("%q", strings.Trim(string(v), `"`)))
		}
		add("Enum: []string{%s}", strings.Join(values, ", "))
	}
}

func elementConstraints(c *constraints) constraints {
	if c == nil {
		return constraints{}
	}
	return *c
}

// splitAlts yields the alternatives of "(a|b)"; a "|" inside brackets belongs to an alternative.
func splitAlts(t string) func(func(string) bool) {
	t = strings.TrimSuffix(strings.TrimPrefix(t, "("), ")")
	return func(yield func(string) bool) {
		depth, start := 0, 0
		for i, r := range t + "|" {
			switch {
			case r == '(':
				depth++
			case r == ')':
				depth--
			case r == '|' && depth == 0:
				if !yield(t[start:i]) {
					return
				}
				start = i + 1
			}
		}
	}
}

func goFields(fields ordered[field]) (string, error) {
	var b strings.Builder
	b.WriteString("[]Field{")
	for _, f := range fields {
		t, err := goType(f.Value.T, f.Value.constraints)
		if err != nil {
			return "", fmt.Errorf("%s: %w", f.Key, err)
		}
		fmt.Fprintf(&b, "\n{Name: %q, Type: %s", f.Key, t)
		if f.Value.Required {
			b.WriteString(", Required: true")
		}
		if f.Value.Deprecated {
			b.WriteString(", Deprecated: true")
		}
		b.WriteString("},")
	}
	b.WriteString("}")
	return b.String(), nil
}

func sortedKeys[V any](m map[string]V) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
