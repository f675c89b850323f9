package luabind

import (
	"errors"
	"fmt"
	"time"

	lua "github.com/yuin/gopher-lua"

	"cordial/discord"
	"cordial/discord/gateway"
	"cordial/runtime/bind"
)

func asGateway(c *bind.Call) *luaGateway { return c.Self.(*luaGateway) }

// gatewayClass declares the global gateway, and what discord.gateway gives.
func (b *binding) gatewayClass() bind.Class {
	return bind.Class{
		Name: "Gateway", Doc: "The connection over which Discord tells what happens.", Dotted: true,
		Methods: append(append(b.listenMethods(), b.lifeMethods()...), b.sendMethods()...),
		Fields: []bind.Field{
			gatewayField("state", "string", `Where the connection is: "stopped", "connecting", "ready", … With several shards that of the one that is least far.`, (*luaGateway).state),
			gatewayField("latency", "number", "Seconds between a heartbeat and its answer, the mean of all shards; nil before the first.", (*luaGateway).latency),
			gatewayField("session_id", "string", "The id of the first shard's session; nil without one.", (*luaGateway).sessionID),
			gatewayField("shards", "list of table", "The shards: {id=, state=, latency=, session_id=, seq=}.", (*luaGateway).shardList),
			{
				Name: "intents", Type: "list of string", Doc: "What Discord is asked for. Without an assignment it follows from what is listened to.",
				Get: func(self any) (any, error) { return self.(*luaGateway).asked().Names(), nil },
				Set: func(self any, v lua.LValue) error { return self.(*luaGateway).choose(v) },
			},
		},
		ToString: func(self any) string {
			g := self.(*luaGateway)
			return fmt.Sprintf("Gateway(state='%s', intents=%d)", g.state(), g.asked())
		},
	}
}

func gatewayField(name, typ, doc string, get func(g *luaGateway) any) bind.Field {
	return bind.Field{Name: name, Type: typ, Doc: doc, Get: func(self any) (any, error) { return get(self.(*luaGateway)), nil }}
}

// clientType takes a Client. In Go it is a *client.
var clientType = bind.Type{Name: "Client", From: func(_ *lua.LState, v lua.LValue) (any, error) {
	if ud, ok := v.(*lua.LUserData); ok {
		if cl, ok := ud.Value.(*client); ok {
			return cl, nil
		}
	}
	return nil, bind.Expected("a Client", v)
}}

// makeGateway is discord.gateway.
func (b *binding) makeGateway(c *bind.Call) (any, error) {
	cl := bind.Get[*client](c, "client")
	if cl == nil {
		cl = b.client
	}
	g := b.newGateway(cl)
	if c.Has("intents") {
		intents := bind.Get[discord.Intents](c, "intents")
		g.wish(func(w *wishes) { w.chosen = &intents })
	}
	if c.Has("shards") {
		g.total, g.shards = c.Int("shards"), nil
	}
	return b.r.Wrap("Gateway", g), nil
}

