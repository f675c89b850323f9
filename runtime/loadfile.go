package runtime

import (
	"context"
	"os"
	"path/filepath"

	lua "github.com/yuin/gopher-lua"
)

// LoadFile runs a script to its end and returns, while what it has started
// goes on: its tasks, timers and handlers. It is the first half of
// [Host.RunFile], for a program that has something to do with a script at
// work. The caller does not hold the Lua state. The error is a [*ScriptError],
// or an [*ExitError] when the script called os.exit with a code other than zero:
// until LoadFile returns this ends the script alone, with the tasks it has
// started.
func (h *Host) LoadFile(ctx context.Context, path string, args ...string) error {
	source, err := os.ReadFile(path)
	if err != nil {
		return &ScriptError{Path: path, Err: err}
	}
	l := &load{}
	err = h.doAs(origin{generation: h.Live(), load: l}, ctx, path, func(L *lua.LState) error {
		defer func() { l.over = true }()
		fn, err := h.compile(path, string(source))
		if err != nil {
			return err
		}
		h.require.setDir(filepath.Dir(path))
		arg, values := h.scriptArgs(path, args)
		L.SetGlobal("arg", arg)
		_, err = h.Call(L, fn, values...)
		return err
	})
	switch {
	case l.exit != nil && l.exit.Code == 0:
		return nil
	case l.exit != nil:
		return l.exit
	case err != nil:
		return &ScriptError{Path: path, Err: err}
	}
	h.loaded()
	return nil
}

// load is one call of LoadFile. It is changed with the Lua state held.
type load struct {
	exit *ExitError // the script called os.exit
	over bool       // the script has come to its end
}

// exits ends the script that is loaded, unless it has come to its end.
func (l *load) exits(h *Host, exit *ExitError) bool {
	if l.over {
		return false
	}
	l.exit = exit
	for _, t := range h.Tasks() {
		if t.origin.load == l {
			t.Cancel(exit)
		}
	}
	return true
}
