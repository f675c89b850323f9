package luabind

import (
	"errors"
	"fmt"
	"strings"
	"sync"

	lua "github.com/yuin/gopher-lua"

	"cordial/discord"
	"cordial/discord/interaction"
	"cordial/runtime"
	"cordial/runtime/bind"
)

// bot is the global bot. Its fields belong to whoever holds the Lua state, except those that mu guards.
type bot struct {
	b        *binding
	errors   errorLog
	rights   rightsCache
	commands *commandTable // bot.cmd
	declared map[*runtime.Generation]*declarations

	mu      sync.Mutex
	live    *declarations              // of the live generation
	told    map[string]bool            // what the operator was told once
	scopes  map[discord.Snowflake]bool // guilds with commands, "" for global ones; true when they may differ from Discord's
	syncing bool                       // a task is about to compare them
}

// declarations are what one generation of the script has declared. mu guards what the goroutines reading the gateway look into.
type declarations struct {
	*bot
	of           *runtime.Generation
	onError      []*lua.LFunction
	messages     *subscription // while there are prefix commands
	interactions *subscription // while there is anything else

	mu       sync.Mutex
	prefixes []string
	typed    map[string]*handler // prefix commands by name and alias
	slash    map[string]*handler // commands of Discord's by slashKey
	buttons  interaction.Routes[*handler]
	selects  interaction.Routes[*handler]
	modals   interaction.Routes[*handler]
}

func (b *binding) newBot() *bot {
	bt := &bot{
		b: b, declared: map[*runtime.Generation]*declarations{}, told: map[string]bool{}, scopes: map[discord.Snowflake]bool{},
		rights: rightsCache{clock: b.host.Clock()},
	}
	bt.commands = &commandTable{bt}
	bt.live = bt.current()
	b.host.OnGeneration(runtime.GenerationHooks{Live: bt.goLive, Leave: bt.leave, Describe: func(*runtime.Generation) string { return bt.live.describe() }})
	b.host.OnError(bt.failed)
	for _, event := range []string{"READY", "RESUMED"} {
		b.gateway.listeners.add(&subscription{event: event, deliver: func(*gatewayEvent) { bt.syncSoon() }})
	}
	return bt
}

func asBot(c *bind.Call) *bot { return c.Self.(*bot) }

// botClass declares the global bot.
func (b *binding) botClass() bind.Class {
	field := func(name, typ, doc string, get func(bt *declarations) any, set func(bt *declarations, v lua.LValue) error) bind.Field {
		f := bind.Field{Name: name, Type: typ, Doc: doc, Get: func(self any) (any, error) { return get(self.(*bot).current()), nil }}
		if set != nil {
			f.Set = func(self any, v lua.LValue) error { return set(self.(*bot).current(), v) }
		}
		return f
	}
	return bind.Class{
		Name: "Bot", Doc: "Commands, buttons and forms, and what people do with them.", Dotted: true, Only: "bot",
		Fields: []bind.Field{
			field("cmd", "Commands", "The commands that people write after the prefix: function bot.cmd.echo(msg, args) … end.",
				func(bt *declarations) any { return b.r.Wrap("Commands", bt.commands) }, nil),
			field("cmds", "list of Command", "All commands, those with a slash and of menus too.", (*declarations).list, nil),
			field("user", "User", "Who the bot is; nil before it has started.", (*declarations).user, nil),
			field("prefix", "string or list of string", `What a command begins with, "!" if not set. A mention of the bot will always do.`, (*declarations).prefix, (*declarations).setPrefix),
			field("errors", "list of BotError", "The last errors of handlers and other tasks, the newest last; up to 100. Assign {} to forget them.",
				(*declarations).errorList, (*declarations).clearErrors),
		},
		Methods: append(append(b.slashMethods(), b.componentMethods()...), b.botLife()...),
		ToString: func(self any) string {
			var names []string
			for _, h := range self.(*bot).current().handlers() {
				names = append(names, "'"+h.shownName()+"'")
			}
			return "Bot(cmds=[" + strings.Join(names, ", ") + "])"
		},
	}
}

