package sandbox

import (
	"strconv"
	"time"

	"github.com/jonboulle/clockwork"

	"cordial/discord"
)

// The ids of the default world that the document gives.
const (
	seedGuild   = discord.Snowflake("1327046393453613076")
	seedText    = discord.Snowflake("1327046393453613077") // the category "Text Channels"
	seedVoice   = discord.Snowflake("1327046393453613078") // the category "Voice Channels"
	seedGeneral = discord.Snowflake("1327046393453613079")
	seedTalk    = discord.Snowflake("1327046393453613080") // the voice channel "General"
	seedPrivate = discord.Snowflake("1327954661960978512")

	seedNathan      = discord.Snowflake("346450717025894400")
	seedSearchBuddy = discord.Snowflake("1327047896436178954")
	seedBot         = discord.Snowflake("1361823507679543306") // DBuddy
	seedUtilBot     = discord.Snowflake("1448038710229733398")
	seedSearchAgent = discord.Snowflake("1467222191182712986")
)

// The ids of what the document does not tell of, all younger than what it does.
var (
	seedJeremy   = seedID("2026-02-01T08:12:00Z", 1)
	seedMika     = seedID("2026-02-01T19:40:00Z", 2)
	seedPriya    = seedID("2026-02-02T07:03:00Z", 3)
	seedSam      = seedID("2026-02-02T21:55:00Z", 4)
	seedOffTopic = seedID("2026-02-01T10:00:00Z", 5)
	seedIdeas    = seedID("2026-02-01T10:05:00Z", 6) // a forum

	seedModerators = seedID("2026-02-01T10:10:00Z", 7)
	seedFriends    = seedID("2026-02-01T10:11:00Z", 8)
	seedOtter      = seedID("2026-02-03T12:00:00Z", 9) // an emoji
	seedWebhook    = seedID("2026-02-03T12:30:00Z", 10)
	seedEvent      = seedID("2026-02-07T10:00:00Z", 15) // a scheduled event
)

// seedID makes an id of a time; n tells it from others of the same millisecond.
func seedID(at string, n uint64) discord.Snowflake {
	t, err := time.Parse(time.RFC3339, at)
	if err != nil {
		panic(err) // at is a constant of this file
	}
	return discord.Snowflake(strconv.FormatUint(discord.SnowflakeAt(t).Uint()+n, 10))
}

// DefaultWorld is the server of the document that cordial grew from, with the same guild, channels, members and messages, and with
// older messages and more people besides. It is the same every time.
func DefaultWorld(clock clockwork.Clock) *World {
	w := newWorld(clock)
	w.app = &Application{ID: seedBot, Name: "DBuddy", Owner: seedNathan, Description: "A bot to explore Discord with.",
		MessageContent: true, GuildMembers: true}
	g := w.addGuild(&Guild{ID: seedGuild, Name: "natedog's server", OwnerID: seedNathan, SystemChannelID: seedGeneral})
	w.seedRoles(g)
	w.seedMembers(g)
	w.seedChannels(g)
	w.seedExtras(g)
	w.seedTalk(g)
	w.seedDocument()
	w.setAlarms()
	return w
}

// seedRoles adds the roles. Every bot has a managed one; DBuddy's stands highest, so that everything in the document is allowed.
func (w *World) seedRoles(g *guild) {
	bots := []struct {
		name  string
		bot   discord.Snowflake
		added string
		can   discord.Permissions
	}{
		{"SearchBuddy", seedSearchBuddy, "2025-01-09T20:48:10Z", discord.PermissionViewChannel | discord.PermissionReadMessageHistory},
		{"Dizcord Util Bot", seedUtilBot, "2025-12-09T16:20:00Z", discord.PermissionManageMessages | discord.PermissionViewChannel},
		{"Search Agent", seedSearchAgent, "2026-01-31T15:00:00Z", discord.PermissionViewChannel | discord.PermissionReadMessageHistory},
		{"DBuddy", seedBot, "2025-04-15T23:50:00Z", discord.PermissionAdministrator},
	}
	w.addRole(g, &Role{ID: seedFriends, Name: "Friends", Permissions: defaultEveryone, Position: 1, Color: 0x1abc9c, Mentionable: true})
	w.addRole(g, &Role{ID: seedModerators, Name: "Moderators", Position: 2, Color: 0xe67e22, Hoist: true, Mentionable: true,
		Permissions: defaultEveryone | discord.PermissionKickMembers | discord.PermissionBanMembers | discord.PermissionModerateMembers |
			discord.PermissionManageMessages | discord.PermissionManageThreads | discord.PermissionManageNicknames |
			discord.PermissionPinMessages | discord.PermissionViewAuditLog})
	for i, b := range bots {
		w.addRole(g, &Role{ID: botRole(b.bot), Name: b.name, Permissions: b.can, Position: 3 + i, Managed: true, Tags: &RoleTags{BotID: b.bot}})
	}
}

// botRole is the id of the managed role of a bot: the one after the bot's own.
func botRole(bot discord.Snowflake) discord.Snowflake {
	return discord.Snowflake(strconv.FormatUint(bot.Uint()+1, 10))
}

