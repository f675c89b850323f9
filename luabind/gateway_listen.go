package luabind

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	lua "github.com/yuin/gopher-lua"

	"cordial/discord"
	"cordial/discord/gateway"
)

// listeners knows who listens to which event. It is read for every frame that arrives, without a lock, and replaced as a whole when
// somebody begins or ends to listen.
type listeners struct {
	mu     sync.Mutex
	byName atomic.Pointer[map[string][]*subscription] // "" holds those that listen to everything
}

// subscription is somebody who listens to an event. deliver is called on the goroutine that reads the shard's connection, in the
// order of the events; while it waits the shard does not read on.
type subscription struct {
	owner   *listeners
	event   string // "" for all
	deliver func(e *gatewayEvent)
	ended   atomic.Bool
	handler bool // keeps the script from ending
	frames  bool // wants frames that are no events too; event is "" then
}

// add begins to listen, with event and deliver filled in.
func (l *listeners) add(s *subscription) *subscription {
	s.owner = l
	l.change(s.event, func(list []*subscription) []*subscription { return append(list, s) })
	return s
}

// off ends the listening, and tells whether it has not been ended before.
func (s *subscription) off() bool {
	if s.ended.Swap(true) {
		return false
	}
	s.owner.change(s.event, func(list []*subscription) []*subscription {
		return slices.DeleteFunc(list, func(other *subscription) bool { return other == s })
	})
	return true
}

// change replaces the list of an event by a changed copy.
func (l *listeners) change(event string, edit func([]*subscription) []*subscription) {
	l.mu.Lock()
	defer l.mu.Unlock()
	next := map[string][]*subscription{}
	for name, list := range l.all() {
		next[name] = list
	}
	if list := edit(slices.Clone(next[event])); len(list) > 0 {
		next[event] = list
	} else {
		delete(next, event)
	}
	l.byName.Store(&next)
}

func (l *listeners) all() map[string][]*subscription {
	if m := l.byName.Load(); m != nil {
		return *m
	}
	return nil
}

// interested tells whether anybody listens to an event or, with the name "", to frames that are no events.
func (l *listeners) interested(event string) bool {
	all := l.all()
	if event == "" {
		return slices.ContainsFunc(all[""], func(s *subscription) bool { return s.frames })
	}
	return len(all[event]) > 0 || len(all[""]) > 0
}

// deliver hands an event to those who listen, in the order in which they began to.
func (l *listeners) deliver(e *gatewayEvent) {
	all := l.all()
	if e.Type != "" {
		for _, s := range all[e.Type] {
			s.deliver(e)
		}
	}
	for _, s := range all[""] {
		if e.Type != "" || s.frames {
			s.deliver(e)
		}
	}
}

// gatewayEvent is an event on its way to handlers, which share it. Everything but the embedded event needs the Lua state.
type gatewayEvent struct {
	gateway.Event
	client *client

	parsed bool
	data   any
	lua    lua.LValue // the data
	event  lua.LValue // the event itself
}

// object is the event's data: of the event's kind, unless it is no object.
func (e *gatewayEvent) object() any {
	if !e.parsed {
		e.parsed = true
		e.data = discord.EventData(e.Type, e.Data)
	}
	return e.data
}

// value is the event's data as handlers get it.
func (e *gatewayEvent) value() lua.LValue {
	if e.lua == nil {
		e.lua = e.client.wrap(e.object())
	}
	return e.lua
}

// self is the event as Lua has it: what a handler gets as its second argument.
func (e *gatewayEvent) self() lua.LValue {
	if e.event == nil {
		e.event = e.client.b.r.Wrap("Event", e)
	}
	return e.event
}

// maxUnstarted bounds the handlers that wait for their turn. When that many do, because a script keeps the Lua state busy, the shards
// stop reading until one has begun; what Discord sends meanwhile waits in the network, and is replayed if Discord gives up.
const maxUnstarted = 4096

// listen has fn called for each event of a name, as a task of its own that is named after label. Events that are on their way when
// the subscription is ended do not arrive.
func (g *luaGateway) listen(event, label string, fn func(L *lua.LState, e *gatewayEvent) error) *subscription {
	name := event + " " + label
	sub := &subscription{event: event, handler: true}
	sub.deliver = func(e *gatewayEvent) {
		g.handle(name, func(L *lua.LState) error {
			if sub.ended.Load() {
				return nil
			}
			return fn(L, e)
		})
	}
	g.listeners.add(sub)
	g.changed()
	return sub
}

// handle starts a task for a handler. It waits while too many have not begun.
func (g *luaGateway) handle(name string, fn func(L *lua.LState) error) {
	g.unstarted <- struct{}{}
	g.running.Add(1)
	begin := sync.OnceFunc(func() { <-g.unstarted })
	end := func() { begin(); g.running.Done() }
	task, err := g.b.host.Go(name, func(L *lua.LState) error {
		begin()
		return fn(L)
	})
	if err != nil {
		end()
		g.b.host.Say(fmt.Sprintf("an event is lost: %s: %v", name, err))
		return
	}
	task.OnEnd(end)
}

// listenLua has a function of the script called with an event's data and the event: for the next event only, or for all.
func (g *luaGateway) listenLua(event string, fn *lua.LFunction, once bool) *subscription {
	var sub *subscription
	sub = g.listen(event, g.b.host.Label(fn), func(L *lua.LState, e *gatewayEvent) error {
		if once && !g.off(sub) {
			return nil
		}
		_, err := g.b.host.Call(L, fn, e.value(), e.self())
		return err
	})
	return sub
}

// off ends a subscription, and tells whether it has not been ended before.
func (g *luaGateway) off(s *subscription) bool {
	active := s.off()
	g.changed()
	return active
}
