package luabind_test

import (
	"io"
	"strings"
	"testing"

	"cordial/luabind"
)

// Everything that a script can reach has help, and so completion and a place in the reference.
func TestEveryFunctionIsDeclared(t *testing.T) {
	h, _ := newHost(t, io.Discard, luabind.Options{})
	for _, place := range h.Registry().Undeclared() {
		t.Errorf("%s has no declaration", place)
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
