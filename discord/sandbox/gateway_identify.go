package sandbox

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"strconv"

	"cordial/discord"
)

// identity is the payload of IDENTIFY.
type identity struct {
	Token          *string          `json:"token"`
	Intents        *json.RawMessage `json:"intents"`
	Properties     map[string]any   `json:"properties"`
	Compress       bool             `json:"compress"`
	LargeThreshold int              `json:"large_threshold"`
	Shard          *[]int           `json:"shard"`
	Presence       json.RawMessage  `json:"presence"`
	Capabilities   int64            `json:"capabilities"`
}

// Bounds and default of large_threshold, in members.
const (
	minLargeThreshold     = 50
	maxLargeThreshold     = 250
	defaultLargeThreshold = 50
)

// capabilityObfuscation asks for obfuscated channels where the world does not have them anyway.
const capabilityObfuscation = 1 << 15

// unassignedIntents are the bits that belong to no intent.
const unassignedIntents = ^discord.Intents(53608447)

// identifyAs begins a session, or says how the connection ends. A bot that begins sessions too fast is told to try again.
func (g *gateway) identifyAs(c *conn, data json.RawMessage) *closing {
	id := identity{LargeThreshold: defaultLargeThreshold}
	if json.Unmarshal(data, &id) != nil || id.Token == nil || id.Properties == nil ||
		id.LargeThreshold < minLargeThreshold || id.LargeThreshold > maxLargeThreshold {
		return badPayload()
	}
	g.w.mu.Lock()
	defer g.w.mu.Unlock()
	bot := g.botOf(*id.Token)
	if bot == nil {
		return closeWith(discord.CloseAuthenticationFailed, "")
	}
	s := newSession(&g.limits)
	if refusal := g.checkShard(s, bot.ID, id.Shard); refusal != nil {
		return refusal
	}
	if refusal := g.checkIntents(s, id.Intents); refusal != nil {
		return refusal
	}
	presence := Presence{Status: statusOnline}
	if id.Presence != nil && string(id.Presence) != "null" {
		var ok bool
		if presence, ok = g.w.readPresence(id.Presence); !ok {
			return badPayload()
		}
	}
	if !g.mayIdentify(bot.ID, s.shard) {
		c.reply(discord.OpInvalidSession, false)
		return nil
	}
	if !g.countStart(bot.ID) {
		return g.resetToken(bot.ID)
	}
	s.viewer = viewer{user: bot.ID, content: s.intents&discord.IntentMessageContent != 0,
		hides:     !g.w.settings.ShowHiddenChannels || id.Capabilities&capabilityObfuscation != 0,
		presences: s.intents&discord.IntentGuildPresences != 0, large: id.LargeThreshold}
	s.compress = id.Compress
	g.begin(c, s, presence)
	return nil
}

// begin makes a session known and tells it of its world. Others are told that its bot is there.
func (g *gateway) begin(c *conn, s *session, p Presence) {
	c.endGrace()
	g.w.setPresence(s.viewer.user, p)
	g.sessions[s.id] = s
	c.session.Store(s)
	s.attach(c, 0)
	g.welcome(s)
	g.strikeNew(s)
}

// botOf finds the bot that a bare token belongs to. A person's token begins no session.
func (g *gateway) botOf(token string) *User {
	if u := g.w.users[g.w.tokens[token]]; u != nil && u.Bot {
		return u
	}
	return nil
}

// checkShard reads the shard of a session, and makes sure that it is one and has not too many guilds.
func (g *gateway) checkShard(s *session, bot discord.Snowflake, shard *[]int) *closing {
	if shard != nil {
		if len(*shard) != 2 || (*shard)[0] < 0 || (*shard)[0] >= (*shard)[1] {
			return closeWith(discord.CloseInvalidShard, "")
		}
		s.shard, s.shards, s.said = (*shard)[0], (*shard)[1], *shard
	}
	guilds := 0
	for _, guild := range g.w.guilds {
		if guild.members[bot] != nil && s.serves(guild.ID) {
			guilds++
		}
	}
	if guilds > g.limits.GuildsPerShard {
		return closeWith(discord.CloseShardingRequired, "")
	}
	return nil
}