// botLife declares what begins and ends a bot, and what it does about errors.
func (b *binding) botLife() []bind.Func {
	return []bind.Func{
		{
			Name: "start", Doc: "Connects, and waits until the bot is ready and Discord knows its commands. cordial run does it by itself.", Returns: "Bot",
			Call: func(c *bind.Call) (any, error) {
				if err := b.gateway.start(c); err != nil {
					return nil, err
				}
				return c.Receiver, c.Wait(asBot(c).syncDeclared)
			},
		},
		{
			Name: "stop", Doc: "Disconnects, and leaves voice channels before that. The session is kept for a few minutes: a start in that time goes on where it was.",
			Call: func(c *bind.Call) (any, error) {
				return nil, c.Wait(b.gateway.leaveAndClose)
			},
		},
		{
			Name: "on_error", Doc: "Calls a function for every error of a handler or another task, with what it was about (a Message or an Interaction, or nil), the error, and its entry in bot.errors.",
			Params:  []bind.Param{{Name: "fn", Type: bind.Function, Required: true}},
			Example: `bot.on_error(function(ctx, err) if ctx then ctx:reply("Sorry: that did not work.") end end)`,
			Call: func(c *bind.Call) (any, error) {
				bt := asBot(c).current()
				bt.onError = append(bt.onError, c.Func("fn"))
				return nil, nil
			},
		},
		b.joinFunc("join_voice", "Joins a voice channel, or moves there. The same as channel:join().", true),
		b.leaveFunc("leave_voice", "Leaves the voice channel of a guild, or all of them."),
		b.syncFunc(),
	}
}

// user is an object of the script's own: the goroutines that read the gateway look into the one they have.
func (bt *bot) user() any {
	g := bt.b.gateway
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.client.wrap(g.user.As(discord.KindUser))
}

func (bt *declarations) prefix() any {
	bt.mu.Lock()
	defer bt.mu.Unlock()
	if len(bt.prefixes) == 1 {
		return bt.prefixes[0]
	}
	return bt.b.r.ToLua(bt.prefixes)
}

// prefixType takes one prefix or several.
var prefixType = bind.Either(bind.String, bind.ListOf(bind.String))

func (bt *declarations) setPrefix(v lua.LValue) error {
	given, err := prefixType.From(nil, v)
	if err != nil {
		return err
	}
	var prefixes []string
	switch given := given.(type) {
	case string:
		prefixes = []string{given}
	case []any:
		prefixes = stringList(given)
	}
	if len(prefixes) == 0 {
		return errors.New("expected one prefix or more, got an empty list")
	}
	for _, p := range prefixes {
		if strings.TrimSpace(p) == "" {
			return fmt.Errorf("a prefix needs at least one character; otherwise every message would be a command")
		}
	}
	bt.mu.Lock()
	defer bt.mu.Unlock()
	bt.prefixes = prefixes
	return nil
}

// listening begins or ends to listen, as what is declared asks for.
func (bt *declarations) listening() {
	bt.mu.Lock()
	typed := len(bt.typed) > 0
	other := len(bt.slash)+bt.buttons.Len()+bt.selects.Len()+bt.modals.Len() > 0
	bt.mu.Unlock()
	bt.messages = bt.listen(bt.messages, typed, "MESSAGE_CREATE", bt.hear)
	bt.interactions = bt.listen(bt.interactions, other, "INTERACTION_CREATE", bt.receive)
}

func (bt *declarations) listen(have *subscription, want bool, event string, deliver func(e *gatewayEvent)) *subscription {
	g := bt.b.gateway
	switch {
	case want && have == nil:
		have = g.listeners.add(&subscription{event: event, of: bt.of, deliver: deliver, handler: true, declared: true})
	case !want && have != nil:
		have.off()
		have = nil
	default:
		return have
	}
	g.changed()
	return have
}
