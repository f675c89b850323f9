package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"cordial/internal/suggest"
	"cordial/runtime"
	"cordial/runtime/attach"
)

type attachCommand struct {
	List   bool       `short:"l" help:"List the scripts that run."`
	Eval   []string   `short:"e" sep:"none" placeholder:"LUA" help:"Evaluate an expression, print its value and leave."`
	Logs   bool       `help:"Show what the script writes, as it comes."`
	Events eventsFlag `help:"Show events as they come, all of them or some: --events=MESSAGE_CREATE,MESSAGE_UPDATE."`
	Tasks  bool       `help:"List the tasks of the script, also while its Lua code is stuck."`
	Cancel int64      `placeholder:"ID" help:"Cancel a task of the script, also while its Lua code is stuck."`

	Script     string   `arg:"" optional:"" help:"The script's name, or the number of its process. Not needed while only one runs."`
	Expression []string `arg:"" optional:"" help:"As -e."`
}

// eventsFlag is a flag that can stand alone or have names of events.
type eventsFlag struct{ coverFlag }

// names are the events that are named.
func (f *eventsFlag) names() []string {
	return strings.FieldsFunc(f.file, func(r rune) bool { return r == ',' || r == ' ' })
}

// Run lists the scripts that run, or attaches to one.
func (c *attachCommand) Run(p *process) error {
	source, err := c.source()
	if err != nil {
		return err
	}
	var interrupts chan os.Signal
	if p.terminal != nil && source == "" && len(c.instead()) == 0 {
		interrupts = make(chan os.Signal, 1) // they end a line
	}
	ctx, stop := p.interruptible(interrupts)
	defer stop()
	running, err := p.running(ctx)
	if err != nil {
		return err
	}
	if c.List && len(running) == 0 {
		fmt.Fprintln(p.stderr, "no script runs")
		return nil
	}
	if c.List {
		return p.write(runningTable(running))
	}
	to, err := c.choose(p, running)
	if err != nil {
		return err
	}
	switch {
	case c.Tasks || c.Cancel != 0:
		return p.attachTasks(ctx, to, c.Cancel)
	case c.Logs:
		return p.attachTail(ctx, to, "logs", nil)
	case c.Events.on:
		return p.attachTail(ctx, to, "events", c.Events.names())
	case source != "":
		return p.attachEval(ctx, to, source)
	default:
		return p.attachShell(ctx, to, interrupts)
	}
}

// instead are the flags that evaluate nothing.
func (c *attachCommand) instead() []string {
	var set []string
	for name, on := range map[string]bool{"--list": c.List, "--logs": c.Logs, "--events": c.Events.on, "--tasks": c.Tasks, "--cancel": c.Cancel != 0} {
		if on {
			set = append(set, name)
		}
	}
	slices.Sort(set)
	return set
}

// source is what is to be evaluated, "" for the shell.
func (c *attachCommand) source() (string, error) {
	switch {
	case len(c.Eval) > 0 && len(c.Expression) > 0:
		return "", &usageError{"an expression stands behind -e or behind the script, not at both places"}
	case len(c.instead()) > 1:
		return "", &usageError{strings.Join(c.instead(), " and ") + " exclude each other"}
	case c.Events.on && len(c.Expression) > 0:
		return "", &usageError{"names of events stand behind an equals sign: --events=MESSAGE_CREATE"}
	case len(c.instead()) > 0 && len(c.Eval)+len(c.Expression) > 0:
		return "", &usageError{c.instead()[0] + " evaluates nothing"}
	}
	return strings.Join(slices.Concat(c.Eval, c.Expression), " "), nil
}

// attachPlace is where the sockets of running scripts lie.
func (p *process) attachPlace() (attach.Place, error) {
	state, err := p.stateDir()
	if err == nil {
		state, err = filepath.Abs(state)
	}
	return attach.Place{State: state, Temp: os.TempDir()}, err
}

func (p *process) running(ctx context.Context) ([]attach.Running, error) {
	place, err := p.attachPlace()
	if err != nil {
		return nil, err
	}
	return attach.List(ctx, place)
}

// choose finds the script that is meant.
func (c *attachCommand) choose(p *process, running []attach.Running) (attach.Running, error) {
	found := running
	if c.Script != "" {
		found = slices.DeleteFunc(slices.Clone(running), func(r attach.Running) bool { return !c.means(r) })
	}
	switch {
	case len(running) == 0:
		return attach.Running{}, errors.New("no script runs that could be attached to; cordial run FILE.lua starts one")
	case len(found) == 0:
		return attach.Running{}, &usageError{c.unknown(running)}
	case len(found) > 1:
		if err := p.write(runningTable(found)); err != nil {
			return attach.Running{}, err
		}
		return attach.Running{}, &usageError{"which one? cordial attach takes a script's name or a pid"}
	case found[0].Err != nil:
		return attach.Running{}, fmt.Errorf("%s: %w", found[0].Info, found[0].Err)
	}
	return found[0], nil
}

// means tells whether a script is the one that the command line names.
func (c *attachCommand) means(r attach.Running) bool {
	return c.Script == strconv.Itoa(r.PID) || scriptName(c.Script) == r.Script
}