// serves reports whether events of a guild, or of none, belong to the session's shard.
func (s *session) serves(guild discord.Snowflake) bool {
	if guild == "" {
		return s.shard == 0
	}
	return int(guild.Uint()>>22%uint64(s.shards)) == s.shard
}

// checkIntents reads the intents of a session, and makes sure that they exist and that the application may have them.
func (g *gateway) checkIntents(s *session, text *json.RawMessage) *closing {
	if text == nil {
		return closeWith(discord.CloseInvalidIntents, "")
	}
	n, err := strconv.ParseUint(string(*text), 10, 64)
	s.intents = discord.Intents(n)
	if err != nil || s.intents&unassignedIntents != 0 {
		return closeWith(discord.CloseInvalidIntents, "")
	}
	for _, privileged := range []struct {
		intent discord.Intents
		on     bool
	}{
		{discord.IntentGuildPresences, g.w.app.Presence},
		{discord.IntentGuildMembers, g.w.app.GuildMembers},
		{discord.IntentMessageContent, g.w.app.MessageContent},
	} {
		if s.intents&privileged.intent != 0 && !privileged.on {
			return closeWith(discord.CloseDisallowedIntents, "")
		}
	}
	return nil
}

// mayIdentify counts a new session against the bot's concurrency.
func (g *gateway) mayIdentify(bot discord.Snowflake, shard int) bool {
	key := identifyKey{bot, shard % max(g.limits.Concurrency, 1)}
	b := g.identify[key]
	if b == nil {
		b = &bucket{}
		g.identify[key] = b
	}
	return b.take(Limit{1, g.limits.IdentifyWindow}, g.w.clock.Now())
}

// countStart counts a new session against the bot's sessions of a day.
func (g *gateway) countStart(bot discord.Snowflake) bool {
	b := g.starts[bot]
	if b == nil {
		b = &bucket{}
		g.starts[bot] = b
	}
	return b.take(g.limits.Starts, g.w.clock.Now())
}

// resetToken does what Discord does to a bot that has started too many sessions: all of them end, and its token is worth nothing any
// more. The new one is what Info tells.
func (g *gateway) resetToken(bot discord.Snowflake) *closing {
	refusal := closeWith(discord.CloseAuthenticationFailed, "Too many sessions were started: the token has been reset.")
	for _, s := range g.sessions {
		if s.viewer.user != bot {
			continue
		}
		g.end(s)
		s.close(*refusal)
	}
	g.w.resetToken(bot)
	return refusal
}

// newSessionID makes an id that nobody can guess.
func newSessionID() string {
	var id [16]byte
	rand.Read(id[:])
	return hex.EncodeToString(id[:])
}

// resumption is the payload of RESUME.
type resumption struct {
	Token     *string `json:"token"`
	SessionID *string `json:"session_id"`
	Seq       *int64  `json:"seq"`
}

// resume gives a session a new connection, which gets what it has missed and then RESUMED. The client of a session that is gone is told
// so, and may identify.
func (g *gateway) resume(c *conn, data json.RawMessage) *closing {
	var r resumption
	if json.Unmarshal(data, &r) != nil || r.Token == nil || r.SessionID == nil || r.Seq == nil {
		return badPayload()
	}
	g.w.mu.Lock()
	defer g.w.mu.Unlock()
	bot := g.botOf(*r.Token)
	if bot == nil {
		return closeWith(discord.CloseAuthenticationFailed, "")
	}
	s := g.sessions[*r.SessionID]
	if s == nil || s.viewer.user != bot.ID {
		c.reply(discord.OpInvalidSession, false)
		return nil
	}
	known, kept := s.replays(*r.Seq)
	switch {
	case !known:
		g.end(s)
		return closeWith(discord.CloseInvalidSeq, "")
	case !kept:
		g.end(s)
		c.reply(discord.OpInvalidSession, false)
		return nil
	}
	g.reclaim(s)
	c.session.Store(s)
	s.attach(c, *r.Seq)
	g.send(s, "RESUMED", struct{}{})
	g.strikeNew(s)
	return nil
}
