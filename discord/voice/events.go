package voice

import (
	"time"

	"github.com/tidwall/gjson"

	"cordial/discord"
)

// voiceState takes VOICE_STATE_UPDATE, of which only the bot's own matter.
func (m *Manager) voiceState(state gjson.Result) {
	if user(state) != m.o.User {
		return
	}
	guild, channel := discord.Snowflake(state.Get("guild_id").String()), discord.Snowflake(state.Get("channel_id").String())
	m.seat(guild, channel != "")
	c := m.Connection(guild)
	if c == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.silencedBy(state)
	c.deafened = state.Get("deaf").Bool()
	c.occupy(channel, state.Get("session_id").String())
}

// absence is how long a voice server may be silent, which answers heartbeats much more often, until the connection to it counts as
// broken and Discord as about to take the bot out of the channel.
const absence = time.Minute

// occupy takes up where the bot is, "" for in no channel. c.mu is held.
func (c *Connection) occupy(channel discord.Snowflake, session string) {
	now, before := c.manager.o.Clock.Now(), c.seat.channel
	c.seat.occupy(channel, session, now)
	if c.link == nil && before != "" && channel != "" && channel != before {
		c.target = channel // whoever moves the bot while it is away wants it there when it is back
	}
	switch {
	case channel == "" && c.machine.joined && now.Sub(time.Unix(0, c.alive.Load())) > absence:
		c.seat.gone, c.machine.orphaned = false, true
		c.order(loss{kind: lossAbsent})
	case channel == "":
		c.order(loss{kind: lossLeft})
	case c.link != nil && channel != c.link.seat.channel:
		c.order(loss{kind: lossMoved})
	}
	c.wake()
}

// voiceServer takes VOICE_SERVER_UPDATE.
func (m *Manager) voiceServer(data gjson.Result) {
	c := m.Connection(discord.Snowflake(data.Get("guild_id").String()))
	if c == nil {
		return
	}
	to := server{endpoint: data.Get("endpoint").String(), token: data.Get("token").String()}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.seat.assign(to, m.o.Clock.Now())
	kind := lossServer
	if c.seat.away {
		kind = lossAway
	}
	c.order(loss{kind: kind})
	c.wake()
}

// guildCreate looks for a place of the bot's that an earlier run left.
func (m *Manager) guildCreate(data []byte) {
	fields := gjson.GetManyBytes(data, "id", `voice_states.#(user_id=="`+string(m.o.User)+`").channel_id`)
	m.seat(discord.Snowflake(fields[0].String()), fields[1].String() != "")
}

// guildDelete ends the connection in a guild that the bot was removed from. One that is only unavailable comes back.
func (m *Manager) guildDelete(data gjson.Result) {
	guild := discord.Snowflake(data.Get("id").String())
	if data.Get("unavailable").Bool() {
		return
	}
	m.seat(guild, false)
	if c := m.Connection(guild); c != nil {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.seat.occupy("", "", m.o.Clock.Now())
		c.order(loss{kind: lossLeft})
		c.wake()
	}
}

// gatewayReady notes that the gateway began a new session for these guilds: Discord ends the voice sessions that belonged to the
// one before.
func (m *Manager) gatewayReady(guilds []gjson.Result) {
	for _, guild := range guilds {
		if c := m.Connection(discord.Snowflake(guild.String())); c != nil {
			c.mu.Lock()
			c.machine.orphaned = true
			c.wake()
			c.mu.Unlock()
		}
	}
}

// seat notes whether the bot has a place in a guild.
func (m *Manager) seat(guild discord.Snowflake, taken bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if taken {
		m.seats[guild] = true
	} else {
		delete(m.seats, guild)
	}
}
