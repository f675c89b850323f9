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
// work. The caller does not hold the Lua state. The error is a [*ScriptError].
func (h *Host) LoadFile(ctx context.Context, path string, args ...string) error {
	source, err := os.ReadFile(path)
	if err != nil {
		return &ScriptError{Path: path, Err: err}
	}
	err = h.Do(ctx, path, func(L *lua.LState) error {
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
	if err != nil {
		return &ScriptError{Path: path, Err: err}
	}
	h.loaded()
	return nil
}

// Failure is what [Host.Fail] was called with, nil without.
func (h *Host) Failure() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.failure
}
