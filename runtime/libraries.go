package runtime

import (
	"context"
	"errors"
	"os/exec"
	goruntime "runtime"
	"slices"
	"strings"
	"time"

	lua "github.com/yuin/gopher-lua"

	"cordial/internal/strftime"
)

// openLibraries opens the libraries of Lua that scripts keep. Left out are
// gopher-lua's channels, which would block the state, and its own additions.
func openLibraries(L *lua.LState) {
	for name, open := range map[string]lua.LGFunction{
		lua.BaseLibName:      lua.OpenBase,
		lua.TabLibName:       lua.OpenTable,
		lua.StringLibName:    lua.OpenString,
		lua.MathLibName:      lua.OpenMath,
		lua.OsLibName:        lua.OpenOs,
		lua.IoLibName:        lua.OpenIo,
		lua.DebugLibName:     lua.OpenDebug,
		lua.CoroutineLibName: lua.OpenCoroutine,
	} {
		L.Push(L.NewFunction(open))
		L.Push(lua.LString(name))
		L.Call(1, 0)
	}
	for _, name := range []string{"_printregs", "newproxy", "module", "_GOPHER_LUA_VERSION"} {
		L.G.Global.RawSetString(name, lua.LNil)
	}
	osTable(L).RawSetString("setenv", lua.LNil)
}

func osTable(L *lua.LState) *lua.LTable {
	return L.G.Global.RawGetString(lua.OsLibName).(*lua.LTable)
}

// maxString bounds the strings that string.rep makes, in bytes.
const maxString = 256 << 20

// installBase replaces functions of Lua's libraries that would reach past the
// host: to the process, its clock or its memory.
func (h *Host) installBase() {
	L := h.L
	for name, fn := range map[string]lua.LGFunction{
		"load":           h.load,
		"loadstring":     h.load,
		"loadfile":       h.loadFile,
		"dofile":         h.doFile,
		"collectgarbage": collectGarbage,
		"tonumber":       toNumber,
		"unpack":         unpack,
	} {
		L.SetGlobal(name, L.NewFunction(fn))
	}
	lib := osTable(L)
	date := lib.RawGetString("date").(*lua.LFunction).GFunction
	unix := lib.RawGetString("time").(*lua.LFunction).GFunction
	for name, fn := range map[string]lua.LGFunction{
		"exit":    h.osExit,
		"getenv":  h.osGetenv,
		"execute": h.osExecute,
		"date":    func(L *lua.LState) int { return h.osDate(L, date) },
		"time":    func(L *lua.LState) int { return h.osTime(L, unix) },
	} {
		lib.RawSetString(name, L.NewFunction(fn))
	}
	mathLib := L.GetGlobal(lua.MathLibName).(*lua.LTable)
	random := mathLib.RawGetString("random").(*lua.LFunction).GFunction
	mathLib.RawSetString("random", L.NewFunction(func(L *lua.LState) int { return mathRandom(L, random) }))
	tables := L.GetGlobal(lua.TabLibName).(*lua.LTable)
	tables.RawSetString("sort", L.NewFunction(tableSort))
	tables.RawSetString("concat", L.NewFunction(tableConcat))
	strs := L.GetGlobal(lua.StringLibName).(*lua.LTable)
	strs.RawSetString("rep", L.NewFunction(stringRep))
	strs.RawSetString("format", L.NewFunction(stringFormat))
	strs.RawSetString("gsub", L.NewFunction(stringGsub))
	dbg := L.GetGlobal(lua.DebugLibName).(*lua.LTable)
	dbg.RawSetString("traceback", L.NewFunction(debugTraceback))
}

func (h *Host) osExit(L *lua.LState) int {
	code := 0
	switch v := L.Get(1).(type) {
	case lua.LNumber:
		code = int(v)
	case lua.LBool:
		if !v {
			code = 1
		}
	}
	h.Exit(L, code)
	return 0
}

// Exit ends the whole run, as os.exit does: all tasks are cancelled, that of L,
// too, once it goes on with Lua code. The caller holds the Lua state.
func (h *Host) Exit(L *lua.LState, code int) {
	exit := &ExitError{Code: code}
	if g := h.Generation(); g.Loading() { // only the code that is being loaded ends
		g.cancel(exit, all)
		return
	}
	if load := h.originOf(L).load; load != nil && load.exits(h, exit) {
		return
	}
	cancelAll(h.Tasks(), exit) // before who waits for the exit does so for another reason
	h.mu.Lock()
	h.exit = exit
	h.changed()
	hooks := slices.Clone(h.onExit)
	h.mu.Unlock()
	for _, hook := range hooks {
		hook(exit)
	}
}

func (h *Host) osGetenv(L *lua.LState) int {
	if value, ok := h.Getenv(L.CheckString(1)); ok {
		L.Push(lua.LString(value))
	} else {
		L.Push(lua.LNil)
	}
	return 1
}

