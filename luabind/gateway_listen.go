package luabind

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	lua "github.com/yuin/gopher-lua"

	"cordial/discord"
	"cordial/discord/gateway"
	"cordial/runtime"
)

// listeners knows who listens to which event. It is read for every frame that arrives, without a lock, and replaced as a whole when
// somebody begins or ends to listen, and when another generation of the script goes live.
type listeners struct {
	mu     sync.Mutex
	byName atomic.Pointer[map[string][]*subscription] // "" holds those that listen to everything
	staged map[*runtime.Generation][]*subscription    // of generations that are not live yet
}

// subscription is somebody who listens to an event. deliver is called on the goroutine that reads the shard's connection, in the
// order of the events; while it waits the shard does not read on.
type subscription struct {
	owner    *listeners
	event    string              // "" for all
	of       *runtime.Generation // that has to be live for it; nil for none
	deliver  func(e *gatewayEvent)
	ended    atomic.Bool
	handler  bool // keeps the script from ending
	declared bool // listens for the bot's commands or components
	frames   bool // wants frames that are no events too; event is "" then
	passive  bool // looks on: what Discord is asked for does not depend on it

	once, wantsEvent bool // of a handler in Lua: for one event only, takes the event as its second argument
}

// add begins to listen, with event and deliver filled in.
func (l *listeners) add(s *subscription) *subscription {
	s.owner = l
	if s.of != nil && !s.of.IsLive() {
		l.stage(s)
		return s
	}
	l.change(s.event, func(list []*subscription) []*subscription { return append(list, s) })
	return s
}

// off ends the listening, and tells whether it has not been ended before.
func (s *subscription) off() bool {
	if s.ended.Swap(true) {
		return false
	}
	same := func(other *subscription) bool { return other == s }
	s.owner.mu.Lock()
	if list, staged := s.owner.staged[s.of]; staged {
		s.owner.staged[s.of] = slices.DeleteFunc(list, same)
	}
	s.owner.mu.Unlock()
	s.owner.change(s.event, func(list []*subscription) []*subscription { return slices.DeleteFunc(list, same) })
	return true
}

// stage keeps a subscription until its generation goes live. One that comes too late has ended.
func (l *listeners) stage(s *subscription) {
	if !s.of.Loading() {
		s.ended.Store(true)
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.staged == nil {
		l.staged = map[*runtime.Generation][]*subscription{}
	}
	l.staged[s.of] = append(l.staged[s.of], s)
}

// goLive puts the subscriptions of a generation in the place of those of all others: no event is heard by both or by none. Handlers of
// events that have arrived before go on.
func (l *listeners) goLive(g *runtime.Generation) {
	l.mu.Lock()
	defer l.mu.Unlock()
	next := map[string][]*subscription{}
	for name, list := range l.all() {
		for _, s := range list {
			if s.of == nil || s.of == g || !s.of.Replaceable() {
				next[name] = append(next[name], s)
			}
		}
	}
	for _, s := range l.staged[g] {
		next[s.event] = append(next[s.event], s)
	}
	delete(l.staged, g)
	l.byName.Store(&next)
}

// drop forgets the subscriptions of a generation that has not become live.
func (l *listeners) drop(g *runtime.Generation) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.staged, g)
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
	queue  *unbegun // of its connection

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

// handle starts a task for a handler of its own in Go, which belongs to a generation. It waits while too many have not begun.
func (g *luaGateway) handle(e *gatewayEvent, of *runtime.Generation, name string, fn func(L *lua.LState) error) {
	call := g.admit(e)
	task, err := of.Go(name, func(L *lua.LState) error {
		if !call.begin() {
			return nil
		}
		return fn(L)
	})
	if err != nil {
		call.refused(name, err)
		return
	}
	task.OnEnd(call.End)
}

// listenLua has a function of the script called with an event's data and the event, as a task of its own: for the next event only, or
// for all. Events that are on their way when the subscription is ended do not arrive.
func (g *luaGateway) listenLua(event string, fn *lua.LFunction, once bool) *subscription {
	name := event + " " + g.b.host.Label(fn)
	of := g.b.host.Generation()
	sub := &subscription{event: event, of: of, handler: true, once: once}
	sub.wantsEvent = fn.IsG || fn.Proto.NumParameters > 1 || fn.Proto.IsVarArg != 0
	sub.deliver = func(e *gatewayEvent) {
		call := g.admit(e)
		call.sub = sub
		if err := of.SpawnLate(name, fn, call); err != nil {
			call.refused(name, err)
		}
	}
	g.listeners.add(sub)
	g.changed()
	return sub
}

// handlerCall is a handler on its way or at work. left belongs to the Lua state, and after the task's end to whoever ends it.
type handlerCall struct {
	g    *luaGateway
	e    *gatewayEvent
	sub  *subscription // of a handler in Lua
	args [2]lua.LValue
	left bool // the place among the handlers that have not begun
}

// admit waits for a place among the handlers that have not begun.
func (g *luaGateway) admit(e *gatewayEvent) *handlerCall {
	g.running.Add(1)
	e.queue.add(e.Shard, e.Seq)
	return &handlerCall{g: g, e: e}
}

// Begin gives the arguments of a handler in Lua, unless its subscription has ended.
func (c *handlerCall) Begin() ([]lua.LValue, bool) {
	if !c.begin() || c.sub.ended.Load() || c.sub.once && !c.g.off(c.sub) {
		return nil, false
	}
	c.args[0] = c.e.value()
	if !c.sub.wantsEvent {
		return c.args[:1], true
	}
	c.args[1] = c.e.self()
	return c.args[:], true
}

// begin tells whether the handler may begin. It may not when its connection has ended long ago: the event comes again to the next.
func (c *handlerCall) begin() bool {
	c.left = true
	return c.e.queue.begin(c.e.Shard, c.e.Seq)
}

// End frees the places of a handler, also of one that was cancelled before it began.
func (c *handlerCall) End() {
	if !c.left {
		c.begin()
	}
	c.g.running.Done()
}

// refused ends a handler that could not be started, because there are too many tasks or the host is closed.
func (c *handlerCall) refused(name string, err error) {
	c.End()
	c.g.b.host.Warn(fmt.Sprintf("an event is lost: %s: %v", name, err))
}

// off ends a subscription, and tells whether it has not been ended before.
func (g *luaGateway) off(s *subscription) bool {
	active := s.off()
	g.changed()
	return active
}
