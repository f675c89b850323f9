package rest

import (
	"context"
	"fmt"
	"slices"
	"time"

	"cordial/discord"
)

// Permissions works out what a user may do in a guild, or in one of its channels when channel is not "". Without a user it is the
// token's own. A thread has its parent's permissions.
func (c *Client) Permissions(ctx context.Context, guild, user, channel discord.Snowflake) (discord.Permissions, error) {
	standing, err := c.standing(ctx, guild, user)
	if err != nil || channel == "" {
		return standing.InGuild(), err
	}
	ch, err := c.Object(ctx, "get_channel", Args{"channel_id": channel})
	if err != nil {
		return 0, err
	}
	if parent := ch.Str("parent_id"); ch.Kind() == discord.KindThread && parent != "" {
		if ch, err = c.Object(ctx, "get_channel", Args{"channel_id": parent}); err != nil {
			return 0, err
		}
	}
	if got := discord.Snowflake(ch.Str("guild_id")); got != guild {
		return 0, fmt.Errorf("channel %s is not in guild %s", channel, guild)
	}
	overwrites, err := overwritesOf(ch)
	if err != nil {
		return 0, err
	}
	return standing.InChannel(overwrites), nil
}

// standing gathers what a member's permissions follow from.
func (c *Client) standing(ctx context.Context, guild, user discord.Snowflake) (discord.Standing, error) {
	s := discord.Standing{GuildID: guild, Roles: map[discord.Snowflake]discord.Permissions{}}
	if user == "" {
		me, err := c.Object(ctx, "get_my_user", nil)
		if err != nil {
			return s, err
		}
		user = me.ID()
	}
	s.UserID = user
	g, err := c.Object(ctx, "get_guild", Args{"guild_id": guild})
	if err != nil {
		return s, err
	}
	m, err := c.Object(ctx, "get_guild_member", Args{"guild_id": guild, "user_id": user})
	if err != nil {
		return s, err
	}
	s.Owner = discord.Snowflake(g.Str("owner_id")) == user
	if until, err := time.Parse(time.RFC3339Nano, m.Str("communication_disabled_until")); err == nil {
		s.TimedOut = until.After(c.Now())
	}
	has := m.Strings("roles")
	for _, role := range g.Objects("roles") {
		if role.ID() != guild && !slices.Contains(has, string(role.ID())) {
			continue
		}
		if s.Roles[role.ID()], err = discord.ParsePermissions(role.Str("permissions")); err != nil {
			return s, err
		}
	}
	return s, nil
}

func overwritesOf(channel *discord.Object) ([]discord.Overwrite, error) {
	var list []discord.Overwrite
	for _, o := range channel.Objects("permission_overwrites") {
		allow, err := discord.ParsePermissions(o.Str("allow"))
		if err != nil {
			return nil, err
		}
		deny, err := discord.ParsePermissions(o.Str("deny"))
		if err != nil {
			return nil, err
		}
		list = append(list, discord.Overwrite{ID: o.ID(), Type: discord.OverwriteType(o.Int("type")), Allow: allow, Deny: deny})
	}
	return list, nil
}
