package voice

import (
	"encoding/json"

	"cordial/discord"
	"cordial/discord/voice/dave"
	"cordial/discord/voice/dave/delivery"
)

// DAVEPolicy says which calls are encrypted end to end. Calls of plain seats never are.
type DAVEPolicy int

// The policies.
const (
	// DAVERequired closes clients that do not announce the encryption with 4017, as Discord does since March 2026.
	DAVERequired DAVEPolicy = iota
	// DAVEAllowed has a call be encrypted as long as all of its members can.
	DAVEAllowed
	// DAVEOff encrypts no call.
	DAVEOff
)

// refuses reports whether a client with this highest version must not sit in a seat.
func (p DAVEPolicy) refuses(in *seat, highest int) bool {
	return p == DAVERequired && !in.Plain && highest == 0
}

// limit is the highest version that the call of a seat has.
func (p DAVEPolicy) limit(in Seat) int {
	if p == DAVEOff || in.Plain {
		return 0
	}
	return dave.MaxVersion
}

// The payloads of the encryption's JSON messages.
type (
	prepareTransition struct {
		Version    int    `json:"protocol_version"`
		Transition uint16 `json:"transition_id"`
	}
	executeTransition struct {
		Transition uint16 `json:"transition_id"`
	}
	prepareEpoch struct {
		Version int    `json:"protocol_version"`
		Epoch   uint64 `json:"epoch"`
	}
)

// deliver sends the messages of the call's encryption to its members, and sees to it that no transition waits for ever.
func (c *call) deliver(messages []delivery.Message) {
	proposed := false
	for _, m := range messages {
		if to := c.members[m.To]; to != nil {
			c.deliverTo(to, m)
		}
		proposed = proposed || m.Op == discord.VoiceOpDAVEMLSProposals
	}
	c.awaitTransitions()
	if proposed && c.s.faults.takeRevocation() {
		c.deliver(c.dave.Revoke())
		c.deliver(c.dave.Propose())
	}
}

// deliverTo sends one message of the encryption.
func (c *call) deliverTo(to *member, m delivery.Message) {
	switch m.Op {
	case discord.VoiceOpDAVEPrepareTransition:
		to.link.tell(m.Op, prepareTransition{m.Version, m.Transition})
	case discord.VoiceOpDAVEExecuteTransition:
		to.link.tell(m.Op, executeTransition{m.Transition})
	case discord.VoiceOpDAVEPrepareEpoch:
		to.link.tell(m.Op, prepareEpoch{m.Version, m.Epoch})
	default:
		to.link.tellBinary(m.Op, c.s.faults.damage(to, m))
	}
}

// awaitTransitions executes the transitions that have begun when their time is over.
func (c *call) awaitTransitions() {
	for _, id := range c.dave.Open() {
		if c.awaited[id] != nil {
			continue
		}
		c.awaited[id] = c.s.clock.AfterFunc(c.s.limits.Transition, func() {
			c.s.lock()
			defer c.s.unlock()
			delete(c.awaited, id)
			c.deliver(c.dave.Execute(id))
		})
	}
}

// takeMLS acts on a binary message of a member, and says how the connection ends if it is a wrong one. A commit that does not count is no
// mistake: somebody else was faster.
func (m *member) takeMLS(op discord.VoiceOpcode, payload []byte) *closing {
	if m.call == nil {
		return closeWith(discord.VoiceCloseBadRequest, "The session has not selected its protocol.")
	}
	take := m.call.dave.CommitWelcome
	if op == discord.VoiceOpDAVEMLSKeyPackage {
		take = m.call.dave.KeyPackage
	}
	messages, err := take(m.seat.User.Uint(), payload)
	m.call.deliver(messages)
	if err == nil {
		return nil
	}
	m.s.o.Logger.Debug("voice encryption: message not taken", "op", int(op), "user", m.seat.User, "error", err)
	if op == discord.VoiceOpDAVEMLSKeyPackage && m.call.dave.Version() > 0 {
		return closeWith(discord.VoiceCloseBadRequest, "The key package is not one that DAVE allows.")
	}
	return nil
}

// receiveTransitionReady notes that a client has the keys of a transition.
func receiveTransitionReady(n *session, data json.RawMessage) *closing {
	return n.takeTransition(data, func(c *call, user uint64, id uint16) { c.deliver(c.dave.TransitionReady(user, id)) })
}

// receiveInvalidCommit notes that a client could make nothing of a commit or a Welcome: it has left the group.
func receiveInvalidCommit(n *session, data json.RawMessage) *closing {
	return n.takeTransition(data, func(c *call, user uint64, _ uint16) { c.dave.InvalidCommitWelcome(user) })
}

// takeTransition acts on a payload of a transition's id.
func (n *session) takeTransition(data json.RawMessage, act func(c *call, user uint64, id uint16)) *closing {
	var p struct {
		Transition *uint16 `json:"transition_id"`
	}
	switch {
	case json.Unmarshal(data, &p) != nil:
		return closeWith(discord.VoiceCloseFailedToDecodePayload, "")
	case p.Transition == nil:
		return closeWith(discord.VoiceCloseBadRequest, "transition_id is missing.")
	case n.member.call == nil:
		return closeWith(discord.VoiceCloseBadRequest, "The session has not selected its protocol.")
	}
	act(n.member.call, n.member.seat.User.Uint(), *p.Transition)
	return nil
}
