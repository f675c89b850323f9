package runtime_test

import (
	"bytes"
	"context"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	lua "github.com/yuin/gopher-lua"

	"cordial/runtime"
)

// desk is a terminal of a test. It has room once full is closed; nil is room for ever.
type desk struct {
	io.Reader
	mu          sync.Mutex
	out, stderr strings.Builder
	full        chan struct{}
	gone        bool
}

func (d *desk) Write(text string, toStderr bool) (<-chan struct{}, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.gone {
		return nil, false
	}
	if toStderr {
		d.stderr.WriteString(text)
	} else {
		d.out.WriteString(text)
	}
	return d.full, true
}

func (d *desk) Confirm(context.Context, string) bool { return true }
func (d *desk) Columns() int                         { return 0 }

func (d *desk) written() (out, stderr string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.out.String(), d.stderr.String()
}

// doAt runs Lua at a terminal and waits for all that it has started.
func doAt(t *testing.T, h *runtime.Host, d *desk, source string) {
	t.Helper()
	err := h.DoAt(context.Background(), runtime.NewConsole(d), "attach", func(L *lua.LState) error {
		fn, err := L.LoadString(source)
		if err != nil {
			return err
		}
		_, err = h.Call(L, fn)
		return err
	})
	if err == nil {
		err = h.Drain(context.Background())
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestConsoleTakesThePlaceOfTheStreams(t *testing.T) {
	var out, stderr bytes.Buffer
	h := runtime.New(runtime.Options{Stdin: strings.NewReader("the host's\n"), Stdout: &out, Stderr: &stderr})
	defer h.Close()
	d := &desk{Reader: strings.NewReader("a line\n")}
	doAt(t, h, d, `
		print("print", io.read())
		io.write("write\n")
		io.stderr:write("stderr\n")
		os.execute("echo execute")
		spawn(function() print("spawned") end):wait()
		after(0, function() error("oh no", 0) end)`)
	wantOut, wantErr := "print\ta line\nwrite\nexecute\nspawned\n", "stderr\ntask <string>:7 failed: oh no\n"
	gotOut, gotErr := d.written()
	if gotOut != wantOut || !strings.HasPrefix(gotErr, wantErr) {
		t.Errorf("the terminal has %q and %q, want %q and %q", gotOut, gotErr, wantOut, wantErr)
	}
	if out.String()+stderr.String() != "" {
		t.Errorf("the host's streams have %q and %q", &out, &stderr)
	}
}

func TestTextForATerminalThatIsGoneGoesToTheHost(t *testing.T) {
	var out bytes.Buffer
	h := runtime.New(runtime.Options{Stdout: &out})
	defer h.Close()
	doAt(t, h, &desk{gone: true}, `print("hello") os.execute("echo world")`)
	if got := out.String(); got != "hello\nworld\n" {
		t.Errorf("got %q", got)
	}
}

func TestSlowTerminalHoldsUpItsOwnTasksOnly(t *testing.T) {
	h := runtime.New(runtime.Options{})
	defer h.Close()
	d := &desk{full: make(chan struct{})}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		doAt(t, h, d, `print("much") done = true`)
	}()
	deadline := time.After(20 * time.Second)
	for out := ""; out == ""; out, _ = d.written() {
		select {
		case <-deadline:
			t.Fatal("nothing was printed")
		default:
		}
		if _, err := h.Eval(context.Background(), "other", `if done then error("it did not wait") end`); err != nil {
			t.Fatal(err)
		}
	}
	select {
	case <-ended:
		t.Error("the task did not wait for room")
	default:
	}
	close(d.full)
	<-ended
}
