package sandbox

import (
	"time"

	"github.com/jonboulle/clockwork"

	"cordial/discord"
)

// Ids of the default world.
const (
	seedGuild   = discord.Snowflake("1327046393453613076")
	seedText    = discord.Snowflake("1327046393453613077") // the category "Text Channels"
	seedVoice   = discord.Snowflake("1327046393453613078") // the category "Voice Channels"
	seedGeneral = discord.Snowflake("1327046393453613079")
	seedTalk    = discord.Snowflake("1327046393453613080") // the voice channel "General"
	seedPrivate = discord.Snowflake("1327954661960978512")

	seedNathan = discord.Snowflake("346450717025894400")
	seedBot    = discord.Snowflake("1361823507679543306") // DBuddy
	seedJeremy = discord.Snowflake("1467222191182713001")
)

// DefaultWorld is the server of the document that cordial grew from, with the same guild, channels, members and messages, and older
// messages besides.
func DefaultWorld(clock clockwork.Clock) *World {
	w := newWorld(clock)
	nathan := w.addUser(&User{ID: seedNathan, Username: "nathan"})
	bot := w.addUser(&User{ID: seedBot, Username: "DBuddy", Bot: true})
	jeremy := w.addUser(&User{ID: seedJeremy, Username: "jeremyhoward", GlobalName: "Jeremy Howard"})
	w.app = &Application{ID: seedBot, Name: "DBuddy", Owner: seedNathan, MessageContent: true, GuildMembers: true}
	g := w.addGuild(&Guild{ID: seedGuild, Name: "natedog's server", OwnerID: seedNathan})
	botRole := w.addRole(g, &Role{ID: "1361824027810791515", Name: "DBuddy", Permissions: discord.PermissionAdministrator, Position: 4,
		Managed: true, Tags: &RoleTags{BotID: seedBot}})
	w.addMember(g, nathan, time.Date(2025, 1, 9, 16, 40, 0, 0, time.UTC))
	w.addMember(g, bot, time.Date(2025, 4, 15, 23, 50, 0, 0, time.UTC), botRole.ID)
	w.addMember(g, jeremy, time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC))
	w.addChannel(g, &Channel{ID: seedText, Type: CategoryChannel, Name: "Text Channels"})
	w.addChannel(g, &Channel{ID: seedVoice, Type: CategoryChannel, Name: "Voice Channels"})
	w.addChannel(g, &Channel{ID: seedGeneral, Type: TextChannel, Name: "general", ParentID: seedText})
	w.addChannel(g, &Channel{ID: seedTalk, Type: VoiceChannel, Name: "General", ParentID: seedVoice, Bitrate: 64000})
	w.addChannel(g, &Channel{ID: seedPrivate, Type: TextChannel, Name: "private", ParentID: seedText, Position: 1})
	return w
}
