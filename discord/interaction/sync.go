package interaction

import (
	"context"
	"encoding/json"
	"fmt"

	"cordial/discord"
	"cordial/discord/rest"
)

// Commands fetches the commands that Discord has: the application's global ones, or those of a guild when guild is not "".
func Commands(ctx context.Context, c *rest.Client, application, guild discord.Snowflake) ([]Command, error) {
	operation, args := "list_application_commands", scope(application, guild)
	if guild != "" {
		operation = "list_guild_application_commands"
	}
	args["with_localizations"] = true
	objects, err := c.List(ctx, operation, args)
	if err != nil {
		return nil, err
	}
	commands := make([]Command, len(objects))
	for i, o := range objects {
		data, err := o.MarshalJSON()
		if err == nil {
			err = json.Unmarshal(data, &commands[i])
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", operation, err)
		}
	}
	return commands, nil
}

func scope(application, guild discord.Snowflake) rest.Args {
	args := rest.Args{"application_id": application}
	if guild != "" {
		args["guild_id"] = guild
	}
	return args
}

// Apply carries the plan out, in one request that replaces the commands of the scope as a whole. A plan without anything to do sends
// nothing. Commands that stay keep their ids.
func (p *Plan) Apply(ctx context.Context, c *rest.Client, application, guild discord.Snowflake) error {
	if p.Empty() {
		return nil
	}
	operation, args := "bulk_set_application_commands", scope(application, guild)
	if guild != "" {
		operation = "bulk_set_guild_application_commands"
	}
	body := make([]any, len(p.all))
	for i, command := range p.all {
		body[i] = map[string]any(command)
	}
	args["body"] = body
	_, err := c.Call(ctx, operation, args)
	return err
}

// Sync makes Discord have the commands that are wanted in one scope, and tells what it changed.
func Sync(ctx context.Context, c *rest.Client, application, guild discord.Snowflake, wanted []Command) (*Plan, error) {
	have, err := Commands(ctx, c, application, guild)
	if err != nil {
		return nil, err
	}
	plan, err := Diff(wanted, have)
	if err != nil {
		return nil, err
	}
	return plan, plan.Apply(ctx, c, application, guild)
}
