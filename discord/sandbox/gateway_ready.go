package sandbox

import (
	"strconv"

	"cordial/discord"
)

// gatewayVersion is the version that READY names.
const gatewayVersion = 10

// readyEvent is the data of READY.
type readyEvent struct {
	Version     int                `json:"v"`
	User        *Self              `json:"user"`
	Guilds      []unavailableGuild `json:"guilds"`
	SessionID   string             `json:"session_id"`
	ResumeURL   string             `json:"resume_gateway_url"`
	Shard       [2]int             `json:"shard"`
	Application readyApplication   `json:"application"`
}

// unavailableGuild is a guild that a session knows nothing of yet, or for now.
type unavailableGuild struct {
	ID          discord.Snowflake `json:"id"`
	Unavailable bool              `json:"unavailable,omitempty"`
}

type readyApplication struct {
	ID       discord.Snowflake `json:"id"`
	Flags    int               `json:"flags"`
	FlagsNew string            `json:"flags_new"`
}

// welcome sends a new session READY and its guilds. It needs the world's lock.
func (g *gateway) welcome(s *session) {
	flags := g.w.app.flags()
	ready := readyEvent{Version: gatewayVersion, User: g.w.self(Actor{User: s.viewer.user}), Guilds: []unavailableGuild{}, SessionID: s.id,
		ResumeURL: g.url, Shard: [2]int{s.shard, s.shards}, Application: readyApplication{s.viewer.user, flags, strconv.Itoa(flags)}}
	var guilds []*guild
	for _, guild := range sortedByID(g.w.guilds) {
		if guild.members[s.viewer.user] != nil && s.serves(guild.ID) {
			guilds = append(guilds, guild)
			ready.Guilds = append(ready.Guilds, unavailableGuild{guild.ID, true})
		}
	}
	g.send(s, "READY", ready)
	for _, guild := range guilds {
		g.sendGuild(s, guild)
	}
}

// guildEvent is the data of GUILD_CREATE: all of a guild that a bot may know.
type guildEvent struct {
	*GuildView
	JoinedAt    Timestamp         `json:"joined_at"`
	Large       bool              `json:"large"`
	Unavailable bool              `json:"unavailable"`
	MemberCount int               `json:"member_count"`
	VoiceStates []struct{}        `json:"voice_states"`
	Members     []*Member         `json:"members"`
	Channels    []*Channel        `json:"channels"`
	Threads     []*Channel        `json:"threads"`
	Presences   []struct{}        `json:"presences"`
	Stages      []struct{}        `json:"stage_instances"` // nobody can begin one here
	Events      []*ScheduledEvent `json:"guild_scheduled_events"`
	Sounds      []struct{}        `json:"soundboard_sounds"` // nobody can upload one here
}

// sendGuild tells a session all of a guild.
func (g *gateway) sendGuild(s *session, guild *guild) {
	if s.intents&discord.IntentGuilds == 0 {
		return
	}
	w, user := g.w, s.viewer.user
	e := guildEvent{GuildView: guild.view(), JoinedAt: guild.members[user].JoinedAt, Large: len(guild.members) > s.largeThreshold,
		MemberCount: len(guild.members), VoiceStates: []struct{}{}, Members: []*Member{}, Channels: []*Channel{}, Threads: []*Channel{},
		Presences: []struct{}{}, Stages: []struct{}{}, Events: []*ScheduledEvent{}, Sounds: []struct{}{}}
	for _, c := range sortedByID(guild.channels) {
		e.Channels = append(e.Channels, w.channelFace(s.viewer, c))
		s.visible[c.ID] = w.sees(c, user)
	}
	for _, t := range sortedByID(guild.threads) {
		if !t.Thread.Archived && w.channelPermissions(t, user).Has(discord.PermissionViewChannel) {
			e.Threads = append(e.Threads, w.channelView(user, t))
		}
	}
	for _, m := range sortedByID(guild.members) {
		e.Members = append(e.Members, w.memberView(m))
	}
	g.send(s, "GUILD_CREATE", e)
}
