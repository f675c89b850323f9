// Package term gives scripts a terminal to draw on and to read keys from: the module term of Lua. It gives the terminal back as it
// was when the script ends, however it ends.
package term

import (
	"os"

	"golang.org/x/term"
)

// Terminal is the terminal that a person sits at.
type Terminal struct {
	// Size returns the number of columns and rows.
	Size func() (width, height int)

	// MakeRaw lets keys come one by one, without an echo, and returns what ends that.
	MakeRaw func() (restore func() error, err error)
}

// Open returns the terminal behind stdin and stdout, or nil when one of them is none: a pipe, a file.
func Open(stdin, stdout *os.File) *Terminal {
	in, out := int(stdin.Fd()), int(stdout.Fd())
	if !term.IsTerminal(in) || !term.IsTerminal(out) {
		return nil
	}
	return &Terminal{
		Size: func() (width, height int) {
			width, height, err := term.GetSize(out)
			if err != nil || width < 1 || height < 1 {
				return defaultWidth, defaultHeight
			}
			return width, height
		},
		MakeRaw: func() (restore func() error, err error) {
			state, err := term.MakeRaw(in)
			if err != nil {
				return nil, err
			}
			return func() error { return term.Restore(in, state) }, nil
		},
	}
}

// The size of a terminal that does not tell it.
const (
	defaultWidth  = 80
	defaultHeight = 24
)
