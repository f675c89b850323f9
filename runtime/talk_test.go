package runtime

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	lua "github.com/yuin/gopher-lua"
)

// notices collects what a host says.
type notices struct {
	mu  sync.Mutex
	all []Notice
}

func (s *notices) take(n Notice) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all = append(s.all, n)
}

// lines are the notices as a log of programs' has them, without the time.
func (s *notices) lines() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var b bytes.Buffer
	for _, n := range s.all {
		if err := slog.NewJSONHandler(&b, nil).Handle(context.Background(), n.Record(time.Time{})); err != nil {
			panic(err)
		}
	}
	return b.String()
}

// text are the notices as people read them.
func (s *notices) text() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var b strings.Builder
	for _, n := range s.all {
		b.WriteString(n.String() + "\n")
	}
	return b.String()
}

// TestNotices runs scripts whose host says something: to a program with fields, and to people as text that is the same with and without
// Options.Talk.
func TestNotices(t *testing.T) {
	for _, test := range []struct {
		name, source string
		text, line   string
	}{
		{"an error deep in a task", "local function f()\n  error('bad')\nend\nspawn(function()\n  f()\nend)",
			"task bot.lua:4 failed: bot.lua:2: bad\n\tbot.lua:2: in function 'f'\n\tbot.lua:5: in function <bot.lua:4>",
			`{"level":"ERROR","msg":"task bot.lua:4 failed: bot.lua:2: bad","task":"bot.lua:4","where":"bot.lua:2",` +
				`"traceback":"\tbot.lua:2: in function 'f'\n\tbot.lua:5: in function <bot.lua:4>"}`},
		{"an error whose place says all", "spawn(function() error('short') end)",
			"task bot.lua:1 failed: bot.lua:1: short",
			`{"level":"ERROR","msg":"task bot.lua:1 failed: bot.lua:1: short","task":"bot.lua:1","where":"bot.lua:1"}`},
		{"an error that blames its caller", "local function check()\n  error('no', 2)\nend\nspawn(function()\n  check()\nend)",
			"task bot.lua:4 failed: bot.lua:5: no\n\tbot.lua:2: in function 'check'\n\tbot.lua:5: in function <bot.lua:4>",
			`{"level":"ERROR","msg":"task bot.lua:4 failed: bot.lua:5: no","task":"bot.lua:4","where":"bot.lua:5",` +
				`"traceback":"\tbot.lua:2: in function 'check'\n\tbot.lua:5: in function <bot.lua:4>"}`},
		{"an error of several lines, without a place", "spawn(function() error('one\\ntwo\\n', 0) end)",
			"task bot.lua:1 failed: one\ntwo\n\n\tbot.lua:1: in function <bot.lua:1>",
			`{"level":"ERROR","msg":"task bot.lua:1 failed: one\ntwo","task":"bot.lua:1","where":"bot.lua:1",` +
				`"traceback":"\tbot.lua:1: in function <bot.lua:1>"}`},
		{"an object", "spawn(function()\n  error(setmetatable({}, {__tostring = function() return 'mine' end})) end)",
			"task bot.lua:1 failed: bot.lua:2: mine",
			`{"level":"ERROR","msg":"task bot.lua:1 failed: bot.lua:2: mine","task":"bot.lua:1","where":"bot.lua:2"}`},
		{"a Go panic", "spawn(function() boom() end)",
			"task bot.lua:1 failed: bot.lua:1: internal error: no wire (please report it; the debug log has the details)",
			`{"level":"ERROR","msg":"task bot.lua:1 failed: bot.lua:1: internal error: no wire (please report it; the debug log has the details)",` +
				`"task":"bot.lua:1","where":"bot.lua:1"}`},
		{"a job", "job(function() error('late') end)",
			"job report failed: bot.lua:1: late",
			`{"level":"ERROR","msg":"job report failed: bot.lua:1: late","job":"report","where":"bot.lua:1"}`},
		{"a warning", "warn()",
			"warning: it is late",
			`{"level":"WARN","msg":"it is late","shard":3}`},
		{"what a script writes itself", "io.stderr:write('mine\\n')", "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			var said notices
			talking, plain := newTestHost(t, Options{Talk: said.take}), newTestHost(t, Options{})
			for _, h := range []*testHost{talking, plain} {
				declareTrouble(h.Host)
				if err := h.RunString(t.Context(), "bot.lua", test.source); err != nil {
					t.Fatal(err)
				}
			}
			written := talking.err.String()
			if got, want := plain.err.String(), written+said.text(); got != want {
				t.Errorf("without Talk stderr has\n%swith it was said\n%s", got, want)
			}
			if got := strings.TrimSuffix(said.text(), "\n"); got != test.text {
				t.Errorf("as text:\n%s\nwant:\n%s", got, test.text)
			}
			want := strings.NewReplacer("\n", `\n`, "\t", `\t`).Replace(test.line)
			if got := strings.TrimSuffix(said.lines(), "\n"); got != want {
				t.Errorf("as a line:\n%s\nwant:\n%s", got, want)
			}
		})
	}
}

