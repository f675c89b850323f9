package luabind

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	lua "github.com/yuin/gopher-lua"

	"cordial/discord"
	"cordial/discord/interaction"
	"cordial/internal/show"
	"cordial/runtime/bind"
)

// handler is something that a script has declared to the bot: a command, a component or a form. It is not changed afterwards.
type handler struct {
	bot  *declarations
	kind handlerKind
	name string // of a command, with its subcommand; a pattern of custom_ids
	fn   *lua.LFunction

	description string
	aliases     []string
	permissions discord.Permissions
	cooldown    *interaction.Cooldown // nil for none
	pause       time.Duration         // of the cooldown
	bots        bool                  // other bots may use it too
	ephemeral   bool
	guild       discord.Snowflake // "" for everywhere

	declared     interaction.Command       // of slash commands and menus, as far as it is this handler's own
	autocomplete map[string]*lua.LFunction // by option
}

type handlerKind string

// The kinds of handlers.
const (
	typedCommand handlerKind = "prefix"
	slashCommand handlerKind = "slash"
	userMenu     handlerKind = "user menu"
	messageMenu  handlerKind = "message menu"
	buttonClick  handlerKind = "button"
	selection    handlerKind = "select"
	modalForm    handlerKind = "modal"
)

// label names the handler in errors and among tasks.
func (h *handler) label() string {
	switch h.kind {
	case typedCommand:
		return "command " + h.name
	case slashCommand:
		return "/" + h.name
	}
	return string(h.kind) + " " + h.name
}

// shownName is the name as people use it.
func (h *handler) shownName() string {
	if h.kind == slashCommand {
		return "/" + h.name
	}
	return h.name
}

// called names the handler in texts for people.
func (h *handler) called() string {
	switch h.kind {
	case typedCommand:
		return h.bot.sign() + h.name
	case slashCommand:
		return "/" + h.name
	case userMenu, messageMenu:
		return h.name
	}
	return "this"
}

// guards are the options that every command has.
var guards = []bind.Param{
	{Name: "description", Type: bind.String, Named: true},
	{Name: "permissions", Type: permissionsType, Named: true, Doc: "what a person must be allowed to do to use it"},
	{Name: "cooldown", Type: bind.Duration, Named: true, Doc: "how long each person waits before using it again"},
}

// guardedBy makes a handler of a call with the parameters fn, permissions and cooldown.
func (b *binding) guardedBy(c *bind.Call, kind handlerKind, name string) *handler {
	h := &handler{
		bot: b.bot.current(), kind: kind, name: name, fn: c.Func("fn"),
		permissions: bind.Get[discord.Permissions](c, "permissions"), pause: c.Duration("cooldown"),
	}
	if h.pause > 0 {
		h.cooldown = interaction.NewCooldown(b.host.Clock(), h.pause)
	}
	return h
}

// wait is how long a person has to wait before using the command, as a sentence; "" when it may be used now.
func (h *handler) wait(user discord.Snowflake) string {
	if h.cooldown == nil {
		return ""
	}
	left := h.cooldown.Take(user)
	if left == 0 {
		return ""
	}
	return fmt.Sprintf("Please wait %s before you use %s again.", spoken(left), h.called())
}

// spoken is a time in the words of a person: in the largest unit of which there are two or more, rounded up.
func spoken(d time.Duration) string {
	for _, unit := range []struct {
		name string
		time.Duration
	}{{"day", 24 * time.Hour}, {"hour", time.Hour}, {"minute", time.Minute}} {
		if d >= 2*unit.Duration {
			return plural(int((d+unit.Duration-1)/unit.Duration), unit.name)
		}
	}
	return plural(int((d+time.Second-1)/time.Second), "second")
}

// lacks says which permissions somebody who has these would need besides; "" when none.
func (h *handler) lacks(has discord.Permissions) string {
	missing := h.permissions &^ has
	if missing == 0 || has.Has(discord.PermissionAdministrator) {
		return ""
	}
	return fmt.Sprintf("You need the %s to use %s.", permissionText(missing), h.called())
}

