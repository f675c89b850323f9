package voice

import (
	"slices"

	"cordial/discord"
	"cordial/discord/voice/dave/delivery"
)

// faults are the ones that are still to come.
type faults struct {
	strikes     []Strike
	revocations int
	damages     map[discord.Snowflake]int // by user
}

// RevokeProposals has the server revoke the proposals of any encrypted call as soon as they are sent and make them anew, as many times as
// given.
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

// BreakCommits damages the next commits and Welcomes that a user gets, as many as given, so that the client has to recover.
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

// Strike is the end of connections that a fault brings.
type Strike struct {
	User  discord.Snowflake      // whose connections; "" for everybody's
	Code  discord.VoiceCloseCode // what they are closed with; 0 cuts them. Sessions end unless the code is one after which clients resume
	Times int                    // how often it happens; 0 means once
}

// StrikeConnections ends connections: at once those that have a session, and the next ones that begin or resume one, as often as is left.
// Of more than a thousand strikes that wait, the oldest are forgotten.
func (s *Server) StrikeConnections(strike Strike) {
	strike.Times = max(strike.Times, 1)
	s.lock()
	defer s.unlock()
	hit := false
	for c := range s.conns {
		if c.session != nil && strike.hits(c) {
			c.refuse(strike.end())
			hit = true
		}
	}
	if hit {
		strike.Times--
	}
	if strike.Times > 0 {
		s.faults.strikes = append(s.faults.strikes[max(0, len(s.faults.strikes)-maxStrikes+1):], strike)
	}
}

// maxStrikes bounds the strikes that wait.
const maxStrikes = 1000

// hits reports whether a strike is for a connection that has a session.
func (k *Strike) hits(c *conn) bool { return k.User == "" || k.User == c.session.member.seat.User }

// end is how a strike ends a connection.
func (k *Strike) end() *closing {
	if k.Code == 0 {
		return &closing{}
	}
	return closeWith(k.Code, "")
}

// meetStrike has a connection whose session has just begun, or was resumed, meet the strike that waits for it.
func (c *conn) meetStrike() *closing {
	waiting := c.s.faults.strikes
	for i := range waiting {
		if strike := &waiting[i]; strike.hits(c) {
			end := strike.end()
			if strike.Times--; strike.Times == 0 {
				c.s.faults.strikes = slices.Delete(waiting, i, i+1)
			}
			return end
		}
	}
	return nil
}

// StopAcks has the heartbeats of a user, or of everybody if the user is "", stay without an answer on the connections that there are.
func (s *Server) StopAcks(user discord.Snowflake) {
	s.lock()
	defer s.unlock()
	for c := range s.conns {
		if c.session != nil && (user == "" || c.session.member.seat.User == user) {
			c.noAcks = true
		}
	}
}
