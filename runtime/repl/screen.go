package repl

import (
	"bytes"
	"io"
	"sync"
)

// screen is the terminal as programs write to it. While a line is being typed,
// output goes above the prompt, in whole lines.
type screen struct {
	mu      sync.Mutex // held while writing, and while a line is being ended
	editing bool
	midLine bool // the cursor stands behind text that has no newline
	writers []*screenWriter
}

// screenWriter is one stream of a screen.
type screenWriter struct {
	screen  *screen
	direct  io.Writer
	above   func() io.Writer // writes above the prompt and draws it again
	partial []byte           // of a line that has not ended, while editing
}

// maxPartial bounds the part of a line that waits for its end.
const maxPartial = 64 << 10

func (s *screen) writer(direct io.Writer, above func() io.Writer) *screenWriter {
	w := &screenWriter{screen: s, direct: direct, above: above}
	s.writers = append(s.writers, w)
	return w
}

// Write implements io.Writer.
func (w *screenWriter) Write(b []byte) (int, error) {
	w.screen.mu.Lock()
	defer w.screen.mu.Unlock()
	if len(b) == 0 {
		return 0, nil
	}
	if !w.screen.editing {
		w.screen.midLine = b[len(b)-1] != '\n'
		return w.direct.Write(b)
	}
	w.partial = append(w.partial, b...)
	end := bytes.LastIndexByte(w.partial, '\n') + 1
	if end == 0 && len(w.partial) > maxPartial {
		w.partial = append(w.partial, '\n')
		end = len(w.partial)
	}
	if end > 0 {
		if _, err := w.above().Write(w.partial[:end]); err != nil {
			return 0, err
		}
		w.partial = append(w.partial[:0], w.partial[end:]...)
	}
	return len(b), nil
}

// begin starts editing. A prompt stands at the beginning of a line.
func (s *screen) begin(out io.Writer) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.editing = true
	return s.freshLine(out)
}

// freshLine ends a line that has no newline yet; the caller holds mu.
func (s *screen) freshLine(out io.Writer) error {
	if !s.midLine {
		return nil
	}
	s.midLine = false
	_, err := io.WriteString(out, "\n")
	return err
}

// echoed notes that the terminal itself has shown a key, "^C".
func (s *screen) echoed() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.midLine = true
}

// end ends editing; the caller holds mu. What waited for its newline is
// written as it is.
func (s *screen) end() error {
	s.editing = false
	for _, w := range s.writers {
		if len(w.partial) == 0 {
			continue
		}
		s.midLine = true
		if _, err := w.direct.Write(w.partial); err != nil {
			return err
		}
		w.partial = w.partial[:0]
	}
	return nil
}
