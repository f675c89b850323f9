package runtime

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"cordial/runtime/bind"

	"github.com/jonboulle/clockwork"
	lua "github.com/yuin/gopher-lua"
)

func TestRunFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "bot.lua")
	write(t, path, "#!/usr/bin/env -S cordial run\nlocal m = require 'helper'\nprint(m, arg[1], #arg, ...)\n")
	write(t, filepath.Join(dir, "helper.lua"), "return 'helped'")
	h := newTestHost(t, Options{})
	if err := h.RunFile(t.Context(), path, "x", "y"); err != nil {
		t.Fatal(err)
	}
	if got, want := h.out.String(), "helped\tx\t2\tx\ty\n"; got != want {
		t.Errorf("printed %q, want %q", got, want)
	}
}

func TestRunFileErrors(t *testing.T) {
	for _, test := range []struct{ name, source, want string }{
		{"runtime", "local function f()\n  error('bad')\nend\nf()",
			"bot.lua:2: bad\n\tbot.lua:2: in function 'f'\n\tbot.lua:4: in main chunk"},
		{"object", "error(setmetatable({}, {__tostring = function() return 'my error' end}))",
			"bot.lua:1: my error"},
		{"without a place", "error('nowhere', 0)", "nowhere\n\tbot.lua:1: in main chunk"},
		{"syntax", "x = = 1", "bot.lua:1:5: unexpected '='\n\tx = = 1\n\t    ^"},
		{"task", "spawn(function()\n  error('late')\nend):wait()",
			"bot.lua:2: late"},
		{"coroutine", "coroutine.wrap(function()\n  error('deep')\nend)()",
			"bot.lua:2: deep\n\tbot.lua:2: in function <bot.lua:1>\n\tbot.lua:1: in main chunk"},
		{"rethrown", "local ok, e = pcall(function()\n  error('first')\nend)\nerror(e, 0)",
			"bot.lua:2: first\n\tbot.lua:2: in function <bot.lua:1>\n\tbot.lua:1: in main chunk"},
		{"deep", "local function f(n)\n  return 1 + (n == 0 and error('end') or f(n - 1))\nend\nf(50)",
			"bot.lua:2: end" + strings.Repeat("\n\tbot.lua:2: in function 'f'", 8) + "\n\t..." +
				strings.Repeat("\n\tbot.lua:2: in function 'f'", 3) + "\n\tbot.lua:4: in main chunk"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			write(t, "bot.lua", test.source)
			h := newTestHost(t, Options{})
			err := h.RunFile(t.Context(), "bot.lua")
			script, ok := errors.AsType[*ScriptError](err)
			if !ok || script.Path != "bot.lua" {
				t.Fatalf("got %v, want a ScriptError", err)
			}
			if got := Explain(err); got != test.want {
				t.Errorf("got:\n%s\nwant:\n%s", got, test.want)
			}
		})
	}
	h := newTestHost(t, Options{})
	if err := h.RunFile(t.Context(), "none.lua"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a missing file: got %v", err)
	}
}

func TestInterrupt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newTestHost(t, Options{})
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(5*time.Second, cancel)
		started := time.Now()
		err := h.RunString(ctx, "bot.lua", `
			spawn(function() while true do sleep(1) ticks = (ticks or 0) + 1 end end)
			after(60, function() print("never") end)
			spawn(function() pcall(sleep, 60) print("never") end)
			print(pcall(sleep, 60))`)
		if !errors.Is(err, ErrInterrupted) {
			t.Errorf("got %v, want ErrInterrupted", err)
		}
		if d := time.Since(started); d != 5*time.Second {
			t.Errorf("the run ended after %s", d)
		}
		if got := h.out.String() + h.err.String(); got != "" {
			t.Errorf("printed %q", got)
		}
		if left := h.Tasks(); len(left) != 0 {
			t.Errorf("tasks are left: %v", left)
		}
	})
}

// A call that does not heed its context is given up after the grace time.
func TestInterruptStuck(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newTestHost(t, Options{Grace: time.Second})
		release := make(chan struct{})
		h.Registry().AddFunc(bind.Func{Name: "stuck", Call: func(c *bind.Call) (any, error) {
			return nil, c.Wait(func(context.Context) error { <-release; return nil })
		}})
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		started := time.Now()
		err := h.RunString(ctx, "bot.lua", "stuck()")
		if !errors.Is(err, ErrInterrupted) || time.Since(started) != 2*time.Second {
			t.Errorf("got %v after %s", err, time.Since(started))
		}
		if got := h.err.String(); got != "warning: a cancelled task did not end in time: task bot.lua\n" {
			t.Errorf("warned %q", got)
		}
		close(release)
		synctest.Wait()
	})
}

