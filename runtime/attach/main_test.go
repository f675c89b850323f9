package attach

import (
	"bytes"
	"context"
	"io"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"cordial/runtime"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// screen is an output that a test can wait on.
type screen struct {
	mu      sync.Mutex
	text    bytes.Buffer
	changed chan struct{}
}

func newScreen() *screen { return &screen{changed: make(chan struct{})} }

func (s *screen) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.changed)
	s.changed = make(chan struct{})
	return s.text.Write(b)
}

func (s *screen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// waitFor waits until the output holds want.
func (s *screen) waitFor(t *testing.T, want string) {
	t.Helper()
	timeout := time.After(20 * time.Second)
	for {
		s.mu.Lock()
		changed := s.changed
		s.mu.Unlock()
		if strings.Contains(s.String(), want) {
			return
		}
		select {
		case <-changed:
		case <-timeout:
			t.Fatalf("the output is %q and never holds %q", s, want)
		}
	}
}

// bot is a host that is served, and the streams of its process.
type bot struct {
	*runtime.Host
	server      *Server
	place       Place
	out, stderr *screen
	log         *Log
}

// start serves a host; change changes the server's options.
func start(t *testing.T, change func(o *Options)) *bot {
	t.Helper()
	b := &bot{out: newScreen(), stderr: newScreen(), log: NewLog()}
	b.Host = runtime.New(runtime.Options{Stdin: strings.NewReader("the bot's\n"), Stdout: b.log.Writer(b.out), Stderr: b.log.Writer(b.stderr)})
	b.place = Place{State: shortDir(t), Temp: t.TempDir()}
	o := Options{
		Host: b.Host, Place: b.place, Log: b.log,
		Info: Info{Script: "bot", Path: "/bots/bot.lua", PID: os.Getpid(), Since: time.Now(), Version: "1.2"},
		Redact: func(w io.Writer) io.WriteCloser {
			return plain{writerFunc(func(p []byte) (int, error) {
				_, err := io.WriteString(w, strings.ReplaceAll(string(p), "secret", "***"))
				return len(p), err
			})}
		},
	}
	if change != nil {
		change(&o)
	}
	var err error
	if b.server, err = Start(o); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		b.stop(t)
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	return b
}

// stop ends the server, once.
func (b *bot) stop(t *testing.T) {
	t.Helper()
	if b.server == nil {
		return
	}
	if err := b.server.Close(); err != nil {
		t.Error(err)
	}
	b.server = nil
}

type writerFunc func(p []byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

// shortDir is a folder with a path that has room for sockets.
func shortDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "at")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

// person is somebody who is attached, with what they see.
type person struct {
	*Client
	out, stderr *screen
}

// attachTo attaches to a bot; typed is what the person types when asked.
func attachTo(t *testing.T, b *bot, typed io.Reader) *person {
	t.Helper()
	p := &person{out: newScreen(), stderr: newScreen()}
	var err error
	p.Client, err = Dial(context.Background(), Running{Socket: b.server.Path()}, ClientOptions{
		Stdout: p.out, Stderr: p.stderr, Input: runtime.NewInput(typed), Confirm: func(q string) bool { return q == "sure?" },
		Columns: func() int { return 80 },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Client.Close() })
	return p
}

// eval evaluates and expects what the values print as, or the error.
func (p *person) eval(t *testing.T, source, want string) {
	t.Helper()
	got, err := p.Eval(context.Background(), "", source)
	if err != nil {
		got += err.Error()
	}
	if got != want {
		t.Errorf("%s gives %q, want %q", source, got, want)
	}
}
