package delivery

import (
	"encoding/binary"
	"errors"
	"maps"
	"slices"

	"cordial/discord"
	"cordial/discord/voice/dave/mls"
)

// Message is one to send to a member.
type Message struct {
	To uint64
	Op discord.VoiceOpcode

	Binary []byte // External Sender, Proposals, Announce Commit Transition, Welcome: the payload after sequence number and opcode

	// The others are JSON.
	Transition uint16 // transition_id of Prepare Transition and Execute Transition
	Version    int    // protocol_version of Prepare Transition and Prepare Epoch
	Epoch      uint64 // epoch of Prepare Epoch
}

// Call is the encryption of one voice channel. It is not safe for use by several goroutines.
type Call struct {
	channel uint64
	limit   int // the highest version it offers
	version int // now, or after the transition that is open
	sender  *mls.ExternalSender
	members map[uint64]*member
	group   group

	transitions map[uint16]*transition
	lastID      uint16
}

// member is a user in the call.
type member struct {
	version    int             // the highest that the client speaks
	keyPackage *mls.KeyPackage // that has not become a leaf yet
	lost       bool            // out of the group by its own word, until it is added again
}

// transition waits for members to be ready.
type transition struct {
	members []uint64 // all that take part
	waiting map[uint64]bool
}

// ErrMember is for messages of a user who is not in the call, or whose client does not speak DAVE.
var ErrMember = errors.New("delivery: the user takes no part in the encryption of the call")

// New makes the call of a channel; version is the highest that it offers, 0 for stage channels.
func New(channel uint64, version int) *Call {
	return &Call{
		channel: channel, limit: version, version: version, sender: mls.NewExternalSender([]byte("cordial")),
		members: map[uint64]*member{}, group: newGroup(), transitions: map[uint16]*transition{},
	}
}

// Version is the protocol version of the call as it is now, or will be after the transition that is open.
func (c *Call) Version() int { return c.version }

// Epoch counts the commits of the group; 0 before the first.
func (c *Call) Epoch() uint64 { return c.group.epoch }

// Members lists the users in the group, by leaf.
func (c *Call) Members() []uint64 {
	var users []uint64
	for _, leaf := range slices.Sorted(maps.Keys(c.group.leaves)) {
		users = append(users, c.group.leaves[leaf])
	}
	return users
}

// Join takes a user with the highest version that their client announced. The version is for their Session Description; the
// messages are to be sent after it and after Clients Connect.
func (c *Call) Join(user uint64, highest int) (version int, messages []Message) {
	c.members[user] = &member{version: highest}
	if highest == 0 && c.version > 0 {
		return 0, c.downgrade(user)
	}
	if c.version == 0 {
		return 0, nil
	}
	c.members[user].lost = c.group.seats(user) // by a session that has ended
	messages = []Message{c.externalSender(user)}
	if len(c.members) == 1 {
		messages = append(messages, c.settle(user))
	}
	if !c.group.established {
		messages = append(messages, c.send([]uint64{user}, appendProposals, c.group.proposals)...)
	}
	return c.version, messages
}

// Leave takes a user out of the call.
func (c *Call) Leave(user uint64) []Message {
	if c.members[user] == nil {
		return nil
	}
	delete(c.members, user)
	messages := c.forgetInTransitions(user)
	switch {
	case c.version == 0:
		return append(messages, c.upgrade()...)
	case len(c.members) <= 1:
		return append(messages, c.begin()...)
	}
	messages = append(messages, c.revoke(c.group.addsOf(user))...)
	return append(messages, c.Propose()...)
}

// begin forgets the group: all that are left begin a new one.
func (c *Call) begin() []Message {
	c.group = newGroup()
	clear(c.transitions)
	var messages []Message
	for _, user := range c.users() {
		c.members[user].keyPackage, c.members[user].lost = nil, false
		messages = append(messages, Message{To: user, Op: discord.VoiceOpDAVEPrepareEpoch, Version: c.version, Epoch: 1}, c.externalSender(user))
	}
	if len(c.members) == 1 {
		messages = append(messages, c.settle(c.users()[0]))
	}
	return messages
}

// settle tells a member who is alone to use the group of their own at once, by transition 0.
func (c *Call) settle(user uint64) Message {
	return Message{To: user, Op: discord.VoiceOpDAVEPrepareTransition, Version: c.version}
}

// downgrade ends the encryption, because of a user who has joined without it.
func (c *Call) downgrade(joined uint64) []Message {
	c.version, c.group = 0, newGroup()
	clear(c.transitions)
	others := slices.DeleteFunc(c.users(), func(user uint64) bool { return user == joined })
	if len(others) == 0 {
		return nil
	}
	return c.transition(others, func(id uint16, user uint64) Message {
		return Message{To: user, Op: discord.VoiceOpDAVEPrepareTransition, Transition: id}
	})
}

// upgrade begins the encryption when all who are there speak it.
func (c *Call) upgrade() []Message {
	version := c.limit
	for _, m := range c.members {
		version = min(version, m.version)
	}
	if version == 0 {
		return nil
	}
	c.version = version
	return c.begin()
}

// KeyPackage takes MLS Key Package. One that DAVE does not allow is an error; the client is in the wrong.
func (c *Call) KeyPackage(user uint64, payload []byte) ([]Message, error) {
	m := c.members[user]
	if m == nil || c.version == 0 {
		return nil, ErrMember
	}
	k, err := mls.ParseKeyPackage(payload)
	if err != nil {
		return nil, err
	}
	if !slices.Equal(k.Identity(), identity(user)) || !k.Unlimited() {
		return nil, errors.New("delivery: the key package is another user's or has a lifetime that ends")
	}
	m.keyPackage = k
	m.lost = c.group.seats(user) // whoever sends one has left the group
	messages := c.revoke(c.group.addsOf(user))
	return append(messages, c.Propose()...), nil
}

// InvalidCommitWelcome takes MLS Invalid Commit Welcome: the member has left the group and sends a new key package.
func (c *Call) InvalidCommitWelcome(user uint64) {
	if m := c.members[user]; m != nil {
		m.lost = true
	}
}

// users lists all in the call, ascending.
func (c *Call) users() []uint64 { return slices.Sorted(maps.Keys(c.members)) }

func (c *Call) externalSender(to uint64) Message {
	return Message{To: to, Op: discord.VoiceOpDAVEMLSExternalSender, Binary: c.sender.Bytes()}
}

// identity is an id as MLS carries it: 8 bytes, big-endian.
func identity(id uint64) []byte { return binary.BigEndian.AppendUint64(nil, id) }