// unknown says that there is no such script.
func (c *attachCommand) unknown(running []attach.Running) string {
	var names []string
	for _, r := range running {
		names = append(names, r.Script)
	}
	text := fmt.Sprintf("no script %s runs", c.Script)
	if near, ok := suggest.Nearest(scriptName(c.Script), names); ok {
		return text + fmt.Sprintf("; did you mean %s?", near)
	}
	if len(c.Expression) == 0 && strings.ContainsAny(c.Script, "( .[=\"'") {
		return text + fmt.Sprintf("; to evaluate an expression: cordial attach %s '%s'", names[0], c.Script)
	}
	return text + "; there are " + strings.Join(slices.Compact(names), ", ")
}

func runningTable(running []attach.Running) string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "Script\tPID\tSince\tPath")
	for _, r := range running {
		path := r.Path
		if r.Err != nil {
			path = r.Err.Error()
		}
		fmt.Fprintf(w, "%s\t%d\t%s\t%s\n", r.Script, r.PID, timeOf(r.Since), path)
	}
	w.Flush()
	return b.String()
}

// attachOptions are those of a client at the process's own streams.
func (p *process) attachOptions() attach.ClientOptions {
	return attach.ClientOptions{Stdout: p.stdout, Stderr: p.stderr, Input: runtime.NewInput(p.stdin), Columns: p.columns}
}

// attachEval evaluates one expression in a script.
func (p *process) attachEval(ctx context.Context, to attach.Running, source string) (err error) {
	client, err := attach.Dial(ctx, to, p.attachOptions())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, client.Close()) }()
	text, err := client.Eval(ctx, "attach", source)
	if err != nil {
		return p.ended(err, false)
	}
	return p.write(text)
}

// attachTasks lists the tasks of a script, or cancels one.
func (p *process) attachTasks(ctx context.Context, to attach.Running, cancel int64) (err error) {
	client, err := attach.Dial(ctx, to, p.attachOptions())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, client.Close()) }()
	if cancel != 0 {
		return client.Cancel(ctx, cancel)
	}
	table, err := client.Tasks(ctx)
	if err != nil {
		return err
	}
	if table == "" {
		fmt.Fprintf(p.stderr, "%s runs no task now\n", to.Script)
	}
	return p.write(table)
}

// attachTail shows what happens in a script, until an interrupt or its end.
func (p *process) attachTail(ctx context.Context, to attach.Running, what string, events []string) (err error) {
	client, err := attach.Dial(ctx, to, p.attachOptions())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, client.Close()) }()
	return p.ended(client.Tail(ctx, what, events), true)
}

// attachShell opens a shell in a script.
func (p *process) attachShell(ctx context.Context, to attach.Running, interrupts chan os.Signal) (err error) {
	shell, err := p.newShell(fmt.Sprintf("Attached to %s. %s", to.Info, attach.Banner), interrupts)
	if err != nil {
		return err
	}
	defer shell.Close()
	options := p.attachOptions()
	options.Stdout, options.Stderr, options.Input = shell.Stdout(), shell.Stderr(), runtime.NewInput(shell.Stdin())
	if p.terminal != nil {
		options.Confirm = shell.Confirm
	}
	client, err := attach.Dial(ctx, to, options)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer context.AfterFunc(client.Context(), func() { cancel(context.Cause(client.Context())) })()
	err = shell.RunOn(ctx, client)
	shell.Close() // before the client, which may wait for an answer at the terminal
	return errors.Join(p.ended(err, false), client.Close())
}

// ended makes the end of a script a sentence where it is no error: when it was asked for or, with expected, came in good order.
func (p *process) ended(err error, expected bool) error {
	ended, ok := errors.AsType[*attach.EndedError](err)
	if !ok || !ended.Asked && (!expected || ended.Reason != "") {
		return err
	}
	fmt.Fprintln(p.stderr, ended)
	return nil
}

// takeLog lets those who attach follow what the process writes from then on.
func (p *process) takeLog() *attach.Log {
	log := attach.NewLog()
	p.stdout, p.stderr = log.Writer(p.stdout), log.Writer(p.stderr)
	return log
}

// serveAttach lets cordial attach find a script that runs. A script runs without that, too.
func (p *process) serveAttach(g *grammar, h *hosted, streams hostStreams, log *attach.Log) (stop func() error) {
	nothing := func() error { return nil }
	logger, err := p.logger(g, p.stderr, slog.LevelWarn)
	if err != nil {
		return nothing // openHost has told
	}
	server, err := p.startAttach(h, streams, log)
	if err != nil {
		logger.Warn("cordial attach will not find this script", "error", err)
		return nothing
	}
	logger.Info("cordial attach finds this script", "socket", server.Path())
	h.attached = server
	return server.Close
}

func (p *process) startAttach(h *hosted, streams hostStreams, log *attach.Log) (*attach.Server, error) {
	place, err := p.attachPlace()
	if err != nil {
		return nil, err
	}
	return attach.Start(attach.Options{
		Host: h.Host, Place: place, Log: log, Events: streams.events.Watch,
		Info:   attach.Info{Script: streams.name, Path: fullPath(streams.path), PID: os.Getpid(), Since: h.Clock().Now(), Version: version()},
		Redact: func(w io.Writer) io.WriteCloser { return p.redactor.Writer(w) },
	})
}

// fullPath is the path of a script from the root; that of one which ships inside is its name.
func fullPath(path string) string {
	if _, err := os.Stat(path); err == nil {
		if full, err := filepath.Abs(path); err == nil {
			return full
		}
	}
	return path
}
