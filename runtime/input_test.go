package runtime

import (
	"context"
	"errors"
	"io"
	"testing"
	"time"
)

// A read that is given up does not take what comes then.
func TestReadIsGivenUp(t *testing.T) {
	stdin, typed := io.Pipe()
	defer typed.Close()
	h := newTestHost(t, Options{Stdin: stdin})
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if _, err := h.ReadLine(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("got %v", err)
	}
	h.run(t, "print(pcall(with_timeout, 0.001, io.read))")
	go io.WriteString(typed, "first\nsecond\n")
	h.run(t, "print(io.read())")
	if line, err := h.ReadLine(t.Context()); line != "second" || err != nil {
		t.Errorf("got %q, %v", line, err)
	}
	if got, want := h.out.String(), "false\tTimeoutError: not done after 0.001s\nfirst\n"; got != want {
		t.Errorf("printed %q, want %q", got, want)
	}
}

// Two tasks that read get a whole line each; which of them comes first is open.
func TestReadersTakeTurns(t *testing.T) {
	stdin, typed := io.Pipe()
	h := newTestHost(t, Options{Stdin: stdin})
	go func() {
		for _, line := range []string{"a", "a\n", "b\n"} {
			io.WriteString(typed, line)
		}
		typed.Close()
	}()
	h.run(t, "local lines = {gather(io.read, io.read)} table.sort(lines) print(unpack(lines)) print(io.read())")
	if got, want := h.out.String(), "aa\tb\nnil\n"; got != want {
		t.Errorf("printed %q, want %q", got, want)
	}
}
