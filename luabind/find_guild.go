package luabind

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"cordial/discord"
	"cordial/discord/rest"
	"cordial/runtime/bind"
)

// findGuild declares dc:find_guild, which finds what a person has named, say on a command line.
func (b *binding) findGuild() bind.Func {
	return bind.Func{
		Name: "find_guild", Doc: "Finds a guild by its id or name, in any case; without either, the only one that the bot is in.", Returns: "Guild, or nil and why not",
		Params:  []bind.Param{{Name: "guild", Type: nameOrID(guildID)}},
		Example: `local guild = assert(dc:find_guild("my server"))`,
		Call: func(c *bind.Call) (any, error) {
			cl := asClient(c)
			id, reason, err := cl.guildNamed(c)
			if err != nil || reason != "" {
				return bind.Values{nil, reason}, err
			}
			v, err := cl.call(c, "get_guild", rest.Args{"guild_id": id})
			if outOfReach(err) {
				return bind.Values{nil, fmt.Sprintf("the bot is in no server with the id %s", id)}, nil
			}
			return cl.wrap(v), err
		},
	}
}

// guildNamed is the id of the guild that the parameter guild names, or why there is none.
func (cl *client) guildNamed(c *bind.Call) (id discord.Snowflake, reason string, err error) {
	if id, ok := c.Value("guild").(discord.Snowflake); ok {
		return id, "", nil
	}
	guilds, err := wait(c, func(w waiter) ([]*discord.Object, error) { return cl.rest.List(w, "list_my_guilds", nil) })
	if err != nil {
		return "", "", err
	}
	guild, reason := chooseGuild(guilds, c.Value("guild"))
	if guild == nil {
		return "", reason, nil
	}
	return guild.ID(), "", nil
}

// outOfReach tells whether Discord shows the bot nothing of what it was asked for.
func outOfReach(err error) bool {
	refused, ok := errors.AsType[*rest.Error](err)
	return ok && (refused.Status == http.StatusNotFound || refused.Status == http.StatusForbidden)
}

// chooseGuild finds the guild of a name, or without one the only one, among those that the bot is in, or says why there is none.
func chooseGuild(guilds []*discord.Object, name any) (chosen *discord.Object, reason string) {
	called, named := name.(string)
	var found []*discord.Object
	for _, guild := range guilds {
		if !named || strings.EqualFold(guild.Str("name"), called) {
			found = append(found, guild)
		}
	}
	switch {
	case len(found) == 1:
		return found[0], ""
	case len(guilds) == 0:
		return nil, "the bot is in no server"
	case len(found) == 0:
		return nil, fmt.Sprintf("the bot is in no server called %q; it is in %s", called, guildNames(guilds))
	case named:
		return nil, fmt.Sprintf("several servers are called %q; use the id: %s", called, guildNames(found))
	}
	return nil, "the bot is in several servers; name one of them: " + guildNames(guilds)
}

// maxNamed bounds how many guilds an explanation names.
const maxNamed = 10

func guildNames(guilds []*discord.Object) string {
	var names []string
	for _, guild := range guilds[:min(len(guilds), maxNamed)] {
		names = append(names, fmt.Sprintf("%s (%s)", guild.Str("name"), guild.ID()))
	}
	if len(guilds) > maxNamed {
		names = append(names, fmt.Sprintf("and %d more", len(guilds)-maxNamed))
	}
	return strings.Join(names, ", ")
}
