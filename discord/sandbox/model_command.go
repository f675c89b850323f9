package sandbox

import (
	"slices"

	"cordial/discord"
	"cordial/discord/rest/limits"
)

// Command is an application command of the bot's application.
type Command struct {
	ID            discord.Snowflake `json:"id"`
	ApplicationID discord.Snowflake `json:"application_id"`
	Version       discord.Snowflake `json:"version"`            // changes whenever the command does
	GuildID       discord.Snowflake `json:"guild_id,omitempty"` // "" for a global command
	limits.Command
}

// CommandView is a command as the API shows it. A list leaves the translations out unless it is asked for them.
type CommandView struct {
	*Command
	NameLocalizations        Field[map[string]string] `json:"name_localizations,omitzero"`
	DescriptionLocalizations Field[map[string]string] `json:"description_localizations,omitzero"`
	Contexts                 Field[[]int]             `json:"contexts,omitzero"` // of global commands
}

// CommandPermissions are a guild's own rules about who may use a command.
type CommandPermissions struct {
	ID            discord.Snowflake `json:"id"`
	ApplicationID discord.Snowflake `json:"application_id"`
	GuildID       discord.Snowflake `json:"guild_id"`
	Permissions   []struct{}        `json:"permissions"`
}

// The places where a command can be used (interactions/application-commands, "Interaction Contexts").
const (
	contextGuild = 0
	contextBotDM = 1
)

// installedInGuild is the only way in which the application is installed here: in guilds, not for single users.
const installedInGuild = 0

func nullable[T any](value T, null bool) Field[T] {
	return Field[T]{Value: value, Set: true, Null: null}
}

// view shows a command with its translations.
func (c *Command) view() *CommandView {
	v := &CommandView{Command: c, NameLocalizations: nullable(c.NameLocalizations, c.NameLocalizations == nil),
		DescriptionLocalizations: nullable(c.DescriptionLocalizations, c.DescriptionLocalizations == nil)}
	if c.GuildID == "" {
		v.Contexts = nullable(c.Contexts, c.Contexts == nil)
	}
	return v
}

// plainView shows a command without its translations.
func (c *Command) plainView() *CommandView {
	plain := *c
	plain.Options = withoutTranslations(c.Options)
	v := plain.view()
	v.NameLocalizations, v.DescriptionLocalizations = Field[map[string]string]{}, Field[map[string]string]{}
	return v
}

func withoutTranslations(options []limits.CommandOption) []limits.CommandOption {
	plain := slices.Clone(options)
	for i := range plain {
		o := &plain[i]
		o.NameLocalizations, o.DescriptionLocalizations, o.Options = nil, nil, withoutTranslations(o.Options)
		o.Choices = slices.Clone(o.Choices)
		for j := range o.Choices {
			o.Choices[j].NameLocalizations = nil
		}
	}
	return plain
}

// usableIn reports whether the command is offered in guilds, or else in DMs with the bot.
func (c *Command) usableIn(context int) bool {
	if c.GuildID != "" {
		return context == contextGuild
	}
	return c.Contexts == nil || slices.Contains(c.Contexts, context)
}
