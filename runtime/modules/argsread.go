package modules

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"cordial/internal/suggest"
	"cordial/runtime/bind"
	"cordial/runtime/schedule"
)

// arguments is what a script declares to take.
type arguments struct {
	about      string
	positional []*argument
	options    []*argument
}

// argument is one positional argument, or one option.
type argument struct {
	name     string // as it is typed: "channel", "--older-than"
	key      string // as the script finds it: "older_than"
	doc      string
	value    string // what the usage calls the value
	kind     argumentType
	choice   []string // the only values, nil for any
	byDef    any      // the value when none is given, nil for none
	defText  string   // byDef in the usage
	optional bool
	rest     bool // a positional argument that takes all that are left
	many     bool // an option that may be given several times
	empty    bool // the value may be an empty text, which is a variable of the shell that is not set in most cases
}

// list tells whether the value is a list.
func (a *argument) list() bool { return a.rest || a.many }

// argumentType is how a text on the command line becomes a value.
type argumentType struct {
	typ     bind.Type
	expects string
	value   string // what the usage calls it
	lua     func(text string) lua.LValue
}

var argumentTypes = map[string]argumentType{
	"string":   {bind.String, "a text", "TEXT", luaText},
	"integer":  {bind.Integer, "a whole number", "N", luaNumber},
	"number":   {bind.Number, "a number", "N", luaNumber},
	"boolean":  {bind.Boolean, "true or false", "", luaBoolean},
	"duration": {bind.Duration, "a duration such as 90m, 12h or 14d", "DURATION", luaText},
	"cron":     {checked(schedule.CheckSpec), `a cron spec such as "0 4 * * *"`, "SPEC", luaText},
	"timezone": {checked(schedule.CheckZone), "a time zone such as Europe/Berlin", "ZONE", luaText},
}

// checked is the type of texts that are right for something else.
func checked(check func(text string) error) bind.Type {
	return bind.Type{Name: "string", From: func(L *lua.LState, v lua.LValue) (any, error) {
		text, err := bind.String.From(L, v)
		if err != nil {
			return nil, err
		}
		if err := check(text.(string)); err != nil {
			return nil, &wrongText{err}
		}
		return text, nil
	}}
}

// wrongText says what is wrong with a text better than that something else was expected.
type wrongText struct{ error }

func luaText(text string) lua.LValue { return lua.LString(text) }

func luaNumber(text string) lua.LValue {
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsInf(n, 0) || math.IsNaN(n) {
		return lua.LString(text)
	}
	return lua.LNumber(n)
}

func luaBoolean(text string) lua.LValue {
	if text == "true" || text == "false" {
		return lua.LBool(text == "true")
	}
	return lua.LString(text)
}

// read makes a value of a text from the command line.
func (a *argument) read(text string) (any, error) {
	if a.choice != nil && !slices.Contains(a.choice, text) {
		return nil, fmt.Errorf("%s expects %s, got %q%s", a.name, orList(a.choice), text, didYouMean(text, a.choice))
	}
	if text == "" && !a.empty && a.choice == nil {
		return nil, fmt.Errorf("%s expects %s, got %q", a.name, a.kind.expects, text)
	}
	value, err := a.kind.typ.From(nil, a.kind.lua(text))
	if wrong, ok := errors.AsType[*wrongText](err); ok {
		return nil, fmt.Errorf("%s: %w", a.name, wrong)
	}
	if err != nil {
		return nil, fmt.Errorf("%s expects %s, got %q", a.name, a.kind.expects, text)
	}
	return value, nil
}

func orList(names []string) string {
	if len(names) == 1 {
		return names[0]
	}
	return strings.Join(names[:len(names)-1], ", ") + " or " + names[len(names)-1]
}

// didYouMean is a suggestion in brackets, or nothing: a name that is nearly the same, or that begins so.
func didYouMean(name string, known []string) string {
	near, ok := suggest.Nearest(name, known)
	if i := slices.IndexFunc(known, func(k string) bool { return strings.HasPrefix(k, name) }); !ok && i >= 0 && len(name) > len("--") {
		near, ok = known[i], true
	}
	if !ok {
		return ""
	}
	return fmt.Sprintf(" (did you mean %s?)", near)
}

// readArguments reads a declaration. Its errors are those of who wrote the script.
func readArguments(L *lua.LState, table *lua.LTable) (*arguments, error) {
	about, _, err := named(L, table, "about", bind.String)
	if err != nil {
		return nil, err
	}
	if err := checkFields(table, []string{"about"}, table.Len()); err != nil {
		return nil, err
	}
	d := &arguments{}
	d.about, _ = about.(string)
	for i := 1; i <= table.Len(); i++ {
		item, ok := table.RawGetInt(i).(*lua.LTable)
		if !ok {
			return nil, fmt.Errorf(`argument %d: %w`, i, bind.Expected(`a table such as {"--limit", "at most so many"}`, table.RawGetInt(i)))
		}
		a, err := readArgument(L, item)
		if err != nil {
			return nil, fmt.Errorf("argument %d: %w", i, err)
		}
		if err := d.add(a); err != nil {
			return nil, err
		}
	}
	return d, nil
}