// osExecute runs a command of the system's shell and returns its exit code.
func (h *Host) osExecute(L *lua.LState) int {
	command, code := L.CheckString(1), 0
	shell := []string{"sh", "-c", command}
	if goruntime.GOOS == "windows" {
		shell = []string{"cmd", "/C", command}
	}
	err := h.Wait(L, func(ctx context.Context) error {
		cmd := exec.CommandContext(ctx, shell[0], shell[1:]...)
		cmd.Stdout, cmd.Stderr = h.outputs(ctx, L)
		cmd.WaitDelay = time.Second // for what the command has started and left behind
		err := cmd.Run()
		if exit, failed := errors.AsType[*exec.ExitError](err); failed && ctx.Err() == nil {
			code = exit.ExitCode()
			return nil
		}
		return err
	})
	if err != nil {
		L.RaiseError("%s", err.Error())
	}
	L.Push(lua.LNumber(code))
	return 1
}

// osDate writes a time itself, since gopher-lua knows few directives, and some of them wrongly. The table of "*t" is gopher-lua's.
func (h *Host) osDate(L *lua.LState, original lua.LGFunction) int {
	format := L.OptString(1, "%c")
	if L.GetTop() == 0 {
		L.Push(lua.LString(format))
	}
	if L.GetTop() == 1 {
		L.Push(lua.LNumber(h.clock.Now().Unix()))
	}
	format, utc := strings.CutPrefix(format, "!")
	if strings.HasPrefix(format, "*t") {
		return original(L)
	}
	t := time.Unix(L.CheckInt64(2), 0)
	if utc {
		t = t.UTC()
	}
	text, err := strftime.Format(format, t)
	if err != nil {
		L.RaiseError("os.date: %s", err)
	}
	L.Push(lua.LString(text))
	return 1
}

func (h *Host) osTime(L *lua.LState, original lua.LGFunction) int {
	if L.Get(1) == lua.LNil {
		L.Push(lua.LNumber(h.clock.Now().Unix()))
		return 1
	}
	date := L.CheckTable(1)
	for _, part := range []string{"year", "month", "day"} {
		if _, ok := parseNumber(date.RawGetString(part).String()); !ok {
			L.RaiseError("os.time: the table needs year, month and day; %s is missing", part)
		}
	}
	return original(L)
}

// mathRandom checks the range, for which gopher-lua panics or gives anything.
func mathRandom(L *lua.LState, original lua.LGFunction) int {
	low, high := 1, 1
	switch L.GetTop() {
	case 0:
	case 1:
		high = L.CheckInt(1)
	default:
		low, high = L.CheckInt(1), L.CheckInt(2)
	}
	if low > high {
		L.RaiseError("math.random: there is no number from %d to %d", low, high)
	}
	return original(L)
}

func stringRep(L *lua.LState) int {
	s, n := L.CheckString(1), max(L.CheckInt(2), 0)
	if len(s) > 0 && n > maxString/len(s) {
		L.RaiseError("string.rep: the result would have more than %d MB", maxString>>20)
	}
	L.Push(lua.LString(strings.Repeat(s, n)))
	return 1
}

// unpack makes room for all values at once. gopher-lua's makes it in small
// steps, which takes minutes for a range like 1 to 1e8.
func unpack(L *lua.LState) int {
	list, first := L.CheckTable(1), L.OptInt(2, 1)
	last := L.OptInt(3, list.Len())
	if first > last {
		return 0
	}
	n := last - first + 1
	if n < 0 || n > registryLimit/2 {
		L.RaiseError("unpack: values %d to %d are too many for one call", first, last)
	}
	L.SetTop(n)
	for i := range n {
		L.Replace(i+1, list.RawGetInt(first+i))
	}
	return n
}

// collectGarbage answers "collect" (the default) and "count", the memory in
// use in kilobytes. Go's collector has no other knobs for a script.
func collectGarbage(L *lua.LState) int {
	switch option := L.OptString(1, "collect"); option {
	case "collect":
		goruntime.GC()
		L.Push(lua.LNumber(0))
	case "count":
		var stats goruntime.MemStats
		goruntime.ReadMemStats(&stats)
		L.Push(lua.LNumber(float64(stats.HeapAlloc) / 1024))
	default:
		L.Push(lua.LNumber(0))
	}
	return 1
}

func debugTraceback(L *lua.LState) int {
	message := L.Get(1)
	if _, text := message.(lua.LString); !text && message != lua.LNil {
		L.Push(message)
		return 1
	}
	text := "stack traceback:\n" + strings.TrimRight(traceback(L), "\n")
	if message != lua.LNil {
		text = message.String() + "\n" + text
	}
	L.Push(lua.LString(text))
	return 1
}
