package sandbox

import (
	"slices"

	"cordial/discord"
)

// Since November 2026 bots are told little of channels that they cannot see: that they are there, and where.
const (
	channelObfuscated = 1 << 17
	obfuscatedName    = "___hidden___"
)

// channelEvent is a channel of a guild as the gateway tells of it.
type channelEvent struct {
	*Channel
	state *channel
}

// shownTo obfuscates the channel for a bot that cannot see it.
func (e channelEvent) shownTo(w *World, v viewer) any { return w.channelFace(v, e.state) }

// channelFace is a channel of a guild as the gateway shows it to somebody. It needs the world's lock.
func (w *World) channelFace(v viewer, c *channel) *Channel {
	if !v.hides || w.canSee(c, v.user) {
		return c.Channel
	}
	return &Channel{ID: c.ID, Type: c.Type, GuildID: c.GuildID, Name: obfuscatedName, Position: c.Position, ParentID: c.ParentID,
		Flags: channelObfuscated, Overwrites: []discord.Overwrite{{ID: c.GuildID, Deny: discord.PermissionViewChannel}}}
}

// canSee reports whether a channel of a guild is there for a user: one that the user may view or is connected to, or a category with
// such a channel in it. It needs the world's lock.
func (w *World) canSee(c *channel, user discord.Snowflake) bool {
	if w.channelPermissions(c, user).Has(discord.PermissionViewChannel) {
		return true
	}
	g := w.guilds[c.GuildID]
	if s := g.voice[user]; s != nil && s.ChannelID == nullID(c.ID) {
		return true
	}
	return c.Type == CategoryChannel && slices.ContainsFunc(sortedByID(g.channels), func(child *channel) bool {
		return child.ParentID == c.ID && w.canSee(child, user)
	})
}
