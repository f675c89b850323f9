package sandbox

import (
	"encoding/json"
	"fmt"

	"cordial/discord"
	"cordial/discord/rest/limits"
)

// fileCommand is a command of the bot's application.
type fileCommand struct {
	ID      discord.Snowflake `json:"id,omitempty"`
	Version discord.Snowflake `json:"version,omitempty"`
	Guild   ref               `json:"guild,omitempty"` // everywhere when not said
	limits.Command
}

func (l *loader) command(f fileCommand) error {
	p, form := limits.CheckCommand(f.Command)
	if !form.Empty() {
		text, err := json.Marshal(form)
		if err != nil {
			return err
		}
		return fmt.Errorf("%s", text)
	}
	s := CommandScope{Application: l.w.app.ID}
	if f.Guild != "" {
		g, ok := findNamed(l.w.guilds, f.Guild, func(g *guild) string { return g.Name })
		if !ok {
			return fmt.Errorf("there is no guild %q", f.Guild)
		}
		s.Guild = g.ID
	}
	c := &Command{ID: l.id(f.ID), ApplicationID: s.Application, GuildID: s.Guild, Command: completed(*p, s)}
	c.Version = l.id(f.Version)
	switch {
	case l.w.commands[c.ID] != nil:
		return errTwice
	case l.w.commandLike(s, p) != nil:
		return fmt.Errorf("another command has the name %q", p.Name)
	}
	l.w.ids.used(c.ID)
	l.w.ids.used(c.Version)
	l.w.commands[c.ID] = c
	return nil
}

func dumpCommand(c *Command) fileCommand {
	return fileCommand{ID: c.ID, Version: c.Version, Guild: ref(c.GuildID), Command: c.Command}
}