func (b *binding) listenMethods() []bind.Func {
	event := bind.Param{Name: "event", Type: eventName, Required: true, Doc: "such as MESSAGE_CREATE"}
	handler := bind.Param{Name: "fn", Type: bind.Function, Required: true, Doc: "called with the event's data and the event"}
	names := bind.Param{Name: "events", Type: bind.Either(bind.ListOf(eventName), eventName), Doc: "their names; all without it"}
	return []bind.Func{
		{
			Name: "on", Doc: "Calls a function for every event of a name. An event may have many handlers; they start in the order in which they were added.",
			Params: []bind.Param{event, handler}, Returns: "Subscription",
			Call:    func(c *bind.Call) (any, error) { return asGateway(c).subscribe(c, false), nil },
			Example: `gateway.on("MESSAGE_CREATE", function(msg) print(msg.content) end)`,
		},
		{
			Name: "once", Doc: "Calls a function for the next event of a name.",
			Params: []bind.Param{event, handler}, Returns: "Subscription",
			Call:    func(c *bind.Call) (any, error) { return asGateway(c).subscribe(c, true), nil },
			Example: `gateway.once("READY", function(ready) print(ready.user) end)`,
		},
		{
			Name: "wait_for", Doc: "Waits for an event and gives its data and the event; nil when the timeout is over. It starts the gateway.",
			Params: []bind.Param{
				event, {Name: "timeout", Type: bind.Duration, Named: true, Doc: "for ever without it"},
				{Name: "check", Type: bind.Function, Named: true, Doc: "called with the data and the event; the first for which it is true counts"},
			},
			Returns: "the event's data, Event",
			Call:    func(c *bind.Call) (any, error) { return asGateway(c).waitFor(c) },
			Example: `local msg = gateway.wait_for("MESSAGE_CREATE", {timeout=30, check=function(m) return m.author.id == user.id end})`,
		},
		{
			Name: "events", Doc: "Goes through events as they come, with their data and the event, until the gateway is stopped. It starts the gateway.",
			Params: []bind.Param{names}, Returns: "iterator",
			Call: func(c *bind.Call) (any, error) {
				stream, err := asGateway(c).collect(c, chosenEvents(c))
				if err != nil {
					return nil, err
				}
				stream.endWithTask(c.L)
				return bind.Iterator(func(c *bind.Call) (any, error) {
					e, err := stream.next(c, time.Time{})
					if _, stopped := errors.AsType[*gateway.StoppedError](err); stopped {
						return nil, nil
					}
					return eventValues(e, err)
				}), nil
			},
			Example: `for msg, event in gateway.events{"MESSAGE_CREATE", "MESSAGE_UPDATE"} do print(event.t, msg.content) end`,
		},
		{
			Name: "recv_event", Doc: "Waits for the next frame that was not taken by an earlier call: an event of any name, or what the gateway sends for its own sake; nil when the timeout is over. It starts the gateway.",
			Params: []bind.Param{{Name: "timeout", Type: bind.Duration, Named: true}}, Returns: "Event",
			Call: func(c *bind.Call) (any, error) { return asGateway(c).receive(c) },
		},
	}
}

// chosenEvents are the names that a call was given: one, a list, or none for all.
func chosenEvents(c *bind.Call) []string {
	if name := c.String("events"); name != "" {
		return []string{name}
	}
	return stringList(c.List("events"))
}

// eventValues is an event as loops and wait_for give it: its data and itself, nothing for none.
func eventValues(e *gatewayEvent, err error) (any, error) {
	if e == nil || err != nil {
		return nil, err
	}
	return bind.Values{e.value(), e.self()}, nil
}

func (g *luaGateway) subscribe(c *bind.Call, once bool) any {
	s := g.listenLua(c.String("event"), c.Func("fn"), once)
	return g.b.r.Wrap("Subscription", &handlerSubscription{s, g})
}

// collect begins a stream of events and starts the gateway if it does not run.
func (g *luaGateway) collect(c *bind.Call, events []string) (*eventStream, error) {
	stream := g.stream(events...)
	if err := g.start(c); err != nil {
		stream.close()
		return nil, err
	}
	return stream, nil
}

func (g *luaGateway) waitFor(c *bind.Call) (any, error) {
	var deadline time.Time
	if c.Has("timeout") {
		deadline = g.b.host.Clock().Now().Add(c.Duration("timeout"))
	}
	stream, err := g.collect(c, []string{c.String("event")})
	if err != nil {
		return nil, err
	}
	defer stream.close()
	for {
		e, err := stream.next(c, deadline)
		if e == nil || err != nil {
			return nil, err
		}
		fits, err := g.fits(c, e)
		if fits || err != nil {
			return eventValues(e, err)
		}
	}
}

// fits asks the check of wait_for, if there is one.
func (g *luaGateway) fits(c *bind.Call, e *gatewayEvent) (bool, error) {
	check := c.Func("check")
	if check == nil {
		return true, nil
	}
	results, err := g.b.host.Call(c.L, check, e.value(), e.self())
	return len(results) > 0 && lua.LVAsBool(results[0]), err
}