// permissionText names permissions as Discord's clients do: "permissions Manage Messages and Ban Members".
func permissionText(p discord.Permissions) string {
	var names []string
	for _, name := range p.Names() {
		words := strings.Split(strings.ToLower(name), "_")
		for i, word := range words {
			words[i] = strings.ToUpper(word[:1]) + word[1:]
		}
		names = append(names, strings.Join(words, " "))
	}
	if len(names) == 1 {
		return "permission " + names[0]
	}
	return "permissions " + strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}

// handlers lists the commands of all kinds by name.
func (bt *declarations) handlers() []*handler {
	bt.mu.Lock()
	defer bt.mu.Unlock()
	var list []*handler
	for name, h := range bt.typed {
		if name == h.name {
			list = append(list, h)
		}
	}
	for _, h := range bt.slash {
		list = append(list, h)
	}
	slices.SortFunc(list, func(a, b *handler) int {
		return cmp.Or(strings.Compare(a.name, b.name), strings.Compare(string(a.kind), string(b.kind)), strings.Compare(string(a.guild), string(b.guild)))
	})
	return list
}

func (bt *declarations) list() any {
	list := bt.b.r.L.NewTable()
	for _, h := range bt.handlers() {
		list.Append(bt.b.r.Wrap("Command", h))
	}
	bt.b.host.MarkArray(list)
	return list
}

// handlerClass declares what bot.cmds lists and what the functions that declare something give.
func handlerClass() bind.Class {
	get := func(name, typ, doc string, value func(h *handler) any) bind.Field {
		return bind.Field{Name: name, Type: typ, Doc: doc, Get: func(self any) (any, error) { return value(self.(*handler)), nil }}
	}
	return bind.Class{
		Name: "Command", Doc: "A command, or a handler of a button, a select or a form.",
		Fields: []bind.Field{
			get("name", "string", "Its name, with the subcommand's; the pattern of a component.", func(h *handler) any { return h.name }),
			get("kind", "string", `"prefix", "slash", "user menu", "message menu", "button", "select" or "modal".`, func(h *handler) any { return string(h.kind) }),
			get("description", "string", "What it does, in the script's words.", func(h *handler) any { return h.description }),
			get("aliases", "list of string", "Its other names.", func(h *handler) any { return h.aliases }),
			get("permissions", "list of string", "What a person must be allowed to do.", func(h *handler) any { return h.permissions.Names() }),
			get("cooldown", "number", "Seconds between two uses by one person; 0 for none.", func(h *handler) any { return h.pause }),
			get("guild", "string", "The id of the only guild that has it; nil for everywhere.", func(h *handler) any {
				if h.guild == "" {
					return nil
				}
				return h.guild
			}),
		},
		Methods: []bind.Func{{
			Name: "off", Doc: "Takes it away: it answers nobody any more.", Example: "local ping = bot.slash(\"ping\", function(ix) ix:reply(\"pong\") end)\nping:off()",
			Call: func(c *bind.Call) (any, error) { h := c.Self.(*handler); h.bot.remove(h); return nil, nil },
		}},
		ToString: func(self any) string {
			h := self.(*handler)
			return fmt.Sprintf("Command(name=%s, kind='%s')", show.Quoted(h.name), h.kind)
		},
	}
}

// remove takes a handler away, unless another one has taken its place.
func (bt *declarations) remove(h *handler) {
	bt.mu.Lock()
	switch h.kind {
	case typedCommand:
		for name, other := range bt.typed {
			if other == h {
				delete(bt.typed, name)
			}
		}
	case slashCommand, userMenu, messageMenu:
		if key := h.slashKey(); bt.slash[key] == h {
			delete(bt.slash, key)
			bt.differs(h.guild)
		}
	default:
		bt.routes(h.kind).Delete(func(other *handler) bool { return other == h })
	}
	bt.mu.Unlock()
	bt.listening()
	bt.syncSoon()
}
