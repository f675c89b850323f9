package term

import (
	"errors"
	"io"
	"strings"
	"sync"

	"github.com/charmbracelet/x/ansi"
)

// Options say what a screen stands on.
type Options struct {
	// Terminal is nil where there is none, or where something else has it.
	Terminal *Terminal

	// Output is the terminal's standard output.
	Output io.Writer

	// Progress is where progress bars are drawn, as a rule the standard error; nil where that is no terminal.
	Progress io.Writer

	// Color lets texts be coloured.
	Color bool

	// Redact takes secrets out of what is drawn; nil leaves all as it is.
	Redact func(string) string
}

// ErrNoTerminal is the error of what needs a terminal where there is none.
var ErrNoTerminal = errors.New("there is no terminal here: use cordial run, with neither the input nor the output in a pipe or a file")

// Screen is what a script draws, and the state that the terminal is in meanwhile. It may be used from any goroutine.
type Screen struct {
	options Options

	mu            sync.Mutex
	drawn         bool     // the alternate screen is shown
	lines         []string // as they stand there
	width, height int      // of the terminal then
	restore       func() error
	held          held
	progress      *Progress // the bar that is shown
	begunLine     bool      // somebody has written text without its end of line
	closed        bool
}

// NewScreen makes a screen, which changes nothing on the terminal yet.
func NewScreen(o Options) *Screen {
	if o.Redact == nil {
		o.Redact = func(s string) string { return s }
	}
	return &Screen{options: o}
}

// Size is the number of columns and rows of the terminal, 80 and 24 without one.
func (s *Screen) Size() (width, height int) {
	if s.options.Terminal == nil {
		return defaultWidth, defaultHeight
	}
	return s.options.Terminal.Size()
}

// Draw shows lines, from the top, in place of what was drawn before. It writes only those that have changed, each cut to the width of
// the terminal. After Close it does nothing.
func (s *Screen) Draw(lines []string) error {
	if s.options.Terminal == nil {
		return ErrNoTerminal
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil
	}
	var out strings.Builder
	out.WriteString(ansi.SetModeSynchronizedOutput)
	s.prepare(&out)
	lines = s.fitted(lines)
	for row := range max(len(lines), len(s.lines)) {
		line, old := at(lines, row), at(s.lines, row)
		if line != old {
			out.WriteString(ansi.CursorPosition(1, row+1) + ansi.EraseLineRight + line)
		}
	}
	s.lines = lines
	out.WriteString(ansi.ResetModeSynchronizedOutput)
	_, err := io.WriteString(s.options.Output, out.String())
	return err
}

// prepare shows an empty screen at first, and when the terminal has got another size; s.mu is held.
func (s *Screen) prepare(out *strings.Builder) {
	width, height := s.Size()
	if !s.drawn {
		out.WriteString(ansi.SetModeAltScreenSaveCursor + ansi.HideCursor)
	}
	if !s.drawn || width != s.width || height != s.height {
		out.WriteString(ansi.EraseEntireScreen)
		s.lines = nil
	}
	s.drawn, s.width, s.height = true, width, height
}

// fitted are the lines that the terminal has room for, each cut to its width.
func (s *Screen) fitted(lines []string) []string {
	var fitted []string
	for _, text := range lines {
		for line := range strings.SplitSeq(s.options.Redact(text), "\n") {
			if len(fitted) == s.height {
				return fitted
			}
			fitted = append(fitted, cut(line, s.width))
		}
	}
	return fitted
}

func at(lines []string, row int) string {
	if row < len(lines) {
		return lines[row]
	}
	return ""
}

// makeRaw lets keys come one by one until Restore.
func (s *Screen) makeRaw() error {
	if s.options.Terminal == nil {
		return ErrNoTerminal
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.restore != nil || s.closed {
		return nil
	}
	restore, err := s.options.Terminal.MakeRaw()
	s.restore = restore
	return err
}

// Restore gives the terminal back as it was, and writes what was held back meanwhile.
func (s *Screen) Restore() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var errs []error
	if s.drawn {
		_, err := io.WriteString(s.options.Output, ansi.ShowCursor+ansi.ResetModeAltScreenSaveCursor)
		errs = append(errs, err)
	}
	if s.restore != nil {
		errs = append(errs, s.restore())
	}
	s.drawn, s.lines, s.restore = false, nil, nil
	return errors.Join(append(errs, s.held.release())...)
}

// Close is Restore for good: what is drawn later is not shown.
func (s *Screen) Close() error {
	s.mu.Lock()
	s.closed = true
	s.endProgress()
	s.mu.Unlock()
	return s.Restore()
}
