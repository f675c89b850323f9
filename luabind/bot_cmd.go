package luabind

import (
	"fmt"
	"strings"
	"unicode"

	lua "github.com/yuin/gopher-lua"

	"cordial/discord"
	"cordial/runtime/bind"
)

// commandTable is bot.cmd: the commands that people write after the prefix.
type commandTable struct{ bot *bot }

func (b *binding) commandsClass() bind.Class {
	return bind.Class{
		Name: "Commands", Only: "bot.cmd", Doc: "The commands that people write after the prefix. Assign a function to add one or to replace it, nil to remove it.",
		Call: &bind.Func{
			Name: "cmd", Doc: "Declares a command with options. The function gets the message and the text after the command's name, \"\" if there is none.", Returns: "Command",
			Params: append([]bind.Param{
				{Name: "name", Type: commandName, Required: true}, {Name: "fn", Type: bind.Function, Required: true},
				{Name: "aliases", Type: bind.ListOf(commandName), Named: true, Doc: "other names for it"},
				{Name: "bots", Type: bind.Boolean, Named: true, Doc: "other bots may use it too"},
			}, guards...),
			Example: `bot.cmd("roll", {description="Rolls a die", cooldown=5}, function(msg, args) msg:reply(math.random(6)) end)`,
			Call: func(c *bind.Call) (any, error) {
				h := b.guardedBy(c, typedCommand, c.String("name"))
				h.description, h.aliases, h.bots = c.String("description"), stringList(c.List("aliases")), c.Bool("bots")
				if err := h.bot.addTyped(h); err != nil {
					return nil, &bind.ArgumentError{Func: c.Name(), Reason: err.Error()}
				}
				return b.r.Wrap("Command", h), nil
			},
		},
		Index: func(self any, key string) (any, bool, error) {
			h := self.(*commandTable).bot.current().typedNamed(key)
			if h == nil {
				return nil, false, nil
			}
			return h.fn, true, nil
		},
		NewIndex: func(self any, key string, v lua.LValue) error { return self.(*commandTable).assign(key, v) },
		Keys: func(self any) []string {
			var names []string
			for _, h := range self.(*commandTable).bot.current().handlers() {
				if h.kind == typedCommand {
					names = append(names, h.name)
				}
			}
			return names
		},
		ToString: func(self any) string {
			return "Commands(" + strings.Join(self.(*commandTable).bot.current().typedNames(), ", ") + ")"
		},
	}
}

// assign is bot.cmd.name = fn.
func (t *commandTable) assign(key string, v lua.LValue) error {
	name, err := commandName.From(nil, lua.LString(key))
	if err != nil {
		return err
	}
	bt := t.bot.current()
	switch v := v.(type) {
	case *lua.LFunction:
		return bt.addTyped(&handler{bot: bt, kind: typedCommand, name: name.(string), fn: v})
	case *lua.LNilType:
		if h := bt.typedNamed(key); h != nil {
			bt.remove(h)
		}
		return nil
	}
	return bind.Expected("a function, or nil to remove the command", v)
}

// addTyped adds a command, in the place of the one that has its name. Other commands keep their names and aliases.
func (bt *declarations) addTyped(h *handler) error {
	if err := bt.replaceTyped(h); err != nil {
		return err
	}
	bt.listening()
	return nil
}

func (bt *declarations) replaceTyped(h *handler) error {
	bt.mu.Lock()
	defer bt.mu.Unlock()
	names := append([]string{h.name}, h.aliases...)
	for _, name := range names {
		if other := bt.typed[name]; other != nil && other.name != h.name {
			return fmt.Errorf("%q belongs to the command %q already: choose another name, or remove that one first: bot.cmd[%q] = nil", name, other.name, other.name)
		}
	}
	if old := bt.typed[h.name]; old != nil {
		for _, alias := range old.aliases {
			delete(bt.typed, alias)
		}
	}
	for _, name := range names {
		bt.typed[name] = h
	}
	return nil
}

