package voice

import (
	"time"

	"cordial/discord"
)

// seat is what the gateway tells of the bot's place in a guild. To connect needs both halves, the session of VOICE_STATE_UPDATE and
// the server of VOICE_SERVER_UPDATE, which come in either order.
type seat struct {
	channel discord.Snowflake // where the bot is; "" when not known
	session string
	gone    bool // the bot is in no channel, since this was last forgotten

	server   server
	previous server // the one before the bot was moved, in case that no other is named
	serverAt time.Time
	used     bool // a session was ready with the server, in the channel of then
	away     bool // the server went away, and another will be named
}

// server is a voice server, and the token that it takes.
type server struct{ endpoint, token string }

// seatGrace is how far apart the two halves of one move may come, and how long to wait for the second.
const seatGrace = 5 * time.Second

// occupy takes up a VOICE_STATE_UPDATE. A new channel needs a new server. It may have been named a moment before, unless it is in use already:
// then it is the one of another move.
func (s *seat) occupy(channel discord.Snowflake, session string, now time.Time) {
	if channel == "" {
		*s = seat{gone: true}
		return
	}
	moved := s.channel != "" && s.channel != channel
	if moved && (s.used || now.Sub(s.serverAt) > seatGrace) && s.server != (server{}) {
		s.previous, s.server, s.used = s.server, server{}, false
	}
	s.channel, s.session, s.gone = channel, session, false
}

// assign takes up a VOICE_SERVER_UPDATE. One without an endpoint says that the server went away.
func (s *seat) assign(to server, now time.Time) {
	s.away = to.endpoint == ""
	s.previous, s.server, s.used = server{}, server{}, false
	if !s.away {
		s.server, s.serverAt = to, now
	}
}

// leave forgets a server that closed the connection, unless another was named in the meantime.
func (s *seat) leave(closed server) {
	s.previous = server{}
	if s.server == closed {
		s.server = server{}
	}
}

// settle takes the server from before a move for the one after it, because no other was named.
func (s *seat) settle() {
	if s.server == (server{}) {
		s.server, s.previous = s.previous, server{}
	}
}

// complete reports whether the seat can be connected to.
func (s *seat) complete() bool { return s.session != "" && s.server != (server{}) }
