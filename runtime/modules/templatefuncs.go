package modules

import (
	"cmp"
	"errors"
	"fmt"
	"html"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"text/template"
)

// functions are what a template can call beside Go's own. Those of the same
// name take numbers as Lua has them: a number of JSON is not of another kind
// than one in the template.
func (t *compiled) functions() template.FuncMap {
	return template.FuncMap{
		"show":  t.show,
		"step":  t.step,
		"enter": t.enter,
		"leave": func() string { t.run.depth--; return "" },

		"eq": func(a any, others ...any) (bool, error) {
			if len(others) == 0 {
				return false, errors.New("eq compares two values or more")
			}
			return slices.ContainsFunc(others, func(b any) bool { return simple(a) == simple(b) }), nil
		},
		"ne": func(a, b any) bool { return simple(a) != simple(b) },
		"lt": order(func(n int) bool { return n < 0 }), "le": order(func(n int) bool { return n <= 0 }),
		"gt": order(func(n int) bool { return n > 0 }), "ge": order(func(n int) bool { return n >= 0 }),

		"index":  index,
		"printf": printf,
		"join": func(list any, separator string) (string, error) {
			items, ok := list.(map[int]any)
			if empty, isTable := list.(map[string]any); !ok && !(isTable && len(empty) == 0) {
				return "", errors.New("join takes a list")
			}
			parts := make([]string, len(items))
			for i := range parts {
				part, err := text(items[i+1])
				if err != nil {
					return "", fmt.Errorf("value %d of the list: %w", i+1, err)
				}
				parts[i] = part
			}
			return strings.Join(parts, separator), nil
		},
		"upper": strings.ToUpper, "lower": strings.ToLower, "trim": strings.TrimSpace,
	}
}

// show is the text of a value that a template writes.
func (t *compiled) show(source string, value any) (string, error) {
	if value == "" { // what enter, step and leave give
		return "", nil
	}
	s, err := text(value)
	if err != nil {
		return "", fmt.Errorf("%s: %w", source, err)
	}
	if t.run.escape {
		s = html.EscapeString(s)
	}
	return s, nil
}

func (t *compiled) step() (string, error) {
	if t.run.steps++; t.run.steps > templateSteps {
		return "", fmt.Errorf("the loops turn more than %d times", templateSteps)
	}
	return "", nil
}

func (t *compiled) enter() (string, error) {
	if t.run.depth++; t.run.depth > templateDepth {
		return "", fmt.Errorf("more than %d templates inside one another", templateDepth)
	}
	return "", nil
}

// text writes a value as Lua does.
func text(value any) (string, error) {
	switch v := value.(type) {
	case nil:
		return "", errors.New("is missing; {{or … \"text\"}} gives another text, {{with …}}{{.}}{{end}} leaves it out")
	case string:
		return v, nil
	case bool:
		return strconv.FormatBool(v), nil
	case float64:
		return numberText(v), nil
	case int: // of the template itself
		return strconv.Itoa(v), nil
	case map[int]any:
		return "", errors.New("is a list; {{range …}} or join writes it")
	}
	return "", errors.New("is a table; name one of its fields")
}

// simple makes all numbers float64, and what cannot be compared a text.
func simple(value any) any {
	switch v := value.(type) {
	case int:
		return float64(v)
	case int64:
		return float64(v)
	case map[int]any, map[string]any:
		return &v // unlike everything else
	}
	return value
}

// order makes a comparison of two numbers or two strings.
func order(fits func(n int) bool) func(a, b any) (bool, error) {
	return func(a, b any) (bool, error) {
		switch x := simple(a).(type) {
		case float64:
			if y, ok := simple(b).(float64); ok {
				return fits(cmp.Compare(x, y)), nil
			}
		case string:
			if y, ok := b.(string); ok {
				return fits(strings.Compare(x, y)), nil
			}
		}
		return false, errors.New("two numbers or two strings can be compared")
	}
}

// index follows keys into tables: index .scores "Ann" 1. What is not there is
// nil.
func index(value any, keys ...any) (any, error) {
	for _, key := range keys {
		switch table := value.(type) {
		case map[int]any:
			n, ok := simple(key).(float64)
			if !ok {
				return nil, errors.New("a list has numbers as its keys")
			}
			value = table[int(n)]
		case map[string]any:
			name, err := text(key)
			if err != nil {
				return nil, err
			}
			value = table[name]
		default:
			return nil, errors.New("index takes a list or a table")
		}
	}
	return value, nil
}

// verbs are the places of printf's format that take a value.
var verbs = regexp.MustCompile(`%[-+# 0]*\d*(?:\.\d+)?([a-zA-Z%])`)

// printf is Go's, but takes a whole number where the format wants one.
func printf(format string, values ...any) (string, error) {
	n := 0
	for _, m := range verbs.FindAllStringSubmatch(format, -1) {
		if m[1] == "%" {
			continue
		}
		if n == len(values) {
			return "", fmt.Errorf("printf %q has more places than values", format)
		}
		number, isNumber := simple(values[n]).(float64)
		switch whole := isNumber && number == math.Trunc(number) && math.Abs(number) < 1<<62; {
		case strings.Contains("dxXobc", m[1]) && whole:
			values[n] = int64(number)
		case strings.Contains("feEgG", m[1]) && isNumber:
			values[n] = number
		case strings.Contains("svq", m[1]):
			s, err := text(values[n])
			if err != nil {
				return "", fmt.Errorf("printf: value %d %w", n+1, err)
			}
			values[n] = s
		default:
			return "", fmt.Errorf("printf: value %d does not fit %s", n+1, m[0])
		}
		n++
	}
	if n < len(values) {
		return "", fmt.Errorf("printf %q has more values than places", format)
	}
	return fmt.Sprintf(format, values...), nil
}
