package luabind

import (
	lua "github.com/yuin/gopher-lua"

	"cordial/discord/interaction"
	"cordial/runtime/bind"
)

// patternType is a pattern of custom_ids. In Go it is an *interaction.Pattern.
var patternType = bind.Type{Name: "pattern", From: func(_ *lua.LState, v lua.LValue) (any, error) {
	s, ok := v.(lua.LString)
	if !ok {
		return nil, bind.Expected(`a custom_id, such as "close" or "vote:{id}"`, v)
	}
	p, err := interaction.ParsePattern(string(s))
	return p, err
}}

// componentMethods declare button, select and modal.
func (b *binding) componentMethods() []bind.Func {
	return []bind.Func{
		b.componentFunc("button", buttonClick, "Has a function called for clicks on the buttons whose custom_id fits the pattern, with the interaction and what stands in the placeholders.",
			`bot.button("vote:{id}", function(ix, id) ix:update("Thank you for voting for " .. id) end)`),
		b.componentFunc("select", selection, "Has a function called when somebody chooses in a select whose custom_id fits the pattern. ix.values has the choice.",
			`bot.select("color", function(ix) ix:reply("You like " .. ix.values[1]) end)`),
		b.componentFunc("modal", modalForm, "Has a function called when somebody submits a form whose custom_id fits the pattern. ix.fields has what was entered.",
			`bot.modal("report:{id}", function(ix, id) ix:reply("Thank you: " .. ix.fields.reason, {ephemeral=true}) end)`),
	}
}

func (b *binding) componentFunc(name string, kind handlerKind, doc, example string) bind.Func {
	return bind.Func{
		Name: name, Doc: doc, Example: example, Returns: "Command",
		Params: append([]bind.Param{
			{Name: "pattern", Type: patternType, Required: true, Doc: "a custom_id; {name} stands for any text"}, {Name: "fn", Type: bind.Function, Required: true},
			{Name: "ephemeral", Type: bind.Boolean, Named: true, Doc: "only the person sees the answers"},
		}, guards[1:]...),
		Call: func(c *bind.Call) (any, error) {
			pattern := bind.Get[*interaction.Pattern](c, "pattern")
			h := b.guardedBy(c, kind, pattern.String())
			h.ephemeral = c.Bool("ephemeral")
			h.bot.mu.Lock()
			h.bot.routes(kind).Set(pattern, h)
			h.bot.mu.Unlock()
			h.bot.listening()
			return b.r.Wrap("Command", h), nil
		},
	}
}

// routes are the handlers of a kind of components; bt.mu is held.
func (bt *declarations) routes(kind handlerKind) *interaction.Routes[*handler] {
	switch kind {
	case buttonClick:
		return &bt.buttons
	case selection:
		return &bt.selects
	}
	return &bt.modals
}
