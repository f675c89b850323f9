package luabind

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"

	"cordial/discord"
	"cordial/discord/gateway"
)

// Events are the events of a host's gateway, for who only looks on: neither does the gateway start for them, nor do the intents depend
// on them. The zero value is given to [Install].
type Events struct{ of atomic.Pointer[luaGateway] }

// Watch has show called for each event that arrives, those with the names or all, until stop is called. show is called on the goroutine
// that reads the connection and must not wait; line, which may be called later and anywhere, is the event in one line. The error is that
// a name is not one of an event.
func (e *Events) Watch(names []string, show func(line func() string)) (stop func(), err error) {
	g := e.of.Load()
	if g == nil {
		return nil, errors.New("there is no gateway yet")
	}
	names = slices.Clone(names)
	if len(names) == 0 {
		names = []string{""}
	}
	for _, name := range names {
		if _, known := discord.EventNamed(name); !known && name != "" {
			if near, found := nearEvent(name); found {
				return nil, fmt.Errorf("there is no event %s; did you mean %q?", name, near)
			}
			return nil, fmt.Errorf("there is no event %s", name)
		}
	}
	var subs []*subscription
	for _, name := range names {
		subs = append(subs, g.listeners.add(&subscription{event: name, passive: true, deliver: func(e *gatewayEvent) {
			event := e.Event // what is beside it needs the Lua state
			show(func() string { return lineOf(event, discord.EventData(event.Type, event.Data)) })
		}}))
	}
	return func() {
		for _, sub := range subs {
			sub.off()
		}
	}, nil
}

// lineOf is an event in one line: its name and what its data prints as.
func lineOf(e gateway.Event, data any) string {
	text := string(e.Data)
	if o, ok := data.(*discord.Object); ok {
		text = o.String()
	}
	return fmt.Sprintf("%-28s %s", e.Type, strings.ReplaceAll(text, "\n", " "))
}
