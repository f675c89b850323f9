package repl

import (
	"io"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/charmbracelet/lipgloss"
)

// vt is the terminal of a test: a person types into keys, and what the shell
// writes is drawn on lines as a terminal would draw it.
type vt struct {
	keys  *io.PipeWriter
	input *io.PipeReader
	width int

	mu      sync.Mutex
	lines   [][]string // cells; a wide character leaves an empty one behind it
	row     int
	col     int
	escape  string // of a sequence that has not ended
	changed chan struct{}
}

func newVT(t *testing.T, width int) *vt {
	v := &vt{width: width, lines: [][]string{nil}, changed: make(chan struct{})}
	v.input, v.keys = io.Pipe()
	t.Cleanup(func() { v.keys.Close() })
	return v
}

func (v *vt) terminal() *Terminal {
	nothing := func() error { return nil }
	return &Terminal{Size: func() (int, int) { return v.width, 24 }, MakeRaw: nothing, Restore: nothing}
}

// typed sends keys.
func (v *vt) typed(keys string) { io.WriteString(v.keys, keys) }

// text is what the terminal shows.
func (v *vt) text() string {
	v.mu.Lock()
	defer v.mu.Unlock()
	var lines []string
	for _, cells := range v.lines {
		lines = append(lines, strings.TrimRight(strings.Join(cells, ""), " "))
	}
	return strings.TrimRight(strings.Join(lines, "\n"), "\n")
}

// waitFor waits until the terminal shows want at its end.
func (v *vt) waitFor(t *testing.T, want string) {
	t.Helper()
	v.waitUntil(t, want, func(text string) bool { return strings.HasSuffix(text, want) })
}

func (v *vt) waitUntil(t *testing.T, what string, holds func(text string) bool) {
	t.Helper()
	timeout := time.After(10 * time.Second)
	for {
		v.mu.Lock()
		changed := v.changed
		v.mu.Unlock()
		if holds(v.text()) {
			return
		}
		select {
		case <-changed:
		case <-timeout:
			t.Fatalf("the terminal shows\n%s\nand never\n%s", v.text(), what)
		}
	}
}

// Write draws.
func (v *vt) Write(b []byte) (int, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, r := range string(b) {
		v.draw(r)
	}
	close(v.changed)
	v.changed = make(chan struct{})
	return len(b), nil
}

func (v *vt) draw(r rune) {
	switch {
	case v.escape != "":
		v.escape += string(r)
		if r != '[' && (r >= '@' && r <= '~') {
			v.control(r, strings.Trim(v.escape[1:len(v.escape)-1], "["))
			v.escape = ""
		}
	case r == '\x1b':
		v.escape = string(r)
	case r == '\n':
		v.row, v.col = v.row+1, 0
	case r == '\r':
		v.col = 0
	case r == '\b':
		v.col = max(0, v.col-1)
	case r == '\t':
		v.put(" ")
		for v.col%8 != 0 {
			v.put(" ")
		}
	case r == '\a':
	default:
		v.put(string(r))
	}
	for len(v.lines) <= v.row {
		v.lines = append(v.lines, nil)
	}
}

func (v *vt) put(character string) {
	w := lipgloss.Width(character)
	if w == 0 {
		return
	}
	if v.col+w > v.width {
		v.row, v.col = v.row+1, 0
	}
	for len(v.lines) <= v.row {
		v.lines = append(v.lines, nil)
	}
	line := v.lines[v.row]
	for len(line) < v.col+w {
		line = append(line, " ")
	}
	line[v.col] = character
	for i := 1; i < w; i++ {
		line[v.col+i] = ""
	}
	v.lines[v.row] = line
	v.col += w
}

// control obeys the sequences that the line editor uses.
func (v *vt) control(final rune, argument string) {
	n, err := strconv.Atoi(argument)
	if err != nil {
		n = 0
	}
	switch final {
	case 'A':
		v.row = max(0, v.row-max(1, n))
	case 'C':
		v.col += max(1, n)
	case 'G':
		v.col = max(1, n) - 1
	case 'K':
		v.lines[v.row] = v.lines[v.row][:min(v.col, len(v.lines[v.row]))]
	case 'J':
		v.lines[v.row] = v.lines[v.row][:min(v.col, len(v.lines[v.row]))]
		v.lines = slices.Delete(v.lines, v.row+1, len(v.lines))
	}
}
