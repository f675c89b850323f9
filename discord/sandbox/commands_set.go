package sandbox

import (
	"net/http"
	"slices"

	"cordial/discord"
	"cordial/discord/rest/limits"
)

// CommandEntry is a command in a list that replaces all commands of a scope.
type CommandEntry struct {
	ID discord.Snowflake `json:"id"` // of the command to keep under another name, "" to go by the name
	limits.Command
}

// SetCommands replaces all commands of a scope. A command that keeps its type and its name keeps its id.
func (w *World) SetCommands(actor Actor, s CommandScope, entries []CommandEntry) ([]*CommandView, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := w.checkScope(actor, s); err != nil {
		return nil, err
	}
	wanted := make([]*limits.Command, len(entries))
	for i := range entries {
		wanted[i] = &entries[i].Command
	}
	if form := limits.CheckCommands(wanted); !form.Empty() {
		return nil, invalidForm(form)
	}
	staying := w.stayingCommands(s, entries)
	var fresh []*limits.Command
	for i, c := range staying {
		if c == nil {
			fresh = append(fresh, wanted[i])
		}
	}
	if err := w.roomForCommands(s, fresh, slices.DeleteFunc(slices.Clone(staying), func(c *Command) bool { return c == nil })); err != nil {
		return nil, err
	}
	for _, c := range w.commandsIn(s) {
		if !slices.Contains(staying, c) {
			delete(w.commands, c.ID)
		}
	}
	views := []*CommandView{}
	for i, p := range wanted {
		views = append(views, w.putCommand(s, staying[i], *p).view())
	}
	return views, nil
}

// stayingCommands finds the command that each entry changes: the one with its id, or else with its type and name. It is nil for an
// entry that is a new command.
func (w *World) stayingCommands(s CommandScope, entries []CommandEntry) []*Command {
	staying := make([]*Command, len(entries))
	for i, e := range entries {
		if c := w.commands[e.ID]; c != nil && c.GuildID == s.Guild && c.Type == e.Type && !slices.Contains(staying, c) {
			staying[i] = c
		}
	}
	for i := range entries {
		if c := w.commandLike(s, &entries[i].Command); staying[i] == nil && !slices.Contains(staying, c) {
			staying[i] = c
		}
	}
	return staying
}

// CommandRules lists the rules that a guild has made about single commands. There are none, because only people make them, with
// tokens of OAuth2 that nobody here has.
func (w *World) CommandRules(actor Actor, s CommandScope) ([]CommandPermissions, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return []CommandPermissions{}, w.checkScope(actor, s)
}

// CommandRulesOf gives the rules about one command, of which there are none.
func (w *World) CommandRulesOf(actor Actor, s CommandScope, id discord.Snowflake) (*CommandPermissions, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if c := w.commands[id]; c != nil && c.GuildID == "" {
		s.Guild = "" // a guild has rules about global commands, too
	}
	if _, err := w.commandFor(actor, s, id); err != nil {
		return nil, err
	}
	return nil, Refuse(http.StatusNotFound, 10066)
}

// SetCommandRules refuses bots: only a person may make such rules.
func (w *World) SetCommandRules(actor Actor, s CommandScope) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := w.checkScope(actor, s); err != nil {
		return err
	}
	return Refuse(http.StatusForbidden, 20001)
}
