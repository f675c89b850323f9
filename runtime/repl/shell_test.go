package repl

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cordial/runtime"
	"cordial/runtime/bind"
)

// opened is a shell with its host at a test terminal.
type opened struct {
	*vt
	interrupts chan os.Signal
	cancel     context.CancelFunc
	ended      chan error
}

// open starts a shell at a terminal and waits for its first prompt.
func open(t *testing.T, history string) *opened {
	o := &opened{vt: newVT(t, 80), interrupts: make(chan os.Signal, 1), ended: make(chan error, 1)}
	shell, err := New(Options{
		Stdin: o.input, Stdout: o, Stderr: o, Terminal: o.terminal(), Banner: "welcome",
		HistoryFile: history, Interrupts: o.interrupts,
		Redact: func(s string) string { return strings.ReplaceAll(s, "secret", "***") },
	})
	if err != nil {
		t.Fatal(err)
	}
	host := runtime.New(runtime.Options{Stdin: shell.Stdin(), Stdout: shell.Stdout(), Stderr: shell.Stderr()})
	ctx, cancel := context.WithCancel(context.Background())
	o.cancel = cancel
	go func() {
		err := shell.Run(ctx, host)
		shell.Close()
		o.ended <- errors.Join(err, host.Close())
	}()
	t.Cleanup(func() {
		cancel()
		o.keys.Close()
		<-o.ended
	})
	o.waitFor(t, ">")
	return o
}

// dialogue types lines and expects what follows each.
func (o *opened) dialogue(t *testing.T, lines ...[2]string) {
	t.Helper()
	for _, line := range lines {
		o.typed(line[0])
		o.waitFor(t, line[1])
	}
}

func TestShell(t *testing.T) {
	open(t, "").dialogue(t,
		[2]string{"1 + 1\r", "> 1 + 1\n2\n>"},
		[2]string{"local x = 'a'\r", "> local x = 'a'\n>"},
		[2]string{"x, 5\r", "> x, 5\n\"a\"     5\n>"},
		[2]string{"nil\r", "> nil\nnil\n>"},
		[2]string{"print('hi')\r", "> print('hi')\nhi\n>"},
		[2]string{"for i = 1, 2 do\r", "> for i = 1, 2 do\n>>"},
		[2]string{"print(i, x)\r", ">> print(i, x)\n>>"},
		[2]string{"end\r", ">> end\n1       a\n2       a\n>"},
		[2]string{"do io.write('no newline') end\r", "no newline\n>"},
		[2]string{"(function() io.write('a') return 1 end)()\r", "\na\n1\n>"},
		[2]string{"'a secret'\r", "> 'a secret'\n\"a ***\"\n>"},
		[2]string{"x = = 1\r", "unexpected '='\n        x = = 1\n            ^\n>"},
		[2]string{"error('oh')\r", "oh\n>"},
		[2]string{"half(\x03", "> half(^C\n>"},
		[2]string{"do\r", ">>"},
		[2]string{"\x03", ">> ^C\n>"},
		[2]string{"sleep?\r", "  sleep(0.5)\n>"},
		[2]string{"nothing.at.all?\r", "there is no help for nothing.at.all; help() lists what there is\n>"},
	)
}

func TestScriptsReadTypedLines(t *testing.T) {
	open(t, "").dialogue(t,
		[2]string{"print(io.read(), io.read())\r", "))"},
		[2]string{"some text\r", "some text"},
		[2]string{"12\r", "12\nsome text       12\n>"},
		[2]string{"io.read()\r", "> io.read()"},
		[2]string{"\x03", "interrupted\n>"},
		[2]string{"io.read()\r", "> io.read()"},
		[2]string{"\x04", "nil\n>"},
		[2]string{"1 + 1\r", "2\n>"},
	)
}

