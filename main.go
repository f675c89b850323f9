// Cordial hosts Lua for Discord: a shell to explore a server, a runner for
// bots, and a sandbox to try both without a token.
package main

import (
	"os"
	"os/signal"
	"syscall"

	xterm "golang.org/x/term"

	"cordial/runtime/repl"
	"cordial/runtime/term"
)

func main() {
	p := newProcess()
	os.Exit(p.run(os.Args[1:]))
}

// newProcess is this process.
func newProcess() *process {
	// One signal ends a command gracefully, a second one at once.
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	// A terminal that goes away hangs up, which nohup has the process ignore.
	if !signal.Ignored(syscall.SIGHUP) {
		signal.Notify(signals, syscall.SIGHUP)
	}
	return &process{
		stdin:    os.Stdin,
		stdout:   os.Stdout,
		stderr:   os.Stderr,
		lookup:   os.LookupEnv,
		signals:  signals,
		terminal: repl.OpenTerminal(os.Stdin, os.Stdout),
		display:  term.Open(os.Stdin, os.Stdout),
		columns:  columns(int(os.Stdout.Fd())),
		talks:    xterm.IsTerminal(int(os.Stderr.Fd())),
		exit:     os.Exit,
	}
}

// columns tells the width of a terminal, 0 when it does not say; it is nil for
// what is no terminal.
func columns(fd int) func() int {
	if !xterm.IsTerminal(fd) {
		return nil
	}
	return func() int {
		width, _, err := xterm.GetSize(fd)
		if err != nil {
			return 0
		}
		return width
	}
}
