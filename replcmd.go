package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"cordial/runtime/repl"
)

type replCommand struct{}

// Run opens the shell: at a terminal with a prompt, else on what stdin gives.
func (replCommand) Run(p *process, g *grammar) (err error) {
	var interrupts chan os.Signal // a pipe has no line to cancel: an interrupt ends the shell
	if p.terminal != nil {
		interrupts = make(chan os.Signal, 1)
	}
	shell, err := p.newShell(fmt.Sprintf("cordial %s. help() and x? tell more, Tab completes, Ctrl-D leaves.", version()), interrupts)
	if err != nil {
		return err
	}
	defer shell.Close()
	streams := hostStreams{name: "repl", stdin: shell.Stdin(), stdout: shell.Stdout(), stderr: shell.Stderr()}
	if p.terminal != nil {
		streams.confirm = shell.Confirm
	}
	host, err := p.openHost(g, streams)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, host.Close()) }()
	ctx, stop := p.interruptible(interrupts)
	defer stop()
	ctx, end := g.Safety.limited(ctx, host.Clock())
	defer end()
	return shell.Run(ctx, host.Host)
}

// newShell makes a shell at the process's terminal, or for what stdin gives, with the history that all shells share.
func (p *process) newShell(banner string, interrupts chan os.Signal) (*repl.Shell, error) {
	dir, err := p.stateDir()
	if err != nil {
		return nil, err
	}
	return repl.New(repl.Options{
		Stdin: p.stdin, Stdout: p.stdout, Stderr: p.stderr,
		Terminal:    p.terminal,
		Banner:      banner,
		HistoryFile: filepath.Join(dir, "history"),
		Redact:      p.redactor.String,
		Record:      p.redactor.Record,
		Color:       p.colored(),
		Interrupts:  interrupts,
	})
}
