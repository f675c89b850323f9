package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"cordial/discord/sandbox"
	"cordial/runtime/repl"
)

// output is a stream that a test can wait on.
type output struct {
	mu      sync.Mutex
	text    bytes.Buffer
	changed chan struct{}
}

func (o *output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.changed != nil {
		close(o.changed)
		o.changed = nil
	}
	return o.text.Write(b)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// waitFor waits until the output holds want.
func (o *output) waitFor(t testing.TB, want string) {
	t.Helper()
	timeout := time.After(10 * time.Second)
	for {
		o.mu.Lock()
		if strings.Contains(o.text.String(), want) {
			o.mu.Unlock()
			return
		}
		if o.changed == nil {
			o.changed = make(chan struct{})
		}
		changed := o.changed
		o.mu.Unlock()
		select {
		case <-changed:
		case <-timeout:
			t.Fatalf("the output is %q and never has %q", o, want)
		}
	}
}

// command is a command that runs inside the test.
type command struct {
	*process
	out, err output
	signal   chan os.Signal
	exited   chan int // the codes with which it wanted to end at once
	code     chan int
}

// start runs cordial with an environment of its own.
func start(t *testing.T, environment map[string]string, prepare func(*process), args ...string) *command {
	t.Helper()
	t.Cleanup(func() { goleak.VerifyNone(t) })
	c := &command{signal: make(chan os.Signal, 2), exited: make(chan int, 1), code: make(chan int, 1)}
	c.process = &process{
		stdin: strings.NewReader(""), stdout: &c.out, stderr: &c.err,
		signals: c.signal,
		exit:    func(code int) { c.exited <- code },
		lookup: func(name string) (string, bool) {
			value, ok := environment[name]
			return value, ok
		},
	}
	if prepare != nil {
		prepare(c.process)
	}
	go func() { c.code <- c.run(args) }()
	return c
}

func (c *command) wantCode(t *testing.T, want int) {
	t.Helper()
	select {
	case got := <-c.code:
		if got != want {
			t.Errorf("exit code %d, want %d; stderr: %s", got, want, &c.err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("the command does not end")
	}
}

func script(t *testing.T, source string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "script.lua")
	if err := os.WriteFile(path, []byte(source), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestInterruptedRun(t *testing.T) {
	for _, signal := range []os.Signal{os.Interrupt, syscall.SIGTERM} {
		t.Run(signal.String(), func(t *testing.T) {
			path := script(t, `spawn(function() while true do sleep(3600) end end)
				print("ready") while true do pcall(sleep, 3600) end`)
			c := start(t, nil, nil, "--sandbox", "run", path)
			c.out.waitFor(t, "ready")
			c.signal <- signal
			c.wantCode(t, exitInterrupted)
			if got := c.err.String(); got != "interrupted\n" {
				t.Errorf("stderr %q", got)
			}
		})
	}
}

func TestSecondInterruptEndsAtOnce(t *testing.T) {
	read, stdout := io.Pipe()
	// Nothing can interrupt a print that nobody reads.
	path := script(t, `print("ready") print("stuck")`)
	c := start(t, nil, func(p *process) { p.stdout = stdout }, "--sandbox", "run", path)
	if _, err := io.ReadFull(read, make([]byte, len("ready\n"))); err != nil {
		t.Fatal(err)
	}
	c.signal <- os.Interrupt
	c.signal <- os.Interrupt
	if code := <-c.exited; code != exitInterrupted {
		t.Errorf("exit code %d", code)
	}
	read.Close()
	c.wantCode(t, exitInterrupted)
}

func TestEvalSaysWhatItWaitsFor(t *testing.T) {
	for _, test := range []struct{ expression, want string }{
		{`at("2100-01-01 00:00", {tz = "UTC"}, print)`, "eval waits for Job(name='at 2100-01-01 00:00 UTC', next=2100-01-01 00:00 UTC); Ctrl-C ends it\ninterrupted\n"},
		{`every("1h", print) every("2h", print)`, "eval waits for 2 jobs; Ctrl-C ends it\ninterrupted\n"},
	} {
		c := start(t, nil, nil, "--sandbox", "eval", test.expression)
		c.err.waitFor(t, "Ctrl-C ends it")
		c.signal <- os.Interrupt
		c.wantCode(t, exitInterrupted)
		if got := c.err.String(); got != test.want {
			t.Errorf("%s: stderr %q, want %q", test.expression, got, test.want)
		}
	}
}

// coreutils' timeout, and others that stop a whole group, signal twice in a moment: that is no wish to end at once.
func TestSignalsOfOneMomentAreOne(t *testing.T) {
	for _, test := range []struct {
		name          string
		first, second os.Signal
		apart         time.Duration
		atOnce        bool
	}{
		{"SIGTERM twice", syscall.SIGTERM, syscall.SIGTERM, 0, false},
		{"SIGHUP, then SIGTERM", syscall.SIGHUP, syscall.SIGTERM, twinSignals - 1, false},
		{"SIGTERM again", syscall.SIGTERM, syscall.SIGTERM, twinSignals, true},
		{"Ctrl-C twice", os.Interrupt, os.Interrupt, 0, true},
		{"SIGTERM, then Ctrl-C", syscall.SIGTERM, os.Interrupt, 0, true},
		{"Ctrl-C, then SIGTERM", os.Interrupt, syscall.SIGTERM, 0, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				signals := make(chan os.Signal)
				ended := false
				p := &process{signals: signals, exit: func(int) { ended = true }}
				ctx, stop := p.interruptible(nil)
				signals <- test.first
				<-ctx.Done()
				time.Sleep(test.apart)
				signals <- test.second
				stop()
				if ended != test.atOnce {
					t.Errorf("it ended at once: %v, want %v", ended, test.atOnce)
				}
			})
		})
	}
}

// A read of the standard input is interrupted as any other wait.
func TestInterruptedRead(t *testing.T) {
	stdin, typed := io.Pipe()
	defer typed.Close()
	path := script(t, `print("ready") io.read()`)
	c := start(t, nil, func(p *process) { p.stdin = stdin }, "--sandbox", "run", path)
	c.out.waitFor(t, "ready")
	c.signal <- os.Interrupt
	c.wantCode(t, exitInterrupted)
	if got := c.err.String(); got != "interrupted\n" {
		t.Errorf("stderr %q", got)
	}
}

func TestSandboxServesUntilStopped(t *testing.T) {
	c := start(t, nil, nil, "sandbox", "--json")
	c.out.waitFor(t, "\n")
	var info sandbox.Info
	if err := json.Unmarshal([]byte(c.out.String()), &info); err != nil {
		t.Fatalf("%v in %q", err, &c.out)
	}
	request, err := http.NewRequest("GET", info.APIURL+"/users/@me", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bot "+info.BotToken)
	request.Header.Set("User-Agent", "DiscordBot (test, 1)")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	http.DefaultClient.CloseIdleConnections()
	if response.StatusCode != http.StatusOK {
		t.Errorf("status %s", response.Status)
	}

	// Another command can use it.
	environment := map[string]string{"DISCORD_BOT_TOKEN": info.BotToken, "CORDIAL_API_URL": info.APIURL}
	other := start(t, environment, nil, "eval", "dc:me().username")
	other.wantCode(t, exitOK)
	if got := other.out.String(); !strings.HasPrefix(got, `"DBuddy"`) || other.err.String() != "" {
		t.Errorf("stdout %q, stderr %q", got, &other.err)
	}
	environment["DISCORD_BOT_TOKEN"] = "MTIz.abcdef.abcdefghijklmnopqrstuvwxyz0"
	stranger := start(t, environment, nil, "eval", "dc:me().username")
	stranger.wantCode(t, exitAuth)
	stranger.err.waitFor(t, "DISCORD_BOT_TOKEN")

	c.signal <- syscall.SIGTERM
	c.wantCode(t, exitOK)
}

func TestSandboxAsText(t *testing.T) {
	c := start(t, nil, nil, "sandbox")
	c.err.waitFor(t, "Serving until stopped (Ctrl-C).\n")
	for _, want := range []string{"api_url", "bot_token", "general", "nathan"} {
		c.out.waitFor(t, want)
	}
	c.signal <- os.Interrupt
	c.wantCode(t, exitOK)
}

func TestColours(t *testing.T) {
	tests := []struct {
		name        string
		environment map[string]string
		coloured    bool
	}{
		{"terminal", nil, true},
		{"NO_COLOR", map[string]string{"NO_COLOR": "1"}, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			environment := map[string]string{"CORDIAL_STATE_DIR": t.TempDir()}
			for name, value := range test.environment {
				environment[name] = value
			}
			nothing := func() error { return nil }
			terminal := &repl.Terminal{Size: func() (int, int) { return 80, 24 }, MakeRaw: nothing, Restore: nothing}
			c := start(t, environment, func(p *process) {
				p.stdin, p.terminal, p.columns = strings.NewReader("error('oh')\r"), terminal, func() int { return 80 }
			}, "--sandbox")
			c.wantCode(t, exitOK)
			if got := strings.Contains(c.err.String(), "\x1b[31mrepl:1: oh\x1b[0m"); got != test.coloured {
				t.Errorf("coloured %v, want %v: %q", got, test.coloured, &c.err)
			}
		})
	}
}

func TestBrokenPipeEndsQuietly(t *testing.T) {
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	read.Close()
	defer write.Close()
	var stderr bytes.Buffer
	cmd := exec.Command("cordial", "--sandbox", "eval", "1")
	cmd.Stdout, cmd.Stderr = write, &stderr
	if _, ended := errors.AsType[*exec.ExitError](cmd.Run()); !ended || stderr.Len() > 0 {
		t.Errorf("ended %v and said %q", ended, &stderr)
	}
}
