package runtime

import (
	"crypto/sha256"
	"path/filepath"
	"slices"

	lua "github.com/yuin/gopher-lua"
)

// Stamp is a digest of what a file contained; zero if there was none.
type Stamp = [sha256.Size]byte

// StampOf is the stamp of a file with a content.
func StampOf(content []byte) Stamp { return sha256.Sum256(content) }

// libraries are the tables that each generation has a copy of, because scripts
// like to add to them. The tables of declared modules are shared.
var libraries = []string{
	lua.StringLibName, lua.TabLibName, lua.MathLibName, lua.OsLibName, lua.IoLibName, lua.DebugLibName, lua.CoroutineLibName,
}

// newGlobals gives a generation globals of its own, as the host's are, and a
// require that has loaded nothing yet. The caller holds the Lua state.
func (g *Generation) newGlobals(dir string) {
	L, base := g.host.L, &g.host.require
	g.globals = copyTable(L, L.G.Global)
	loaded := copyTable(L, base.loaded)
	for _, name := range libraries {
		if library, ok := g.globals.RawGetString(name).(*lua.LTable); ok {
			library = copyTable(L, library)
			g.globals.RawSetString(name, library)
			loaded.RawSetString(name, library)
		}
	}
	g.strings, _ = g.globals.RawGetString(lua.StringLibName).(*lua.LTable)
	g.globals.RawSetString("_G", g.globals)
	loaded.RawSetString("_G", g.globals)
	q := &require{host: g.host, library: copyTable(L, base.library), loaded: loaded, preload: copyTable(L, base.preload)}
	q.library.RawSetString("loaded", loaded)
	q.library.RawSetString("preload", q.preload)
	loaded.RawSetString(lua.LoadLibName, q.library)
	g.globals.RawSetString(lua.LoadLibName, q.library)
	g.globals.RawSetString("require", L.NewFunction(q.require))
	q.setDir(dir)
	g.require = q
}

// Global is a global variable of the Lua code that runs. The caller holds the
// Lua state.
func (h *Host) Global(name string) lua.LValue { return h.Generation().globals.RawGetString(name) }

func copyTable(L *lua.LState, from *lua.LTable) *lua.LTable {
	to := L.NewTable()
	from.ForEach(func(key, value lua.LValue) { to.RawSet(key, value) })
	to.Metatable = from.Metatable
	return to
}

// watch has the host note which files its scripts read code from and which
// they write, and gives a text the methods that its generation has in string.
func (h *Host) watch() {
	if h.generations.watched {
		return
	}
	h.generations.watched, h.generations.written = true, map[string]bool{}
	h.noteWritten(lua.IoLibName, "open", func(path, mode lua.LValue) lua.LValue {
		if text := lua.LVAsString(mode); text == "" || text == "r" || text == "rb" {
			return nil
		}
		return path
	})
	h.noteWritten(lua.IoLibName, "output", func(path, _ lua.LValue) lua.LValue { return path })
	h.noteWritten(lua.OsLibName, "rename", func(_, to lua.LValue) lua.LValue { return to })
	if meta, ok := h.L.GetMetatable(lua.LString("")).(*lua.LTable); ok {
		plain, _ := meta.RawGetString("__index").(*lua.LTable)
		meta.RawSetString("__index", h.L.NewFunction(func(L *lua.LState) int {
			from := h.Generation().strings
			if from == nil {
				from = plain
			}
			L.Push(L.GetField(from, L.Get(2).String()))
			return 1
		}))
	}
}

// noteWritten notes the files that a function of Lua's writes; written finds
// them among its first two arguments.
func (h *Host) noteWritten(library, name string, written func(first, second lua.LValue) lua.LValue) {
	lib, ok := h.L.G.Global.RawGetString(library).(*lua.LTable)
	if !ok {
		return
	}
	original, ok := lib.RawGetString(name).(*lua.LFunction)
	if !ok || !original.IsG {
		return
	}
	lib.RawSetString(name, h.L.NewFunction(func(L *lua.LState) int {
		if path, ok := written(L.Get(1), L.Get(2)).(lua.LString); ok {
			h.Wrote(string(path))
		}
		return original.GFunction(L)
	}))
}

// maxWritten bounds the files that are known as written. Those after that are
// taken for code if they are loaded.
const maxWritten = 10_000

// Wrote notes that a script has written a file: it is not watched for changes,
// even if the script loads it.
func (h *Host) Wrote(path string) {
	if !h.generations.watched {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if written := h.generations.written; len(written) < maxWritten {
		written[absolute(path)] = true
	}
}

// noteRead notes a file that the running code was read from, or would have
// been if it were there. The caller holds the Lua state.
func (h *Host) noteRead(path string, content []byte, err error) {
	if g := h.Generation(); h.generations.watched && g.Replaceable() {
		g.note(path, content, err)
	}
}

func (g *Generation) note(path string, content []byte, err error) {
	stamp := Stamp{}
	if err == nil {
		stamp = StampOf(content)
	}
	g.host.mu.Lock()
	g.files[absolute(path)] = stamp
	g.host.mu.Unlock()
	select {
	case g.more <- struct{}{}:
	default:
	}
}

// codeOf lists the files of a generation that no script has written.
func (h *Host) codeOf(g *Generation) map[string]Stamp {
	h.mu.Lock()
	defer h.mu.Unlock()
	files := map[string]Stamp{}
	for path, stamp := range g.files {
		if !h.generations.written[path] {
			files[path] = stamp
		}
	}
	return files
}

// concerned tells whether any of the files is not written by scripts.
func (h *Host) concerned(files []string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.ContainsFunc(files, func(path string) bool { return !h.generations.written[path] })
}

// absolute is a path from the root; of one for which there is none, as it is.
func absolute(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return path
}
