package sandbox

import (
	"cmp"
	"net/http"

	"cordial/discord/rest/limits"
)

var commandRoutes = routes{
	"list_application_commands":     listCommands,
	"create_application_command":    createCommand,
	"get_application_command":       getCommand,
	"update_application_command":    updateCommand,
	"delete_application_command":    deleteCommand,
	"bulk_set_application_commands": setCommands,

	"list_guild_application_commands":     listCommands,
	"create_guild_application_command":    createCommand,
	"get_guild_application_command":       getCommand,
	"update_guild_application_command":    updateCommand,
	"delete_guild_application_command":    deleteCommand,
	"bulk_set_guild_application_commands": setCommands,

	"list_guild_application_command_permissions": listCommandRules,
	"get_guild_application_command_permissions":  getCommandRules,
	"set_guild_application_command_permissions":  setCommandRules,
}

// commandScope is the application of the path, and its guild if it has one.
func (c *call) commandScope() CommandScope {
	return CommandScope{Application: c.id("application_id"), Guild: c.id("guild_id")}
}

// checkCommands refuses what the catalogue's check of commands overlooks.
func (c *call) checkCommands() error {
	if form := limits.CheckAutocomplete(c.sent); !form.Empty() {
		return invalidForm(form)
	}
	return nil
}

func listCommands(c *call) (any, error) {
	return c.w.Commands(c.actor, c.commandScope(), c.flag("with_localizations"))
}

func createCommand(c *call) (any, error) {
	var p limits.Command
	if err := cmp.Or(c.checkCommands(), c.decode(&p)); err != nil {
		return nil, err
	}
	command, fresh, err := c.w.CreateCommand(c.actor, c.commandScope(), p)
	if err != nil || !fresh {
		return command, err
	}
	return reply{http.StatusCreated, command}, nil
}

func getCommand(c *call) (any, error) {
	return c.w.Command(c.actor, c.commandScope(), c.id("command_id"))
}

func updateCommand(c *call) (any, error) {
	if err := c.checkCommands(); err != nil {
		return nil, err
	}
	return c.w.EditCommand(c.actor, c.commandScope(), c.id("command_id"), c.body)
}

func deleteCommand(c *call) (any, error) {
	return nil, c.w.DeleteCommand(c.actor, c.commandScope(), c.id("command_id"))
}

func setCommands(c *call) (any, error) {
	var entries []CommandEntry
	if err := cmp.Or(c.checkCommands(), c.decode(&entries)); err != nil {
		return nil, err
	}
	return c.w.SetCommands(c.actor, c.commandScope(), entries)
}

func listCommandRules(c *call) (any, error) { return c.w.CommandRules(c.actor, c.commandScope()) }

func getCommandRules(c *call) (any, error) {
	return c.w.CommandRulesOf(c.actor, c.commandScope(), c.id("command_id"))
}

func setCommandRules(c *call) (any, error) {
	return nil, c.w.SetCommandRules(c.actor, c.commandScope())
}
