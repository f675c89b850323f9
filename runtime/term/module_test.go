package term

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"cordial/runtime"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// desk is a host with a terminal at which a test sits.
type desk struct {
	*runtime.Host
	screen *Screen
	fake   *fakeTerminal
	typed  *io.PipeWriter

	mu  sync.Mutex
	out bytes.Buffer
}

// Write is the terminal's output.
func (d *desk) Write(b []byte) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.out.Write(b)
}

// shown is everything that was written so far.
func (d *desk) shown() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.out.String()
}

// press types keys, after some time in which the script gets to where it waits.
func (d *desk) press(keys ...string) {
	for _, key := range keys {
		time.Sleep(time.Second)
		io.WriteString(d.typed, key)
	}
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{fake: &fakeTerminal{width: 20, height: 5}}
	stdin, typed := io.Pipe()
	d.typed = typed
	d.screen = NewScreen(Options{Terminal: d.fake.terminal(), Output: d, Color: true})
	d.Host = runtime.New(runtime.Options{Stdin: stdin, Stdout: d.screen.Writer(d), Stderr: d.screen.Writer(d)})
	Install(d.Host, d.screen)
	t.Cleanup(func() {
		typed.Close() // a read of a terminal cannot be ended otherwise
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}

func TestKeysOfAScript(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		go d.press("a", "\x1b[A", "\x1b", "\x1b", "[B", "\x1b", "漢\r", "\x03", "\x1b[1;", "5", "C", "q")
		err := d.RunString(t.Context(), "keys.lua", `
			local names = {}
			for key in term.keys() do
				names[#names + 1] = key
				if key == "q" then break end
			end
			term.restore()
			print(table.concat(names, " "))`)
		if err != nil {
			t.Fatal(err)
		}
		// What comes a second late does not belong to the sequence before.
		if want := "a up escape escape [ B escape 漢 enter ctrl-c 5 C q\n"; d.shown() != want {
			t.Errorf("got %q, want %q", d.shown(), want)
		}
		if d.fake.raw != 0 {
			t.Error("the terminal was not given back")
		}
	})
}

// TestKeysLetOthersRun counts in another task while the script waits for a key.
func TestKeysLetOthersRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		go d.press("", "", "", "", "x")
		err := d.RunString(t.Context(), "keys.lua", `
			local n = 0
			local task = spawn(function() while true do sleep(1) n = n + 1 end end)
			for key in term.keys() do break end
			task:cancel()
			term.restore()
			print(n >= 4)`)
		if err != nil || d.shown() != "true\n" {
			t.Errorf("got %v, %q", err, d.shown())
		}
	})
}

func TestTheEndOfTheInputEndsTheKeys(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		go func() {
			d.press("a", "\x1b")
			d.typed.Close()
		}()
		err := d.RunString(t.Context(), "keys.lua", `
			for key in term.keys() do io.write(key, " ") end
			print("over")`)
		if err != nil || d.shown() != "a escape over\r\n" {
			t.Errorf("got %v, %q", err, d.shown())
		}
	})
}

// TestTerminalIsGivenBack ends scripts that draw and read keys in every way that they can end.
func TestTerminalIsGivenBack(t *testing.T) {
	enough := errors.New("enough")
	for name, test := range map[string]struct {
		source, typed, wantErr string
	}{
		"at its end":              {source: "print('hello')"},
		"by an error":             {source: "print('hello') error('oh no')", wantErr: "test.lua:4: oh no"},
		"by os.exit":              {source: "print('hello') os.exit(3)", wantErr: "os.exit(3)"},
		"by a signal, waiting":    {source: "print('hello') sleep(1e6)", wantErr: "interrupted"},
		"by a signal, in keys":    {source: "print('hello') for key in term.keys() do end", wantErr: "interrupted"},
		"by Ctrl-C while it does": {source: "print('hello') sleep(1e6)", typed: "\x03", wantErr: "interrupted"},
		"by Ctrl-C after a break": {source: "print('hello') for key in term.keys() do break end sleep(1e6)", typed: "a\x03", wantErr: "interrupted"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := newDesk(t)
				ctx, cancel := context.WithCancelCause(t.Context())
				begun := time.Now()
				time.AfterFunc(time.Minute, func() { cancel(enough) })
				go func() {
					for _, key := range test.typed {
						d.press(string(key))
					}
				}()
				err := d.RunString(ctx, "test.lua", "\nterm.draw{'drawn'}\nlocal keys = term.keys()\n"+test.source)
				if err := d.Close(); err != nil {
					t.Fatal(err)
				}
				if text := ""; err != nil {
					if text = runtime.Explain(err); !strings.Contains(text, test.wantErr) || test.wantErr == "" {
						t.Errorf("got %q, want %q", text, test.wantErr)
					}
				} else if test.wantErr != "" {
					t.Errorf("no error, want %q", test.wantErr)
				}
				if test.typed != "" && time.Since(begun) >= time.Minute {
					t.Error("the key did not end the script")
				}
				if _, after, ok := strings.Cut(d.shown(), "drawn"); !ok || !strings.HasPrefix(after, "\x1b[?2026l\x1b[?25h\x1b[?1049lhello\n") || d.fake.raw != 0 {
					t.Errorf("the terminal shows %q and is raw %d times", d.shown(), d.fake.raw)
				}
			})
		})
	}
}

func TestDrawOfAScript(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		err := d.RunString(t.Context(), "draw.lua", `
			term.draw{"one", 2}
			term.draw("one\nthree")
			print(term.size())
			print(term.is_terminal, "[" .. term.fit("漢字", 6) .. "]", term.style("x", "red", "bold"))`)
		if err := errors.Join(err, d.Close()); err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{
			"\x1b[H\x1b[Kone\x1b[2;1H\x1b[K2", "\x1b[2;1H\x1b[Kthree", "20\t5\ntrue\t[漢字  ]\t\x1b[31m\x1b[1mx\x1b[22m\x1b[39m\n",
		} {
			if !strings.Contains(d.shown(), want) {
				t.Errorf("%q is missing in %q", want, d.shown())
			}
		}
	})
}

func TestErrors(t *testing.T) {
	broken := &fakeTerminal{err: errors.New("inappropriate ioctl")}
	for _, test := range []struct {
		terminal     *Terminal
		source, want string
	}{
		{broken.terminal(), `term.style("a", "rde")`, `there is no "rde"; did you mean "red"?`},
		{broken.terminal(), `term.draw(1, 2)`, "term.draw"},
		{broken.terminal(), `term.draw{"a", {}}`, "expected list of string or string"},
		{broken.terminal(), `term.keys()`, "term.keys: inappropriate ioctl"},
		{nil, `term.draw{"a"}`, "term.draw: there is no terminal here"},
		{nil, `for key in term.keys() do end`, "term.keys: there is no terminal here"},
	} {
		host := runtime.New(runtime.Options{Stdin: strings.NewReader("")})
		Install(host, NewScreen(Options{Terminal: test.terminal}))
		err := host.RunString(t.Context(), "test.lua", test.source)
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, want %q", test.source, err, test.want)
		}
		if err := host.Close(); err != nil {
			t.Error(err)
		}
	}
}