func TestInterruptCancelsTheLineOnly(t *testing.T) {
	o := open(t, "")
	o.typed("t = spawn(function() while true do sleep(3600) end end)\r")
	o.waitFor(t, "\n>")
	o.typed("print('going') sleep(3600)\r")
	o.waitFor(t, "\ngoing")
	o.interrupts <- os.Interrupt
	o.waitFor(t, "interrupted\n>")
	o.typed("print('busy') while true do end\r")
	o.waitFor(t, "\nbusy")
	o.interrupts <- os.Interrupt
	o.waitFor(t, "interrupted\n>")
	o.dialogue(t, [2]string{"t.status\r", "> t.status\n\"waiting\"\n>"})
}

func TestBackgroundTasksPrintAboveThePrompt(t *testing.T) {
	o := open(t, "")
	o.typed("go = false\r")
	o.waitFor(t, "false\n>")
	o.typed("spawn(function() while not go do sleep(0.001) end print('from the task') error('and its error') end)\r")
	o.waitFor(t, "\n>")
	o.typed("after(0.01, function() go = true end)\r")
	o.typed("typed meanwhile")
	o.waitFor(t, "> typed meanwhile")
	o.waitUntil(t, "the task's output and error", func(text string) bool {
		return strings.Contains(text, "\nfrom the task\n") && strings.Contains(text, ": and its error\n") &&
			strings.HasSuffix(text, "\n> typed meanwhile")
	})
}

func TestShellEnds(t *testing.T) {
	t.Run("Ctrl-D", func(t *testing.T) {
		o := open(t, "")
		o.typed("spawn(sleep, 3600)\r")
		o.waitFor(t, "\n>")
		o.typed("\x04")
		err := <-o.ended
		o.ended <- nil
		if err != nil {
			t.Error(err)
		}
	})
	t.Run("os.exit", func(t *testing.T) {
		o := open(t, "")
		o.typed("os.exit(7)\r")
		err := <-o.ended
		o.ended <- nil
		if exit, ok := errors.AsType[*runtime.ExitError](err); !ok || exit.Code != 7 {
			t.Errorf("ended with %v", err)
		}
	})
	t.Run("os.exit of a task", func(t *testing.T) {
		o := open(t, "")
		o.typed("after(0.01, os.exit, 6)\r")
		err := <-o.ended
		o.ended <- nil
		if exit, ok := errors.AsType[*runtime.ExitError](err); !ok || exit.Code != 6 {
			t.Errorf("ended with %v", err)
		}
	})
	t.Run("context", func(t *testing.T) {
		o := open(t, "")
		o.cancel()
		err := <-o.ended
		o.ended <- nil
		if !errors.Is(err, context.Canceled) {
			t.Errorf("ended with %v", err)
		}
	})
}

