package luabind

import (
	"sync"
	"time"

	lua "github.com/yuin/gopher-lua"

	"cordial/discord"
	"cordial/discord/interaction"
	"cordial/runtime/bind"
)

// kindInteraction is the kind of the objects that INTERACTION_CREATE brings.
const kindInteraction discord.Kind = "Interaction"

// maxAnswers bounds the interactions whose answers are remembered for those who have not asked for them yet. When there are more the
// oldest is forgotten, and an answer to it that is asked for only then would be taken for the first.
const maxAnswers = 10_000

// answers knows how far the answers to interactions are, for as long as they can be answered.
type answers struct {
	b *binding

	mu    sync.Mutex
	byID  map[discord.Snowflake]*answer
	order []discord.Snowflake // of byID, the oldest first
}

type answer struct {
	*interaction.Responder
	ephemeral bool // unless the script says otherwise
	since     time.Time
}

// begin watches over the answer to an interaction that has just come in. It may be called without the Lua state.
func (a *answers) begin(cl *client, ix *discord.Object, ephemeral bool, failed func(error)) *interaction.Responder {
	a.mu.Lock()
	defer a.mu.Unlock()
	if known := a.byID[ix.ID()]; known != nil {
		return known.Responder
	}
	clock := a.b.host.Clock()
	if a.byID == nil {
		a.byID = map[discord.Snowflake]*answer{}
	}
	for len(a.order) > 0 && (len(a.order) >= maxAnswers || clock.Since(a.byID[a.order[0]].since) > interaction.Lifetime) {
		delete(a.byID, a.order[0])
		a.order = a.order[1:]
	}
	r := interaction.NewResponder(a.b.host.Context(a.b.r.L), cl.rest, ix, interaction.ResponderOptions{Clock: clock, Ephemeral: ephemeral, Failed: failed})
	a.byID[ix.ID()] = &answer{r, ephemeral, clock.Now()}
	a.order = append(a.order, ix.ID())
	return r
}

// of is the answer to an interaction, begun now if nobody has. The object keeps it, however long the script keeps the object.
func (a *answers) of(ix *ref) *answer {
	if ix.answer == nil {
		a.begin(ix.client, ix.Object, false, nil)
		a.mu.Lock()
		defer a.mu.Unlock()
		ix.answer = a.byID[ix.ID()]
	}
	return ix.answer
}

// interactionClass declares what handlers of slash commands, components and forms get.
func (b *binding) interactionClass() bind.Class {
	return bind.Class{
		Name: string(kindInteraction), Parent: string(discord.KindObject),
		Doc: "Something that a person did with the bot: a slash command, a click, a choice, a form.",
		Fields: []bind.Field{
			field("command", "string", "The command's name, with the subcommand's.", func(o *ref) any { return interaction.CommandName(o.Object) }),
			field("custom_id", "string", "The custom_id of the component or the form.", func(o *ref) any {
				if data := o.Object.Object("data"); data != nil {
					return data.Get("custom_id")
				}
				return nil
			}),
			field("options", "table", "What was given for the command's options, by name; people, channels, roles and files as objects.", func(o *ref) any { return o.options() }),
			field("values", "list", "What was chosen in a select.", func(o *ref) any { return o.luaValue(interaction.Selected(o.Object)) }),
			field("fields", "table", "What was entered in a form, by custom_id.", func(o *ref) any { return o.entered() }),
			field("target", "Message or Member", "What a menu's command was used on.", func(o *ref) any { return o.luaValue(interaction.Target(o.Object)) }),
			field("user", "User", "Who did it.", func(o *ref) any {
				if member := o.Object.Object("member"); member != nil {
					return o.luaValue(member.Object("user"))
				}
				return o.index("user")
			}),
			field("permissions", "Permissions", "What the person may do in the channel; nil in a direct message.", func(o *ref) any {
				if member := o.Object.Object("member"); member != nil {
					return o.allowed(member.Get("permissions"))
				}
				return nil
			}),
			field("app_permissions", "Permissions", "What the bot may do in the channel.", func(o *ref) any { return o.allowed(o.Get("app_permissions")) }),
		},
		Methods: append([]bind.Func{
			b.ownGuild(),
			{
				Name: "channel", Doc: "Gives the channel that it happened in, as far as the interaction tells of it.", Returns: "Channel",
				Call: method(func(c *bind.Call, o *ref) (any, error) { return o.index("channel"), nil }),
			},
		}, b.answerMethods()...),
	}
}

// allowed is what a field says that somebody may do; nil when it does not say.
func (o *ref) allowed(field any) any {
	text, _ := field.(string)
	p, err := discord.ParsePermissions(text)
	if err != nil {
		return nil
	}
	return o.client.b.r.Wrap("Permissions", p)
}

// options is the table of what was given for a command's options.
func (o *ref) options() lua.LValue {
	values := map[string]any{}
	for _, option := range interaction.Options(o.Object) {
		values[option.Name] = o.luaValue(option.Value)
	}
	return o.client.b.shown(values)
}

// entered is the table of what was entered in a form.
func (o *ref) entered() lua.LValue {
	values := map[string]any{}
	for _, f := range interaction.Fields(o.Object) {
		values[f.CustomID] = o.luaValue(f.Value)
	}
	return o.client.b.shown(values)
}

// luaValue is something that came with the interaction, whose objects belong to its guild.
func (o *ref) luaValue(v any) lua.LValue {
	items, ok := v.([]any)
	if !ok {
		return o.client.wrapIn(o.guildID(), v)
	}
	list := o.client.b.r.L.CreateTable(len(items), 0)
	for _, item := range items {
		list.Append(o.client.wrapIn(o.guildID(), item))
	}
	o.client.b.host.MarkArray(list)
	return list
}