var (
	optionName     = regexp.MustCompile(`^--[A-Za-z][A-Za-z0-9-]*$`)
	positionalName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_-]*$`)
)

// argumentFields are what the declaration of an argument has besides its name and its text.
var argumentFields = []string{"type", "default", "choice", "optional", "rest", "many", "empty", "value"}

func readArgument(L *lua.LState, item *lua.LTable) (*argument, error) {
	name, ok := item.RawGetInt(1).(lua.LString)
	doc, documented := item.RawGetInt(2).(lua.LString)
	if !ok || !documented {
		return nil, errors.New(`it begins with its name and a text for --help: {"--limit", "at most so many"}`)
	}
	a := &argument{name: string(name), doc: string(doc)}
	switch {
	case !optionName.MatchString(a.name) && !positionalName.MatchString(a.name):
		return nil, fmt.Errorf("%q is no name: an option is --word or --two-words, an argument is word", a.name)
	case a.name == "--help":
		return nil, errors.New("--help is there already")
	}
	a.key = strings.ReplaceAll(strings.TrimPrefix(a.name, "--"), "-", "_")
	if err := checkFields(item, argumentFields, 2); err != nil {
		return nil, fmt.Errorf("%s: %w", a.name, err)
	}
	if err := a.readFields(L, item); err != nil {
		return nil, fmt.Errorf("%s: %w", a.name, err)
	}
	return a, nil
}

func (a *argument) isOption() bool { return strings.HasPrefix(a.name, "--") }

// isFlag tells whether the option stands alone, without a value.
func (a *argument) isFlag() bool { return a.isOption() && a.kind.typ.Name == bind.Boolean.Name }

func (a *argument) readFields(L *lua.LState, item *lua.LTable) error {
	typeName := "string"
	for _, field := range []struct {
		name string
		typ  bind.Type
		set  func(v any)
	}{
		{"type", argumentTypeName(), func(v any) { typeName = v.(string) }},
		{"choice", bind.ListOf(bind.String), func(v any) { a.choice = texts(v) }},
		{"optional", bind.Boolean, func(v any) { a.optional = v.(bool) }},
		{"rest", bind.Boolean, func(v any) { a.rest = v.(bool) }},
		{"many", bind.Boolean, func(v any) { a.many = v.(bool) }},
		{"empty", bind.Boolean, func(v any) { a.empty = v.(bool) }},
		{"value", bind.String, func(v any) { a.value = v.(string) }},
	} {
		v, given, err := named(L, item, field.name, field.typ)
		if err != nil {
			return err
		}
		if given {
			field.set(v)
		}
	}
	a.kind = argumentTypes[typeName]
	if a.value == "" {
		a.value = a.kind.value
		if a.choice != nil {
			a.value = strings.Join(a.choice, "|")
		}
	}
	if err := a.check(); err != nil {
		return err
	}
	return a.readDefault(L, item)
}

func argumentTypeName() bind.Type {
	return bind.OneOf("string", "integer", "number", "boolean", "duration", "cron", "timezone")
}

// check finds fields that do not go together.
func (a *argument) check() error {
	switch {
	case a.choice != nil && (a.kind.typ.Name != bind.String.Name || len(a.choice) == 0):
		return errors.New("choice is a list of texts, for an argument of type string")
	case a.isOption() && (a.rest || a.optional):
		return errors.New("rest and optional are for positional arguments; options may be left out anyway")
	case !a.isOption() && a.many:
		return errors.New("many is for options; rest = true takes all arguments that are left")
	case a.empty && a.kind.typ.Name != bind.String.Name:
		return errors.New("empty is for arguments of type string")
	case a.isFlag() && a.many:
		return errors.New("an option of type boolean is given once")
	}
	return nil
}

func (a *argument) readDefault(L *lua.LState, item *lua.LTable) error {
	typ := a.kind.typ
	switch {
	case a.list():
		typ = bind.ListOf(typ)
		a.byDef = []any{}
	case a.choice != nil:
		typ = bind.OneOf(a.choice...)
	case a.isFlag():
		a.byDef = false
	}
	v, given, err := named(L, item, "default", typ)
	if err != nil || !given {
		return err
	}
	a.byDef, a.optional = v, true
	if text := item.RawGetString("default"); !a.list() && text != lua.LFalse && text.String() != "" {
		a.defText = text.String()
	}
	return nil
}

// add puts an argument behind those before it.
func (d *arguments) add(a *argument) error {
	for _, other := range slices.Concat(d.positional, d.options) {
		if other.key == a.key {
			return fmt.Errorf("%s and %s would have the same name, %s", other.name, a.name, a.key)
		}
	}
	if a.isOption() {
		d.options = append(d.options, a)
		return nil
	}
	if n := len(d.positional); n > 0 {
		last := d.positional[n-1]
		switch {
		case last.rest:
			return fmt.Errorf("%s stands behind %s, which takes all that are left", a.name, last.name)
		case last.optional && !a.optional:
			return fmt.Errorf("%s must be given, but stands behind %s, which may be left out", a.name, last.name)
		}
	}
	d.positional = append(d.positional, a)
	return nil
}

// named reads a field of a declaration.
func named(L *lua.LState, table *lua.LTable, name string, typ bind.Type) (value any, given bool, err error) {
	v := table.RawGetString(name)
	if v == lua.LNil {
		return nil, false, nil
	}
	value, err = typ.From(L, v)
	return value, true, bind.At(name, err)
}

// checkFields finds what a declaration must not have: other names than those, and more values than n without a name.
func checkFields(table *lua.LTable, names []string, n int) error {
	for key, _ := table.Next(lua.LNil); key != lua.LNil; key, _ = table.Next(key) {
		if place, ok := key.(lua.LNumber); ok && float64(place) >= 1 && float64(place) <= float64(n) {
			continue
		}
		if !slices.Contains(names, key.String()) {
			return fmt.Errorf("there is no field %s%s; known are %s", key.String(), didYouMean(key.String(), names), strings.Join(names, ", "))
		}
	}
	return nil
}

// texts are the strings of a list.
func texts(list any) []string {
	all := []string{}
	for _, text := range list.([]any) {
		all = append(all, text.(string))
	}
	return all
}