func TestHistory(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state", "history")
	o := open(t, path)
	o.dialogue(t,
		[2]string{"first = 1\r", "first = 1\n>"},
		[2]string{"token = 'secret'\r", "secret'\n>"},
		[2]string{"\x1b[A", "> token = '***'"},
		[2]string{"\x1b[A", "> first = 1"},
		[2]string{"\x03\x04", "^C\n>"},
	)
	<-o.ended
	o.ended <- nil
	content, err := os.ReadFile(path)
	if err != nil || string(content) != "first = 1\ntoken = '***'\n" {
		t.Errorf("the file holds %q, %v", content, err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	again := open(t, path)
	again.dialogue(t, [2]string{"\x1b[A\x1b[A", "> first = 1"})
}

func TestHistoryKeepsWholeChunks(t *testing.T) {
	o := open(t, filepath.Join(t.TempDir(), "history"))
	o.dialogue(t,
		[2]string{"for i = 1, 2 do\r", ">>"},
		[2]string{"  print(i)\r", ">>"},
		[2]string{"end\r", "2\n>"},
		[2]string{"\x1b[A", "> for i = 1, 2 do print(i) end"},
		[2]string{"\x03\x04", "^C\n>"},
	)
	<-o.ended
	o.ended <- nil
	for _, chunk := range []string{"x = 1", "if x then -- why\nend", "s = [[\n]]"} {
		if line := asLine(chunk); line != "" {
			t.Errorf("%q became %q", chunk, line)
		}
	}
}

func TestHistoryIsBounded(t *testing.T) {
	path := filepath.Join(t.TempDir(), "history")
	many := strings.Repeat("old\n", 3*historyLimit) + "new\n"
	if err := os.WriteFile(path, []byte(many), 0o600); err != nil {
		t.Fatal(err)
	}
	lines, err := history{path: path}.load()
	if err != nil || len(lines) != historyLimit || lines[historyLimit-1] != "new" {
		t.Errorf("%d lines, %v", len(lines), err)
	}
	content, err := os.ReadFile(path)
	if n := bytes.Count(content, []byte("\n")); err != nil || n != historyLimit {
		t.Errorf("the file keeps %d lines, %v", n, err)
	}
}

// pipe runs a shell on input that is no terminal.
func pipe(t *testing.T, input string) (stdout, stderr string, err error) {
	t.Helper()
	var out, errs bytes.Buffer
	shell, err := New(Options{Stdin: strings.NewReader(input), Stdout: &out, Stderr: &errs})
	if err != nil {
		t.Fatal(err)
	}
	host := runtime.New(runtime.Options{Stdin: shell.Stdin(), Stdout: shell.Stdout(), Stderr: shell.Stderr()})
	err = shell.Run(t.Context(), host)
	if closeErr := host.Close(); closeErr != nil {
		t.Error(closeErr)
	}
	return out.String(), errs.String(), err
}

// TestABusyTask leaves the shell when its context ends, and lets Tab give up.
func TestABusyTask(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	shell, err := New(Options{Stdin: strings.NewReader("spawn(busy) sleep(0)\n"), Stdout: io.Discard, Stderr: io.Discard})
	if err != nil {
		t.Fatal(err)
	}
	host := runtime.New(runtime.Options{Stdin: shell.Stdin(), Stdout: io.Discard, Stderr: io.Discard})
	begun := make(chan struct{})
	host.Registry().AddFunc(bind.Func{Name: "begin", Call: func(*bind.Call) (any, error) { close(begun); return nil, nil }})
	if err := host.RunString(t.Context(), "test", "function busy() begin() while true do end end"); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error)
	go func() { ended <- shell.Run(ctx, host) }()
	<-begun
	if found := NewLocal(host, nil).Complete("pri"); len(found.Candidates) != 0 {
		t.Errorf("Tab offered %v", found.Candidates)
	}
	cancel(runtime.ErrInterrupted)
	if err := <-ended; !errors.Is(err, runtime.ErrInterrupted) {
		t.Errorf("ended with %v", err)
	}
	if err := host.Close(); err != nil {
		t.Error(err)
	}
}

func TestPipe(t *testing.T) {
	tests := []struct{ name, input, stdout, err string }{
		{"values and statements", "local a = 2\na * 3\nprint('x')\n'y'", "6\nx\n\"y\"\n", ""},
		{"chunks of several lines", "function f(n)\n  return n + 1\nend\nf(1)\r\n", "2\n", ""},
		{"an error ends it", "print(1)\nlocal t = nil\nt.x = 1\nprint(2)\n", "1\n", "stdin:3: "},
		{"a chunk that never ends", "print(1)\nfor i = 1, 2 do\n", "1\n", "stdin:2"},
		{"nothing", "", "", ""},
		{"a byte order mark", "\ufefffor i = 1, 2 do\r\n  print(i)\r\nend\r\n", "1\n2\n", ""},
		{"a first line for the system", "#!/usr/bin/env cordial\nlocal t = nil\nt.x = 1\n", "", "stdin:3: "},
		{"a script reads on", "local line = io.read()\nnot Lua\nline\n", "\"not Lua\"\n", ""},
		{"os.exit", "os.exit(3)\nprint('not here')\n", "", "os.exit(3)"},
		{"a task that is left", "local t = spawn(function() while not go do sleep(0.001) end print('late') end)\nprint(1)\ngo = true\n", "1\nlate\n", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			stdout, stderr, err := pipe(t, test.input)
			if stdout != test.stdout || stderr != "" {
				t.Errorf("stdout %q, want %q; stderr %q", stdout, test.stdout, stderr)
			}
			if (err == nil) != (test.err == "") || err != nil && !strings.Contains(err.Error(), test.err) {
				t.Errorf("error %v, want %q", err, test.err)
			}
		})
	}
}
