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
func (bt *declarations) receive(e *gatewayEvent) {
	ix, ok := discord.EventData(e.Type, e.Data).(*discord.Object)
	if !ok {
		return
	}
	h, captures := bt.find(ix)
	if h == nil {
		bt.refuse(e, ix)
		return
	}
	answer := bt.b.answers.begin(e.client, ix, h.ephemeral, func(err error) {
		if bt.unlessKept(err) == nil {
			return
		}
		bt.b.host.Warn(fmt.Sprintf("%s: the interaction could not be deferred: %v", h.label(), err))
	})
	bt.b.gateway.handle(e, bt.of, h.label(), func(L *lua.LState) error { return bt.interact(L, e, h, captures, answer) })
}

// find gives the handler of an interaction, and what stands in the placeholders of its pattern.
func (bt *declarations) find(ix *discord.Object) (*handler, []string) {
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

// interact calls the handler of an interaction.
func (bt *declarations) interact(L *lua.LState, e *gatewayEvent, h *handler, captures []string, answer *interaction.Responder) error {
	value := e.value()
	ix, ok := asRef(value)
	if !ok {
		return nil
	}
	bt.b.answers.of(ix)
	if interaction.Type(ix.Int("type")) == interaction.Autocomplete {
		if err := bt.complete(L, h, ix, value, answer); err != nil {
			return &handlerError{handler: h, context: value, err: err}
		}
		return nil
	}
	if err := bt.use(L, h, ix, value, captures, answer); err != nil {
		return &handlerError{handler: h, context: value, answer: answer, err: err}
	}
	return nil
}

// use calls the handler of anything but an autocompletion.
func (bt *declarations) use(L *lua.LState, h *handler, ix *ref, value lua.LValue, captures []string, answer *interaction.Responder) error {
	if refusal := h.refusal(ix); refusal != "" {
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
	return bt.conclude(L, h, ix, answer)
}

// refusal says why the person may not use this now, "" when nothing is against it.
func (h *handler) refusal(ix *ref) string {
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
func (bt *declarations) arguments(h *handler, ix *ref, captures []string) []lua.LValue {
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

// complete asks the script for the choices of an autocompletion. There are none for an option that has lost its function.
func (bt *declarations) complete(L *lua.LState, h *handler, ix *ref, value lua.LValue, answer *interaction.Responder) error {
	for _, option := range interaction.Options(ix.Object) {
		fn := h.autocomplete[option.Name]
		if !option.Focused || fn == nil {
			continue
		}
		results, err := bt.b.host.Call(L, fn, value, bt.b.r.ToLua(option.Value))
		if err != nil {
			return err
		}
		choices, err := choicesIn(results)
		if err != nil {
			return fmt.Errorf("the autocompletion of %s: %w", option.Name, err)
		}
		return bt.offer(L, answer, choices)
	}
	return bt.offer(L, answer, []any{})
}

// choicesIn are the choices that an autocompletion's function has returned.
func choicesIn(results []lua.LValue) ([]any, error) {
	if len(results) == 0 || results[0] == lua.LNil {
		return []any{}, nil
	}
	table, ok := results[0].(*lua.LTable)
	if !ok {
		return nil, bind.Expected("a list of choices", results[0])
	}
	return choicesOf(table)
}

// offer answers an autocompletion. Of more choices than Discord takes, the first are sent.
func (bt *bot) offer(L *lua.LState, answer *interaction.Responder, choices []any) error {
	choices = choices[:min(len(choices), interaction.MaxChoices)]
	return bt.b.host.Wait(L, func(ctx context.Context) error { return answer.Choices(ctx, choices) })
}