// A busy script is interrupted too.
func TestInterruptBusy(t *testing.T) {
	h := newTestHost(t, Options{})
	ctx, cancel := context.WithCancel(t.Context())
	h.Registry().AddFunc(bind.Func{Name: "interrupt", Call: func(*bind.Call) (any, error) { cancel(); return nil, nil }})
	err := h.RunString(ctx, "bot.lua", "while true do pcall(function() interrupt() while true do end end) end")
	if !errors.Is(err, ErrInterrupted) {
		t.Errorf("got %v, want ErrInterrupted", err)
	}
}

func TestExit(t *testing.T) {
	for source, want := range map[string]int{
		"os.exit(3) print('never')": 3,
		"os.exit()":                 0,
		"os.exit(true)":             0,
		"os.exit(false)":            1,
		"spawn(function() os.exit(4) end) sleep(60)":                 4,
		"pcall(os.exit, 5) print('never')":                           5,
		"spawn(sleep, 60) after(30, function() os.exit(6) end)":      6,
		"coroutine.wrap(function() os.exit(7) end)() print('never')": 7,
	} {
		synctest.Test(t, func(t *testing.T) {
			h := newTestHost(t, Options{})
			err := h.RunString(t.Context(), "bot.lua", source)
			exit, ok := errors.AsType[*ExitError](err)
			if want == 0 && err != nil || want != 0 && (!ok || exit.Code != want) {
				t.Errorf("%s: got %v, want code %d", source, err, want)
			}
			if got := h.out.String() + h.err.String(); got != "" {
				t.Errorf("%s: printed %q", source, got)
			}
		})
	}
}

// refusal is an error with more to say than its one line.
type refusal struct{}

func (refusal) Error() string  { return "refused" }
func (refusal) Detail() string { return "refused\n  hint: ask nicely" }

// An error that reaches a person shows its detail, from a script and from a
// task; a script sees the one line.
func TestExplainDetail(t *testing.T) {
	h := newTestHost(t, Options{})
	r := h.Registry()
	r.AddClass(bind.Class{Name: "Refusal", ToString: func(self any) string { return self.(refusal).Error() }})
	r.Convert(func(v any) (lua.LValue, bool) {
		_, ok := v.(refusal)
		return r.Wrap("Refusal", v), ok
	})
	r.AddFunc(bind.Func{Name: "ask", Call: func(*bind.Call) (any, error) { return nil, fmt.Errorf("asking: %w", refusal{}) }})
	h.run(t, "print(pcall(ask)) spawn(ask)")
	if got, want := h.out.String(), "false\trefused\n"; got != want {
		t.Errorf("printed %q, want %q", got, want)
	}
	if got, want := h.err.String(), "task ask failed: refused\n  hint: ask nicely\n"; got != want {
		t.Errorf("reported %q, want %q", got, want)
	}
	err := h.RunString(t.Context(), "bot.lua", "local function f()\n  ask()\nend\nf()")
	want := "bot.lua:2: refused\n  hint: ask nicely\n\tbot.lua:2: in function 'f'\n\tbot.lua:4: in main chunk"
	if got := Explain(err); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

// The error of a task that nobody waits for is told, and the rest goes on.
func TestUnhandledError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newTestHost(t, Options{})
		var hooked []string
		h.OnError(func(task *Task, err error) { hooked = append(hooked, task.Name()+": "+err.Error()) })
		h.run(t, "spawn(function()\n  local x\n  x()\nend)\nsleep(1)\nprint('alive')")
		want := "task test.lua:1 failed: test.lua:3: 'x' is nil (local), can't call it\n"
		if got := h.err.String(); got != want {
			t.Errorf("got:\n%s\nwant:\n%s", got, want)
		}
		if h.out.String() != "alive\n" || h.Failures() != 1 {
			t.Errorf("printed %q, %d failures", h.out.String(), h.Failures())
		}
		if want := []string{"test.lua:1: test.lua:3: 'x' is nil (local), can't call it"}; !slices.Equal(hooked, want) {
			t.Errorf("the hook got %q", hooked)
		}
	})
}

func TestHold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newTestHost(t, Options{})
		release := h.Hold()
		time.AfterFunc(time.Minute, release)
		started := time.Now()
		h.run(t, "print('ready')")
		if d := time.Since(started); d != time.Minute {
			t.Errorf("RunString ended after %s", d)
		}
	})
}

