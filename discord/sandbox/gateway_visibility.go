package sandbox

import (
	"slices"

	"cordial/discord"
)

// visibilityEvents are the events after which a bot may see other channels than before.
var visibilityEvents = []string{"GUILD_CREATE", "GUILD_UPDATE", "GUILD_ROLE_UPDATE", "GUILD_ROLE_DELETE", "GUILD_MEMBER_UPDATE",
	"CHANNEL_CREATE", "CHANNEL_UPDATE", "CHANNEL_DELETE", "VOICE_STATE_UPDATE"}

// refresh tells a session of the channels that its bot has gained or lost by an event, and of the threads in those that it has gained.
// What the event itself is about has been told of already: a channel, or with GUILD_CREATE all of them. It needs the world's lock.
func (g *gateway) refresh(s *session, e Event) {
	guild := g.w.guilds[e.Guild]
	if guild == nil || guild.members[s.viewer.user] == nil || s.intents&discord.IntentGuilds == 0 || !s.serves(e.Guild) ||
		!slices.Contains(visibilityEvents, e.Type) {
		return
	}
	var gained []*channel
	for _, c := range sortedChannels(guild.channels) {
		was, known := s.visible[c.ID]
		now := g.w.canSee(c, s.viewer.user)
		s.visible[c.ID] = now
		if !known || was == now || e.Type == "GUILD_CREATE" {
			continue
		}
		if c.ID != e.Channel && s.viewer.hides {
			g.deliver(s, Event{Type: "CHANNEL_UPDATE", Guild: guild.ID, Channel: c.ID, Data: channelEvent{c.Channel, c}})
		}
		if now && c.Type != CategoryChannel {
			gained = append(gained, c)
		}
	}
	if e.Type == "CHANNEL_DELETE" {
		delete(s.visible, e.Channel)
	}
	if len(gained) > 0 {
		g.deliver(s, Event{Type: "THREAD_LIST_SYNC", Guild: guild.ID, Only: s.viewer.user, Data: g.w.threadSync(s.viewer.user, guild, gained)})
	}
}

// threadSync is the data of THREAD_LIST_SYNC: the threads in channels that a user can see now.
type threadSync struct {
	GuildID    discord.Snowflake   `json:"guild_id"`
	ChannelIDs []discord.Snowflake `json:"channel_ids"`
	Threads    []*Channel          `json:"threads"`
	Members    []*ThreadMember     `json:"members"`
}

func (w *World) threadSync(user discord.Snowflake, g *guild, channels []*channel) threadSync {
	sync := threadSync{GuildID: g.ID, Threads: []*Channel{}, Members: []*ThreadMember{}}
	for _, c := range channels {
		sync.ChannelIDs = append(sync.ChannelIDs, c.ID)
	}
	for _, t := range w.openThreads(user, g) {
		if !slices.Contains(sync.ChannelIDs, t.ParentID) {
			continue
		}
		sync.Threads = append(sync.Threads, w.channelView(user, t))
		if m := t.threadMembers[user]; m != nil {
			sync.Members = append(sync.Members, m)
		}
	}
	return sync
}

// openThreads lists the threads of a guild that are not archived and that a user can see, oldest first.
func (w *World) openThreads(user discord.Snowflake, g *guild) []*channel {
	var open []*channel
	for _, t := range sortedByID(g.threads) {
		if !t.Thread.Archived && w.channelPermissions(t, user).Has(discord.PermissionViewChannel) {
			open = append(open, t)
		}
	}
	return open
}
