package runtime

import (
	"bufio"
	"cmp"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// RunFile runs a script as the main task, and then waits until nothing is left
// that could still run: no task, no timer, no [Host.Hold]. The arguments are
// in the global arg.
//
// The error is a [*ScriptError] when the script itself ended with an error, an
// [*ExitError] when it called os.exit with a code other than zero, what
// [Host.Fail] was called with, and [ErrInterrupted] when ctx ended, or the
// [*LimitError] that ended it. Before it cancels what is left it calls the
// functions of [Host.OnStop].
func (h *Host) RunFile(ctx context.Context, path string, args ...string) error {
	source, err := os.ReadFile(path)
	if err != nil {
		return &ScriptError{Path: path, Err: err}
	}
	h.require.setDir(filepath.Dir(path))
	return h.runScript(ctx, path, string(source), args)
}

// RunString runs a script that is not in a file of its own; name is what its
// errors call it.
func (h *Host) RunString(ctx context.Context, name, source string, args ...string) error {
	return h.runScript(ctx, name, source, args)
}

func (h *Host) runScript(ctx context.Context, name, source string, args []string) error {
	main, err := h.newTask(origin{generation: h.Live()}, name, func(L *lua.LState) error {
		fn, err := h.compile(name, source)
		if err != nil {
			return err
		}
		arg, values := h.scriptArgs(name, args)
		L.SetGlobal("arg", arg)
		_, err = h.Call(L, fn, values...)
		return err
	})
	if err != nil {
		return err
	}
	over, seen := false, false // seen is over as the wait saw it
	main.whenEnded(func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		over = true
		h.changed()
	})
	h.sched.submit(main) // not before: the error of a task that nobody waits for is told
	if err := h.waitUntil(ctx, func() bool { seen = over; return over || h.ended() }); err != nil || !seen {
		return h.end(ctx, err)
	}
	if err := main.Err(); err != nil {
		return h.end(ctx, &ScriptError{Path: name, Err: err})
	}
	h.loaded()
	return h.Drain(ctx)
}

// Drain waits until nothing is left that could still run: no task, no timer,
// no [Host.Hold]. The error is an [*ExitError] or [ErrInterrupted], as of
// [Host.RunFile], also when ctx has ended and with it what was left, or what
// [Host.Fail] was called with.
func (h *Host) Drain(ctx context.Context) error {
	return h.end(ctx, cmp.Or(h.waitQuiet(ctx), context.Cause(ctx)))
}

func (h *Host) scriptArgs(name string, args []string) (*lua.LTable, []lua.LValue) {
	table := h.L.NewTable()
	table.RawSet(lua.LNumber(0), lua.LString(name))
	values := make([]lua.LValue, len(args))
	for i, arg := range args {
		values[i] = lua.LString(arg)
		table.RawSetInt(i+1, values[i])
	}
	return table, values
}

// end ends what is left when a wait was over with err, unless all went well.
// An exit and an interrupt take the place of err.
func (h *Host) end(ctx context.Context, err error) error {
	exit, failure := h.takeExit(), h.takeFailure()
	if failure != nil {
		err = failure
	}
	if err == nil && exit == nil {
		return nil
	}
	cause := errScriptEnded
	if ctx.Err() != nil {
		cause = interruption(ctx)
	}
	h.endTasks(cause)
	if stuck := h.waitTasks(h.options.Grace); stuck != nil {
		h.Warn(warning + stuck.Error())
	}
	switch {
	case exit != nil && exit.Code == 0:
		return nil
	case exit != nil:
		return exit
	case ctx.Err() != nil:
		return interruption(ctx)
	default:
		return err
	}
}

// Eval runs one piece of Lua as a task and returns its values. An expression
// gives its value; otherwise the text is run as statements. A text that ends
// too early gives a [*SyntaxError] with Incomplete set.
func (h *Host) Eval(ctx context.Context, name, source string) ([]lua.LValue, error) {
	var results []lua.LValue
	err := h.Do(ctx, name, func(L *lua.LState) error {
		fn, err := h.compileExpression(name, source)
		if err != nil {
			return err
		}
		results, err = h.Call(L, fn)
		return err
	})
	if exit := h.takeExit(); exit != nil {
		return nil, exit
	}
	return results, err
}

func (h *Host) takeExit() *ExitError {
	h.mu.Lock()
	defer h.mu.Unlock()
	exit := h.exit
	h.exit = nil
	return exit
}

// readSource reads a script from a file, or from the standard input if the
// path is empty.
func (h *Host) readSource(L *lua.LState, path string) (name, source string, err error) {
	var data []byte
	if path != "" {
		data, err = os.ReadFile(path)
		h.noteRead(path, data, err)
		return path, string(data), err
	}
	err = h.Wait(L, func(ctx context.Context) error {
		return h.stdin(L).use(ctx, func(text *bufio.Reader) error {
			data, err = io.ReadAll(io.LimitReader(text, maxString))
			return err
		})
	})
	return "stdin", string(data), err
}

// load is Lua's load(chunk, name, mode, env); the chunk is a text or a
// function that gives it in pieces. Binary chunks do not exist here.
func (h *Host) load(L *lua.LState) int {
	var source strings.Builder
	switch chunk := L.CheckAny(1).(type) {
	case lua.LString:
		source.WriteString(string(chunk))
	case *lua.LFunction:
		for {
			L.Push(chunk)
			L.Call(0, 1)
			piece := L.Get(-1)
			L.Pop(1)
			if piece == lua.LNil || piece.String() == "" {
				break
			}
			source.WriteString(piece.String())
		}
	default:
		L.ArgError(1, "expected a text or a function")
	}
	name := strings.TrimLeft(L.OptString(2, "=(load)"), "=@")
	return h.pushCompiled(L, name, source.String(), L.Get(4))
}

func (h *Host) loadFile(L *lua.LState) int {
	name, source, err := h.readSource(L, L.OptString(1, ""))
	if err != nil {
		L.Push(lua.LNil)
		L.Push(lua.LString(err.Error()))
		return 2
	}
	return h.pushCompiled(L, name, source, L.Get(3))
}

func (h *Host) pushCompiled(L *lua.LState, name, source string, env lua.LValue) int {
	fn, err := h.compile(name, source)
	if err != nil {
		L.Push(lua.LNil)
		L.Push(lua.LString(err.Error()))
		return 2
	}
	if table, ok := env.(*lua.LTable); ok {
		fn.Env = table
	}
	L.Push(fn)
	return 1
}

func (h *Host) doFile(L *lua.LState) int {
	name, source, err := h.readSource(L, L.OptString(1, ""))
	if err != nil {
		L.RaiseError("%s", err.Error())
	}
	fn, err := h.compile(name, source)
	if err != nil {
		raise(L, err)
	}
	top := L.GetTop()
	L.Push(fn)
	L.Call(0, lua.MultRet)
	return L.GetTop() - top
}