// declareTrouble declares what goes wrong in TestNotices.
func declareTrouble(h *Host) {
	h.L.SetGlobal("boom", h.L.NewFunction(func(*lua.LState) int { panic("no wire") }))
	h.L.SetGlobal("warn", h.L.NewFunction(func(*lua.LState) int {
		h.Warn("warning: it is late", slog.Int("shard", 3))
		return 0
	}))
	h.L.SetGlobal("job", h.L.NewFunction(func(L *lua.LState) int {
		fn := L.CheckFunction(1)
		_, err := h.Go(JobName+"report", func(L *lua.LState) error {
			_, err := h.Call(L, fn)
			return err
		})
		if err != nil {
			L.RaiseError("%v", err)
		}
		return 0
	}))
}

func TestErrorNotice(t *testing.T) {
	for _, test := range []struct {
		name   string
		err    error
		level  slog.Level
		text   string
		fields []slog.Attr
	}{
		{"an interrupt", fmt.Errorf("run: %w", ErrInterrupted), slog.LevelInfo, "interrupted", nil},
		{"a limit", errors.Join(&LimitError{Run: time.Hour}, ErrClosed), slog.LevelError,
			"the script was ended because it has run for 1h0m0s (--max-run)", nil},
		{"not of Lua", errors.New("there is no gateway\n"), slog.LevelError, "there is no gateway", nil},
		{"syntax", &ScriptError{Path: "bot.lua", Err: &SyntaxError{Source: "bot.lua", Line: 3, Column: 5, Reason: "unexpected '='"}}, slog.LevelError,
			"bot.lua:3:5: unexpected '='", []slog.Attr{slog.String("where", "bot.lua:3")}},
		{"syntax of the whole", &SyntaxError{Source: "bot.lua", Reason: "it is too long"}, slog.LevelError,
			"bot.lua: it is too long", []slog.Attr{slog.String("where", "bot.lua")}},
	} {
		t.Run(test.name, func(t *testing.T) {
			n := ErrorNotice(test.err)
			if n.Level != test.level || n.String() != test.text || !slices.EqualFunc(n.Fields, test.fields, slog.Attr.Equal) {
				t.Errorf("got %s %q %v, want %s %q %v", n.Level, n, n.Fields, test.level, test.text, test.fields)
			}
		})
	}
}

// A warning of the watchdog names the task and the line that holds the others up.
func TestWatchdogNotice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var said notices
		h := newTestHost(t, Options{Talk: said.take, Watchdog: time.Second})
		h.L.SetGlobal("dwell", h.L.NewFunction(func(*lua.LState) int { time.Sleep(time.Second); return 0 }))
		h.run(t, "for i = 1, 100000 do end\ndwell()\nfor i = 1, 100000 do end")
		want := `{"level":"WARN","msg":"task test.lua has held the Lua state for 1s without waiting, at test.lua:3; other tasks cannot run",` +
			`"task":"test.lua","where":"test.lua:3"}` + "\n"
		if got := said.lines(); got != want {
			t.Errorf("said %s, want %s", got, want)
		}
	})
}
