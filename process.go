package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	goruntime "runtime"
	"strings"
	"time"

	"cordial/discord"
	"cordial/runtime"
	"cordial/runtime/repl"
	"cordial/runtime/term"
)

// process is what a command has of the operating system, so that a test can
// run one with streams and an environment of its own.
type process struct {
	stdin    io.Reader
	stdout   io.Writer
	stderr   io.Writer
	lookup   func(name string) (string, bool)
	signals  <-chan os.Signal
	terminal *repl.Terminal // of stdin and stdout; nil if one of them is none
	display  *term.Terminal // the same one, for scripts that draw on it
	columns  func() int     // the width of the terminal that stdout is; nil if it is none
	talks    bool           // stderr is a terminal
	exit     func(code int) // ends the process at once

	globalLimit int // of requests per second, where a test's server allows more; 0: Discord's

	redactor *discord.Redactor

	script  string       // the name of the script that cordial run runs
	journal slog.Handler // takes what goes to stderr, as JSON; nil: stderr does, as text
}

// run runs the command that args name and returns its exit code.
func (p *process) run(args []string) int {
	p.redactor = discord.NewRedactor(p.getenv("DISCORD_BOT_TOKEN"), p.getenv("DISCORD_USER_TOKEN"))
	err := p.command(args)
	p.report(err)
	return exitCode(err)
}

// report prints the error that a command ended with.
func (p *process) report(err error) {
	if _, exits := errors.AsType[*runtime.ExitError](err); err == nil || exits {
		return
	}
	p.tell(runtime.ErrorNotice(err))
}

func (p *process) getenv(name string) string {
	value, _ := p.lookup(name)
	return value
}

// stateDir is where files are kept between runs. It may not exist yet.
func (p *process) stateDir() (string, error) {
	if dir := p.getenv("CORDIAL_STATE_DIR"); dir != "" {
		if info, err := os.Stat(dir); err == nil && !info.IsDir() {
			return "", fmt.Errorf("CORDIAL_STATE_DIR: %s is a file; name a folder", dir)
		}
		return dir, nil
	}
	if goruntime.GOOS == "windows" {
		if dir := p.getenv("LocalAppData"); dir != "" {
			return filepath.Join(dir, "cordial"), nil
		}
	}
	if dir := p.getenv("XDG_STATE_HOME"); dir != "" {
		return filepath.Join(dir, "cordial"), nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("there is no folder to keep files in: %w; set CORDIAL_STATE_DIR", err)
	}
	return filepath.Join(home, ".local", "state", "cordial"), nil
}

// scriptName is what a script is called where it keeps something: its file's name without folder and ending.
func scriptName(path string) string {
	return strings.TrimSuffix(filepath.Base(path), ".lua")
}

// errTerminated is the cause of a context that SIGTERM or SIGHUP has ended.
var errTerminated = fmt.Errorf("%w by a signal", runtime.ErrInterrupted)

// twinSignals is the time within which a second signal to end is the first one once more: who stops a whole group, as coreutils' timeout
// does, often signals the process itself as well.
const twinSignals = 500 * time.Millisecond

// interruptible returns a context that the first signal ends; the second, which for others than an interrupt is one after twinSignals, ends
// the process at once. An interrupt goes to interrupts instead, if there is such a channel: Ctrl-C in the shell cancels a line only. stop
// must be called.
func (p *process) interruptible(interrupts chan<- os.Signal) (ctx context.Context, stop func()) {
	ctx, cancel := context.WithCancelCause(context.Background())
	stopped, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		var first time.Time
		for {
			select {
			case s := <-p.signals:
				switch {
				case s == os.Interrupt && interrupts != nil:
					offer(interrupts, s)
				case ctx.Err() == nil:
					first = time.Now()
					cancel(causeOf(s))
				case s == os.Interrupt || time.Since(first) >= twinSignals:
					p.exit(exitInterrupted)
				}
			case <-stopped:
				return
			}
		}
	}()
	return ctx, func() {
		close(stopped)
		<-ended
		cancel(nil)
	}
}

// causeOf is what a signal ends a context with.
func causeOf(s os.Signal) error {
	if s == os.Interrupt {
		return runtime.ErrInterrupted
	}
	return errTerminated
}

// offer sends s if there is room for it.
func offer(c chan<- os.Signal, s os.Signal) {
	select {
	case c <- s:
	default:
	}
}

// takeScreen lets a script draw on the terminal, if there is one. What the process itself writes keeps out of its way from then on.
func (p *process) takeScreen(g *grammar) *term.Screen {
	o := term.Options{Terminal: p.display, Output: p.stdout, Color: p.colored(), Redact: p.redactor.String}
	if p.talks && g.LogFormat != "json" {
		o.Progress = p.stderr
	}
	screen := term.NewScreen(o)
	p.stdout, p.stderr = screen.Writer(p.stdout), screen.Writer(p.stderr)
	return screen
}

// colored reports whether output may have colours.
func (p *process) colored() bool {
	return p.columns != nil && p.getenv("NO_COLOR") == ""
}
