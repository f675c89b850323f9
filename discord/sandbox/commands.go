package sandbox

import (
	"encoding/json"
	"maps"
	"net/http"
	"reflect"
	"time"

	"cordial/discord"
	"cordial/discord/rest/limits"
)

// commandCreates is how many new commands an application may make in one scope in a day. Changes of a command do not count.
var commandCreates = Limit{Count: 200, Window: 24 * time.Hour}

var errUnknownCommand = Refuse(http.StatusNotFound, 10063)

// CommandScope says whose commands are meant: those of an application everywhere, or its commands in one guild.
type CommandScope struct {
	Application discord.Snowflake
	Guild       discord.Snowflake // "" for everywhere
}

// checkScope makes sure that the actor may see and change the commands of a scope.
func (w *World) checkScope(actor Actor, s CommandScope) error {
	if err := w.checkApplication(actor, s.Application); err != nil || s.Guild == "" {
		return err
	}
	_, err := w.guildFor(actor, s.Guild)
	return err
}

// commandsIn lists the commands of a scope by their ids.
func (w *World) commandsIn(s CommandScope) []*Command {
	var list []*Command
	for _, c := range sortedByID(w.commands) {
		if c.GuildID == s.Guild {
			list = append(list, c)
		}
	}
	return list
}

// Commands lists the commands of a scope, with or without translations.
func (w *World) Commands(actor Actor, s CommandScope, translated bool) ([]*CommandView, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := w.checkScope(actor, s); err != nil {
		return nil, err
	}
	views := []*CommandView{}
	for _, c := range w.commandsIn(s) {
		if translated {
			views = append(views, c.view())
		} else {
			views = append(views, c.plainView())
		}
	}
	return views, nil
}

// Command gives a command.
func (w *World) Command(actor Actor, s CommandScope, id discord.Snowflake) (*CommandView, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	c, err := w.commandFor(actor, s, id)
	if err != nil {
		return nil, err
	}
	return c.view(), nil
}

func (w *World) commandFor(actor Actor, s CommandScope, id discord.Snowflake) (*Command, error) {
	if err := w.checkScope(actor, s); err != nil {
		return nil, err
	}
	c := w.commands[id]
	if c == nil || c.GuildID != s.Guild {
		return nil, errUnknownCommand
	}
	return c, nil
}

// CreateCommand makes a command, or replaces the one of the same type and name. It reports whether the command is new.
func (w *World) CreateCommand(actor Actor, s CommandScope, p limits.Command) (*CommandView, bool, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := w.checkScope(actor, s); err != nil {
		return nil, false, err
	}
	if form := p.Check(); !form.Empty() {
		return nil, false, invalidForm(form)
	}
	have := w.commandLike(s, &p)
	if have == nil {
		if err := w.roomForCommands(s, []*limits.Command{&p}, w.commandsIn(s)); err != nil {
			return nil, false, err
		}
	}
	return w.putCommand(s, have, p).view(), have == nil, nil
}

// commandLike finds the command of a scope that has the type and the name of another, or nil.
func (w *World) commandLike(s CommandScope, like *limits.Command) *Command {
	for _, c := range w.commands {
		if c.GuildID == s.Guild && c.Type == like.Type && c.Name == like.Name {
			return c
		}
	}
	return nil
}

// roomForCommands counts new commands, which come beside the ones that stay, against the limits of their scope.
func (w *World) roomForCommands(s CommandScope, fresh []*limits.Command, staying []*Command) error {
	count := map[limits.CommandType]int{}
	for _, c := range staying {
		count[c.Type]++
	}
	for _, c := range fresh {
		count[c.Type]++
		if most := limits.MaxCommands(c.Type, s.Guild == ""); count[c.Type] > most {
			return Refuse(http.StatusBadRequest, 30032)
		}
	}
	made := w.commandsMade[s.Guild]
	if made == nil {
		made = &bucket{}
		w.commandsMade[s.Guild] = made
	}
	for range fresh {
		if !made.take(commandCreates, w.clock.Now()) {
			return Refuse(http.StatusBadRequest, 30034)
		}
	}
	return nil
}

// putCommand stores a command in place of another, or as a new one when there is none. What has not changed keeps its version.
func (w *World) putCommand(s CommandScope, old *Command, p limits.Command) *Command {
	c := &Command{ApplicationID: s.Application, GuildID: s.Guild, Command: completed(p, s)}
	if old == nil {
		c.ID = w.newID()
	} else {
		c.ID = old.ID
		if reflect.DeepEqual(c.Command, old.Command) {
			return old
		}
	}
	c.Version = w.newID()
	w.commands[c.ID] = c
	return c
}

// completed fills in what follows from the scope of a command. dm_permission and contexts say the same about DMs with the bot.
func completed(p limits.Command, s CommandScope) limits.Command {
	if s.Guild != "" {
		p.Contexts, p.IntegrationTypes, p.DMPermission = nil, nil, nil
		return p
	}
	inDM := true
	switch {
	case p.Contexts != nil:
		inDM = (&Command{Command: p}).usableIn(contextBotDM)
	case p.DMPermission != nil && !*p.DMPermission:
		inDM, p.Contexts = false, []int{contextGuild}
	}
	p.DMPermission = &inDM
	if p.IntegrationTypes == nil {
		p.IntegrationTypes = []int{installedInGuild}
	}
	return p
}

// EditCommand changes the fields of a command that the JSON object has.
func (w *World) EditCommand(actor Actor, s CommandScope, id discord.Snowflake, patch json.RawMessage) (*CommandView, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	c, err := w.commandFor(actor, s, id)
	if err != nil {
		return nil, err
	}
	p, err := c.patched(patch)
	if err != nil {
		return nil, err
	}
	if form := p.Check(); !form.Empty() {
		return nil, invalidForm(form)
	}
	if other := w.commandLike(s, p); other != nil && other != c {
		return nil, Refuse(http.StatusBadRequest, 40041)
	}
	return w.putCommand(s, c, *p).view(), nil
}

// patched is the command with the members of a JSON object in place of its own. Whichever of contexts and dm_permission is given
// decides about the other.
func (c *Command) patched(patch json.RawMessage) (*limits.Command, error) {
	text, err := json.Marshal(c.Command)
	if err != nil {
		return nil, err
	}
	members, changes := map[string]json.RawMessage{}, map[string]json.RawMessage{}
	if json.Unmarshal(text, &members) != nil || json.Unmarshal(patch, &changes) != nil {
		return nil, Refuse(http.StatusBadRequest, 50109)
	}
	if changes["dm_permission"] != nil && changes["contexts"] == nil {
		delete(members, "contexts")
	}
	maps.Copy(members, changes)
	if text, err = json.Marshal(members); err != nil {
		return nil, err
	}
	p := &limits.Command{}
	return p, json.Unmarshal(text, p)
}

// DeleteCommand removes a command.
func (w *World) DeleteCommand(actor Actor, s CommandScope, id discord.Snowflake) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	c, err := w.commandFor(actor, s, id)
	if err != nil {
		return err
	}
	delete(w.commands, c.ID)
	return nil
}
