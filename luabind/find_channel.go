package luabind

import (
	"fmt"
	"slices"
	"strings"

	"cordial/discord"
	"cordial/discord/rest"
	"cordial/internal/suggest"
	"cordial/runtime/bind"
)

// findChannel declares dc:find_channel, which finds what a person has named, say on a command line.
func (b *binding) findChannel() bind.Func {
	return bind.Func{
		Name: "find_channel", Doc: "Finds a channel or thread by its id, or a channel by its name, with or without #, in any case. Names are those of the guild; without one, of the only guild that the bot is in.",
		Returns: "Channel, or nil and why not",
		Params: []bind.Param{
			{Name: "channel", Type: nameOrID(channelID), Required: true},
			{Name: "guild", Type: nameOrID(guildID), Named: true, Doc: "by id or name"},
		},
		Example: `local channel = assert(dc:find_channel("#general"))`,
		Call: func(c *bind.Call) (any, error) {
			cl := asClient(c)
			if id, ok := c.Value("channel").(discord.Snowflake); ok {
				v, err := cl.call(c, "get_channel", rest.Args{"channel_id": id})
				if outOfReach(err) {
					return bind.Values{nil, fmt.Sprintf("the bot sees no channel with the id %s", id)}, nil
				}
				return cl.wrap(v), err
			}
			guild, reason, err := cl.guildNamed(c)
			if err != nil || reason != "" {
				return bind.Values{nil, reason}, err
			}
			channels, err := wait(c, func(w waiter) ([]*discord.Object, error) {
				return cl.rest.List(w, "list_guild_channels", rest.Args{"guild_id": guild})
			})
			if err != nil {
				return nil, err
			}
			channel, reason := chooseChannel(channels, c.String("channel"))
			if channel == nil {
				return bind.Values{nil, reason}, nil
			}
			return cl.wrapIn(string(guild), channel), nil
		},
	}
}

// chooseChannel finds the channel of a name, or says why there is none. Of a name in other letters, one that is right counts.
func chooseChannel(channels []*discord.Object, called string) (chosen *discord.Object, reason string) {
	called = strings.TrimPrefix(called, "#")
	channels = slices.DeleteFunc(slices.Clone(channels), func(o *discord.Object) bool { return o.Int("type") == discord.ChannelCategory })
	var found []*discord.Object
	var names []string
	for _, channel := range channels {
		if strings.EqualFold(channel.Str("name"), called) {
			found = append(found, channel)
		}
		names = append(names, channel.Str("name"))
	}
	if exact := slices.DeleteFunc(slices.Clone(found), func(o *discord.Object) bool { return o.Str("name") != called }); len(exact) > 0 {
		found = exact
	}
	switch {
	case len(found) == 1:
		return found[0], ""
	case len(found) > 1:
		var ids []string
		for _, channel := range found {
			ids = append(ids, string(channel.ID()))
		}
		return nil, fmt.Sprintf("several channels are called #%s; use the id: %s", called, strings.Join(ids, ", "))
	}
	reason = fmt.Sprintf("the bot sees no channel #%s", called)
	if near, ok := suggest.Nearest(called, names); ok {
		reason += fmt.Sprintf("; did you mean #%s?", near)
	}
	return nil, reason
}
