package runtime

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"github.com/jonboulle/clockwork"
	lua "github.com/yuin/gopher-lua"
)

// Generation is one load of a script: its globals, its modules and its tasks.
// Without [Host.RunWatched] there is one only, which the host begins with.
//
// A task belongs to the generation of the code that made it. What a script
// registers, such as a handler, counts while its generation is the live one:
// that of [Host.Live].
type Generation struct {
	host    *Host
	globals *lua.LTable
	strings *lua.LTable // its library string
	require *require
	stage   atomic.Int32 // changed with the Lua state held, except to over

	// What follows is for generations that can be replaced.

	path   string
	source []byte
	unread error         // the source could not be read
	main   *Task         // that runs the source
	loaded chan struct{} // closed when the generation goes live
	more   chan struct{} // has room for one; filled when there are more files

	// What follows is guarded by Host.mu.

	files   map[string]Stamp // that it has read code from, by absolute path
	tasks   int              // that exist
	grace   clockwork.Timer  // while it leaves and handlers are at work
	drained bool             // it leaves, and no handler is at work
}

// The stages of a generation, in their order.
const (
	loading = iota // its script has not come to its end yet
	live
	leaving // another one is live; handlers that have begun, or will, may end
	over
)

// generations are the generations of a host.
type generations struct {
	base    *Generation // of what the host does by itself, and of scripts that are not watched
	live    atomic.Pointer[Generation]
	hooks   []*GenerationHooks // guarded by Host.mu
	watched bool               // files that scripts read and write are noted
	written map[string]bool    // by scripts, by absolute path
}

// GenerationHooks are told how generations come and go. They are called with
// the Lua state held and must not wait; any of them may be nil.
type GenerationHooks struct {
	// Leave is called when a generation stops being the live one, just before
	// Live, or when it has failed to load.
	Leave func(g *Generation)

	// Live is called when a generation has become the live one.
	Live func(g *Generation)

	// Describe says what the live generation has registered: "3 handlers".
	Describe func(g *Generation) string
}

// ErrReplaced is the cause of the end of what belongs to an earlier generation.
var ErrReplaced = errors.New("the script was loaded anew")

func (h *Host) installGenerations() {
	g := &Generation{host: h, globals: h.L.G.Global, require: &h.require}
	g.stage.Store(live)
	h.generations.base = g
	h.generations.live.Store(g)
}

// OnGeneration registers functions that are told how generations come and go.
// remove takes them away.
func (h *Host) OnGeneration(hooks GenerationHooks) (remove func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	entry := &hooks
	h.generations.hooks = append(h.generations.hooks, entry)
	return func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.generations.hooks = without(h.generations.hooks, entry)
	}
}

// without is a copy of list that lacks one.
func without[T comparable](list []T, one T) []T {
	var rest []T
	for _, other := range list {
		if other != one {
			rest = append(rest, other)
		}
	}
	return rest
}

func (h *Host) generationHooks() []*GenerationHooks {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.generations.hooks // replaced, never changed in place, except at its end
}

// Live is the generation whose handlers are called.
func (h *Host) Live() *Generation { return h.generations.live.Load() }

// Base is the generation that is never replaced, for tasks that the host's
// modules start for their own sake.
func (h *Host) Base() *Generation { return h.generations.base }

// Generation is that of the Lua code that runs; the live one without any. The
// caller holds the Lua state.
func (h *Host) Generation() *Generation {
	if t := taskOf(h.L.G.CurrentThread); t != nil {
		return t.origin.generation
	}
	return h.Live()
}

// Loading tells whether the generation may still become the live one.
func (g *Generation) Loading() bool { return g.stage.Load() == loading }

// IsLive tells whether the generation's handlers are called.
func (g *Generation) IsLive() bool { return g.stage.Load() == live }

// Failed tells, where Leave is called, that the generation has failed to load.
func (g *Generation) Failed() bool { return g.stage.Load() == over }

// Replaceable tells whether another generation may take the place of this one.
func (g *Generation) Replaceable() bool { return g != g.host.generations.base }

// origin says where a task comes from.
type origin struct {
	generation *Generation
	work       bool     // it handles an event: when the generation leaves, it may end by itself
	load       *load    // of LoadFile, nil without
	console    *Console // nil for the host's streams
}

// originOf is the origin of the tasks which the code on L makes.
func (h *Host) originOf(L *lua.LState) origin {
	if t := taskOf(L); t != nil {
		return t.origin
	}
	return origin{generation: h.Live()}
}

// refuses tells whether a task of the origin must not begin any more.
func (o origin) refuses() bool {
	stage := o.generation.stage.Load()
	return stage == over || stage == leaving && !o.work
}

