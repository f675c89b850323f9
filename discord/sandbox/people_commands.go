package sandbox

import (
	"cmp"
	"slices"
	"strings"

	"cordial/discord"
	"cordial/discord/rest/limits"
)

// UseCommand uses a command for chat input. The name goes on with the subcommand, as in "tickets close"; the options are values by
// name: texts, numbers, booleans, ids or names of users, roles and channels, and an Upload for a file. A choice is also taken by its
// name. It does not wait for the bot: Outcome does. After an error the caller still has the files.
func (w *World) UseCommand(actor Actor, channelID discord.Snowflake, name string, options map[string]any) (*Interaction, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	use, err := w.commandUse(actor, channelID, name)
	if err != nil {
		return nil, err
	}
	filled, err := use.fill(options)
	if err != nil {
		return nil, err
	}
	return w.send(use, CommandInteraction, filled, nil).Interaction, nil
}

// Autocomplete asks the bot to complete an option while it is typed. The other options need not be complete.
func (w *World) Autocomplete(actor Actor, channelID discord.Snowflake, name, option, text string, others map[string]any) (*Interaction, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	use, err := w.commandUse(actor, channelID, name)
	if err != nil {
		return nil, err
	}
	o, err := use.option(option)
	switch {
	case err != nil:
		return nil, err
	case !o.Autocomplete:
		return nil, refuseAs("/%s: %s does not complete what is typed", use.name, o.Name)
	}
	filled, err := use.fillSome(others)
	if err != nil {
		return nil, err
	}
	filled = append(slices.DeleteFunc(filled, func(f optionData) bool { return f.Name == o.Name }),
		optionData{Name: o.Name, Type: o.Type, Value: text, Focused: true})
	return w.send(use, AutocompleteInteraction, filled, o).Interaction, nil
}

// UseMenu uses a command from the context menu of a message or a user. The target is the id of one of them, or the user's name.
func (w *World) UseMenu(actor Actor, channelID discord.Snowflake, name string, target discord.Snowflake) (*Interaction, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	c, err := w.channelFor(actor, channelID)
	if err != nil {
		return nil, err
	}
	_, m, _ := w.messageSeen(actor, channelID, target)
	kind := limits.UserCommand
	if m != nil {
		kind = limits.MessageCommand
	}
	command, err := w.commandNamed(actor, c, name, kind)
	if err != nil {
		return nil, err
	}
	r := resolver{w: w, c: c, user: actor.User}
	d := deed{by: actor, channel: c, typ: CommandInteraction}
	if m != nil {
		r.addMessage(m)
	} else if u, ok := findNamed(w.users, ref(target), func(u *User) string { return u.Username }); ok {
		d.target, target = u, u.ID
		r.addUser(u)
	} else {
		return nil, refuseAs("%s: there is no user and no message %s here", name, target)
	}
	d.data = commandData{ID: command.ID, Name: command.Name, Type: command.Type, GuildID: command.GuildID, TargetID: target, Resolved: r.done()}
	in := w.begin(d)
	in.name, in.kind = command.Name, kind
	if m != nil {
		in.metadata.TargetMessageID = m.ID
	}
	return in.Interaction, nil
}

// commandNamed finds the command of a type that somebody is offered in a channel, by its name or the one in their language. A guild's
// own command hides another of its name.
func (w *World) commandNamed(actor Actor, c *channel, name string, kind limits.CommandType) (*Command, error) {
	var found *Command
	var names []string
	for _, command := range sortedByID(w.commands) {
		if command.Type != kind || command.GuildID != "" && command.GuildID != c.GuildID {
			continue
		}
		shown := cmp.Or(command.NameLocalizations[w.users[actor.User].locale()], command.Name)
		names = append(names, shown)
		if (shown == name || command.Name == name) && (found == nil || command.GuildID != "") {
			found = command
		}
	}
	if found == nil {
		return nil, refuseAs("there is no command %q here%s", name, hint(name, names))
	}
	return found, w.mayUse(actor, c, found)
}

// mayUse says why somebody is not offered a command in a channel, or nil.
func (w *World) mayUse(actor Actor, c *channel, command *Command) error {
	who := w.users[actor.User].Username
	g := w.guilds[c.GuildID]
	if g == nil {
		switch {
		case !c.hasRecipient(w.app.ID):
			return refuseAs("%s is in no DM with the bot here", who)
		case !command.usableIn(contextBotDM):
			return refuseAs("the command %q is not offered in DMs", command.Name)
		}
		return nil
	}
	may := w.channelPermissions(c, actor.User)
	switch {
	case !c.Type.HasMessages():
		return refuseAs("nobody can write in %s", c.Name)
	case g.members[w.app.ID] == nil:
		return refuseAs("the bot is not in %s", g.Name)
	case !command.usableIn(contextGuild):
		return refuseAs("the command %q is not offered in guilds", command.Name)
	case !may.Has(discord.PermissionUseApplicationCommands):
		return refuseAs("%s may not use commands in %s", who, c.Name)
	case command.NSFW && !w.ageRestricted(c):
		return refuseAs("the command %q is offered in age-restricted channels only", command.Name)
	}
	need := command.DefaultMemberPermissions
	if need != nil && *need == 0 && !may.Has(discord.PermissionAdministrator) {
		return refuseAs("the command %q is offered to administrators only", command.Name)
	}
	if need != nil && !may.Has(*need) {
		return refuseAs("%s may not use %q: it needs %s", who, command.Name, strings.Join((*need&^may).Names(), ", "))
	}
	return nil
}

// ageRestricted reports whether a channel is for adults only; a thread is as its channel.
func (w *World) ageRestricted(c *channel) bool {
	if c.Type.IsThread() {
		c = w.channels[c.ParentID]
	}
	return c.NSFW
}

// send tells the bot that a command for chat input is used, or which of its options is being completed.
func (w *World) send(use *commandUse, typ InteractionType, options []optionData, focused *limits.CommandOption) *interaction {
	for i := len(use.path) - 1; i >= 0; i-- {
		options = []optionData{{Name: use.path[i].Name, Type: use.path[i].Type, Options: options}}
	}
	c := use.command
	in := w.begin(deed{by: use.actor, channel: use.channel, typ: typ, files: use.resolver.files,
		data: commandData{ID: c.ID, Name: c.Name, Type: c.Type, GuildID: c.GuildID, Options: options, Resolved: use.resolver.done()}})
	in.name, in.kind, in.focused = use.name, c.Type, focused
	return in
}
