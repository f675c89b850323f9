package runtime_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	lua "github.com/yuin/gopher-lua"

	"cordial/runtime"
)

// os.exit ends a script that is being loaded, with what it has started, and nobody else.
func TestLoadFileWithExit(t *testing.T) {
	for source, code := range map[string]int{
		`os.exit(2) print("never")`:                                                     2,
		`os.exit() print("never")`:                                                      0,
		`spawn(function() sleep(0.001) print("never") end) os.exit(3)`:                  3,
		`after(0.001, function() os.exit(4) end) sleep(60) print("never")`:              4,
		`spawn(function() os.exit(5) end) sleep(60) print("never")`:                     5,
		`pcall(os.exit, 6) print("never")`:                                              6,
		`local ok, err = pcall(error, "x") spawn(function() os.exit(7) end):wait() x()`: 7,
	} {
		path := filepath.Join(t.TempDir(), "script.lua")
		if err := os.WriteFile(path, []byte(source), 0o666); err != nil {
			t.Fatal(err)
		}
		var out strings.Builder
		host := runtime.New(runtime.Options{Stdout: &out, Stderr: &out})
		var loaded error
		err := host.Do(t.Context(), "loader", func(L *lua.LState) error {
			err := host.Wait(L, func(ctx context.Context) error { loaded = host.LoadFile(ctx, path); return nil })
			if err == nil {
				L.Push(lua.LNil) // the loader goes on with Lua code
			}
			return err
		})
		got := 0
		if exit, ok := errors.AsType[*runtime.ExitError](loaded); ok {
			got, loaded = exit.Code, nil
		}
		if err := errors.Join(err, loaded, host.Close()); err != nil {
			t.Errorf("%s: %v", source, err)
		}
		if got != code || out.Len() > 0 {
			t.Errorf("%s: exit code %d, want %d; output %q", source, got, code, out.String())
		}
	}
}