// seedMembers adds the people and the bots, the first five as the document lists them.
func (w *World) seedMembers(g *guild) {
	for _, m := range []struct {
		user   User
		joined string
		roles  []discord.Snowflake
		nick   string
	}{
		{user: User{ID: seedNathan, Username: "nathan"}, joined: "2025-01-09T20:42:08Z"},
		{user: User{ID: seedSearchBuddy, Username: "SearchBuddy", Bot: true}, joined: "2025-01-09T20:48:11Z"},
		{user: User{ID: seedBot, Username: "DBuddy", Bot: true}, joined: "2025-04-15T23:52:37Z"},
		{user: User{ID: seedUtilBot, Username: "Dizcord Util Bot", Bot: true}, joined: "2025-12-09T16:21:05Z"},
		{user: User{ID: seedSearchAgent, Username: "Search Agent", Bot: true}, joined: "2026-01-31T15:02:44Z"},
		{user: User{ID: seedJeremy, Username: "jeremyhoward", GlobalName: "Jeremy Howard"}, joined: "2026-02-01T08:20:00Z",
			roles: []discord.Snowflake{seedModerators}},
		{user: User{ID: seedMika, Username: "mika", GlobalName: "Mika"}, joined: "2026-02-01T19:42:00Z",
			roles: []discord.Snowflake{seedModerators, seedFriends}},
		{user: User{ID: seedPriya, Username: "priya"}, joined: "2026-02-02T07:05:00Z", roles: []discord.Snowflake{seedFriends}, nick: "priya 🦦"},
		{user: User{ID: seedSam, Username: "sam_rivera", GlobalName: "Sam"}, joined: "2026-02-02T22:00:00Z"},
	} {
		joined := seedID(m.joined, 0).Time()
		if m.user.Bot {
			m.roles = append(m.roles, botRole(m.user.ID))
		}
		w.addMember(g, w.addUser(&m.user), joined, m.roles...).Nick = Nullable(m.nick)
	}
}

func (w *World) seedChannels(g *guild) {
	for _, c := range []*Channel{
		{ID: seedText, Type: CategoryChannel, Name: "Text Channels"},
		{ID: seedVoice, Type: CategoryChannel, Name: "Voice Channels", Position: 1},
		{ID: seedGeneral, Type: TextChannel, Name: "general", ParentID: seedText},
		{ID: seedTalk, Type: VoiceChannel, Name: "General", ParentID: seedVoice, Bitrate: defaultBitrate},
		{ID: seedPrivate, Type: TextChannel, Name: "private", ParentID: seedText, Position: 1, Overwrites: []discord.Overwrite{
			{ID: seedGuild, Type: discord.OverwriteRole, Deny: discord.PermissionViewChannel},
			{ID: botRole(seedBot), Type: discord.OverwriteRole, Allow: discord.PermissionViewChannel},
		}},
		{ID: seedOffTopic, Type: TextChannel, Name: "off-topic", ParentID: seedText, Position: 2, Topic: "Everything that is not about bots"},
		{ID: seedIdeas, Type: ForumChannel, Name: "ideas", ParentID: seedText, Position: 3, Topic: "One post per idea, please",
			DefaultReaction: &DefaultReaction{EmojiName: "👍"}, AvailableTags: []ForumTag{
				{ID: seedID("2026-02-01T10:06:00Z", 11), Name: "bot"},
				{ID: seedID("2026-02-01T10:06:00Z", 12), Name: "server"},
				{ID: seedID("2026-02-01T10:06:00Z", 13), Name: "done", Moderated: true},
			}},
	} {
		w.addChannel(g, c)
	}
}

// seedExtras adds an emoji, a webhook, an invite, a ban and an event.
func (w *World) seedExtras(g *guild) {
	nathan := w.users[seedNathan]
	g.emojis[seedOtter] = &Emoji{ID: seedOtter, Name: "otter", User: nathan, RequireColons: true, Available: true, Roles: []discord.Snowflake{}}
	w.webhooks[seedWebhook] = &Webhook{ID: seedWebhook, Type: IncomingWebhook, GuildID: g.ID, ChannelID: nullID(seedGeneral), Name: "Build",
		User: nathan, Token: tokenOf(seedWebhook)}
	w.invites["otters"] = &Invite{Code: "otters", GuildID: g.ID, ChannelID: seedGeneral, InviterID: seedNathan,
		CreatedAt: Timestamp{seedID("2026-02-01T08:00:00Z", 0).Time()}, Uses: 4}
	spammer := w.addUser(&User{ID: seedID("2026-02-04T03:00:00Z", 14), Username: "free_nitro_4u"})
	g.bans[spammer.ID] = &Ban{User: spammer, Reason: "spam"}
	start := time.Date(2030, 5, 29, 16, 0, 0, 0, time.UTC)
	g.events[seedEvent] = &ScheduledEvent{ID: seedEvent, GuildID: g.ID, Name: "World Otter Day", Description: "Bring your best picture.",
		CreatorID: nullID(seedPriya), StartTime: Timestamp{start}, EndTime: Timestamp{start.Add(3 * time.Hour)}, Status: EventScheduled,
		EntityType: ExternalEvent, PrivacyLevel: eventGuildOnly, Metadata: &EventMetadata{Location: "The river behind the office"},
		users: []discord.Snowflake{seedNathan, seedPriya}}
}
