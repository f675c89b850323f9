package runtime

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	lua "github.com/yuin/gopher-lua"
)

// loadTime is how long a script may take to come to its end before it goes
// live as it is; in which it must wait for something, so that the old code can
// run.
const loadTime = 10 * time.Second

// stuckError ends new code that has kept the old one from running for too long.
type stuckError struct{ where string }

func (e *stuckError) Error() string {
	return fmt.Sprintf("%s: it has run for %.0f s without waiting", e.where, loadTime.Seconds())
}

// refuseStuck gives up the load that a task belongs to, if there is an old
// code, with the Lua state held.
func (h *Host) refuseStuck(t *Task) {
	g := t.origin.generation
	if !g.Loading() || !h.Live().Replaceable() {
		return
	}
	stuck := &stuckError{place(h.L.G.CurrentThread)}
	g.main.Cancel(stuck)
	t.Cancel(stuck)
}

// Changes tells when files change.
type Changes interface {
	// Watch takes the files to look at from now on, by absolute path, with
	// what they contained.
	Watch(files map[string]Stamp)
	// Changed gives the files that contain something else than they did.
	Changed() <-chan []string
}

// errChanged ends the load of a script that has changed meanwhile.
var errChanged = errors.New("the script has changed")

// RunWatched runs a script and loads it anew whenever its files change: the
// file itself and those that it has read code from. It ends when ctx does, or
// as [Host.RunFile] with os.exit and [Host.Fail].
//
// New code is loaded as a generation of its own, while the old one goes on. If
// it fails to load, that is told, and the old one stays. Otherwise it takes the
// place of the old one when its script has come to its end, has started the
// gateway, sleeps or has run for ten seconds. Code that has run for so long
// without waiting for anything counts as broken. The tasks of the old one are
// cancelled then, except handlers of events that arrived before: these have
// Options.HandlerTime to end.
func (h *Host) RunWatched(ctx context.Context, path string, changes Changes, args ...string) error {
	err := h.Do(ctx, "watch", func(*lua.LState) error {
		h.watch()
		h.require.setDir(filepath.Dir(path))
		return nil
	})
	if err != nil {
		return err
	}
	over, cancel := context.WithCancelCause(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		cancel(h.waitUntil(over, h.ended))
	}()
	h.follow(over, path, changes, args)
	cancel(nil)
	<-ended
	return h.end(ctx, ctx.Err())
}

// follow loads a script, and again when it changes, until ctx ends.
func (h *Host) follow(ctx context.Context, path string, changes Changes, args []string) {
	for ctx.Err() == nil {
		g := h.newGeneration(path)
		load, abort := context.WithCancelCause(ctx)
		done := make(chan struct{})
		go func() {
			defer close(done)
			h.tryLoad(load, g, args)
		}()
		select {
		case <-done:
			abort(nil)
			h.awaitChange(ctx, g, changes)
		case <-changes.Changed():
			abort(errChanged)
			<-done
		}
	}
}

// awaitChange waits for a change of the files that a generation has read. What
// scripts write themselves does not count.
func (h *Host) awaitChange(ctx context.Context, g *Generation, changes Changes) {
	for {
		changes.Watch(h.codeOf(g))
		select {
		case files := <-changes.Changed():
			if h.concerned(files) {
				return
			}
		case <-g.more:
		case <-ctx.Done():
			return
		}
	}
}

// newGeneration is a generation whose script is in a file.
func (h *Host) newGeneration(path string) *Generation {
	g := &Generation{host: h, path: path, globals: h.L.G.Global, loaded: make(chan struct{}), files: map[string]Stamp{}, more: make(chan struct{}, 1)}
	g.source, g.unread = os.ReadFile(path)
	g.note(path, g.source, g.unread)
	return g
}

// tryLoad loads a generation and tells how that went. It returns when the
// generation is live or has failed.
func (h *Host) tryLoad(ctx context.Context, g *Generation, args []string) {
	begun, first, name := h.clock.Now(), !h.Live().Replaceable(), filepath.Base(g.path)
	if len(g.source) == 0 && g.unread == nil && !first {
		return // it is being written
	}
	err := g.unread
	if err == nil {
		err = h.loadGeneration(ctx, g, args)
	}
	switch {
	case ctx.Err() != nil:
	case err != nil && first:
		h.tellBroken(g.path, err, "it is loaded again when it is saved")
	case err != nil:
		h.tellBroken(g.path, err, "the old code goes on")
	case first:
		h.loaded()
		h.Say(fmt.Sprintf("%s runs%s, and is loaded anew when it is saved", name, h.describe(g)))
	default:
		h.Say(fmt.Sprintf("reloaded %s%s in %s", name, h.describe(g), roughly(h.clock.Since(begun))))
	}
}

// roughly is a duration as people want to read it.
func roughly(d time.Duration) string {
	if d > time.Second {
		return fmt.Sprintf("%.1f s", d.Seconds())
	}
	return fmt.Sprintf("%d ms", d.Milliseconds())
}

// tellBroken tells of code that does not load, with what follows from that at
// the end of the first line.
func (h *Host) tellBroken(path string, err error, so string) {
	n := ErrorNotice(err)
	if exit, ok := errors.AsType[*ExitError](err); ok {
		n.Text = fmt.Sprintf("%s called os.exit(%d) while it was loaded", path, exit.Code)
	}
	first, rest, more := strings.Cut(n.Text, "\n")
	if more {
		rest = "\n" + rest
	}
	n.Text = first + "; " + so + rest
	h.Tell(n)
}

// describe is what the live generation has registered, in brackets.
func (h *Host) describe(g *Generation) string {
	var parts []string
	for _, hook := range h.generationHooks() {
		if hook.Describe == nil {
			continue
		}
		if part := hook.Describe(g); part != "" {
			parts = append(parts, part)
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return " (" + strings.Join(parts, ", ") + ")"
}

// loadGeneration runs the script of a generation until it is live or has
// failed.
func (h *Host) loadGeneration(ctx context.Context, g *Generation, args []string) error {
	var failure error
	main, err := h.newTask(origin{generation: g}, g.path, func(L *lua.LState) error {
		g.newGlobals(h.require.dir)
		L.Env = g.globals
		err := h.runMain(L, g, args)
		switch {
		case !g.Loading():
			return err // it has gone live before
		case err != nil:
			failure = err
			h.abandon(g)
		default:
			h.goLive(g)
		}
		return nil
	})
	if err != nil {
		return err
	}
	g.main = main
	ended := make(chan struct{})
	main.OnEnd(func() { close(ended) })
	stop := context.AfterFunc(ctx, func() { main.Cancel(context.Cause(ctx)) })
	defer stop()
	timer := h.goLiveAfter(loadTime, g)
	defer timer.Stop()
	h.sched.submit(main)
	select {
	case <-g.loaded:
		return nil
	case <-ended:
	}
	if stuck, ok := errors.AsType[*stuckError](failure); ok {
		return stuck
	}
	if failure == nil && g.Loading() { // it was cancelled before it began
		g.stage.Store(over)
		return main.Err()
	}
	return failure
}

func (h *Host) runMain(L *lua.LState, g *Generation, args []string) error {
	fn, err := h.compile(g.path, string(g.source))
	if err != nil {
		return err
	}
	arg, values := h.scriptArgs(g.path, args)
	g.globals.RawSetString("arg", arg)
	_, err = h.Call(L, fn, values...)
	return err
}