// Go is [Host.Go] for the handler of an event, which belongs to the
// generation. When the generation is replaced the handler may end by itself,
// for some time. The error is [ErrReplaced] when that time is over.
func (g *Generation) Go(name string, fn func(L *lua.LState) error) (*Task, error) {
	t, err := g.newWork(name, fn)
	if err != nil {
		return nil, err
	}
	g.host.sched.submit(t)
	return t, nil
}

// SpawnLate is [Host.SpawnLate] for the handler of an event, as Go.
func (g *Generation) SpawnLate(name string, fn *lua.LFunction, call Late) error {
	t, err := g.newWork(name, nil)
	if err != nil {
		return err
	}
	t.fn, t.late = fn, call
	g.host.sched.submit(t)
	return nil
}

func (g *Generation) newWork(name string, body func(L *lua.LState) error) (*Task, error) {
	if g.stage.Load() == over {
		return nil, ErrReplaced
	}
	return g.host.newTask(origin{generation: g, work: true}, name, body)
}

// mayGoLive tells whether the generation's script is loading and has not been
// given up.
func (g *Generation) mayGoLive() bool { return g.Loading() && !g.main.cancelled.Load() }

// goLive makes a generation that was loading the live one, with the Lua state
// held: from one moment to the next its handlers are called, and no others.
func (h *Host) goLive(g *Generation) {
	before := h.Live()
	g.stage.Store(live)
	h.generations.live.Store(g)
	hooks := h.generationHooks()
	if before.Replaceable() {
		before.stage.Store(leaving)
		for _, hook := range hooks {
			if hook.Leave != nil {
				hook.Leave(before)
			}
		}
	}
	for _, hook := range hooks {
		if hook.Live != nil {
			hook.Live(g)
		}
	}
	close(g.loaded)
	if before.Replaceable() {
		before.leave()
	}
}

// leave cancels the tasks of a generation that was replaced. Handlers of
// events that have arrived by now still begin: only when they have, which is
// when a task behind them runs, does their grace begin.
func (g *Generation) leave() {
	g.cancel(ErrReplaced, func(t *Task) bool { return !t.origin.work })
	h := g.host
	t, err := h.newTask(origin{generation: h.Base()}, "reload", func(*lua.LState) error {
		g.giveGrace()
		return nil
	})
	if err != nil { // there is no room for a task; the handlers' grace begins at once
		g.giveGrace()
		return
	}
	h.sched.submit(t)
}

func (g *Generation) giveGrace() {
	h := g.host
	h.mu.Lock()
	defer h.mu.Unlock()
	if g.tasks == 0 {
		g.drained = true
		return
	}
	g.startGrace()
}

// startGrace bounds the time that handlers have; Host.mu is held.
func (g *Generation) startGrace() {
	g.drained = false
	g.grace = g.host.clock.AfterFunc(g.host.options.HandlerTime, func() {
		g.stage.Store(over)
		g.cancel(ErrReplaced, all)
	})
}

// taskBegins counts a new task; Host.mu is held. An event that was on its way
// when the generation was replaced may come when all other handlers have ended.
func (g *Generation) taskBegins() {
	g.tasks++
	if g.drained {
		g.startGrace()
	}
}

// taskEnded counts a task that is over; Host.mu is held.
func (g *Generation) taskEnded() {
	g.tasks--
	if g.tasks == 0 && g.grace != nil {
		g.grace.Stop()
		g.grace, g.drained = nil, true
	}
}

// abandon ends a generation that did not come to be the live one, with the Lua
// state held.
func (h *Host) abandon(g *Generation) {
	g.stage.Store(over)
	for _, hook := range h.generationHooks() {
		if hook.Leave != nil {
			hook.Leave(g)
		}
	}
	g.cancel(ErrReplaced, func(t *Task) bool { return t != g.main })
}

// cancel cancels the tasks that are chosen.
func (g *Generation) cancel(cause error, chosen func(t *Task) bool) {
	for _, t := range g.host.Tasks() {
		if t.origin.generation == g && chosen(t) {
			t.Cancel(cause)
		}
	}
}

func all(*Task) bool { return true }

// Started tells that the script that runs on L has begun its work, if it is
// still being loaded: it goes live before its end, because it waits for what
// happens from now on. The caller holds the Lua state.
func (h *Host) Started(L *lua.LState) {
	if g := h.originOf(L).generation; g.mayGoLive() {
		h.goLive(g)
	}
}

// goLiveAfter has a generation go live whose script takes very long to come to
// its end. The timer must be stopped.
func (h *Host) goLiveAfter(d time.Duration, g *Generation) clockwork.Timer {
	return h.clock.AfterFunc(d, func() {
		// A host that is closed meanwhile needs no generation.
		_ = h.doAs(origin{generation: h.Base()}, context.Background(), "reload", func(*lua.LState) error {
			if g.mayGoLive() {
				h.goLive(g)
			}
			return nil
		})
	})
}
