package sandbox

import "cordial/discord"

// dmPermissions is what everybody may do in a DM.
const dmPermissions = discord.PermissionViewChannel | discord.PermissionSendMessages | discord.PermissionSendTTSMessages |
	discord.PermissionEmbedLinks | discord.PermissionAttachFiles | discord.PermissionReadMessageHistory |
	discord.PermissionAddReactions | discord.PermissionUseExternalEmojis | discord.PermissionUseExternalStickers |
	discord.PermissionPinMessages | discord.PermissionSendVoiceMessages | discord.PermissionSendPolls | discord.PermissionMentionEveryone

// The helpers below need the world's lock.

// guildFor finds a guild that the actor is a member of.
func (w *World) guildFor(actor Actor, id discord.Snowflake) (*guild, error) {
	g := w.guilds[id]
	switch {
	case g == nil:
		return nil, errUnknownGuild
	case g.members[actor.User] == nil:
		return nil, errMissingAccess
	}
	return g, nil
}

// guildWith finds a guild in which the actor has these permissions.
func (w *World) guildWith(actor Actor, id discord.Snowflake, need discord.Permissions) (*guild, error) {
	g, err := w.guildFor(actor, id)
	if err != nil {
		return nil, err
	}
	if !w.guildPermissions(g, actor.User).Has(need) {
		return nil, errMissingPermissions
	}
	return g, nil
}

// channelFor finds a channel that the actor can see.
func (w *World) channelFor(actor Actor, id discord.Snowflake) (*channel, error) {
	c := w.channels[id]
	switch {
	case c == nil:
		return nil, errUnknownChannel
	case !w.channelPermissions(c, actor.User).Has(discord.PermissionViewChannel):
		return nil, errMissingAccess
	}
	return c, nil
}

// channelWith finds a channel that the actor can see and in which it has these permissions.
func (w *World) channelWith(actor Actor, id discord.Snowflake, need discord.Permissions) (*channel, error) {
	c, err := w.channelFor(actor, id)
	if err != nil {
		return nil, err
	}
	if !w.channelPermissions(c, actor.User).Has(need) {
		return nil, errMissingPermissions
	}
	return c, nil
}

// standing gathers what a member's permissions follow from.
func (w *World) standing(g *guild, user discord.Snowflake) (discord.Standing, bool) {
	m := g.members[user]
	if m == nil {
		return discord.Standing{}, false
	}
	s := discord.Standing{GuildID: g.ID, UserID: user, Owner: g.OwnerID == user, TimedOut: m.TimedOutUntil.After(w.clock.Now()),
		Roles: map[discord.Snowflake]discord.Permissions{g.ID: g.roles[g.ID].Permissions}}
	for _, id := range m.Roles {
		if r := g.roles[id]; r != nil {
			s.Roles[id] = r.Permissions
		}
	}
	return s, true
}

// guildPermissions is what a user may do in a guild, nothing for somebody who is not a member.
func (w *World) guildPermissions(g *guild, user discord.Snowflake) discord.Permissions {
	s, member := w.standing(g, user)
	if !member {
		return 0
	}
	return s.InGuild()
}

// channelPermissions is what a user may do in a channel. A thread has its parent's permissions; a private one is seen only by its
// members and by those who manage threads.
func (w *World) channelPermissions(c *channel, user discord.Snowflake) discord.Permissions {
	if c.GuildID == "" {
		if c.hasRecipient(user) {
			return dmPermissions
		}
		return 0
	}
	s, member := w.standing(w.guilds[c.GuildID], user)
	if !member {
		return 0
	}
	if !c.Type.IsThread() {
		return s.InChannel(c.Overwrites)
	}
	parent := w.channels[c.ParentID]
	p := s.InChannel(parent.Overwrites)
	if c.Type == PrivateThread && c.threadMembers[user] == nil && !p.Has(discord.PermissionManageThreads) {
		return 0
	}
	return p
}

// topPosition is the position of a member's highest role. The owner stands above all roles.
func (g *guild) topPosition(user discord.Snowflake) int {
	if user == g.OwnerID {
		return maxPosition
	}
	top := 0
	if m := g.members[user]; m != nil {
		for _, id := range m.Roles {
			if r := g.roles[id]; r != nil {
				top = max(top, r.Position)
			}
		}
	}
	return top
}

// maxPosition is above every role's position.
const maxPosition = 1 << 30

// outranks reports whether a user stands above another member: the owner above all, else by the highest role.
func (g *guild) outranks(user, other discord.Snowflake) bool {
	return other != g.OwnerID && g.topPosition(user) > g.topPosition(other)
}
