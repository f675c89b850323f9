package dave

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"sync"
	"time"

	"cordial/discord"
	"cordial/discord/voice/dave/mls"
)

// MaxVersion is the highest protocol version that a session speaks: what a client announces in Identify.
const MaxVersion = 1

// Message is one to send to the voice gateway.
type Message struct {
	Op         discord.VoiceOpcode
	Binary     []byte // the payload of MLS Key Package and MLS Commit Welcome
	Transition uint16 // transition_id of Transition Ready and MLS Invalid Commit Welcome, which are JSON
}

// Session is one user's end-to-end encryption in one voice channel. Moving to another channel takes a new session; resuming the voice
// gateway's session keeps it. It is safe for use by several goroutines.
type Session struct {
	mu      sync.Mutex
	user    uint64
	channel uint64
	now     func() time.Time
	signer  *mls.Signer

	announced map[uint64]bool // users whose adds may be accepted
	epoch     epoch
	replaced  [][]byte // references of key packages that another took the place of since a group was entered, the newest last

	version        int // that frames are sent with
	nextVersion    int // of the next epoch
	transitions    []transition
	prepared       int    // epochs that keys were prepared for, counted
	lastTransition uint16 // the newest id, for Recover
	sender         *sender
	receivers      map[uint64][]*receiver // the newest last
	plainUntil     time.Time              // frames that are not encrypted are let in until then

	scratch scratch
	stats   Stats
}

// epoch is where the MLS group stands.
type epoch struct {
	external  []byte         // the external sender, nil before the server has named it
	candidate *mls.Candidate // our key package that waits for a Welcome
	local     *mls.Group     // a group of ours alone, which others may be added to
	group     *mls.Group     // the group that the server knows us in
	proposals []*mls.Proposal
	commit    *mls.Commit // ours, for all the proposals
}

// New makes the session of a user in a channel. Nothing is encrypted before SessionDescription.
func New(user, channel uint64, now func() time.Time) *Session {
	return &Session{
		user: user, channel: channel, now: now, signer: mls.NewSigner(),
		announced: map[uint64]bool{}, receivers: map[uint64][]*receiver{},
	}
}

// SessionDescription takes the dave_protocol_version of Session Description: the session begins anew.
func (s *Session) SessionDescription(version int) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.version, s.nextVersion = version, version
	s.epoch.external, s.sender, s.transitions = nil, nil, nil
	s.plainUntil = time.Time{}
	clear(s.receivers)
	s.leaveGroup()
	s.replaced = nil
	if version == 0 {
		return nil
	}
	return s.restart()
}

// maxAnnounced bounds the users who may be added to the group. It is more than a voice channel holds; who is beyond is not accepted.
const maxAnnounced = 16384

// ClientsConnect takes the users of Clients Connect: only those who were named may be added to the group.
func (s *Session) ClientsConnect(users ...uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, user := range users {
		if len(s.announced) < maxAnnounced {
			s.announced[user] = true
		}
	}
}

// ClientDisconnect takes the user of Client Disconnect.
func (s *Session) ClientDisconnect(user uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.announced, user)
}

// PrepareEpoch takes Prepare Epoch. Epoch 1 begins a new group, with a protocol version; other epochs are announced only.
func (s *Session) PrepareEpoch(epoch uint64, version int) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	if epoch != 1 {
		return nil
	}
	s.nextVersion = version
	return s.restart()
}

// Recover drops the group and asks to be added again, for when frames keep failing. What can be decrypted still is.
func (s *Session) Recover() []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.nextVersion == 0 {
		return nil
	}
	return s.invalid(s.lastTransition)
}

// invalid reports a commit or Welcome that could not be used, and begins anew.
func (s *Session) invalid(transition uint16) []Message {
	s.stats.InvalidInRow++
	report := Message{Op: discord.VoiceOpDAVEMLSInvalidCommitWelcome, Transition: transition}
	return append([]Message{report}, s.restart()...)
}

// leaveGroup forgets the group, not the keys to frames.
func (s *Session) leaveGroup() {
	s.dropCommit()
	for _, group := range []*mls.Group{s.epoch.local, s.epoch.group} {
		if group != nil {
			group.Wipe()
		}
	}
	s.epoch = epoch{external: s.epoch.external}
}

// dropCommit forgets the proposals and our commit of them.
func (s *Session) dropCommit() {
	if s.epoch.commit != nil {
		s.epoch.commit.Group.Wipe()
	}
	s.epoch.proposals, s.epoch.commit = nil, nil
}

// maxReplaced bounds the key packages whose Welcome may still be on its way.
const maxReplaced = 64

// restart leaves the group and makes a key package, to be added again.
func (s *Session) restart() []Message {
	if s.epoch.candidate != nil {
		s.replaced = append(s.replaced[max(0, len(s.replaced)+1-maxReplaced):], s.epoch.candidate.Reference())
	}
	s.leaveGroup()
	s.epoch.candidate = mls.NewCandidate(s.signer, identity(s.user))
	if err := s.epoch.create(s.channel); err != nil {
		s.epoch.external = nil // of no use; the gateway may name another
	}
	s.stats.FailedInRow = 0
	return []Message{{Op: discord.VoiceOpDAVEMLSKeyPackage, Binary: bytes.Clone(s.epoch.candidate.Bytes())}}
}

// create makes a group of our own once there are a key package and an external sender.
func (e *epoch) create(channel uint64) (err error) {
	if e.candidate == nil || e.external == nil {
		return nil
	}
	if e.local != nil {
		e.local.Wipe()
	}
	if e.local, err = mls.Create(identity(channel), e.candidate, e.external); err != nil {
		return fmt.Errorf("dave: a group of our own: %w", err)
	}
	return nil
}

// current is the group that proposals are for, nil before there is one.
func (e *epoch) current() *mls.Group {
	if e.group != nil {
		return e.group
	}
	return e.local
}

// identity is an id as MLS carries it: 8 bytes, big-endian.
func identity(id uint64) []byte { return binary.BigEndian.AppendUint64(nil, id) }

// userOf is the id in an identity.
func userOf(identity []byte) (id uint64, ok bool) {
	if len(identity) != 8 {
		return 0, false
	}
	return binary.BigEndian.Uint64(identity), true
}
