package luatest

import (
	"fmt"
	"net/http"

	lua "github.com/yuin/gopher-lua"

	"cordial/runtime"
	"cordial/runtime/bind"
)

// answer is what a function of t.serve answers.
type answer struct {
	status int
	header http.Header
	body   string
	pieces *lua.LFunction // of the body, after body; nil for none
}

// answerOf reads what a function of t.serve returns: nothing, a text, or a table.
func answerOf(L *lua.LState, v lua.LValue) (*answer, error) {
	a := &answer{status: http.StatusOK, header: http.Header{}}
	switch v := v.(type) {
	case *lua.LNilType:
		return a, nil
	case *lua.LTable:
		for key, value := v.Next(lua.LNil); key != lua.LNil; key, value = v.Next(key) {
			if err := a.set(L, key.String(), value); err != nil {
				return nil, fmt.Errorf("t.serve: the answer's %s: %w", key, err)
			}
		}
		return a, nil
	}
	if err := a.set(L, "body", v); err != nil {
		return nil, fmt.Errorf("t.serve: the answer: %w", err)
	}
	return a, nil
}

func (a *answer) set(L *lua.LState, key string, v lua.LValue) error {
	switch key {
	case "status":
		status, err := bind.Integer.From(L, v)
		if err != nil {
			return err
		}
		if a.status = status.(int); a.status < 200 || a.status > 599 {
			return fmt.Errorf("expected a status from 200 to 599, got %d", a.status)
		}
	case "headers":
		return a.setHeaders(v)
	case "body":
		if fn, ok := v.(*lua.LFunction); ok {
			a.pieces = fn
			return nil
		}
		text, err := bind.String.From(L, v)
		if err != nil {
			return bind.Expected("a text, or a function that gives its pieces", v)
		}
		a.body = text.(string)
	case "json":
		text, err := runtime.EncodeJSON(L, v)
		if err != nil {
			return err
		}
		a.body = text
		if a.header.Get("Content-Type") == "" {
			a.header.Set("Content-Type", "application/json")
		}
	default:
		return fmt.Errorf("is not known; known are body, headers, json, status")
	}
	return nil
}

// setHeaders reads a table of headers; a list stands for several of one name.
func (a *answer) setHeaders(v lua.LValue) error {
	table, ok := v.(*lua.LTable)
	if !ok {
		return bind.Expected("a table", v)
	}
	for key, value := table.Next(lua.LNil); key != lua.LNil; key, value = table.Next(key) {
		list, ok := value.(*lua.LTable)
		if !ok {
			a.header.Set(key.String(), value.String())
			continue
		}
		a.header.Del(key.String())
		for i := 1; i <= list.Len(); i++ {
			a.header.Add(key.String(), list.RawGetInt(i).String())
		}
	}
	return nil
}
