package luabind

import (
	"fmt"
	"strings"
	"unicode"

	lua "github.com/yuin/gopher-lua"

	"cordial/discord/rest/limits"
	"cordial/runtime/bind"
)

// maxWords is how many words the name of a command has at the most: command, group and subcommand.
const maxWords = 3

// commandName is one word.
var commandName = bind.Type{Name: "string", From: func(_ *lua.LState, v lua.LValue) (any, error) {
	s, ok := v.(lua.LString)
	if !ok || s == "" || strings.ContainsFunc(string(s), unicode.IsSpace) {
		return nil, bind.Expected("a command's name, which is one word", v)
	}
	return string(s), nil
}}

// slashName is the name of a command with a slash, of one to three words.
var slashName = bind.Type{Name: "string", From: func(L *lua.LState, v lua.LValue) (any, error) {
	s, ok := v.(lua.LString)
	words := strings.Fields(string(s))
	if !ok || len(words) == 0 || len(words) > maxWords {
		return nil, bind.Expected("one to three words: a command, a group of subcommands, a subcommand", v)
	}
	for _, word := range words {
		if err := checkName(word); err != nil {
			return nil, err
		}
	}
	return string(s), nil
}}

// optionName is the name of an option of a command with a slash.
var optionName = bind.Type{Name: "string", From: func(L *lua.LState, v lua.LValue) (any, error) {
	s, err := bind.String.From(L, v)
	if err != nil {
		return nil, err
	}
	return s, checkName(s.(string))
}}

// checkName explains what is wrong with a name that Discord does not take for commands with a slash and their options.
func checkName(name string) error {
	if limits.ValidCommandName(name) {
		return nil
	}
	const rule = "lower-case letters, digits, - and _, up to 32"
	if near := nearName(name); limits.ValidCommandName(near) {
		return fmt.Errorf("%q: %s; did you mean %q?", name, rule, near)
	}
	return fmt.Errorf("%q: %s", name, rule)
}

// nearName writes a name in small letters, with one - for whatever stands between its words.
func nearName(name string) string {
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool {
		return r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r)
	})
	return strings.Join(words, "-")
}
