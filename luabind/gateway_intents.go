package luabind

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"cordial/discord"
	"cordial/internal/suggest"
	"cordial/runtime/bind"
)

// intentsOf are the intents that bring an event. Where an ordinary intent brings it, privileged ones are left out: they have to be
// switched on first, and bring little more. Messages come with their content.
func intentsOf(event string) discord.Intents {
	e, _ := discord.EventNamed(event)
	intents := e.Intents
	if ordinary := intents &^ discord.PrivilegedIntents; ordinary != 0 {
		intents = ordinary
	}
	if event == "MESSAGE_CREATE" || event == "MESSAGE_UPDATE" {
		intents |= discord.IntentMessageContent
	}
	return intents
}

// switchedOn are the privileged intents by the application's flags that say that they may be asked for: switched on in the developer
// portal, with or without an approval.
var switchedOn = []struct {
	flags  int
	intent discord.Intents
}{
	{1<<12 | 1<<13, discord.IntentGuildPresences},
	{1<<14 | 1<<15, discord.IntentGuildMembers},
	{1<<18 | 1<<19, discord.IntentMessageContent},
}

// everything are the intents that bring all that the application may have; g.mu is held.
func (g *luaGateway) everything() discord.Intents {
	all := discord.AllIntents &^ discord.PrivilegedIntents
	if g.app == nil {
		return all
	}
	flags := g.app.Int("flags")
	for _, s := range switchedOn {
		if flags&s.flags != 0 {
			all |= s.intent
		}
	}
	return all
}

// intents are those that the script has chosen, or else those that follow from what it listens to. Handlers get all that brings their
// event; whoever waits for an event makes do with a session that has one of its intents already, because a new session would miss what
// happens meanwhile. have are the intents of the session that there is.
func (g *luaGateway) intents(have discord.Intents) discord.Intents {
	g.mu.Lock()
	defer g.mu.Unlock()
	wishes := g.wishes[g.b.host.Live()]
	if wishes.chosen != nil {
		return *wishes.chosen
	}
	var all discord.Intents
	for event, list := range g.listeners.all() {
		e, _ := discord.EventNamed(event)
		switch {
		case !slices.ContainsFunc(list, func(s *subscription) bool { return !s.passive }):
		case have&e.Intents != 0 && !slices.ContainsFunc(list, func(s *subscription) bool { return s.handler }):
		case event == "":
			all |= g.everything()
		default:
			all |= intentsOf(event)
		}
	}
	return all | wishes.needed
}

// asked are the intents of the connection, or those that it would have.
func (g *luaGateway) asked() discord.Intents {
	if conn := g.current(); conn != nil {
		return conn.Intents()
	}
	return g.intents(0)
}

// need adds intents to those that follow from what the script listens to.
func (g *luaGateway) need(intents discord.Intents) {
	g.wish(func(w *wishes) { w.needed |= intents })
	g.changed()
}

// eventName is the name of a gateway event. One that is not known is taken too, unless it looks like a misspelt one: Discord may have
// it since today.
var eventName = bind.Type{Name: "string", Choices: eventNames(), From: func(_ *lua.LState, v lua.LValue) (any, error) {
	name, ok := v.(lua.LString)
	if !ok || !eventForm.MatchString(string(name)) {
		err := bind.Expected("the name of an event, such as MESSAGE_CREATE", v)
		if near, found := nearEvent(string(name)); ok && found {
			err = fmt.Errorf("%w; did you mean %q?", err, near)
		}
		return nil, err
	}
	if _, known := discord.EventNamed(string(name)); !known {
		if near, found := nearEvent(string(name)); found {
			return nil, fmt.Errorf("there is no event %s; did you mean %q?", name, near)
		}
	}
	return string(name), nil
}}

var eventForm = regexp.MustCompile(`^[A-Z][A-Z0-9_]*$`)

// capital is where a word begins in a name such as messageCreate.
var capital = regexp.MustCompile(`([a-z])([A-Z])`)

// nearEvent finds the event that a name most likely means, also as other libraries write it: messageCreate, on_message.
func nearEvent(name string) (string, bool) {
	written := strings.ToUpper(capital.ReplaceAllString(strings.TrimPrefix(name, "on_"), "${1}_$2"))
	for _, likely := range []string{written, written + "_CREATE"} {
		if _, ok := discord.EventNamed(likely); ok {
			return likely, true
		}
	}
	return suggest.Nearest(written, eventNames())
}

func eventNames() []string {
	var names []string
	for _, e := range discord.Events() {
		names = append(names, e.Name)
	}
	return names
}
