package bind

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"cordial/internal/suggest"

	lua "github.com/yuin/gopher-lua"
)

// Type says which Lua values a parameter takes and what Go gets for them.
type Type struct {
	// Name stands in signatures: "string", "id", "list of string".
	Name string

	// From checks v, which is nil only for a type with Nil, and converts it. Its
	// error reads "expected a string, got number 5"; [Expected] makes such errors.
	From func(L *lua.LState, v lua.LValue) (any, error)

	// Table says that the type takes a Lua table. A table in the place of a
	// parameter that takes none is the options table.
	Table bool

	// Nil says that nil is a value like others. For other types it is the same
	// as leaving the argument out.
	Nil bool

	// Choices are the texts that the type takes, or some of them, to complete
	// what is typed: of a list, those of its elements.
	Choices []string
}

// maxInteger is the largest integer that a Lua number holds exactly.
const maxInteger = 1 << 53

// The types that every declaration can use. In Go they are lua.LValue,
// string, float64, int, bool, *lua.LFunction, *lua.LTable and time.Duration.
var (
	Any      = Type{Name: "any", Table: true, From: func(_ *lua.LState, v lua.LValue) (any, error) { return v, nil }}
	AnyOrNil = Type{Name: Any.Name, Table: true, Nil: true, From: Any.From}
	String   = Type{Name: "string", From: toString}
	Number   = Type{Name: "number", From: as("a number", func(n lua.LNumber) float64 { return float64(n) })}
	Integer  = Type{Name: "integer", From: toInteger}
	Boolean  = Type{Name: "boolean", From: as("true or false", func(b lua.LBool) bool { return bool(b) })}
	Function = Type{Name: "function", From: as("a function", func(f *lua.LFunction) *lua.LFunction { return f })}
	Table    = Type{Name: "table", Table: true, From: as("a table", func(t *lua.LTable) *lua.LTable { return t })}
	Duration = Type{Name: "duration", From: toDuration}
)

// as makes the From of a type that is one kind of Lua value.
func as[L lua.LValue, G any](what string, convert func(L) G) func(*lua.LState, lua.LValue) (any, error) {
	return func(_ *lua.LState, v lua.LValue) (any, error) {
		if lv, ok := v.(L); ok {
			return convert(lv), nil
		}
		return nil, Expected(what, v)
	}
}

// toString takes numbers too, as Lua's own functions do.
func toString(_ *lua.LState, v lua.LValue) (any, error) {
	if lua.LVCanConvToString(v) {
		return v.String(), nil
	}
	return nil, Expected("a string", v)
}

func toInteger(_ *lua.LState, v lua.LValue) (any, error) {
	n, ok := v.(lua.LNumber)
	if f := float64(n); ok && f == math.Trunc(f) && math.Abs(f) <= maxInteger {
		return int(n), nil
	}
	return nil, Expected("an integer", v)
}

func toDuration(_ *lua.LState, v lua.LValue) (any, error) {
	d, ok := duration(v)
	if !ok {
		return nil, Expected(`a duration (seconds, or a text like "1h30m")`, v)
	}
	if d < 0 {
		return nil, Expected("a duration of zero or more", v)
	}
	return d, nil
}

func duration(v lua.LValue) (d time.Duration, ok bool) {
	switch v := v.(type) {
	case lua.LNumber:
		nanoseconds := float64(v) * float64(time.Second)
		return time.Duration(nanoseconds), math.Abs(nanoseconds) < math.MaxInt64
	case lua.LString:
		return ParseDuration(string(v))
	}
	return 0, false
}

// ParseDuration reads a duration as scripts write it: Go's, with days and weeks too, such as "1h30m" or "2d". Without a unit it is none.
func ParseDuration(text string) (d time.Duration, ok bool) {
	d, err := time.ParseDuration(inHours(text))
	return d, err == nil
}

// days finds the days and weeks in a duration, which Go does not know.
var days = regexp.MustCompile(`(\d+(?:\.\d+)?)([dw])`)

// inHours writes the days and weeks of a duration as hours: "1w2d" is 216h.
func inHours(duration string) string {
	return days.ReplaceAllStringFunc(duration, func(part string) string {
		n, _ := strconv.ParseFloat(part[:len(part)-1], 64) // digits, by the pattern
		hours := 24.0
		if part[len(part)-1] == 'w' {
			hours *= 7
		}
		return strconv.FormatFloat(n*hours, 'f', -1, 64) + "h"
	})
}

