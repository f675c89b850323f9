package runtime

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// testHost is a host whose output can be looked at.
type testHost struct {
	*Host
	out, err syncBuffer
}

// newTestHost makes a host and closes it at the end of the test.
func newTestHost(t testing.TB, options Options) *testHost {
	t.Helper()
	h := &testHost{}
	options.Stdout, options.Stderr = &h.out, &h.err
	if options.Stdin == nil {
		options.Stdin = strings.NewReader("")
	}
	if options.Getenv == nil {
		options.Getenv = func(string) (string, bool) { return "", false }
	}
	h.Host = New(options)
	t.Cleanup(func() {
		if err := h.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return h
}

// run runs a script and fails the test if it fails.
func (h *testHost) run(t testing.TB, source string) {
	t.Helper()
	if err := h.RunString(context.Background(), "test.lua", source); err != nil {
		t.Fatalf("the script failed: %s\n%s", Explain(err), h.err.String())
	}
}

// syncBuffer is a buffer that several goroutines may use.
type syncBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

var _ io.Writer = (*syncBuffer)(nil)

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

func testLogger(w io.Writer) *slog.Logger {
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: slog.LevelDebug}))
}
