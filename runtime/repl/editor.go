package repl

import (
	"errors"
	"io"
	"strings"
	"sync"

	"github.com/ergochat/readline"

	"cordial/runtime"
)

// editor reads lines from a terminal.
type editor struct {
	turn     sync.Mutex // held while a line is read
	screen   *screen
	readline *readline.Instance
	out      io.Writer // the terminal itself
	stdout   io.Writer // above the prompt
	stderr   io.Writer

	// complete finds what can stand at the end of source; nil while a
	// question is asked.
	complete func(source string) Completion
	chunk    string // the lines before the one being typed

	resized func() // tells readline to ask for the size again
	size    func() (width, height int)
	ending  bool // screen.mu is held because the line may be about to end
}

func newEditor(terminal *Terminal, stdin io.Reader, stdout, stderr io.Writer, s *screen) (*editor, error) {
	report := &cursorReport{in: stdin, out: stdout}
	e := &editor{screen: s, out: stdout, size: terminal.Size}
	instance, err := readline.NewFromConfig(&readline.Config{
		Stdin:                  report,
		Stdout:                 report,
		Stderr:                 stderr,
		HistoryLimit:           historyLimit,
		DisableAutoSaveHistory: true,
		HistorySearchFold:      true,
		InterruptPrompt:        "^C",
		EOFPrompt:              "\n",
		Undo:                   true,
		FuncIsTerminal:         func() bool { return true },
		FuncMakeRaw:            terminal.MakeRaw,
		FuncExitRaw:            terminal.Restore,
		FuncGetSize:            terminal.Size,
		FuncOnWidthChanged:     func(f func()) { e.resized = f },
		FuncFilterInputRune:    e.beforeKey,
		Listener:               e.afterKey,
	})
	if err != nil {
		return nil, err
	}
	e.readline = instance
	e.stdout = s.writer(stdout, instance.Stdout)
	e.stderr = s.writer(stderr, instance.Stderr)
	return e, nil
}

// readLine reads one line of a chunk whose earlier lines are given. It returns
// io.EOF after Ctrl-D and readline.ErrInterrupt after Ctrl-C.
func (e *editor) readLine(prompt, chunk string, complete func(string) Completion) (string, error) {
	e.turn.Lock()
	defer e.turn.Unlock()
	return e.read(prompt, chunk, complete)
}

// typedInput is what a running line reads: whole lines of the editor.
type typedInput struct {
	editor *editor
	line   []byte // what is left of the last one
}

// Read implements [io.Reader].
func (t *typedInput) Read(b []byte) (int, error) {
	if len(t.line) == 0 {
		line, err := t.editor.readLine("", "", nil)
		switch {
		case errors.Is(err, readline.ErrInterrupt):
			return 0, runtime.ErrInterrupted
		case err != nil:
			return 0, err
		}
		t.line = []byte(line + "\n")
	}
	n := copy(b, t.line)
	t.line = t.line[n:]
	return n, nil
}

// confirm asks a question, unless a line is being typed.
func (e *editor) confirm(question string) bool {
	if !e.turn.TryLock() {
		return false
	}
	defer e.turn.Unlock()
	answer, err := e.read(question+" [y/N] ", "", nil)
	if err != nil {
		return false
	}
	answer = strings.ToLower(strings.TrimSpace(answer))
	return answer == "y" || answer == "yes"
}

func (e *editor) read(prompt, chunk string, complete func(string) Completion) (string, error) {
	e.chunk, e.complete = chunk, complete
	e.resized()
	if err := e.screen.begin(e.out); err != nil {
		return "", err
	}
	e.readline.SetPrompt(prompt)
	line, err := e.readline.ReadLine()
	if !e.ending {
		e.screen.mu.Lock()
	}
	e.ending = false
	defer e.screen.mu.Unlock()
	if flushed := e.screen.end(); err == nil {
		err = flushed
	}
	return line, err
}

// beforeKey is called before a key takes effect. A key that may end the line
// keeps other output away until that is done, or until [editor.afterKey] finds
// that it did not end it: output in between would draw the prompt once more.
func (e *editor) beforeKey(key rune) (rune, bool) {
	e.resized()
	switch key {
	case readline.CharEnter, readline.CharCtrlJ, readline.CharInterrupt, readline.CharEOT:
		e.screen.mu.Lock()
		e.ending = true
	}
	return key, true
}

// afterKey is called after a key that did not end the line, and may change it.
func (e *editor) afterKey(line []rune, pos int, key rune) ([]rune, int, bool) {
	if e.ending {
		e.ending = false
		e.screen.mu.Unlock()
	}
	if key != readline.CharTab || pos == 0 || line[pos-1] != readline.CharTab {
		return nil, 0, false
	}
	head := e.tab(string(line[:pos-1]))
	return append([]rune(head), line[pos:]...), len([]rune(head)), true
}

// indent is what Tab writes at the beginning of a line.
const indent = "  "

// tab returns what stands before the cursor after Tab. When that changes
// nothing it lists the candidates.
func (e *editor) tab(head string) string {
	if strings.TrimSpace(head) == "" {
		return head + indent
	}
	if e.complete == nil {
		return head
	}
	found := e.complete(e.chunk + head)
	if completed, changed := found.apply(e.chunk + head); changed {
		if after, ok := strings.CutPrefix(completed, e.chunk); ok {
			return after
		}
		return head
	}
	if len(found.Candidates) > 1 {
		width, _ := e.size()
		io.WriteString(e.stdout, columns(found.Candidates, width))
	}
	return head
}

// remember puts a line into the history that the arrow keys walk.
func (e *editor) remember(line string) {
	// Only a history file could fail, and readline is given none.
	_ = e.readline.SaveToHistory(line)
}

// close gives the terminal back. A line that is being read ends.
func (e *editor) close() {
	// Nothing can be done when the terminal does not take its settings back.
	_ = e.readline.Close()
}