func (g *luaGateway) receive(c *bind.Call) (any, error) {
	var deadline time.Time
	if c.Has("timeout") {
		deadline = g.b.host.Clock().Now().Add(c.Duration("timeout"))
	}
	if g.inbox == nil {
		g.inbox, g.reads = g.streamOf(&subscription{frames: true}), g.b.host.Generation()
	}
	if err := g.start(c); err != nil {
		return nil, err
	}
	e, err := g.inbox.next(c, deadline)
	if e == nil || err != nil {
		return nil, err
	}
	return e.self(), nil
}

func (b *binding) lifeMethods() []bind.Func {
	return []bind.Func{
		{
			Name: "start", Doc: "Connects and waits until the bot is ready. cordial run does it by itself once a script has handlers.", Returns: "Gateway",
			Params: []bind.Param{
				{Name: "debug", Type: bind.Boolean, Named: true, Doc: "show every event and change of state on the standard error"},
			},
			Call: func(c *bind.Call) (any, error) {
				g := asGateway(c)
				if c.Has("debug") {
					g.debug.Store(c.Bool("debug"))
				}
				return c.Receiver, g.start(c)
			},
		},
		{
			Name: "need", Doc: "Asks for more than what follows from the handlers: for request_members, or for what a handler will wait for later.",
			Params: []bind.Param{{Name: "intents", Type: intentsType, Required: true}},
			Call: func(c *bind.Call) (any, error) {
				asGateway(c).need(bind.Get[discord.Intents](c, "intents"))
				return nil, nil
			},
			Example: `gateway.need{"GUILD_MEMBERS"}`,
		},
		{
			Name: "stop", Doc: "Disconnects, and leaves voice channels before that. The session is kept for a few minutes: a start in that time goes on where it was.",
			Call: func(c *bind.Call) (any, error) { return nil, c.Wait(asGateway(c).leaveAndClose) },
		},
		{
			Name: "reconnect", Doc: "Connects again, on all shards.",
			Params: []bind.Param{{Name: "resume", Type: bind.Boolean, Named: true, Default: true, Doc: "go on with the session; false begins a new one"}},
			Call: func(c *bind.Call) (any, error) {
				conn, err := asGateway(c).connected()
				if err == nil {
					conn.Reconnect(c.Bool("resume"))
				}
				return nil, err
			},
		},
	}
}

// choose takes an assignment to gateway.intents; nil goes back to what follows from the handlers.
func (g *luaGateway) choose(v lua.LValue) error {
	var chosen *discord.Intents
	if v != lua.LNil {
		intents, err := intentsType.From(nil, v)
		if err != nil {
			return err
		}
		i := intents.(discord.Intents)
		chosen = &i
	}
	g.wish(func(w *wishes) { w.chosen = chosen })
	g.changed()
	return nil
}

func (g *luaGateway) infos() []gateway.ShardInfo {
	if conn := g.current(); conn != nil {
		return conn.Shards()
	}
	return nil
}

// state is that of the shard that is least far. While the connection is being opened its shards have not begun.
func (g *luaGateway) state() any {
	if g.current() == nil {
		return gateway.Stopped.String()
	}
	infos := g.infos()
	least := gateway.Ready
	for _, info := range infos {
		least = min(least, info.State)
	}
	if len(infos) == 0 || least == gateway.Stopped {
		least = gateway.Connecting
	}
	return least.String()
}

func (g *luaGateway) latency() any {
	var sum time.Duration
	known := 0
	for _, info := range g.infos() {
		if info.Latency > 0 {
			sum += info.Latency
			known++
		}
	}
	if known == 0 {
		return nil
	}
	return sum / time.Duration(known)
}

func (g *luaGateway) sessionID() any {
	if infos := g.infos(); len(infos) > 0 && infos[0].SessionID != "" {
		return infos[0].SessionID
	}
	return nil
}

func (g *luaGateway) shardList() any {
	list := []any{}
	for _, info := range g.infos() {
		shard := map[string]any{"id": info.ID, "state": info.State.String(), "session_id": info.SessionID, "seq": info.Seq}
		if info.Latency > 0 {
			shard["latency"] = info.Latency
		}
		list = append(list, shard)
	}
	table := g.b.r.ToLua(list).(*lua.LTable)
	g.b.host.MarkArray(table)
	return table
}
