package luabind

import (
	"fmt"
	"time"

	"cordial/runtime/bind"
)

// eventClass declares what handlers get as their second argument, and what gateway.recv_event gives.
func eventClass() bind.Class {
	get := func(name, typ, doc string, value func(e *gatewayEvent) any) bind.Field {
		return bind.Field{Name: name, Type: typ, Doc: doc, Get: func(self any) (any, error) { return value(self.(*gatewayEvent)), nil }}
	}
	return bind.Class{
		Name: "Event", Doc: "An event as the gateway sent it.",
		Fields: []bind.Field{
			get("op", "integer", "The opcode; 0 for an event.", func(e *gatewayEvent) any { return int(e.Op) }),
			get("t", "string", "The event's name, such as MESSAGE_CREATE.", func(e *gatewayEvent) any { return e.Type }),
			get("s", "integer", "Its number in the session.", func(e *gatewayEvent) any { return e.Seq }),
			get("d", "object", "Its data: a Message, a Guild, a Member, …", func(e *gatewayEvent) any { return e.value() }),
			get("shard", "integer", "The shard that it came by.", func(e *gatewayEvent) any { return e.Shard }),
		},
		ToString: func(self any) string {
			e := self.(*gatewayEvent)
			return fmt.Sprintf("Event(op=%d, t='%s', s=%d)", e.Op, e.Type, e.Seq)
		},
	}
}

// subscriptionClass declares what gateway.on gives.
func subscriptionClass() bind.Class {
	return bind.Class{
		Name: "Subscription", Doc: "A handler that listens to an event.",
		Methods: []bind.Func{{
			Name: "off", Doc: "Ends the listening.",
			Call: func(c *bind.Call) (any, error) {
				s := c.Self.(*handlerSubscription)
				s.g.off(s.subscription)
				return nil, nil
			},
			Example: `local sub = gateway.on("MESSAGE_CREATE", print)` + "\nsub:off()",
		}},
		Fields: []bind.Field{
			{Name: "event", Type: "string", Doc: "The event's name.", Get: func(self any) (any, error) { return self.(*handlerSubscription).event, nil }},
			{Name: "active", Type: "boolean", Doc: "Whether it still listens.", Get: func(self any) (any, error) { return !self.(*handlerSubscription).ended.Load(), nil }},
		},
		ToString: func(self any) string { return "Subscription(" + self.(*handlerSubscription).event + ")" },
	}
}

// handlerSubscription is a subscription as scripts have it.
type handlerSubscription struct {
	*subscription
	g *luaGateway
}

// eventsFunc declares the global events, which shows what the gateway sends as it comes.
func (b *binding) eventsFunc() bind.Func {
	return bind.Func{
		Name: "events", Doc: "Shows events as they come, until it is cancelled with Ctrl-C or has shown limit of them. It starts the gateway.",
		Params: []bind.Param{
			{Name: "events", Type: bind.ListOf(eventName), Doc: "their names; all without it"},
			{Name: "limit", Type: bind.Integer, Named: true, Doc: "how many to show"},
		},
		Example: `events{"MESSAGE_CREATE"}`,
		Call: func(c *bind.Call) (any, error) {
			stream, err := b.gateway.collect(c, stringList(c.List("events")))
			if err != nil {
				return nil, err
			}
			defer stream.close()
			for shown := 0; !c.Has("limit") || shown < c.Int("limit"); shown++ {
				e, err := stream.next(c, time.Time{})
				if err != nil {
					return nil, err
				}
				if err := b.host.Print(lineOf(e.Event, e.object())); err != nil {
					return nil, err
				}
			}
			return nil, nil
		},
	}
}

func stringList(items []any) []string {
	list := make([]string, len(items))
	for i, item := range items {
		list[i] = item.(string)
	}
	return list
}
