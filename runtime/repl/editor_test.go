package repl

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"

	"github.com/ergochat/readline"

	"cordial/runtime/bind"
)

// typing is one line that is being read on a test terminal.
type typing struct {
	*vt
	editor *editor
	screen *screen
	result chan string
}

// startTyping opens an editor and reads a line with it.
func startTyping(t *testing.T, width int, complete func(string) Completion) *typing {
	s := &screen{}
	v := newVT(t, width)
	e, err := newEditor(v.terminal(), v.input, v, v, s)
	if err != nil {
		t.Fatal(err)
	}
	typing := &typing{vt: v, editor: e, screen: s}
	t.Cleanup(e.close)
	typing.start(complete)
	v.waitFor(t, ">")
	return typing
}

func (y *typing) start(complete func(string) Completion) {
	y.result = make(chan string, 1)
	go func() {
		line, err := y.editor.readLine("> ", "", complete)
		if err != nil {
			line = "error: " + err.Error()
		}
		y.result <- line
	}()
}

func TestReadLine(t *testing.T) {
	tests := []struct{ name, keys, want string }{
		{"plain", "hello\r", "hello"},
		{"edited", "helo\x1b[Dl\r", "hello"},
		{"wide", "日本😀e\u0301x\r", "日本😀e\u0301x"},
		{"Ctrl-C", "half\x03", "error: " + readline.ErrInterrupt.Error()},
		{"Ctrl-D", "\x04", "error: " + io.EOF.Error()},
		{"Ctrl-D in a line deletes", "abc\x1b[D\x1b[D\x04\r", "ac"},
		{"tab indents", "\tx\r", "  x"},
		{"search and leave it", "\x12abc\x03x\r", "x"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			y := startTyping(t, 80, nil)
			y.typed(test.keys)
			if got := <-y.result; got != test.want {
				t.Errorf("read %q, want %q", got, test.want)
			}
		})
	}
}

func TestOutputAboveThePrompt(t *testing.T) {
	y := startTyping(t, 20, nil)
	y.typed("ch:send(")
	y.waitFor(t, "> ch:send(")
	fmt.Fprintln(y.editor.stdout, "from a task")
	y.waitFor(t, "from a task\n> ch:send(")
	y.typed("'日本語 and more text")
	y.waitFor(t, "from a task\n> ch:send('日本語 an\nd more text") // the wide text wraps
	fmt.Fprint(y.editor.stdout, "two\nlines, and no ")
	y.waitFor(t, "from a task\ntwo\n> ch:send('日本語 an\nd more text")
	fmt.Fprintln(y.editor.stdout, "end")
	y.waitFor(t, "two\nlines, and no end\n> ch:send('日本語 an\nd more text")
	fmt.Fprint(y.editor.stderr, "last words")
	y.typed("')\r")
	if got := <-y.result; got != "ch:send('日本語 and more text')" {
		t.Errorf("read %q", got)
	}
	y.waitFor(t, "d more text')\nlast words")
	y.start(nil)
	y.waitFor(t, "last words\n>")
	y.typed("\x04")
	<-y.result
}

// Output at any moment neither races with the keys nor leaves a prompt behind
// a line that has ended.
func TestOutputWhileLinesEnd(t *testing.T) {
	const lines = 100
	y := startTyping(t, 80, nil)
	var wait sync.WaitGroup
	wait.Go(func() {
		for range lines * 5 {
			fmt.Fprintln(y.editor.stdout, "tick")
		}
	})
	for i := range lines {
		want := fmt.Sprintf("line %d", i)
		y.typed(want + "\r")
		if got := <-y.result; got != want {
			t.Fatalf("read %q, want %q", got, want)
		}
		y.start(nil)
	}
	wait.Wait()
	y.typed("\x04")
	<-y.result
	text := y.text()
	if n := strings.Count(text, "tick"); n != lines*5 {
		t.Errorf("%d of %d outputs are there", n, lines*5)
	}
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line != "tick" && line != ">" && !strings.HasPrefix(line, "> line ") {
			t.Errorf("broken line %q", line)
		}
	}
}

func TestTab(t *testing.T) {
	members := func(names ...string) func(string) Completion {
		return func(source string) Completion {
			start := strings.LastIndexAny(source, ".:") + 1
			found := Completion{Start: start}
			for _, name := range names {
				if strings.HasPrefix(name, source[start:]) {
					found.Candidates = append(found.Candidates, Candidate{name, bind.MethodMember})
				}
			}
			return found
		}
	}
	t.Run("only one", func(t *testing.T) {
		y := startTyping(t, 80, members("guild"))
		y.typed("dc.gu\t('1')\r")
		if got := <-y.result; got != "dc:guild('1')" {
			t.Errorf("read %q", got)
		}
	})
	t.Run("in the middle", func(t *testing.T) {
		y := startTyping(t, 80, members("guild"))
		y.typed("dc:gu + 1\x1b[D\x1b[D\x1b[D\x1b[D\t\r")
		if got := <-y.result; got != "dc:guild + 1" {
			t.Errorf("read %q", got)
		}
	})
	t.Run("several", func(t *testing.T) {
		y := startTyping(t, 30, members("message", "messages", "modify"))
		y.typed("ch:mes\t")
		y.waitFor(t, "> ch:message")
		y.typed("\t")
		y.waitFor(t, "message()   messages()\n> ch:message")
		y.typed("s\r")
		if got := <-y.result; got != "ch:messages" {
			t.Errorf("read %q", got)
		}
	})
	t.Run("none", func(t *testing.T) {
		y := startTyping(t, 80, members())
		y.typed("ch:x\ty\r")
		if got := <-y.result; got != "ch:xy" {
			t.Errorf("read %q", got)
		}
	})
}

func TestConfirm(t *testing.T) {
	y := startTyping(t, 80, nil)
	if y.editor.confirm("Delete?") {
		t.Error("a question was answered while a line was typed")
	}
	y.typed("x\r")
	<-y.result
	for _, test := range []struct {
		keys string
		want bool
	}{{"y\r", true}, {"Yes\r", true}, {"\r", false}, {"n\r", false}, {"\x03", false}, {"\x04", false}} {
		answer := make(chan bool)
		go func() { answer <- y.editor.confirm("Delete 3 messages?") }()
		y.waitFor(t, "Delete 3 messages? [y/N]")
		y.typed(test.keys)
		if got := <-answer; got != test.want {
			t.Errorf("%q means %v, want %v", test.keys, got, test.want)
		}
	}
}

func TestEditorEndsWithItsInput(t *testing.T) {
	y := startTyping(t, 80, nil)
	y.keys.CloseWithError(errors.New("hung up"))
	if got := <-y.result; got != "error: EOF" {
		t.Errorf("read %q", got)
	}
}
