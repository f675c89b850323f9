package voice

import "github.com/tidwall/gjson"

// silenced is what keeps the others in the channel from hearing the bot, as the gateway tells of its place there.
type silenced struct {
	mute     bool // by a moderator, in the whole guild
	suppress bool // in the channel
	packets  int  // that were sent since
}

// patientPackets is how many packets the bot sends in vain before it is told: when a script sends as soon as it was allowed to speak, the
// event that tells so may be on its way.
const patientPackets = 10

// silencedBy takes up what the bot's own voice state says. c.mu is held.
func (c *Connection) silencedBy(state gjson.Result) {
	mute, suppress := state.Get("mute").Bool(), state.Get("suppress").Bool()
	if mute != c.silenced.mute || suppress != c.silenced.suppress {
		c.silenced = silenced{mute: mute, suppress: suppress}
	}
}

// ServerMuted reports whether a moderator has muted the bot in the guild, so that nobody hears it.
func (c *Connection) ServerMuted() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.silenced.mute
}

// Suppressed reports whether nobody hears the bot in its channel: it is in the audience of a stage, or in the channel for those who are
// away, or lacks the permission SPEAK.
func (c *Connection) Suppressed() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.silenced.suppress
}

// packetSent counts a packet, and tells once if nobody hears what is sent.
func (c *Connection) packetSent() {
	c.sent.Add(1)
	c.mu.Lock()
	c.silenced.packets++
	now := c.silenced
	c.mu.Unlock()
	if now.packets == patientPackets && (now.mute || now.suppress) {
		c.notice(Notice{Kind: NoticeSilenced, Text: now.String()})
	}
}

// String says what to do, for people.
func (s silenced) String() string {
	if s.mute {
		return "the bot speaks, but nobody hears it: a moderator has muted it in this server; who may MUTE_MEMBERS can undo that"
	}
	return "the bot speaks, but nobody hears it: on a stage it must become a speaker first, elsewhere it needs the permission SPEAK, " +
		"and in the channel for those who are away nobody is heard"
}
