package luabind

import (
	lua "github.com/yuin/gopher-lua"

	"cordial/discord/rest/limits"
	"cordial/runtime/bind"
)

// The styles of buttons by name.
var buttonStyles = map[string]int{"primary": 1, "secondary": 2, "success": 3, "danger": 4, "link": 5, "premium": 6}

// idParams are the two names of the id that comes back when somebody uses a component.
var idParams = []bind.Param{
	{Name: "id", Type: bind.String, Doc: "what comes back when somebody uses it, up to 100 characters"},
	{Name: "custom_id", Type: bind.String, Named: true, Doc: "Discord's name for id"},
}

// customID is the id of a component, under either name.
func customID(c *bind.Call) any {
	if c.Has("custom_id") {
		return c.Value("custom_id")
	}
	return c.Value("id")
}

func uiButtons() []bind.Func {
	label := bind.Param{Name: "label", Type: bind.String, Doc: "up to 80 characters"}
	more := named(bind.Param{Name: "emoji", Type: emojiObject}, bind.Param{Name: "disabled", Type: bind.Boolean})
	button := bind.Func{
		Name: "button", Doc: "Makes a button.", Example: `channel:send{content="Yes?", components={ui.button("Yes", "vote:yes"), ui.button{id="vote:no", label="No", style="danger"}}}`,
		Params: append(append([]bind.Param{label}, idParams...), append(more, named(
			bind.Param{Name: "style", Type: bind.OneOf("primary", "secondary", "success", "danger", "link", "premium"), Doc: "secondary unless it has a url or a sku"},
			bind.Param{Name: "url", Type: bind.String, Doc: "where a link leads"},
			bind.Param{Name: "sku", Type: anyID, Doc: "what a premium button sells"},
		)...)...),
	}
	link := bind.Func{
		Name: "link", Doc: "Makes a button that opens a page.", Example: `ui.link("Documentation", "https://docs.discord.com")`,
		Params: append([]bind.Param{label, {Name: "url", Type: bind.String, Required: true, Doc: "up to 512 characters"}}, more...),
	}
	row := bind.Func{
		Name: "row", Doc: "Puts up to five buttons, or one menu, side by side. A message does so by itself with those that are in no row.",
		Example: `ui.row{ui.button("Yes", "yes"), ui.button("No", "no")}`,
		Params:  []bind.Param{componentsParam(component)},
	}
	return []bind.Func{
		uiFunc("ButtonComponentForMessageRequest", limits.CheckComponent, button, buttonFields),
		uiFunc("ButtonComponentForMessageRequest", limits.CheckComponent, link, func(c *bind.Call) map[string]any {
			return map[string]any{"type": limits.Button, "style": buttonStyles["link"], "label": c.Value("label"), "url": c.Value("url"),
				"emoji": c.Value("emoji"), "disabled": c.Value("disabled")}
		}),
		uiFunc("ActionRowComponentForMessageRequest", limits.CheckComponent, row, func(c *bind.Call) map[string]any {
			return map[string]any{"type": limits.Row, "components": c.List("components")}
		}),
	}
}

// componentsParam takes the components that another one has inside.
func componentsParam(t bind.Type) bind.Param {
	return bind.Param{Name: "components", Type: bind.ListOf(t), Named: true, Items: true, Required: true, Doc: "what is inside; the name may be left out"}
}

func buttonFields(c *bind.Call) map[string]any {
	style := c.String("style")
	switch {
	case style != "":
	case c.Has("url"):
		style = "link"
	case c.Has("sku"):
		style = "premium"
	default:
		style = "secondary"
	}
	return map[string]any{
		"type": limits.Button, "style": buttonStyles[style], "label": c.Value("label"), "custom_id": customID(c), "emoji": c.Value("emoji"),
		"url": c.Value("url"), "sku_id": c.Value("sku"), "disabled": c.Value("disabled"),
	}
}

// selectOption is something to choose: a text, which is shown and comes back, or {label=, value=, description=, emoji=, default=}, whose
// value is the label unless given. In Go it is a map[string]any.
func selectOption(schema string) bind.Type {
	option := partWithEmoji(schema, "label")
	from := option.From
	option.From = func(L *lua.LState, v lua.LValue) (any, error) {
		made, err := from(L, v)
		fields, ok := made.(map[string]any)
		if err == nil && ok && fields["value"] == nil {
			fields["value"] = fields["label"]
		}
		return made, err
	}
	return option
}

func uiSelects() []bind.Func {
	common := append(idParams[:len(idParams):len(idParams)], named(
		bind.Param{Name: "placeholder", Type: bind.String, Doc: "up to 150 characters"},
		bind.Param{Name: "min", Type: bind.Integer, Doc: "how many must be chosen; 1 unless given"},
		bind.Param{Name: "max", Type: bind.Integer, Doc: "how many can be chosen; 1 unless given, 25 at the most"},
		bind.Param{Name: "disabled", Type: bind.Boolean, Doc: "in messages"},
		bind.Param{Name: "required", Type: bind.Boolean, Doc: "in modals; true unless given"},
	)...)
	menu := func(name, doc, schema string, kind int, example string, own ...bind.Param) bind.Func {
		f := bind.Func{Name: name, Doc: doc, Example: example, Params: append(common[:len(common):len(common)], named(own...)...)}
		return uiFunc(schema+"ComponentForMessageRequest", limits.CheckComponent, f, func(c *bind.Call) map[string]any {
			fields := map[string]any{
				"type": kind, "custom_id": customID(c), "placeholder": c.Value("placeholder"), "min_values": c.Value("min"),
				"max_values": c.Value("max"), "disabled": c.Value("disabled"), "required": c.Value("required"),
			}
			for _, p := range own {
				fields[p.Name] = c.Value(p.Name)
			}
			return fields
		})
	}
	options := bind.Param{Name: "options", Type: bind.ListOf(selectOption("StringSelectOptionForRequest")), Required: true,
		Doc: "up to 25: texts, or {label=, value=, description=, emoji=, default=}"}
	defaults := bind.Param{Name: "default_values", Type: bind.ListOf(bind.Table), Doc: "chosen at first: {id=, type=}"}
	types := bind.Param{Name: "channel_types", Type: bind.ListOf(channelType), Doc: "what kinds to offer, by name or number"}
	return []bind.Func{
		menu("select", "Makes a menu of texts to choose from.", "StringSelect", limits.StringSelect, `ui.select{id="color", options={"red", "blue"}, max=2}`, options),
		menu("user_select", "Makes a menu of people to choose from.", "UserSelect", limits.UserSelect, `ui.user_select{id="who"}`, defaults),
		menu("role_select", "Makes a menu of roles to choose from.", "RoleSelect", limits.RoleSelect, `ui.role_select{id="role"}`, defaults),
		menu("mentionable_select", "Makes a menu of people and roles to choose from.", "MentionableSelect", limits.MentionableSelect, `ui.mentionable_select{id="whom"}`, defaults),
		menu("channel_select", "Makes a menu of channels to choose from.", "ChannelSelect", limits.ChannelSelect, `ui.channel_select{id="where", channel_types={"GUILD_TEXT"}}`, types, defaults),
	}
}
