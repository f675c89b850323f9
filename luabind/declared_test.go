package luabind_test

import (
	"io"
	"regexp"
	"strings"
	"testing"

	"cordial/luabind"
	"cordial/runtime/bind"
)

// Everything that a script can reach has help, and so completion and a place in the reference.
func TestEveryFunctionIsDeclared(t *testing.T) {
	h, _ := newHost(t, io.Discard, luabind.Options{})
	for _, place := range h.Registry().Undeclared() {
		t.Errorf("%s has no declaration", place)
	}
}

// In Lua 5.1 a backslash before another letter is that letter: an example with it would send something else.
func TestExamplesHaveNoStrangeEscapes(t *testing.T) {
	h, _ := newHost(t, io.Discard, luabind.Options{})
	strange := regexp.MustCompile(`\\[^abfnrtv\\"'\d\n]`)
	examples := 0
	check := func(of string, funcs []bind.Func) {
		for _, f := range funcs {
			if f.Example != "" {
				examples++
			}
			if found := strange.FindString(f.Example); found != "" {
				t.Errorf("the example of %s.%s has %s: %s", of, f.Name, found, f.Example)
			}
		}
	}
	all := h.Registry().All()
	for _, class := range all.Classes {
		check(class.Name, class.Methods)
	}
	for _, module := range all.Modules {
		check(module.Name, module.Funcs)
	}
	if examples < 50 {
		t.Errorf("only %d examples were looked at", examples)
	}
}

func TestUndeclaredFunctionsAreFound(t *testing.T) {
	h, _ := newHost(t, io.Discard, luabind.Options{})
	table := h.Registry().L.NewTable()
	table.RawSetString("secret", h.Registry().L.NewFunction(nil))
	h.Registry().L.SetGlobal("hidden", table)
	if found := h.Registry().Undeclared(); len(found) != 1 || !strings.Contains(found[0], "hidden.secret") {
		t.Errorf("found %q, want hidden.secret", found)
	}
}
