package voice

import (
	"crypto/subtle"

	"cordial/discord"
)

// Seat is somebody's right to be in a call. Whoever owns the server decides it.
type Seat struct {
	Guild, User discord.Snowflake
	Channel     discord.Snowflake // the call
	// Session and Token are what a client identifies with: the session of its voice state, and the token of VOICE_SERVER_UPDATE.
	Session, Token string
	// Endpoint is the number of the endpoint that the client was told.
	Endpoint int
	// Person has no client: the user is in the call from now on, and in no other one.
	Person bool
	// Plain calls are not encrypted end to end, whatever their members can do; a call is as its first member's seat says.
	Plain bool
	// Mute is for those whose speech reaches nobody, Deaf for those who are sent nothing.
	Mute, Deaf bool
}

// place names a seat: everybody has one in each guild at the most.
type place struct{ guild, user discord.Snowflake }

// seat is a Seat and who sits in it.
type seat struct {
	Seat
	member *member // nil until the client has identified
}

// Admit gives somebody a seat, in place of the one that they had in the guild. With the same call, session and token only the rest of the
// seat changes, and who sits there stays. Otherwise a client that is connected is closed with 4014, and has to identify anew.
func (s *Server) Admit(next Seat) {
	s.lock()
	defer s.unlock()
	if s.closed {
		return
	}
	at := place{next.Guild, next.User}
	old := s.seats[at]
	if old != nil && old.Channel == next.Channel && old.Session == next.Session && old.Token == next.Token && old.Person == next.Person {
		old.Seat = next
		return
	}
	if old != nil {
		s.vacate(old, *closeWith(discord.VoiceCloseDisconnected, ""))
	}
	s.seats[at] = &seat{Seat: next}
	if next.Person {
		s.enterPerson(s.seats[at])
	}
}

// Expel takes somebody's seat in a guild away. A client that is connected is closed with a code.
func (s *Server) Expel(guild, user discord.Snowflake, code discord.VoiceCloseCode) {
	s.lock()
	defer s.unlock()
	at := place{guild, user}
	if old := s.seats[at]; old != nil {
		delete(s.seats, at)
		s.vacate(old, *closeWith(code, ""))
	}
}

// The functions below need the server's lock, as all in this package that are not exported and do not say otherwise.

// vacate has whoever sits in a seat leave it.
func (s *Server) vacate(seat *seat, end closing) {
	if m := seat.member; m != nil {
		s.leave(m, end)
	}
}

// claim is what a client says of itself when it identifies or resumes.
type claim struct {
	ServerID  *discord.Snowflake `json:"server_id"` // the guild
	UserID    *discord.Snowflake `json:"user_id"`
	SessionID *string            `json:"session_id"`
	Token     *string            `json:"token"`
}

// complete reports whether everything is there that names a seat.
func (c *claim) complete() bool { return c.ServerID != nil && c.SessionID != nil && c.Token != nil }

// check finds the seat that a client claims, or says why it has none.
func (s *Server) check(c *claim, endpoint int) (*seat, *closing) {
	claimed, guildKnown := s.find(c)
	switch {
	case !guildKnown:
		return nil, closeWith(discord.VoiceCloseServerNotFound, "")
	case claimed == nil:
		return nil, closeWith(discord.VoiceCloseSessionNoLongerValid, "")
	case subtle.ConstantTimeCompare([]byte(claimed.Token), []byte(*c.Token)) == 0:
		return nil, closeWith(discord.VoiceCloseAuthenticationFailed, "")
	case claimed.Endpoint%endpointCount != endpoint:
		return nil, closeWith(discord.VoiceCloseServerNotFound, "The call is at another endpoint.")
	}
	return claimed, nil
}

// find looks for the seat with a claim's session, and reports whether anybody has a seat in its guild. RESUME does not tell the user.
func (s *Server) find(c *claim) (found *seat, guildKnown bool) {
	for at, seat := range s.seats {
		if at.guild != *c.ServerID {
			continue
		}
		guildKnown = true
		if !seat.Person && seat.Session == *c.SessionID && (c.UserID == nil || *c.UserID == at.user) {
			found = seat
		}
	}
	return found, guildKnown
}