// ListOf is a Lua list of t. In Go it is a []any of what t gives.
func ListOf(t Type) Type {
	return Type{Name: "list of " + t.Name, Table: true, Choices: t.Choices, From: func(L *lua.LState, v lua.LValue) (any, error) {
		table, ok := v.(*lua.LTable)
		if !ok {
			return nil, Expected("a list of "+t.Name, v)
		}
		if key := otherKey(table); key != lua.LNil {
			return nil, fmt.Errorf("expected a list of %s, got a table with the field %s", t.Name, key)
		}
		list := make([]any, table.Len())
		for i := range list {
			item, err := t.From(L, table.RawGetInt(i+1))
			if err != nil {
				return nil, At(fmt.Sprintf("[%d]", i+1), err)
			}
			list[i] = item
		}
		return list, nil
	}}
}

// otherKey is a key of a table that is no place in a list, nil of Lua for none.
func otherKey(table *lua.LTable) lua.LValue {
	for key, _ := table.Next(lua.LNil); key != lua.LNil; key, _ = table.Next(key) {
		if _, place := key.(lua.LNumber); !place {
			return key
		}
	}
	return lua.LNil
}

// choiceLimit bounds how many of the names that OneOf takes an error lists.
const choiceLimit = 12

// OneOf is a string out of names.
func OneOf(names ...string) Type {
	quoted := make([]string, len(names))
	for i, name := range names {
		quoted[i] = strconv.Quote(name)
	}
	choice := "one of " + strings.Join(quoted, ", ")
	if len(names) > choiceLimit {
		choice = "one of " + strings.Join(quoted[:choiceLimit], ", ") + ", …"
	}
	return Type{Name: strings.Join(quoted, "|"), Choices: names, From: func(_ *lua.LState, v lua.LValue) (any, error) {
		s, ok := v.(lua.LString)
		if ok && slices.Contains(names, string(s)) {
			return string(s), nil
		}
		if near, found := suggest.Nearest(string(s), names); ok && found {
			if len(names) > choiceLimit {
				return nil, fmt.Errorf("there is no %q; did you mean %q?", string(s), near)
			}
			return nil, fmt.Errorf("%s; did you mean %q?", Expected(choice, v), near)
		}
		return nil, Expected(choice, v)
	}}
}

// Either is the first of types that takes the value.
func Either(types ...Type) Type {
	t := Type{}
	names := make([]string, len(types))
	for i, alternative := range types {
		names[i] = alternative.Name
		t.Table = t.Table || alternative.Table
		t.Choices = append(t.Choices, alternative.Choices...)
	}
	t.Name = strings.Join(names, "|")
	t.From = func(L *lua.LState, v lua.LValue) (any, error) {
		for _, alternative := range types {
			if g, err := alternative.From(L, v); err == nil {
				return g, nil
			}
		}
		return nil, Expected(strings.Join(names, " or "), v)
	}
	return t
}

// Nullable is t or json.null, which is [Null] in Go.
func Nullable(t Type) Type {
	return Type{Name: t.Name + "|null", Table: t.Table, Choices: t.Choices, From: func(L *lua.LState, v lua.LValue) (any, error) {
		if IsNull(v) {
			return Null, nil
		}
		return t.From(L, v)
	}}
}

// Expected is the error of a value that does not fit: "expected a string, got
// number 5".
func Expected(what string, v lua.LValue) error {
	return errors.New("expected " + what + ", got " + Describe(v))
}

// describeLimit bounds how much of a string an error text repeats, in bytes.
const describeLimit = 40

// Describe names a value in an error text: number 5, string "hi", a Channel.
func Describe(v lua.LValue) string {
	switch v := v.(type) {
	case lua.LNumber:
		return "number " + strconv.FormatFloat(float64(v), 'g', -1, 64)
	case lua.LString:
		return "string " + strconv.Quote(shorten(string(v), describeLimit))
	case lua.LBool:
		return v.String()
	case *lua.LUserData:
		if IsNull(v) {
			return "json.null"
		}
		if mt, ok := v.Metatable.(*lua.LTable); ok {
			if name, ok := mt.RawGetString("__name").(lua.LString); ok {
				return WithArticle(string(name))
			}
		}
		return "userdata"
	case *lua.LNilType:
		return "nil"
	default:
		return "a " + v.Type().String()
	}
}

// WithArticle is a class in a sentence: a Channel, an Interaction.
func WithArticle(class string) string {
	if strings.ContainsRune("AEIO", rune(class[0])) {
		return "an " + class
	}
	return "a " + class
}

// shorten cuts s to at most limit bytes between two characters.
func shorten(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	for limit > 0 && !utf8.RuneStart(s[limit]) {
		limit--
	}
	return s[:limit] + "…"
}
