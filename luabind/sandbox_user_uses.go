package luabind

import (
	"encoding/json"
	"fmt"

	lua "github.com/yuin/gopher-lua"

	"cordial/discord"
	"cordial/discord/rest"
	"cordial/discord/sandbox"
	"cordial/runtime/bind"
)

// The parameters that people's methods share with the shorthands of replies.
var (
	buttonParam = bind.Param{Name: "button", Type: bind.String, Required: true, Doc: "its custom_id or its label"}
	menuParams  = []bind.Param{{Name: "custom_id", Type: bind.String, Required: true},
		{Name: "values", Type: bind.Any, Required: true, Doc: "what to choose: a text, a person or another object, or a list of them"}}
	fieldsParam = bind.Param{Name: "fields", Type: bind.Table, Doc: "the values by the custom_ids or the labels of the inputs"}
)

// personUses declares how people use the bot's commands, components and modals. Every method waits for the bot's answer, for three
// seconds at the most.
func (b *binding) personUses() []bind.Func {
	channel := bind.Param{Name: "channel", Type: nameOrID(channelID), Named: true, Doc: "where; default the first text channel"}
	options := bind.Param{Name: "options", Type: bind.Table, Doc: "the options by name; people, roles and channels by name, too"}
	message := bind.Param{Name: "message", Type: messageType(), Required: true}
	name := bind.Param{Name: "name", Type: bind.String, Required: true, Doc: `with its subcommand, as in "tickets close"`}
	return []bind.Func{
		{
			Name: "slash", Doc: "Uses a slash command and waits for the bot's answer.", Returns: "SandboxReply", Params: []bind.Param{name, options, channel},
			Call: personMethod(func(c *bind.Call, p *person) (any, error) {
				in, err := p.slash(c)
				return p.result(c, in, err)
			}),
			Example: `nathan:slash("echo", {text="hi"}).content`,
		},
		{
			Name: "menu", Doc: "Uses a command from the context menu of a message or a person and waits for the bot's answer.", Returns: "SandboxReply",
			Params: []bind.Param{{Name: "name", Type: bind.String, Required: true}, {Name: "target", Type: bind.Any, Required: true, Doc: "a Message, User or Member, or a username"}, channel},
			Call: personMethod(func(c *bind.Call, p *person) (any, error) {
				in, err := p.menu(c)
				return p.result(c, in, err)
			}),
			Example: `nathan:menu("Report", message)`,
		},
		{
			Name: "autocomplete", Doc: "Types into an option and waits for what the bot offers.", Returns: "list of {name=, value=}",
			Params: []bind.Param{name, {Name: "option", Type: bind.String, Required: true}, {Name: "text", Type: bind.String, Default: ""},
				{Name: "options", Type: bind.Table, Named: true, Doc: "what is filled in already"}, channel},
			Call:    personMethod(func(c *bind.Call, p *person) (any, error) { return p.autocomplete(c) }),
			Example: `nathan:autocomplete("weather", "city", "ber")`,
		},
		{
			Name: "click", Doc: "Clicks a button and waits for the bot's answer.", Returns: "SandboxReply", Params: []bind.Param{message, buttonParam},
			Call:    personMethod(func(c *bind.Call, p *person) (any, error) { return p.click(c, bind.Get[*ref](c, "message")) }),
			Example: `nathan:click(message, "vote:1")`,
		},
		{
			Name: "select", Doc: "Chooses from a menu and waits for the bot's answer.", Returns: "SandboxReply", Params: append([]bind.Param{message}, menuParams...),
			Call:    personMethod(func(c *bind.Call, p *person) (any, error) { return p.choose(c, bind.Get[*ref](c, "message")) }),
			Example: `nathan:select(message, "color", {"red"})`,
		},
		{
			Name: "submit", Doc: "Fills in a modal, sends it off and waits for the bot's answer.", Returns: "SandboxReply",
			Params:  []bind.Param{{Name: "modal", Type: modalType, Required: true}, fieldsParam},
			Call:    personMethod(func(c *bind.Call, p *person) (any, error) { return p.submit(c, bind.Get[*reply](c, "modal")) }),
			Example: `nathan:submit(reply.modal, {reason="spam"})`,
		},
	}
}

// channel is the channel that a call names, or the first text channel.
func (p *person) channel(c *bind.Call) (discord.Snowflake, error) {
	name := ""
	if c.Has("channel") {
		name = fmt.Sprint(c.Value("channel"))
	}
	channel, err := p.world().ChannelFor(p.actor(), name)
	if err != nil {
		return "", err
	}
	return channel.ID, nil
}

func (p *person) slash(c *bind.Call) (*sandbox.Interaction, error) {
	channel, err := p.channel(c)
	if err != nil {
		return nil, err
	}
	filled, uploads, err := p.values(c, c.Table("options"))
	if err != nil {
		return nil, err
	}
	in, err := p.world().UseCommand(p.actor(), channel, c.String("name"), filled)
	if err != nil {
		discardAll(uploads)
	}
	return in, err
}

