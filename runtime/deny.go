package runtime

import (
	"fmt"
	"slices"
	"strings"

	"cordial/internal/suggest"

	lua "github.com/yuin/gopher-lua"
)

// What Deny takes away by a name of its own: modules, functions of modules as
// "os.execute", and global functions. A command of the shell can do all of it,
// so each of them takes commands away.
var denials = map[string][]string{
	DenyIO:  {"io", "fs", "loadfile", "dofile", "os.remove", "os.rename", "os.tmpname", "os.execute"},
	DenyOS:  {"env", "os.execute", "os.getenv", "os.remove", "os.rename", "os.tmpname", "io.popen"},
	DenyNet: {"http", "os.execute", "io.popen"},
}

// The names that stand for more than a module of that name.
const (
	DenyIO  = "io"  // files
	DenyOS  = "os"  // commands, the environment, and files as far as os has them
	DenyNet = "net" // servers other than Discord's
)

// DeniedError says that something was taken away from scripts.
type DeniedError struct {
	What string // such as "io.open", "reading a.txt"
	Name string // what was denied, such as "io"
}

func (e *DeniedError) Error() string {
	return fmt.Sprintf("%s is denied (--deny %s)", e.What, e.Name)
}

// UnknownDenialError says that there is nothing of a name to deny.
type UnknownDenialError struct {
	Name  string
	Known []string
}

func (e *UnknownDenialError) Error() string {
	if near, ok := suggest.Nearest(e.Name, e.Known); ok {
		return fmt.Sprintf("there is no module %q to deny; did you mean %s?", e.Name, near)
	}
	return fmt.Sprintf("there is no module %q to deny; there are %s", e.Name, strings.Join(e.Known, ", "))
}

// Deny takes modules away from scripts: what is used of one raises a
// [*DeniedError]. It is called once all modules are declared and before a
// script runs, with DenyIO, DenyOS, DenyNet, or the name of any module, also of
// one that is an object.
// Functions of modules that are still there ask Denied.
func (h *Host) Deny(names ...string) error {
	known := h.deniable()
	for _, name := range names {
		if !slices.Contains(known, name) {
			return &UnknownDenialError{name, known}
		}
		taken, group := denials[name]
		if !group {
			taken = []string{name}
		}
		for _, what := range taken {
			h.take(what, name)
		}
		h.denied = append(h.denied, name)
	}
	h.L.G.Registry.RawSetString(deniedKey, &lua.LUserData{Value: h, Metatable: lua.LNil})
	return nil
}

// deniedKey is the place of the host in Lua's own registry table, once
// something was denied.
const deniedKey = "cordial.denied"

// Denied is [Host.Denied] for functions that have no more than the Lua state.
func Denied(L *lua.LState, name, what string) error {
	if ud, ok := L.G.Registry.RawGetString(deniedKey).(*lua.LUserData); ok {
		return ud.Value.(*Host).Denied(name, what)
	}
	return nil
}

// Denied gives the error that a function raises which does, under another
// name, what was taken away; nil if that was not.
func (h *Host) Denied(name, what string) error {
	if !slices.Contains(h.denied, name) {
		return nil
	}
	return &DeniedError{what, name}
}

// deniable lists what Deny knows.
func (h *Host) deniable() []string {
	names := append(h.registry.ModuleNames(), h.registry.SingletonNames()...)
	for name := range denials {
		names = append(names, name)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// take takes away a module, or a function of one, or a global function. What
// the host does not have needs no taking.
func (h *Host) take(what, name string) {
	if table, ok := h.registry.ModuleTable(what); ok {
		h.empty(table, what, name)
		return
	}
	table := h.L.G.Global
	if slices.Contains(h.registry.SingletonNames(), what) {
		denied := h.L.NewTable()
		h.empty(denied, what, name)
		table.RawSetString(what, denied)
		return
	}
	module, function, dotted := strings.Cut(what, ".")
	if !dotted {
		function = what
	} else if found, ok := h.registry.ModuleTable(module); ok {
		table = found
	}
	if table.RawGetString(function) != lua.LNil {
		table.RawSetString(function, h.L.NewFunction(refuseDenied(what, name)))
	}
}

// empty empties a module's table, which others may hold as well.
func (h *Host) empty(table *lua.LTable, what, name string) {
	var keys []lua.LValue
	table.ForEach(func(key, _ lua.LValue) { keys = append(keys, key) })
	for _, key := range keys {
		table.RawSet(key, lua.LNil)
	}
	meta := h.L.NewTable()
	meta.RawSetString("__index", h.L.NewFunction(func(L *lua.LState) int {
		return refuseDenied(what+"."+L.Get(2).String(), name)(L)
	}))
	meta.RawSetString("__call", h.L.NewFunction(refuseDenied(what, name)))
	meta.RawSetString("__tostring", h.L.NewFunction(func(L *lua.LState) int {
		L.Push(lua.LString("module " + what + ", denied"))
		return 1
	}))
	table.Metatable = meta
}

// refuseDenied is a function in the place of one that was taken away.
func refuseDenied(what, name string) lua.LGFunction {
	return func(L *lua.LState) int {
		L.RaiseError("%s", (&DeniedError{what, name}).Error())
		return 0
	}
}
