package luabind

import (
	"context"
	"errors"
	"fmt"

	lua "github.com/yuin/gopher-lua"

	"cordial/discord"
	"cordial/discord/interaction"
	"cordial/discord/rest"
	"cordial/discord/rest/limits"
	"cordial/runtime/bind"
)

// buttonComponent is the type of the component that is a button; all others that can be used are selects.
const buttonComponent = 2

// receive looks at an interaction, on the goroutine that reads the gateway: from there on the time for an answer is watched, however
// busy the script is.
func (bt *bot) receive(e *gatewayEvent) {
	ix, ok := discord.EventData(e.Type, e.Data).(*discord.Object)
	if !ok {
		return
	}
	h, captures := bt.find(ix)
	if h == nil {
		bt.tellUnknown(ix)
		return
	}
	answer := bt.b.answers.begin(e.client, ix, h.ephemeral, func(err error) {
		bt.b.host.Say(fmt.Sprintf("%s: the interaction could not be deferred: %v", h.label(), err))
	})
	bt.b.gateway.handle(h.label(), func(L *lua.LState) error { return bt.interact(L, e, h, captures, answer) })
}

// find gives the handler of an interaction, and what stands in the placeholders of its pattern.
func (bt *bot) find(ix *discord.Object) (*handler, []string) {
	data := ix.Object("data")
	if data == nil {
		return nil, nil
	}
	bt.mu.Lock()
	defer bt.mu.Unlock()
	switch interaction.Type(ix.Int("type")) {
	case interaction.UseCommand, interaction.Autocomplete:
		kind := slashCommand
		switch limits.CommandType(data.Int("type")) {
		case limits.UserCommand:
			kind = userMenu
		case limits.MessageCommand:
			kind = messageMenu
		}
		return bt.slash[slashKey(discord.Snowflake(data.Str("guild_id")), kind, interaction.CommandName(ix))], nil
	case interaction.UseComponent:
		kind := selection
		if data.Int("component_type") == buttonComponent {
			kind = buttonClick
		}
		h, captures, _ := bt.routes(kind).Find(data.Str("custom_id"))
		return h, captures
	case interaction.SubmitModal:
		h, captures, _ := bt.modals.Find(data.Str("custom_id"))
		return h, captures
	}
	return nil, nil
}

// maxUnknown bounds how many interactions without a handler are told of.
const maxUnknown = 100

// tellUnknown says, once for each, that there is no handler. A handler of gateway.on may answer it all the same.
func (bt *bot) tellUnknown(ix *discord.Object) {
	name := interaction.CommandName(ix)
	if data := ix.Object("data"); data != nil && data.Str("custom_id") != "" {
		name = "custom_id " + data.Str("custom_id")
	}
	bt.mu.Lock()
	told := bt.unknown[name] || len(bt.unknown) >= maxUnknown
	if !told {
		bt.unknown[name] = true
	}
	bt.mu.Unlock()
	if !told {
		bt.b.host.Say("bot: somebody used " + name + ", for which nothing is declared")
	}
}

// interact calls the handler of an interaction.
func (bt *bot) interact(L *lua.LState, e *gatewayEvent, h *handler, captures []string, answer *interaction.Responder) error {
	value := e.value()
	ix, ok := asRef(value)
	if !ok {
		return nil
	}
	var err error
	switch {
	case interaction.Type(ix.Int("type")) == interaction.Autocomplete:
		if err := bt.complete(L, h, ix, value, answer); err != nil {
			return &handlerError{handler: h, context: value, err: err}
		}
		return nil
	default:
		err = bt.use(L, h, ix, value, captures, answer)
	}
	if err != nil {
		return &handlerError{handler: h, context: value, answer: answer, err: err}
	}
	return nil
}

// use calls the handler of anything but an autocompletion. A component that the function has left without an answer is acknowledged, so
// that the person is not told that the bot does not respond.
func (bt *bot) use(L *lua.LState, h *handler, ix *ref, value lua.LValue, captures []string, answer *interaction.Responder) error {
	if refusal := h.refuse(ix); refusal != "" {
		return bt.b.host.Wait(L, func(ctx context.Context) error {
			_, err := answer.Reply(ctx, interaction.Message{Fields: rest.Args{"content": refusal}, Ephemeral: true})
			return err
		})
	}
	if h.fn == nil {
		return errors.New("this command has no function: it was declared as the head of subcommands that are gone")
	}
	if _, err := bt.b.host.Call(L, h.fn, append([]lua.LValue{value}, bt.arguments(h, ix, captures)...)...); err != nil {
		return err
	}
	if ix.Object.Object("message") == nil {
		return nil
	}
	return bt.b.host.Wait(L, func(ctx context.Context) error {
		if answer.State() != interaction.Fresh {
			return nil
		}
		return answer.Defer(ctx, interaction.DeferUsual, false)
	})
}

// refuse says why the person may not use this now, "" when nothing is against it.
func (h *handler) refuse(ix *ref) string {
	var has discord.Permissions
	if member := ix.Object.Object("member"); member != nil {
		has, _ = discord.ParsePermissions(member.Str("permissions")) // without any where there are none
	}
	if lacks := h.lacks(has); lacks != "" {
		return lacks
	}
	return h.wait(personOf(ix.Object).ID())
}

// personOf is the user who caused an interaction.
func personOf(ix *discord.Object) *discord.Object {
	if member := ix.Object("member"); member != nil && member.Object("user") != nil {
		return member.Object("user")
	}
	if user := ix.Object("user"); user != nil {
		return user
	}
	return (&discord.Object{}).As(discord.KindUser)
}

// arguments are what a handler gets after the interaction.
func (bt *bot) arguments(h *handler, ix *ref, captures []string) []lua.LValue {
	switch h.kind {
	case slashCommand:
		return []lua.LValue{ix.options()}
	case userMenu, messageMenu:
		return []lua.LValue{ix.luaValue(interaction.Target(ix.Object))}
	}
	values := make([]lua.LValue, len(captures))
	for i, text := range captures {
		values[i] = lua.LString(text)
	}
	return values
}

// complete asks the script for the choices of an autocompletion. Of more than Discord takes, the first are sent.
func (bt *bot) complete(L *lua.LState, h *handler, ix *ref, value lua.LValue, answer *interaction.Responder) error {
	for _, option := range interaction.Options(ix.Object) {
		fn := h.autocomplete[option.Name]
		if !option.Focused || fn == nil {
			continue
		}
		results, err := bt.b.host.Call(L, fn, value, bt.b.r.ToLua(option.Value))
		if err != nil {
			return err
		}
		choices := []any{}
		if len(results) > 0 && results[0] != lua.LNil {
			table, ok := results[0].(*lua.LTable)
			if !ok {
				return fmt.Errorf("the autocompletion of %s: %w", option.Name, bind.Expected("a list of choices", results[0]))
			}
			if choices, err = choicesOf(table); err != nil {
				return fmt.Errorf("the autocompletion of %s: %w", option.Name, err)
			}
		}
		choices = choices[:min(len(choices), interaction.MaxChoices)]
		return bt.b.host.Wait(L, func(ctx context.Context) error { return answer.Choices(ctx, choices) })
	}
	return nil
}
