package bind

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"cordial/internal/suggest"

	lua "github.com/yuin/gopher-lua"
)

// ArgumentError says that a declared function was called wrongly.
type ArgumentError struct {
	Func   string // "Channel:send"
	Reason string // "unknown option 'file', did you mean 'files'?"
}

func (e *ArgumentError) Error() string { return e.Func + ": " + e.Reason }

// Raiser is an error that raises a Lua value of its own.
type Raiser interface {
	error
	LuaValue() lua.LValue
}

// raise raises err in Lua; it does not return. An error for which a value is
// registered is raised as that value, any other as its text with the place of
// the call in front.
func (r *Registry) raise(L *lua.LState, err error) {
	if v, ok := r.errorValue(err); ok {
		L.Error(v, 0)
	}
	L.Error(lua.LString(err.Error()), 1)
}

func (r *Registry) errorValue(err error) (lua.LValue, bool) {
	if raiser, ok := errors.AsType[Raiser](err); ok {
		return raiser.LuaValue(), true
	}
	if apiErr, ok := errors.AsType[*lua.ApiError](err); ok {
		return apiErr.Object, true
	}
	for e := err; e != nil; e = errors.Unwrap(e) {
		if v, ok := r.convert(e); ok {
			return v, true
		}
	}
	return nil, false
}

// unknownName is the error of a name that owner does not have.
func unknownName(owner, what, name string, known []string) error {
	if near, ok := suggest.Nearest(name, known); ok {
		return &ArgumentError{owner, fmt.Sprintf("unknown %s '%s', did you mean '%s'?", what, name, near)}
	}
	return &ArgumentError{owner, fmt.Sprintf("unknown %s '%s'%s", what, name, listNames(known))}
}

// listLimit bounds how many names an error text lists.
const listLimit = 20

func listNames(names []string) string {
	if len(names) == 0 {
		return ""
	}
	names = slices.Sorted(slices.Values(names))
	if len(names) > listLimit {
		names = append(names[:listLimit], "…")
	}
	return "; known are " + strings.Join(names, ", ")
}

// placed is an error with its place inside an argument.
type placed struct {
	place string
	err   error
}

func (e *placed) Error() string { return e.place + ": " + e.err.Error() }
func (e *placed) Unwrap() error { return e.err }

// At says where inside a value an error is, step by step from the inside:
// At("embeds", At("[1]", At(".title", err))) reads "embeds[1].title: …".
func At(step string, err error) error {
	if err == nil {
		return nil
	}
	if p, ok := err.(*placed); ok {
		return &placed{step + p.place, p.err}
	}
	return &placed{step, err}
}
