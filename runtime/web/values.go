package web

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/textproto"
	"net/url"
	"slices"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"cordial/internal/suggest"
	"cordial/runtime/bind"
)

// valuesType is a table of names with texts, of a query or a form. A list stands for several values of one name.
var valuesType = bind.Type{Name: "{name=value}", Table: true, From: func(L *lua.LState, v lua.LValue) (any, error) {
	values := url.Values{}
	err := eachNamed(v, func(name string, v lua.LValue) error {
		text, err := textOf(v)
		values.Add(name, text)
		return err
	})
	return values, err
}}

var (
	errBadName  = errors.New("this is no name of a header")
	errBadValue = errors.New("a header takes one line of text")
)

// lengthHeaders follow from the body.
var lengthHeaders = []string{"Content-Length", "Transfer-Encoding", "Trailer"}

// headersType is a table of headers.
var headersType = bind.Type{Name: "{name=value}", Table: true, From: func(L *lua.LState, v lua.LValue) (any, error) {
	header := http.Header{}
	err := eachNamed(v, func(name string, v lua.LValue) error {
		text, err := textOf(v)
		canonical := textproto.CanonicalMIMEHeaderKey(name)
		switch {
		case err != nil:
			return err
		case !validName(name):
			return errBadName
		case slices.Contains(lengthHeaders, canonical):
			return errors.New("follows from what is sent; leave it out")
		case !validValue(text):
			return errBadValue
		}
		header.Add(name, text)
		return nil
	})
	return header, err
}}

// eachNamed calls add with the named values of a table, in the order of their names, and with each of a list's.
func eachNamed(v lua.LValue, add func(name string, v lua.LValue) error) error {
	table, ok := v.(*lua.LTable)
	if !ok {
		return bind.Expected("a table", v)
	}
	named := map[string]lua.LValue{}
	for key, value := table.Next(lua.LNil); key != lua.LNil; key, value = table.Next(key) {
		name, ok := key.(lua.LString)
		if !ok {
			return fmt.Errorf("expected names for the values, as in {name=\"value\"}; got a value without one: %s", bind.Describe(value))
		}
		named[string(name)] = value
	}
	for _, name := range sortedNames(named) {
		list, isTable := named[name].(*lua.LTable)
		if isTable && isEmpty(list) {
			continue
		}
		if !isTable || list.Len() == 0 {
			if err := add(name, named[name]); err != nil {
				return bind.At("."+name, err)
			}
			continue
		}
		for i := 1; i <= list.Len(); i++ {
			if err := add(name, list.RawGetInt(i)); err != nil {
				return bind.At(fmt.Sprintf(".%s[%d]", name, i), err)
			}
		}
	}
	return nil
}

func isEmpty(table *lua.LTable) bool {
	key, _ := table.Next(lua.LNil)
	return key == lua.LNil
}

// textOf is a value as it stands in an address or a header.
func textOf(v lua.LValue) (string, error) {
	switch v := v.(type) {
	case lua.LString, lua.LNumber, lua.LBool:
		return v.String(), nil
	}
	return "", bind.Expected("a string, a number or a list of them", v)
}

// texts reads the texts of a table that has some of the names.
func texts(L *lua.LState, table *lua.LTable, names ...string) (map[string]string, error) {
	found := map[string]string{}
	for key, value := table.Next(lua.LNil); key != lua.LNil; key, value = table.Next(key) {
		name := key.String()
		if !slices.Contains(names, name) {
			if near, ok := suggest.Nearest(name, names); ok {
				return nil, fmt.Errorf("unknown field '%s', did you mean '%s'?", name, near)
			}
			return nil, fmt.Errorf("unknown field '%s'; known are %s", name, strings.Join(names, ", "))
		}
		text, err := bind.String.From(L, value)
		if err != nil {
			return nil, bind.At("."+name, err)
		}
		found[name] = text.(string)
	}
	return found, nil
}

func sortedNames[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// validName reports whether a text is a token (RFC 9110, 5.6.2), as names of headers and methods are.
func validName(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool {
		letter := 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
		return !letter && !strings.ContainsRune("!#$%&'*+-.^_`|~", r)
	})
}

// validValue reports whether a header may have the value: no control characters, which could end it.
func validValue(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' && s[i] != '\t' || s[i] == 0x7f {
			return false
		}
	}
	return true
}
