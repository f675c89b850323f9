package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"text/tabwriter"

	"cordial/runtime"
	"cordial/runtime/store"
)

type storeCommand struct {
	List storeListCommand `cmd:"" default:"withargs" hidden:"" help:"List the namespaces with their keys and sizes; without a command too."`
	Dump storeDumpCommand `cmd:"" help:"Write entries as JSON, one on a line."`
	Load storeLoadCommand `cmd:"" help:"Read what dump has written, all of it or nothing."`
}

// newStore is the store of the scripts on a host.
func (p *process) newStore(h *hosted) *store.DB { return store.New(p.storeOptions(h)) }

// storeOptions are those of the store of the scripts on a host.
func (p *process) storeOptions(h *hosted) store.Options {
	o := store.Options{File: func() (string, error) {
		dir, err := p.keepDir(h)
		return filepath.Join(dir, "store.db"), err
	}}
	if h.Host != nil {
		o.Clock = h.Clock()
	}
	return o
}

// withStore runs a command on the store of the state folder. If there is none yet it says so, and does nothing, unless the command
// makes one.
func (p *process) withStore(makes bool, fn func(ctx context.Context, db *store.DB) error) (err error) {
	options := p.storeOptions(&hosted{})
	options.ReadOnly = !makes
	db := store.New(options)
	path, exists, err := db.Exists()
	if err != nil {
		return err
	}
	if !exists && !makes {
		fmt.Fprintf(p.stderr, "nothing is stored yet: there is no %s\n", path)
		return nil
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	ctx, stop := p.interruptible(nil)
	defer stop()
	if err := fn(ctx, db); ctx.Err() == nil {
		return err
	}
	return runtime.ErrInterrupted
}

type storeListCommand struct {
	JSON bool `help:"Print JSON, one namespace on a line."`
}

// Run lists the namespaces.
func (c *storeListCommand) Run(p *process) error {
	return p.withStore(false, func(ctx context.Context, db *store.DB) error {
		list, err := db.Namespaces(ctx)
		if err != nil {
			return err
		}
		if c.JSON {
			return p.write(p.redactor.String(namespaceLines(list)))
		}
		return p.write(p.redactor.String(namespaceTable(list)))
	})
}

func namespaceTable(list []store.Namespace) string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "Namespace\tKeys\tBytes")
	for _, n := range list {
		name := n.Name
		if quoted := strconv.Quote(name); len(quoted) > len(name)+2 { // bytes that a terminal should not get
			name = quoted
		}
		fmt.Fprintf(w, "%s\t%d\t%d\n", name, n.Keys, n.Bytes)
	}
	w.Flush()
	return b.String()
}

func namespaceLines(list []store.Namespace) string {
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	for _, n := range list {
		encoder.Encode(n) // neither the text nor the builder can fail
	}
	return b.String()
}

type storeDumpCommand struct {
	Namespace string `arg:"" optional:"" help:"The namespace, which is a script's name by default. Default is all."`
}

// Run writes the entries to stdout. Tokens among them are hidden, as everywhere.
func (c *storeDumpCommand) Run(p *process) error {
	return p.withStore(false, func(ctx context.Context, db *store.DB) error {
		out := p.redactor.Writer(p.stdout)
		n, err := db.Dump(ctx, out, c.Namespace)
		if n == 0 && err == nil && c.Namespace != "" {
			fmt.Fprintf(p.stderr, "nothing is stored as %s; cordial store lists what there is\n", c.Namespace)
		}
		return errors.Join(err, out.Close())
	})
}

type storeLoadCommand struct {
	File string `arg:"" optional:"" help:"What to load. Default is stdin."`
}

// Run reads entries and puts them beside what is there.
func (c *storeLoadCommand) Run(p *process) (err error) {
	in, name := p.stdin, "stdin"
	if c.File != "" {
		file, err := os.Open(c.File)
		if errors.Is(err, fs.ErrNotExist) {
			return &usageError{fmt.Sprintf("there is no file %s", c.File)}
		}
		if err != nil {
			return &usageError{err.Error()}
		}
		defer file.Close()
		in, name = file, c.File
	}
	return p.withStore(true, func(ctx context.Context, db *store.DB) error {
		n, err := db.Load(ctx, in)
		if bad, ok := errors.AsType[*store.LineError](err); ok {
			return fmt.Errorf("%s:%d: %w; nothing was loaded", name, bad.Line, bad.Err)
		}
		if err == nil {
			noun := "entries"
			if n == 1 {
				noun = "entry"
			}
			fmt.Fprintf(p.stderr, "loaded %d %s\n", n, noun)
		}
		return err
	})
}
