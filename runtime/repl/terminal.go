package repl

import (
	"io"
	"os"
	"sync/atomic"

	"golang.org/x/term"
)

// Terminal is a terminal that a person types at.
type Terminal struct {
	// Size returns the number of columns and rows.
	Size func() (width, height int)

	// MakeRaw and Restore switch between keys one by one and whole lines;
	// nil stands for the terminal at the process's standard input.
	MakeRaw, Restore func() error
}

// OpenTerminal returns the terminal behind stdin and stdout, or nil when one
// of them is none: a pipe, a file.
func OpenTerminal(stdin, stdout *os.File) *Terminal {
	if !term.IsTerminal(int(stdin.Fd())) || !term.IsTerminal(int(stdout.Fd())) {
		return nil
	}
	return &Terminal{Size: func() (width, height int) {
		width, height, err := term.GetSize(int(stdout.Fd()))
		if err != nil {
			return 80, 24
		}
		return width, height
	}}
}

// cursorReport stands between the line editor and the terminal. Before every
// prompt the editor asks where the cursor is and waits for the answer, for
// ever on a terminal that gives none. The shell starts each prompt in the
// first column, so the answer is known without asking.
type cursorReport struct {
	in    io.Reader
	out   io.Writer
	asked atomic.Bool
}

// The request and the report are DSR and CPR of
// https://vt100.net/docs/vt510-rm/DSR-CPR.html
const (
	cursorRequest = "\x1b[6n"
	firstColumn   = "\x1b[1;1R"
)

// Write implements io.Writer.
func (c *cursorReport) Write(b []byte) (int, error) {
	if string(b) == cursorRequest {
		c.asked.Store(true)
		return len(b), nil
	}
	return c.out.Write(b)
}

// Read implements io.Reader.
func (c *cursorReport) Read(b []byte) (int, error) {
	if c.asked.Swap(false) {
		return copy(b, firstColumn), nil
	}
	return c.in.Read(b)
}