// typedNamed finds a command as people write it: by its exact name, or else by the name in lower case, because phones begin words with
// a capital.
func (bt *declarations) typedNamed(name string) *handler {
	bt.mu.Lock()
	defer bt.mu.Unlock()
	if h := bt.typed[name]; h != nil {
		return h
	}
	return bt.typed[strings.ToLower(name)]
}

func (bt *declarations) typedNames() []string {
	var names []string
	for _, h := range bt.handlers() {
		if h.kind == typedCommand {
			names = append(names, h.name)
		}
	}
	return names
}

// invocation is a message that may be a command.
type invocation struct {
	name, args string
	handler    *handler // nil for the help that is built in
}

// hear looks at a message, on the goroutine that reads the gateway: it starts a task only for a command.
func (bt *declarations) hear(e *gatewayEvent) {
	msg, ok := discord.EventData(e.Type, e.Data).(*discord.Object)
	if !ok {
		return
	}
	call, ok := bt.parse(msg.Str("content"))
	if !ok || !bt.listensTo(msg, call.handler) {
		return
	}
	label := "command " + call.name
	bt.b.gateway.handle(e, bt.of, label, func(L *lua.LState) error { return bt.command(L, e, call) })
}

// parse takes a text apart: prefix, name and the rest of it.
func (bt *declarations) parse(content string) (call invocation, ok bool) {
	rest, ok := bt.cutPrefix(content)
	if !ok {
		return call, false
	}
	end := strings.IndexFunc(rest, unicode.IsSpace)
	if end < 0 {
		end = len(rest)
	}
	call.name, call.args = rest[:end], strings.TrimSpace(rest[end:])
	call.handler = bt.typedNamed(call.name)
	return call, call.handler != nil || strings.EqualFold(call.name, helpName)
}

// cutPrefix takes the longest prefix that fits, or a mention of the bot, off. After a mention there may be spaces.
func (bt *declarations) cutPrefix(content string) (string, bool) {
	bt.mu.Lock()
	prefixes := bt.prefixes
	bt.mu.Unlock()
	longest := ""
	for _, p := range prefixes {
		if len(p) > len(longest) && strings.HasPrefix(content, p) {
			longest = p
		}
	}
	if longest != "" {
		return content[len(longest):], true
	}
	self := string(bt.b.gateway.self())
	for _, mention := range []string{"<@" + self + ">", "<@!" + self + ">"} {
		if rest, ok := strings.CutPrefix(content, mention); ok && self != "" {
			return strings.TrimLeftFunc(rest, unicode.IsSpace), true
		}
	}
	return "", false
}

// listensTo reports whether the author may use commands at all: not the bot itself, and other bots and webhooks only where the
// command says so.
func (bt *declarations) listensTo(msg *discord.Object, h *handler) bool {
	author := msg.Object("author")
	if author == nil || author.ID() == bt.b.gateway.self() {
		return false
	}
	return !author.Bool("bot") && msg.Str("webhook_id") == "" || h != nil && h.bots
}

// command runs a command, if its author may use it.
func (bt *declarations) command(L *lua.LState, e *gatewayEvent, call invocation) error {
	value := e.value()
	msg, ok := asRef(value)
	if !ok {
		return nil
	}
	h := call.handler
	if h == nil {
		return bt.help(L, msg, call.args)
	}
	refusal, err := bt.refusal(L, h, msg)
	if err == nil && refusal != "" {
		return bt.tell(L, msg, refusal)
	}
	if err == nil {
		_, err = bt.b.host.Call(L, h.fn, value, lua.LString(call.args))
	}
	if err != nil {
		return &handlerError{handler: h, context: value, err: err}
	}
	return nil
}

// refusal says why the author of a message may not use the command now, "" when nothing is against it.
func (bt *declarations) refusal(L *lua.LState, h *handler, msg *ref) (string, error) {
	if h.permissions != 0 {
		if msg.guildID() == "" {
			return fmt.Sprintf("%s works in a server only.", h.called()), nil
		}
		has, err := bt.authorPermissions(L, msg)
		if err != nil {
			return "", err
		}
		if lacks := h.lacks(has); lacks != "" {
			return lacks, nil
		}
	}
	return h.wait(msg.Object.Object("author").ID()), nil
}

// helpName is the command that is there without being declared.
const helpName = "help"
