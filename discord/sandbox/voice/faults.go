package voice

import (
	"slices"

	"cordial/discord"
	"cordial/discord/voice/dave/delivery"
)

// faults are the ones of the encryption that are still to come.
type faults struct {
	revocations int
	damages     map[discord.Snowflake]int // by user
}

// RevokeProposals has the next proposals of any encrypted call be revoked as soon as they are sent, and made anew; so often.
func (s *Server) RevokeProposals(times int) {
	s.lock()
	defer s.unlock()
	s.faults.revocations = times
}

// takeRevocation reports whether the proposals that were just sent are to be revoked.
func (f *faults) takeRevocation() bool {
	if f.revocations <= 0 {
		return false
	}
	f.revocations--
	return true
}

// BreakCommits has the next commits and Welcomes that a user gets be damaged, so often, so that the client has to recover.
func (s *Server) BreakCommits(user discord.Snowflake, times int) {
	s.lock()
	defer s.unlock()
	s.faults.damages[user] = times
}

// damage gives the payload of a binary message as its receiver gets it.
func (f *faults) damage(to *member, m delivery.Message) []byte {
	breakable := m.Op == discord.VoiceOpDAVEMLSAnnounceCommitTransition || m.Op == discord.VoiceOpDAVEMLSWelcome
	if !breakable || f.damages[to.seat.User] <= 0 {
		return m.Binary
	}
	f.damages[to.seat.User]--
	broken := slices.Clone(m.Binary)
	broken[len(broken)-1] ^= 0xFF // the end of a signature or of what is encrypted
	return broken
}

// ClearFaults has nothing go wrong any more: the network is perfect, beats are answered, and what was to come does not.
func (s *Server) ClearFaults() {
	s.lock()
	defer s.unlock()
	s.network = Network{}
	s.faults = newFaults()
	for c := range s.conns {
		c.noAcks = false
	}
}

func newFaults() faults { return faults{damages: map[discord.Snowflake]int{}} }

// DropConnections cuts the websockets of a user, or of everybody if the user is "". Their sessions can be resumed.
func (s *Server) DropConnections(user discord.Snowflake) {
	s.onConnections(user, func(c *conn) { c.shut(cutOff) })
}

// CloseConnections closes the websockets of a user, or of everybody if the user is "", with a code. Sessions end unless the code is one
// after which a client resumes.
func (s *Server) CloseConnections(user discord.Snowflake, code discord.VoiceCloseCode) {
	s.onConnections(user, func(c *conn) { c.refuse(closeWith(code, "")) })
}

// StopAcks has the heartbeats of a user, or of everybody if the user is "", stay without an answer on the connections that there are.
func (s *Server) StopAcks(user discord.Snowflake) {
	s.onConnections(user, func(c *conn) { c.noAcks = true })
}

// onConnections does something to the connections of a user, or to all.
func (s *Server) onConnections(user discord.Snowflake, do func(*conn)) {
	s.lock()
	defer s.unlock()
	for c := range s.conns {
		if c.session != nil && (user == "" || c.session.member.seat.User == user) {
			do(c)
		}
	}
}
