package runtime

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"
)

func TestRunLimit(t *testing.T) {
	clock := clockwork.NewFakeClock()
	for _, source := range []string{`print("on") while true do end`, `print("on") sleep(1e6)`, `after(1e6, print) print("on")`} {
		out := newSignal()
		h := New(Options{Stdout: out, Stderr: &strings.Builder{}, Clock: clock})
		ctx, stop := Limits{Run: time.Hour}.Context(t.Context(), clock)
		ended := make(chan error, 1)
		go func() { ended <- h.RunString(ctx, "x.lua", source) }()
		select {
		case <-out.written:
		case err := <-ended:
			t.Fatalf("%s: ended with %v", source, err)
		}
		clock.Advance(time.Hour)
		err := <-ended
		if limit, ok := errors.AsType[*LimitError](err); !ok || limit.Run != time.Hour || Explain(err) != "the script was ended because it has run for 1h0m0s (--max-run)" {
			t.Errorf("%s: %v", source, err)
		}
		stop()
		if err := h.Close(); err != nil {
			t.Error(err)
		}
	}
}

// signal is an output that tells of its first write.
type signal struct{ written chan struct{} }

func newSignal() *signal { return &signal{make(chan struct{}, 1)} }

func (s *signal) Write(p []byte) (int, error) {
	select {
	case s.written <- struct{}{}:
	default:
	}
	return len(p), nil
}

func TestMemoryLimit(t *testing.T) {
	const hog = `local t = {} for i = 1, 1e9 do t[i] = ("x"):rep(1e5) .. i end`
	for name, run := range map[string]func(context.Context, *Host) error{
		"run":  func(ctx context.Context, h *Host) error { return h.RunString(ctx, "x.lua", hog) },
		"eval": func(ctx context.Context, h *Host) error { _, err := h.Eval(ctx, "eval", hog); return err },
		"task": func(ctx context.Context, h *Host) error {
			return h.RunString(ctx, "x.lua", "spawn(function() "+hog+" end)")
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := New(Options{Stderr: &strings.Builder{}})
			ctx, stop := Limits{Memory: 64 << 20}.Context(t.Context(), h.Clock())
			defer stop()
			err := run(ctx, h)
			if limit, ok := errors.AsType[*LimitError](err); !ok || limit.Memory != 64<<20 || Explain(err) != "the script was ended because it uses more than 64 MB of memory (--max-memory)" {
				t.Errorf("%v", err)
			}
			if err := h.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}

// Garbage does not count, however much of it there is.
func TestMemoryLimitIsForWhatIsInUse(t *testing.T) {
	h := New(Options{})
	defer h.Close()
	ctx, stop := Limits{Memory: 64 << 20}.Context(t.Context(), h.Clock())
	defer stop()
	if err := h.RunString(ctx, "x.lua", `local n = 0 for i = 1, 4000 do n = n + #(("x"):rep(1e5) .. i) end`); err != nil {
		t.Error(err)
	}
}
