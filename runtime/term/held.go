package term

import (
	"bytes"
	"errors"
	"fmt"
	"io"
)

// maxHeld bounds what is held back while the screen is drawn, in bytes. When it is full the oldest texts are dropped, and their number
// is told in their place.
const maxHeld = 256 << 10

// held are the texts that wait for the end of the screen, which they would spoil.
type held struct {
	texts   []heldText
	size    int
	dropped int
}

type heldText struct {
	to   io.Writer
	text []byte
}

func (h *held) add(to io.Writer, text []byte) {
	text = bytes.Clone(text[max(0, len(text)-maxHeld):])
	h.texts = append(h.texts, heldText{to, text})
	h.size += len(text)
	for h.size > maxHeld {
		h.size -= len(h.texts[0].text)
		h.texts[0] = heldText{}
		h.texts = h.texts[1:]
		h.dropped++
	}
}

// release writes everything in the order in which it came.
func (h *held) release() error {
	var errs []error
	for i, t := range h.texts {
		if i == 0 && h.dropped > 0 {
			_, err := fmt.Fprintf(t.to, "… %d texts before this one were dropped while the screen was in use\n", h.dropped)
			errs = append(errs, err)
		}
		_, err := t.to.Write(t.text)
		errs = append(errs, err)
	}
	*h = held{}
	return errors.Join(errs...)
}

// Writer is w for everybody else who writes to the terminal. While something is drawn, the texts wait until the terminal is given back.
// While keys come one by one, the terminal does not return to the first column by itself, so that is written too.
func (s *Screen) Writer(w io.Writer) io.Writer {
	if s.options.Terminal == nil && s.options.Progress == nil {
		return w
	}
	return &writer{screen: s, w: w}
}

type writer struct {
	screen *Screen
	w      io.Writer
}

// Write implements [io.Writer].
func (w *writer) Write(text []byte) (int, error) {
	w.screen.mu.Lock()
	defer w.screen.mu.Unlock()
	w.screen.hideProgress()
	w.screen.noteText(text)
	switch {
	case w.screen.drawn:
		w.screen.held.add(w.w, text)
		return len(text), nil
	case w.screen.restore != nil:
		_, err := w.w.Write(bytes.ReplaceAll(text, []byte("\n"), []byte("\r\n")))
		return len(text), err
	default:
		return w.w.Write(text)
	}
}
