package runtime

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	lua "github.com/yuin/gopher-lua"
)

// require loads modules: from package.loaded and package.preload, from files
// beside the script (package.path), and those that are built in, which are
// also found as "cordial.NAME".
type require struct {
	host    *Host
	dir     string      // of the script
	library *lua.LTable // the package table
	loaded  *lua.LTable
	preload *lua.LTable
	path    string        // package.path as the host has set it
	loading []*moduleLoad // those under way, in the order of their beginning
}

// moduleLoad is a module that is being loaded.
type moduleLoad struct {
	name string
	task *Task
	done chan struct{} // closed at its end
}

// loadPatience is how long a task waits for a module that another one loads, which may wait for this one.
const loadPatience = 10 * time.Second

// builtinPrefix names a built-in module even where a file has the same name.
const builtinPrefix = "cordial."

func (h *Host) installRequire() {
	L := h.L
	q := &h.require
	q.host, q.library, q.loaded, q.preload = h, L.NewTable(), L.NewTable(), L.NewTable()
	q.library.RawSetString("loaded", q.loaded)
	q.library.RawSetString("preload", q.preload)
	q.library.RawSetString("config", lua.LString(string(filepath.Separator)+"\n;\n?\n!\n-\n"))
	L.SetGlobal("package", q.library)
	L.SetGlobal("require", L.NewFunction(q.require))
	for _, name := range []string{"string", "table", "math", "os", "io", "debug", "coroutine", "package"} {
		q.loaded.RawSetString(name, L.GetGlobal(name))
	}
	q.loaded.RawSetString("_G", L.G.Global)
	q.setDir(".")
}

// setDir sets the directory that modules are looked for in.
func (q *require) setDir(dir string) {
	templates := []string{filepath.Join(dir, "?.lua"), filepath.Join(dir, "?", "init.lua")}
	q.dir = dir
	q.path = strings.Join(templates, ";")
	q.library.RawSetString("path", lua.LString(q.path))
}

// SetDir sets the directory in which require looks for modules; RunFile sets
// it to the directory of the script.
func (h *Host) SetDir(dir string) { h.require.setDir(dir) }

// Dir is the directory of the script, "." without one. The caller holds the
// Lua state.
func (h *Host) Dir() string { return h.require.dir }

func (q *require) require(L *lua.LState) int {
	name := L.CheckString(1)
	for {
		if v := q.loaded.RawGetString(name); v != lua.LNil {
			L.Push(v)
			return 1
		}
		i := slices.IndexFunc(q.loading, func(m *moduleLoad) bool { return m.name == name })
		if i < 0 {
			break
		}
		if err := q.await(L, q.loading[i]); err != nil {
			raise(L, err)
		}
	}
	loader, origin, err := q.find(name)
	if err != nil {
		if _, syntax := errors.AsType[*SyntaxError](err); syntax {
			raise(L, err)
		}
		L.RaiseError("%s", err.Error())
	}
	if table, ok := loader.(*lua.LTable); ok {
		L.Push(table)
		return 1
	}
	L.Push(q.load(L, name, origin, loader))
	return 1
}

// await waits for the end of a load by another task. One by the same task is a circle.
func (q *require) await(L *lua.LState, m *moduleLoad) error {
	task, where := taskOf(L), position(L, 1)
	if m.task == task {
		var names []string
		for _, outer := range q.loading {
			if outer.task == task {
				names = append(names, outer.name)
			}
		}
		return fmt.Errorf("%srequire '%s': the modules need each other: %s", where, m.name, strings.Join(append(names, m.name), " -> "))
	}
	timer := q.host.clock.NewTimer(loadPatience)
	defer timer.Stop()
	return q.host.Wait(L, func(ctx context.Context) error {
		select {
		case <-m.done:
			return nil
		case <-timer.Chan():
			return fmt.Errorf("%srequire '%s': another task has been loading it for %v; does it wait for this one?", where, m.name, loadPatience)
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	})
}

// load runs a module. It is remembered only if that succeeds, so that a
// require can be tried again.
func (q *require) load(L *lua.LState, name, origin string, loader lua.LValue) lua.LValue {
	m := &moduleLoad{name, taskOf(L), make(chan struct{})}
	q.loading = append(q.loading, m)
	defer func() {
		q.loading = without(q.loading, m)
		close(m.done)
	}()
	L.Push(loader)
	L.Push(lua.LString(name))
	L.Push(lua.LString(origin))
	L.Call(2, 1)
	value := L.Get(-1)
	if set := q.loaded.RawGetString(name); value == lua.LNil && set != lua.LNil {
		return set // the module has put itself there
	}
	if value == lua.LNil {
		value = lua.LTrue
	}
	q.loaded.RawSetString(name, value)
	return value
}

// find returns what makes the module: a function, or the table of one that is
// built in.
func (q *require) find(name string) (loader lua.LValue, origin string, err error) {
	if fn := q.preload.RawGetString(name); fn != lua.LNil {
		return fn, "preload", nil
	}
	if builtin, ok := strings.CutPrefix(name, builtinPrefix); ok {
		if table, ok := q.host.registry.ModuleTable(builtin); ok {
			return table, "", nil
		}
	}
	tried := []string{"package.preload has no '" + name + "'"}
	templates := q.library.RawGetString("path").String()
	if q.host.Denied(DenyIO, "package.path") != nil {
		templates = q.path // a script may not look into other files by calling them modules
	}
	for template := range strings.SplitSeq(templates, ";") {
		path := strings.ReplaceAll(template, "?", strings.ReplaceAll(name, ".", string(filepath.Separator)))
		source, err := os.ReadFile(path)
		q.host.noteRead(path, source, err)
		switch {
		case err == nil:
			fn, err := q.host.compile(path, string(source))
			return fn, path, err
		case errors.Is(err, fs.ErrNotExist):
			tried = append(tried, "no file "+path)
		default:
			tried = append(tried, err.Error())
		}
	}
	if table, ok := q.host.registry.ModuleTable(name); ok {
		return table, "", nil
	}
	return nil, "", fmt.Errorf("module '%s' was not found:\n\t%s", name, strings.Join(tried, "\n\t"))
}
