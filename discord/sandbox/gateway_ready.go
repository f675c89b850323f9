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
	Shard       []int              `json:"shard,omitempty"` // as the client has said it
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
		ResumeURL: g.url, Shard: s.said, Application: readyApplication{s.viewer.user, flags, strconv.Itoa(flags)}}
	guilds := g.guildsOf(s)
	for _, guild := range guilds {
		ready.Guilds = append(ready.Guilds, unavailableGuild{guild.ID, true})
	}
	g.send(s, "READY", ready)
	for _, guild := range guilds {
		g.arrive(s, guild)
	}
}

// send gives a session an event that is about itself.
func (g *gateway) send(s *session, typ string, data any) {
	s.dispatch(typ, g.encode(Event{Type: typ, Data: data}, s.viewer), g.faultFor(s, typ))
}

// guildsOf lists the guilds that a session is told of.
func (g *gateway) guildsOf(s *session) []*guild {
	var guilds []*guild
	for _, guild := range sortedByID(g.w.guilds) {
		if guild.members[s.viewer.user] != nil && s.serves(guild.ID) {
			guilds = append(guilds, guild)
		}
	}
	return guilds
}

// arrive tells a session all of a guild.
func (g *gateway) arrive(s *session, guild *guild) {
	e := guild.arrival(s.viewer.user)
	g.deliver(s, e)
	g.refresh(s, e)
}

// arrival is the event by which a bot learns of a guild.
func (g *guild) arrival(bot discord.Snowflake) Event {
	return Event{Type: "GUILD_CREATE", Guild: g.ID, Only: bot, Data: guildArrival{g}}
}

// guildArrival is a guild that a bot learns of.
type guildArrival struct{ guild *guild }

// guildEvent is the data of GUILD_CREATE: all of a guild that a bot may know.
type guildEvent struct {
	*GuildView
	JoinedAt    Timestamp         `json:"joined_at"`
	Large       bool              `json:"large"`
	Unavailable bool              `json:"unavailable"`
	MemberCount int               `json:"member_count"`
	VoiceStates []*VoiceState     `json:"voice_states"`
	Members     []*Member         `json:"members"`
	Channels    []*Channel        `json:"channels"`
	Threads     []*Channel        `json:"threads"`
	Presences   []*presenceEvent  `json:"presences"`
	Stages      []struct{}        `json:"stage_instances"` // nobody can begin one here
	Events      []*ScheduledEvent `json:"guild_scheduled_events"`
	Sounds      []struct{}        `json:"soundboard_sounds"` // nobody can upload one here
}

// shownTo is the guild as a bot sees it.
func (a guildArrival) shownTo(w *World, v viewer) any {
	g := a.guild
	e := &guildEvent{GuildView: g.view(), JoinedAt: g.members[v.user].JoinedAt, Large: len(g.members) >= v.large, MemberCount: len(g.members),
		VoiceStates: []*VoiceState{}, Members: []*Member{}, Channels: []*Channel{}, Threads: []*Channel{}, Presences: []*presenceEvent{},
		Stages: []struct{}{}, Events: []*ScheduledEvent{}, Sounds: []struct{}{}}
	for _, s := range sortedByID(g.voice) {
		shown := w.voiceView(g, s)
		shown.GuildID, shown.Member = "", nil // both are told beside it
		e.VoiceStates = append(e.VoiceStates, shown)
	}
	for _, c := range sortedByID(g.channels) {
		e.Channels = append(e.Channels, w.channelFace(v, c))
	}
	for _, t := range w.openThreads(v.user, g) {
		e.Threads = append(e.Threads, w.channelView(v.user, t))
	}
	for _, event := range sortedByID(g.events) {
		if !event.Status.finished() && w.seesEvent(Actor{User: v.user}, g, event) {
			e.Events = append(e.Events, w.showEvent(event, false))
		}
	}
	for _, m := range sortedByID(g.members) {
		if w.announced(v, g, m) {
			e.Members = append(e.Members, w.memberView(m))
			if v.presences && w.presenceOf(m.User.ID).Status != statusOffline {
				e.Presences = append(e.Presences, w.presenceView(g, m.User.ID))
			}
		}
	}
	return e
}

// hugeGuild is the number of members beyond which a bot is not told who is there.
const hugeGuild = 75_000

// announced reports whether GUILD_CREATE tells of a member: of the bot itself and of who is in voice always, of the others to a bot that
// gets presences, and in a large guild only if there is something to tell.
func (w *World) announced(v viewer, g *guild, m *Member) bool {
	switch {
	case m.User.ID == v.user, g.voice[m.User.ID] != nil:
		return true
	case !v.presences, len(g.members) > hugeGuild:
		return false
	}
	return len(g.members) < v.large || len(m.Roles) > 0 || m.Nick != "" || w.presenceOf(m.User.ID).Status != statusOffline
}
