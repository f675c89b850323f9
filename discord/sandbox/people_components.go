package sandbox

import (
	"slices"

	"cordial/discord"
	"cordial/discord/rest/limits"
)

// Click presses a button of a message: the one with a custom_id, or else with a label.
func (w *World) Click(actor Actor, channelID, messageID discord.Snowflake, button string) (*Interaction, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	c, m, p, err := w.componentFor(actor, channelID, messageID, button)
	if err != nil {
		return nil, err
	}
	if limits.ComponentType(p) != limits.Button {
		return nil, refuseAs("%q is a menu: choose from it", button)
	}
	return w.useComponent(actor, c, m, componentData{CustomID: p.Text("custom_id")}, p).Interaction, nil
}

// Select chooses from a menu of a message: by the values or the labels of its options, or by the ids or names of users, roles or channels.
func (w *World) Select(actor Actor, channelID, messageID discord.Snowflake, customID string, values []string) (*Interaction, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	c, m, p, err := w.componentFor(actor, channelID, messageID, customID)
	if err != nil {
		return nil, err
	}
	if !limits.IsSelect(limits.ComponentType(p)) {
		return nil, refuseAs("%q is a button: click it", customID)
	}
	r := resolver{w: w, c: c, user: actor.User}
	chosen, err := r.choose(p, values, p.NumberOr("min_values", 1))
	if err != nil {
		return nil, refuseAs("%s: %v", customID, err)
	}
	return w.useComponent(actor, c, m, componentData{CustomID: p.Text("custom_id"), Values: chosen, Resolved: r.done()}, p).Interaction, nil
}

// useComponent tells the bot that somebody has used a component of a message.
func (w *World) useComponent(actor Actor, c *channel, m *Message, data componentData, p limits.Object) *interaction {
	data.ID, data.ComponentType = p.NumberOr("id", 0), limits.ComponentType(p)
	return w.begin(deed{by: actor, channel: c, typ: ComponentInteraction, data: data, source: m})
}

// componentFor finds a component that somebody can use on a message that they see.
func (w *World) componentFor(actor Actor, channelID, messageID discord.Snowflake, name string) (*channel, *Message, limits.Object, error) {
	c, m, err := w.messageSeen(actor, channelID, messageID)
	if err != nil {
		return nil, nil, nil, err
	}
	if m.Author.ID != w.app.ID && m.ApplicationID != w.app.ID {
		return nil, nil, nil, refuseAs("the message is not from the bot of this world, so nobody answers its components")
	}
	p, err := findComponent(usable(m.Components), name)
	switch {
	case err != nil:
		return nil, nil, nil, err
	case p.Flag("disabled"):
		return nil, nil, nil, refuseAs("%q is disabled", name)
	case p["custom_id"] == nil:
		return nil, nil, nil, refuseAs("%q leads somewhere else: the bot is not told of it", name)
	}
	return c, m, p, nil
}

// findComponent finds a component by its custom_id, or else by its label.
func findComponent(all []limits.Object, name string) (limits.Object, error) {
	var names []string
	for _, field := range []string{"custom_id", "label"} {
		for _, p := range all {
			switch text := p.Text(field); {
			case text == name && text != "":
				return p, nil
			case text != "":
				names = append(names, text)
			}
		}
	}
	return nil, refuseAs("there is no component %q%s", name, hint(name, names))
}

// usable lists the buttons and menus of a message, also those inside of others.
func usable(components []Component) []limits.Object {
	var found []limits.Object
	for _, p := range components {
		o := limits.Object(p)
		if kind := limits.ComponentType(o); kind == limits.Button || limits.IsSelect(kind) {
			found = append(found, o)
		}
		if accessory := o.Object("accessory"); accessory != nil {
			found = append(found, usable([]Component{Component(accessory)})...)
		}
		for _, child := range o.List("components") {
			found = append(found, usable([]Component{Component(child)})...)
		}
	}
	return found
}

// choose checks what somebody chooses from a menu, at least so many, and gives the values that are sent.
func (r *resolver) choose(p limits.Object, values []string, least int) ([]string, error) {
	most := p.NumberOr("max_values", 1)
	switch n := len(values); {
	case n < least:
		return nil, refuseAs("choose at least %d, not %d", least, n)
	case n > most:
		return nil, refuseAs("choose at most %d, not %d", most, n)
	}
	chosen := make([]string, len(values))
	for i, value := range values {
		v, err := r.chooseOne(p, value)
		switch {
		case err != nil:
			return nil, err
		case slices.Contains(chosen[:i], v):
			return nil, refuseAs("%q is chosen twice", value)
		}
		chosen[i] = v
	}
	return chosen, nil
}

// menuThings says what menus ask for that list no options.
var menuThings = map[int]things{limits.UserSelect: {users: true}, limits.RoleSelect: {roles: true},
	limits.MentionableSelect: {users: true, roles: true}, limits.ChannelSelect: {channels: true}}

func (r *resolver) chooseOne(p limits.Object, value string) (string, error) {
	wanted, ok := menuThings[limits.ComponentType(p)]
	if !ok {
		return chooseOption(p.List("options"), value)
	}
	var types []int
	list, _ := p["channel_types"].([]any)
	for _, t := range list {
		n, _ := limits.Object{"type": t}.Number("type")
		types = append(types, n)
	}
	id, err := r.find(wanted, value, types)
	return string(id), err
}

// chooseOption finds an option by its value, or else by its label, and gives its value.
func chooseOption(options []limits.Object, value string) (string, error) {
	var names []string
	for _, field := range []string{"value", "label"} {
		for _, o := range options {
			if o.Text(field) == value {
				return o.Text("value"), nil
			}
			names = append(names, o.Text(field))
		}
	}
	return "", refuseAs("there is no option %q%s", value, hint(value, names))
}
