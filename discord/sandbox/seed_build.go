package sandbox

import (
	"cmp"
	"slices"
	"time"

	"cordial/discord"
)

// The functions below put things into a world that nobody sees yet: they need no lock, check nothing and tell nobody.

func (w *World) addUser(u *User) *User {
	if u.Discriminator == "" {
		u.Discriminator = "0"
		if u.Bot {
			u.Discriminator = botDiscriminator(u.ID)
		}
	}
	w.ids.used(u.ID)
	w.users[u.ID] = u
	w.tokens[tokenOf(u.ID)] = u.ID
	return u
}

// botDiscriminator gives the four digits that bots still have.
func botDiscriminator(id discord.Snowflake) string {
	n := 1 + id.Uint()>>22%9999
	return string([]byte{byte('0' + n/1000%10), byte('0' + n/100%10), byte('0' + n/10%10), byte('0' + n%10)})
}

// defaultEveryone is what @everyone may do in a new guild.
const defaultEveryone = discord.PermissionCreateInstantInvite | discord.PermissionAddReactions | discord.PermissionStream |
	discord.PermissionViewChannel | discord.PermissionSendMessages | discord.PermissionEmbedLinks | discord.PermissionAttachFiles |
	discord.PermissionReadMessageHistory | discord.PermissionMentionEveryone | discord.PermissionUseExternalEmojis |
	discord.PermissionConnect | discord.PermissionSpeak | discord.PermissionUseVAD | discord.PermissionChangeNickname |
	discord.PermissionUseApplicationCommands | discord.PermissionRequestToSpeak | discord.PermissionCreatePublicThreads |
	discord.PermissionCreatePrivateThreads | discord.PermissionUseExternalStickers | discord.PermissionSendMessagesInThreads |
	discord.PermissionUseEmbeddedActivities | discord.PermissionUseSoundboard | discord.PermissionCreateGuildExpressions |
	discord.PermissionCreateEvents | discord.PermissionUseExternalSounds | discord.PermissionSendVoiceMessages |
	discord.PermissionSendPolls | discord.PermissionUseExternalApps

func (w *World) addGuild(s *Guild) *guild {
	s.Region, s.PreferredLocale, s.AFKTimeout = cmp.Or(s.Region, "deprecated"), cmp.Or(s.PreferredLocale, "en-US"), cmp.Or(s.AFKTimeout, 300)
	g := &guild{
		Guild:    s,
		roles:    map[discord.Snowflake]*Role{},
		members:  map[discord.Snowflake]*Member{},
		bans:     map[discord.Snowflake]*Ban{},
		emojis:   map[discord.Snowflake]*Emoji{},
		stickers: map[discord.Snowflake]*Sticker{},
		events:   map[discord.Snowflake]*ScheduledEvent{},
		voice:    map[discord.Snowflake]*VoiceState{},
		channels: map[discord.Snowflake]*channel{},
		threads:  map[discord.Snowflake]*channel{},
	}
	w.ids.used(s.ID)
	w.guilds[s.ID] = g
	w.addRole(g, &Role{ID: s.ID, Name: "@everyone", Permissions: defaultEveryone})
	return g
}

func (w *World) addRole(g *guild, r *Role) *Role {
	w.ids.used(r.ID)
	r.Colors.Primary = r.Color
	g.roles[r.ID] = r
	return r
}

func (w *World) addMember(g *guild, user *User, joined time.Time, roles ...discord.Snowflake) *Member {
	m := &Member{User: user, JoinedAt: Timestamp{joined}, Roles: roles}
	g.members[user.ID] = m
	return m
}

// addChannel adds a channel, a thread or, with a nil guild, a DM.
func (w *World) addChannel(g *guild, c *Channel) *channel {
	w.ids.used(c.ID)
	state := &channel{Channel: c}
	w.channels[c.ID] = state
	switch {
	case g == nil:
	case c.Type.IsThread():
		c.GuildID = g.ID
		state.threadMembers = map[discord.Snowflake]*ThreadMember{}
		g.threads[c.ID] = state
	default:
		c.GuildID = g.ID
		g.channels[c.ID] = state
	}
	return state
}

// addMessage puts a message where its id belongs among the channel's messages.
func (w *World) addMessage(c *channel, m *Message) *Message {
	w.ids.used(m.ID)
	m.ChannelID = c.ID
	if m.Timestamp.IsZero() {
		m.Timestamp = Timestamp{m.ID.Time()}
	}
	i, _ := slices.BinarySearchFunc(c.messages, m.ID, func(m *Message, id discord.Snowflake) int { return m.ID.Compare(id) })
	c.messages = slices.Insert(c.messages, i, m)
	if c.LastMessageID.Compare(m.ID) < 0 {
		c.LastMessageID = m.ID
	}
	return m
}