func TestDo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newTestHost(t, Options{})
		err := h.Do(t.Context(), "setup", func(L *lua.LState) error {
			results, err := h.Call(L, L.GetGlobal("tostring"), lua.LNumber(5))
			if err == nil && results[0] != lua.LString("5") {
				err = fmt.Errorf("tostring gave %v", results)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
		wrong := errors.New("wrong")
		err = h.Do(t.Context(), "fails", func(*lua.LState) error { return wrong })
		if err == nil || err.Error() != "wrong" {
			t.Errorf("got %v", err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		err = h.Do(ctx, "slow", func(L *lua.LState) error {
			return h.Wait(L, func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() })
		})
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
	})
}

func TestEval(t *testing.T) {
	h := newTestHost(t, Options{})
	for _, test := range []struct{ source, want string }{
		{"1 + 1", "2"},
		{"1, nil, 'x'", `1 nil "x"`},
		{"local a = 5 function f() return a end", ""},
		{"a, f()", "nil 5"},
		{"1 return 2", "! eval:1:3: unexpected 'return'\n\t1 return 2\n\t  ^"},
		{"x = {1, 2, a = {b = 1}}", ""},
		{"x", "{1, 2, a = {b = 1}}"},
		{"error('e')", "! eval:1: e"},
		{"prnt()", "! eval:1: 'prnt' is not defined; did you mean 'print'?"},
		{"for i = 1, 2 do", "! incomplete"},
		{"f(", "! incomplete"},
		{"[[", "! incomplete"},
		{"x = 'abc", "! eval:1: unterminated string\n\tx = 'abc\n\t        ^"},
		{"1 +", "! incomplete"},
		{"1 + )", "! eval:1:5: unexpected ')'\n\t1 + )\n\t    ^"},
		{"goto nowhere", "! eval:1: no visible label 'nowhere' for <goto> at line 1\n\tgoto nowhere"},
	} {
		values, err := h.Eval(t.Context(), "eval", test.source)
		if got := evalText(h.Host, values, err); got != test.want {
			t.Errorf("%s: got %q, want %q", test.source, got, test.want)
		}
	}
	if _, err := h.Eval(t.Context(), "eval", "os.exit(9)"); err == nil || err.Error() != "the script called os.exit(9)" {
		t.Errorf("os.exit: got %v", err)
	}
}

func evalText(h *Host, values []lua.LValue, err error) string {
	if syntax, ok := errors.AsType[*SyntaxError](err); ok && syntax.Incomplete {
		return "! incomplete"
	}
	if err != nil {
		return "! " + err.Error()
	}
	var texts []string
	for _, v := range values {
		texts = append(texts, Format(h.L, v))
	}
	return strings.Join(texts, " ")
}

func TestClosed(t *testing.T) {
	h := New(Options{})
	if err := h.Close(); err != nil {
		t.Fatal(err)
	}
	if err := h.RunString(t.Context(), "bot.lua", ""); !errors.Is(err, ErrClosed) {
		t.Errorf("got %v, want ErrClosed", err)
	}
}

func TestTooManyTasks(t *testing.T) {
	h := newTestHost(t, Options{MaxTasks: 10})
	err := h.RunString(t.Context(), "bot.lua", "for i = 1, 20 do spawn(sleep, 60) end")
	if err == nil || !strings.Contains(err.Error(), "bot.lua:1: too many tasks: 10") {
		t.Errorf("got %v", err)
	}
}

// A Go panic in a declared function is an error of the script.
func TestPanic(t *testing.T) {
	var log syncBuffer
	h := newTestHost(t, Options{Logger: testLogger(&log)})
	h.Registry().AddFunc(bind.Func{Name: "broken", Call: func(*bind.Call) (any, error) {
		var list []int
		return list[5], nil
	}})
	h.run(t, "print(pcall(broken))")
	if got := h.out.String(); !strings.HasPrefix(got, "false\ttest.lua:1: broken: internal error: runtime error: index out of range [5] with length 0") || strings.Contains(got, "goroutine") {
		t.Errorf("printed %q", got)
	}
	if !strings.Contains(log.String(), "host_test.go") {
		t.Errorf("the log has no stack: %s", log.String())
	}
}

// steppingClock goes on by a second each time it is read.
type steppingClock struct{ *clockwork.FakeClock }

func (c steppingClock) Now() time.Time {
	c.Advance(time.Second)
	return c.FakeClock.Now()
}

func TestWatchdog(t *testing.T) {
	h := newTestHost(t, Options{Clock: steppingClock{clockwork.NewFakeClock()}, Watchdog: 2 * time.Second})
	h.run(t, "local function spin()\n  for i = 1, 3e6 do end\nend\nspin()")
	lines := strings.Split(strings.TrimSpace(h.err.String()), "\n")
	if len(lines) < 2 || len(lines) > 6 {
		t.Fatalf("%d warnings:\n%s", len(lines), h.err.String())
	}
	want := "warning: task test.lua has held the Lua state for 2s without waiting, at test.lua:2; other tasks cannot run"
	if lines[0] != want {
		t.Errorf("got  %s\nwant %s", lines[0], want)
	}
}

// TestUndeclared is the rule that nothing is reachable without a declaration.
func TestUndeclared(t *testing.T) {
	h := newTestHost(t, Options{})
	if missing := h.Registry().Undeclared(); len(missing) > 0 {
		t.Errorf("Lua can reach Go functions without a declaration: %s", strings.Join(missing, ", "))
	}
	h.L.SetGlobal("extra", h.L.NewFunction(func(*lua.LState) int { return 0 }))
	if missing := h.Registry().Undeclared(); !slices.Equal(missing, []string{"_G.extra"}) {
		t.Errorf("got %v, want the function extra", missing)
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
