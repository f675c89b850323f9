package luabind

import (
	lua "github.com/yuin/gopher-lua"

	"cordial/discord"
	"cordial/runtime"
)

// wishes are what a generation of the script wants of the gateway beyond what follows from its handlers.
type wishes struct {
	chosen *discord.Intents // nil for those that follow from what it listens to
	needed discord.Intents  // beyond what it listens to
}

// wish changes the wishes of the generation whose code runs. The caller holds the Lua state.
func (g *luaGateway) wish(change func(w *wishes)) {
	of := g.b.host.Generation()
	g.mu.Lock()
	defer g.mu.Unlock()
	w := g.wishes[of]
	change(&w)
	g.wishes[of] = w
}

// outlive ties the gateway to the host's life. The one of a script ends with the generation that made it, the global one goes on.
func (g *luaGateway) outlive(of *runtime.Generation) {
	host := g.b.host
	removeStop, removeLoad := host.OnStop(g.shutdown), host.OnLoad(g.settled)
	var removeHooks func()
	hooks := runtime.GenerationHooks{
		Live: g.goLive,
		Leave: func(left *runtime.Generation) {
			g.leave(left)
			if left == of && of.Replaceable() {
				g.abandon()
				removeStop()
				removeLoad()
				removeHooks()
			}
		},
	}
	if !of.Replaceable() {
		hooks.Describe = func(*runtime.Generation) string { return g.describe() }
	}
	removeHooks = host.OnGeneration(hooks)
}

// goLive has a generation take the place of the one before, over the same connection if there is one.
func (g *luaGateway) goLive(of *runtime.Generation) {
	g.listeners.goLive(of)
	g.mu.Lock()
	g.quiet = false
	g.mu.Unlock()
	g.changed()
}

// leave forgets a generation that is not live any more, or does not come to be.
func (g *luaGateway) leave(of *runtime.Generation) {
	g.listeners.drop(of)
	if g.inbox != nil && g.reads == of {
		g.inbox.close()
		g.inbox, g.reads = nil, nil
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.wishes, of)
}

// abandon ends the connection without waiting for that.
func (g *luaGateway) abandon() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.quiet = true
	if g.settle != nil {
		g.settle.Stop()
	}
	if g.conn != nil {
		g.conn.stop()
	}
}

// describe counts the handlers that gateway.on has added.
func (g *luaGateway) describe() string {
	n := 0
	for _, list := range g.listeners.all() {
		for _, s := range list {
			if s.handler && s.of != nil && !s.declared {
				n++
			}
		}
	}
	if n == 0 {
		return ""
	}
	return plural(n, "handler")
}

// endWithTask ends a stream that a loop goes through with the task that does, if its script can be replaced: nobody else would.
func (s *eventStream) endWithTask(L *lua.LState) {
	if t := s.g.b.host.Task(L); t != nil && t.Generation().Replaceable() {
		t.OnEnd(s.close)
	}
}