// menu uses a command on a message where that is, or on a person in the channel that is named.
func (p *person) menu(c *bind.Call) (*sandbox.Interaction, error) {
	target, err := plainValue(c.Lua("target"))
	if err != nil {
		return nil, err
	}
	var channel discord.Snowflake
	if o, ok := refOf(c.Lua("target")); ok && o.Kind() == discord.KindMessage {
		channel = discord.Snowflake(o.Str("channel_id"))
	} else if channel, err = p.channel(c); err != nil {
		return nil, err
	}
	return p.world().UseMenu(p.actor(), channel, c.String("name"), discord.Snowflake(fmt.Sprint(target)))
}

func (p *person) autocomplete(c *bind.Call) (any, error) {
	channel, err := p.channel(c)
	if err != nil {
		return nil, err
	}
	others, uploads, err := p.values(c, c.Table("options"))
	if err != nil {
		return nil, err
	}
	in, err := p.world().Autocomplete(p.actor(), channel, c.String("name"), c.String("option"), c.String("text"), others)
	if err != nil {
		discardAll(uploads)
		return nil, err
	}
	outcome, err := wait(c, func(w waiter) (sandbox.Outcome, error) { return p.world().Outcome(w, in) })
	switch {
	case err != nil:
		return nil, err
	case outcome.Status == sandbox.Failed:
		return nil, fmt.Errorf("%s", outcome.Error)
	}
	return plainTable(outcome.Choices)
}

func (p *person) click(c *bind.Call, m *ref) (any, error) {
	in, err := p.world().Click(p.actor(), discord.Snowflake(m.Str("channel_id")), m.ID(), c.String("button"))
	return p.result(c, in, err)
}

func (p *person) choose(c *bind.Call, m *ref) (any, error) {
	v, err := plainValue(c.Lua("values"))
	if err != nil {
		return nil, err
	}
	values, ok := v.([]string)
	if !ok {
		values = []string{fmt.Sprint(v)}
	}
	in, err := p.world().Select(p.actor(), discord.Snowflake(m.Str("channel_id")), m.ID(), c.String("custom_id"), values)
	return p.result(c, in, err)
}

func (p *person) submit(c *bind.Call, r *reply) (any, error) {
	fields, uploads, err := p.values(c, c.Table("fields"))
	if err != nil {
		return nil, err
	}
	in, err := p.world().SubmitModal(p.actor(), r.to, fields)
	if err != nil {
		discardAll(uploads)
	}
	return p.result(c, in, err)
}

// values reads a table of what somebody fills in. It also gives the files that are among it.
func (p *person) values(c *bind.Call, t *lua.LTable) (map[string]any, []sandbox.Upload, error) {
	values := map[string]any{}
	var uploads []sandbox.Upload
	if t == nil {
		return values, nil, nil
	}
	var err error
	t.ForEach(func(k, v lua.LValue) {
		if err != nil {
			return
		}
		name := k.String()
		if isFile(v) {
			var list []sandbox.Upload
			if list, err = p.filesOf(c, v); err == nil {
				uploads = append(uploads, list...)
				values[name] = oneOrAll(v, list)
			}
			return
		}
		values[name], err = plainValue(v)
	})
	if err != nil {
		discardAll(uploads)
	}
	return values, uploads, err
}

// isFile reports whether a value is a file as a table, or a list of those.
func isFile(v lua.LValue) bool {
	t, ok := v.(*lua.LTable)
	if !ok {
		return false
	}
	if first, ok := t.RawGetInt(1).(*lua.LTable); ok {
		t = first
	}
	return t.RawGetString("path") != lua.LNil || t.RawGetString("data") != lua.LNil
}

func (p *person) filesOf(c *bind.Call, v lua.LValue) ([]sandbox.Upload, error) {
	list, err := files.From(c.L, v)
	if err != nil {
		return nil, err
	}
	return p.uploads(c, list.([]rest.File))
}

// oneOrAll is one file where one was given, and a list where a list was.
func oneOrAll(v lua.LValue, list []sandbox.Upload) any {
	if v.(*lua.LTable).Len() == 0 {
		return list[0]
	}
	return list
}

// refOf gives the object of Discord's in a Lua value.
func refOf(v lua.LValue) (*ref, bool) {
	ud, ok := v.(*lua.LUserData)
	if !ok {
		return nil, false
	}
	o, ok := ud.Value.(*ref)
	return o, ok
}

// plainValue reads what somebody fills in or chooses: a text, a number, a boolean, the id of an object, or a list of such as texts.
func plainValue(v lua.LValue) (any, error) {
	switch v := v.(type) {
	case lua.LString:
		return string(v), nil
	case lua.LNumber:
		return json.Number(v.String()), nil
	case lua.LBool:
		return bool(v), nil
	case *lua.LUserData:
		if o, ok := v.Value.(*person); ok {
			return string(o.user.ID), nil
		}
		id, err := anyID.From(nil, v)
		return fmt.Sprint(id), err
	case *lua.LTable:
		list := []string{}
		for i := 1; i <= v.Len(); i++ {
			item, err := plainValue(v.RawGetInt(i))
			if err != nil {
				return nil, err
			}
			list = append(list, fmt.Sprint(item))
		}
		return list, nil
	}
	return nil, bind.Expected("a text, a number, true or false, an object or a list", v)
}
