package dave_test

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"time"

	"cordial/discord"
	"cordial/discord/voice/dave"
	"cordial/discord/voice/dave/delivery"
)

const channel = 4_200_000_000_000_000_001

// reporter is what tests, benchmarks, fuzz targets and rapid have in common.
type reporter interface {
	Helper()
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

// call is sessions and the voice server between them. Messages arrive in order; nothing arrives before run, up or down.
type call struct {
	t        reporter
	now      time.Time
	server   *delivery.Call
	sessions map[uint64]*dave.Session
	inbox    []delivery.Message
	outbox   []upward
	last     []uint64                // whose messages the server gets last
	edit     func(*delivery.Message) // changes what the server sends
	refused  int                     // commits that did not count
	failed   int                     // messages that a session could not use
}

// upward is a message of a session on its way to the server.
type upward struct {
	from uint64
	dave.Message
}

func newCall(t reporter) *call {
	return &call{
		t: t, now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), server: delivery.New(channel, dave.MaxVersion),
		sessions: map[uint64]*dave.Session{}, edit: func(*delivery.Message) {},
	}
}

// join brings users into the call whose clients speak DAVE.
func (c *call) join(users ...uint64) {
	for _, user := range users {
		c.joinWith(user, dave.MaxVersion)
	}
}

func (c *call) joinWith(user uint64, version int) {
	s := dave.New(user, channel, func() time.Time { return c.now })
	for other := range c.sessions {
		c.tell(other, discord.VoiceOpClientsConnect, user)
		c.tell(user, discord.VoiceOpClientsConnect, other)
	}
	c.sessions[user] = s
	version, messages := c.server.Join(user, version)
	c.send(user, s.SessionDescription(version))
	c.inbox = append(c.inbox, messages...)
}

// tell sends Clients Connect or Client Disconnect, which are not the delivery's; Epoch holds the user here.
func (c *call) tell(to uint64, op discord.VoiceOpcode, user uint64) {
	c.inbox = append(c.inbox, delivery.Message{To: to, Op: op, Epoch: user})
}

// leave takes a user out of the call, with what was on its way from and to them.
func (c *call) leave(user uint64) {
	delete(c.sessions, user)
	c.inbox = slices.DeleteFunc(c.inbox, func(m delivery.Message) bool { return m.To == user })
	c.outbox = slices.DeleteFunc(c.outbox, func(m upward) bool { return m.from == user })
	for other := range c.sessions {
		c.tell(other, discord.VoiceOpClientDisconnect, user)
	}
	c.inbox = append(c.inbox, c.server.Leave(user)...)
}

func (c *call) send(from uint64, messages []dave.Message) {
	for _, m := range messages {
		c.outbox = append(c.outbox, upward{from, m})
	}
}

// run delivers messages until there are none.
func (c *call) run() {
	for len(c.inbox)+len(c.outbox) > 0 {
		c.down()
		c.up()
	}
}

// down brings the sessions what the server has sent.
func (c *call) down() {
	for len(c.inbox) > 0 {
		c.give(0)
	}
}

// give brings one message to the session that it is for.
func (c *call) give(i int) {
	m := c.inbox[i]
	c.inbox = slices.Delete(c.inbox, i, i+1)
	c.edit(&m)
	s := c.sessions[m.To]
	switch m.Op {
	case discord.VoiceOpClientsConnect:
		s.ClientsConnect(m.Epoch)
	case discord.VoiceOpClientDisconnect:
		s.ClientDisconnect(m.Epoch)
	case discord.VoiceOpDAVEPrepareTransition:
		c.send(m.To, s.PrepareTransition(m.Transition, m.Version))
	case discord.VoiceOpDAVEExecuteTransition:
		s.ExecuteTransition(m.Transition)
	case discord.VoiceOpDAVEPrepareEpoch:
		c.send(m.To, s.PrepareEpoch(m.Epoch, m.Version))
	default:
		messages, err := s.Binary(m.Op, m.Binary)
		if err != nil {
			c.failed++
		}
		c.send(m.To, messages)
	}
}

// up brings the server what the sessions have sent.
func (c *call) up() {
	slices.SortStableFunc(c.outbox, func(a, b upward) int { return slices.Index(c.last, a.from) - slices.Index(c.last, b.from) })
	for len(c.outbox) > 0 {
		c.take(0)
	}
}

// take brings one message to the server. Commits that do not count and what is left from before a downgrade are no mistakes.
func (c *call) take(i int) {
	m := c.outbox[i]
	c.outbox = slices.Delete(c.outbox, i, i+1)
	var messages []delivery.Message
	var err error
	switch m.Op {
	case discord.VoiceOpDAVEMLSKeyPackage:
		messages, err = c.server.KeyPackage(m.from, m.Binary)
	case discord.VoiceOpDAVEMLSCommitWelcome:
		messages, err = c.server.CommitWelcome(m.from, m.Binary)
	case discord.VoiceOpDAVETransitionReady:
		messages = c.server.TransitionReady(m.from, m.Transition)
	case discord.VoiceOpDAVEMLSInvalidCommitWelcome:
		c.server.InvalidCommitWelcome(m.from)
	default:
		c.t.Fatalf("a session sends %v", m.Op)
	}
	switch {
	case errors.Is(err, delivery.ErrCommit):
		c.refused++
	case err != nil && c.server.Version() > 0:
		c.t.Fatalf("%v of %d: %v", m.Op, m.from, err)
	}
	c.inbox = append(c.inbox, messages...)
}

// talk sends a frame from every session to every other one.
func (c *call) talk() {
	c.t.Helper()
	for from, s := range c.sessions {
		frame := fmt.Appendf(nil, "a frame of %d", from)
		sent, err := s.Encrypt(nil, frame)
		if err != nil {
			c.t.Fatalf("%d encrypts: %v", from, err)
		}
		if s.Version() > 0 && bytes.Contains(sent, frame) {
			c.t.Fatalf("%d sends plain", from)
		}
		for to, other := range c.sessions {
			if to == from {
				continue
			}
			if got, err := other.Decrypt(nil, from, sent); err != nil || !bytes.Equal(got, frame) {
				c.t.Errorf("%d hears %q of %d: %v", to, got, from, err)
			}
		}
	}
}

// agree fails unless all sessions are in one epoch with these members.
func (c *call) agree(users ...uint64) {
	c.t.Helper()
	first := c.sessions[users[0]]
	for user, s := range c.sessions {
		if !slices.Equal(s.Members(), users) {
			c.t.Errorf("%d sees the members %v, want %v", user, s.Members(), users)
		}
		if !s.State().Ready || s.State().Epoch != first.State().Epoch || s.State().Code != first.State().Code || len(s.State().Code) != 30 {
			c.t.Errorf("%d is at epoch %d with code %q, %d at %d with %q", user, s.State().Epoch, s.State().Code, users[0], first.State().Epoch, first.State().Code)
		}
	}
}

// hold takes what is on its way to a user out of the queue.
func (c *call) hold(user uint64) (held []delivery.Message) {
	c.inbox = slices.DeleteFunc(c.inbox, func(m delivery.Message) bool {
		if m.To == user {
			held = append(held, m)
		}
		return m.To == user
	})
	return held
}
