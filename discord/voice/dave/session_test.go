package dave_test

import (
	"bytes"
	"errors"
	"slices"
	"testing"
	"time"

	"cordial/discord"
	"cordial/discord/voice/dave"
	"cordial/discord/voice/dave/delivery"
)

// gathered is a call that users have joined one after another.
func gathered(t reporter, users ...uint64) *call {
	t.Helper()
	c := newCall(t)
	for _, user := range users {
		c.join(user)
		c.run()
	}
	if len(users) > 1 {
		c.agree(users...)
		c.talk()
	}
	return c
}

func TestMembersJoinOneAfterAnother(t *testing.T) {
	c := gathered(t, 1, 2, 3, 4, 5)
	if c.failed > 0 {
		t.Errorf("%d messages could not be used", c.failed)
	}
}

func TestMembersJoinAtOnce(t *testing.T) {
	for _, last := range [][]uint64{{}, {1}, {2}, {3, 1}} {
		c := newCall(t)
		c.last = last
		c.join(1, 2, 3)
		c.run()
		c.agree(1, 2, 3)
		c.talk()
	}
}

func TestCommitOfWhoeverIsFirstCounts(t *testing.T) {
	for _, slow := range []uint64{1, 2, 3} {
		c := gathered(t, 1, 2, 3)
		c.last, c.refused = []uint64{slow}, 0
		c.join(4)
		c.run()
		c.agree(1, 2, 3, 4)
		c.talk()
		if c.refused != 2 {
			t.Errorf("%d commits did not count, want those of 2 of 3 members", c.refused)
		}
	}
}

func TestMemberLeavesAndComesBack(t *testing.T) {
	c := gathered(t, 1, 2, 3)
	gone := c.sessions[2]
	c.leave(2)
	c.run()
	c.agree(1, 3)
	c.talk()
	sent, err := c.sessions[1].Encrypt(nil, []byte("not for 2"))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := gone.Decrypt(nil, 1, sent); err == nil {
		t.Errorf("who has left still hears %q", got)
	}
	c.join(2)
	c.run()
	c.agree(1, 2, 3)
	c.talk()
}

func TestMemberComesBackBeforeItIsRemoved(t *testing.T) {
	c := gathered(t, 1, 2, 3)
	c.leave(3)
	c.join(3)
	c.run()
	c.agree(1, 2, 3)
	c.talk()
}

func TestLastMemberBeginsAnew(t *testing.T) {
	c := gathered(t, 1, 2)
	c.leave(1)
	c.run()
	alone := c.sessions[2]
	if !alone.State().Ready || alone.State().Epoch != 0 {
		t.Errorf("alone: ready %v, epoch %d", alone.State().Ready, alone.State().Epoch)
	}
	c.join(3)
	c.run()
	c.agree(2, 3)
	c.talk()
}

func TestTwoAddsInOneMessage(t *testing.T) {
	c := gathered(t, 1, 2)
	c.join(3, 4)
	c.up() // their key packages are there, nobody knows of them
	c.inbox = slices.DeleteFunc(c.inbox, func(m delivery.Message) bool { return m.Op == discord.VoiceOpDAVEMLSProposals })
	c.server.Revoke()
	again := c.server.Propose()
	if len(again) != 2 {
		t.Fatalf("%d messages propose two adds to two members", len(again))
	}
	c.inbox = append(c.inbox, again...)
	c.run()
	c.agree(1, 2, 3, 4)
	c.talk()
	if epoch := c.server.Epoch(); epoch != 2 {
		t.Errorf("the group is at epoch %d, want 2: one commit for both", epoch)
	}
}

func TestRevokedProposalsAreNotCommitted(t *testing.T) {
	c := gathered(t, 1, 2, 3)
	c.leave(3)
	c.inbox = append(c.inbox, c.server.Revoke()...)
	c.run()
	c.agree(1, 2, 3)
	c.inbox = append(c.inbox, c.server.Propose()...)
	c.run()
	c.agree(1, 2)
	c.talk()
}

func TestUnannouncedUserIsNotAdded(t *testing.T) {
	c := gathered(t, 1, 2)
	c.edit = func(m *delivery.Message) {
		if m.Op == discord.VoiceOpClientsConnect {
			m.Epoch++ // another user
		}
	}
	c.join(3)
	c.run()
	if c.failed == 0 || !slices.Equal(c.sessions[1].Members(), []uint64{1, 2}) {
		t.Errorf("%d messages failed, the members are %v", c.failed, c.sessions[1].Members())
	}
}

// TestManyAnnouncedUsers bounds the users whose adds are accepted. One who is announced when another has left is one of them.
func TestManyAnnouncedUsers(t *testing.T) {
	c := gathered(t, 1, 2)
	const from = 1000
	for _, s := range c.sessions {
		for user := range uint64(1 << 16) {
			s.ClientsConnect(from + user)
		}
	}
	c.join(3)
	c.run()
	if c.failed == 0 || !slices.Equal(c.sessions[1].Members(), []uint64{1, 2}) {
		t.Errorf("%d messages failed, the members are %v", c.failed, c.sessions[1].Members())
	}
	c.leave(3)
	for _, s := range c.sessions {
		s.ClientDisconnect(from)
	}
	c.join(3)
	c.run()
	c.agree(1, 2, 3)
}

func TestDowngradeAndUpgrade(t *testing.T) {
	c := gathered(t, 1, 2)
	old, err := c.sessions[1].Encrypt(nil, []byte("late"))
	if err != nil {
		t.Fatal(err)
	}
	c.joinWith(3, 0)
	c.down() // announced, not executed
	if got, err := c.sessions[1].Decrypt(nil, 3, []byte("plain")); err != nil || string(got) != "plain" {
		t.Errorf("while version 0 is announced 1 hears %q: %v", got, err)
	}
	c.run()
	c.talk()
	if s := c.sessions[1]; s.Version() != 0 || s.State().Ready || s.State().Code != "" {
		t.Errorf("version %d, ready %v, code %q after the downgrade", s.Version(), s.State().Ready, s.State().Code)
	}
	if got, err := c.sessions[2].Decrypt(nil, 1, old); err != nil || string(got) != "late" {
		t.Errorf("a frame from before comes as %q: %v", got, err)
	}
	c.leave(3)
	c.run()
	c.agree(1, 2)
	c.talk()
	c.plainAfterUpgrade()
}

// plainAfterUpgrade fails unless plain frames are let in for ten seconds and no longer.
func (c *call) plainAfterUpgrade() {
	c.t.Helper()
	s, plain := c.sessions[1], []byte("plain")
	if got, err := s.Decrypt(nil, 2, plain); err != nil || !bytes.Equal(got, plain) {
		c.t.Errorf("right after the upgrade 1 hears %q: %v", got, err)
	}
	c.now = c.now.Add(10 * time.Second)
	if _, err := s.Decrypt(nil, 2, plain); !errors.Is(err, dave.ErrPlain) {
		c.t.Errorf("ten seconds after the upgrade a plain frame gives %v", err)
	}
}

// Who joins without encryption may be gone before all were told to stop it.
func TestUpgradeOvertakesDowngrade(t *testing.T) {
	c := gathered(t, 1, 2)
	c.joinWith(3, 0)
	open := c.server.Open()[0]
	c.down()
	c.outbox = nil
	c.leave(3)
	for _, user := range []uint64{1, 2} {
		c.inbox = append(c.inbox, delivery.Message{To: user, Op: discord.VoiceOpDAVEExecuteTransition, Transition: open})
	}
	c.run()
	c.agree(1, 2)
	c.talk()
	if c.failed > 0 {
		t.Errorf("%d messages could not be used", c.failed)
	}
}

func TestVersionZero(t *testing.T) {
	s := dave.New(1, channel, time.Now)
	if messages := s.SessionDescription(0); messages != nil {
		t.Errorf("without encryption it sends %v", messages)
	}
	// It ends as an encrypted frame does, and is none: there are no keys.
	frame := append(bytes.Repeat([]byte{1}, 20), 12, 0xfa, 0xfa)
	for _, f := range [][]byte{[]byte("plain"), frame} {
		if got, err := s.Encrypt(nil, f); err != nil || !bytes.Equal(got, f) {
			t.Errorf("%x is sent as %x: %v", f, got, err)
		}
		if got, err := s.Decrypt(nil, 2, f); err != nil || !bytes.Equal(got, f) {
			t.Errorf("%x is heard as %x: %v", f, got, err)
		}
	}
	if messages := s.Recover(); messages != nil {
		t.Errorf("there is nothing to recover, but it sends %v", messages)
	}
}

func TestNothingIsSentBeforeTheFirstEpoch(t *testing.T) {
	s := dave.New(1, channel, time.Now)
	s.SessionDescription(1)
	if got, err := s.Encrypt(nil, []byte("frame")); !errors.Is(err, dave.ErrNoKey) || len(got) > 0 {
		t.Errorf("it sends %q: %v", got, err)
	}
	if _, err := s.Decrypt(nil, 2, []byte("frame")); !errors.Is(err, dave.ErrPlain) {
		t.Errorf("a plain frame gives %v", err)
	}
	silence := []byte{0xf8, 0xff, 0xfe}
	if got, err := s.Decrypt(nil, 2, silence); err != nil || !bytes.Equal(got, silence) {
		t.Errorf("silence comes as %x: %v", got, err)
	}
}

// Frames and messages take different ways: a member that is in the next epoch already is heard once its commit is there.
func TestFrameOfAnEpochToComeIsHeld(t *testing.T) {
	c := gathered(t, 1, 2, 3)
	c.join(4)
	c.up()   // the key package
	c.down() // the proposal
	c.up()   // commits
	late := c.hold(2)
	c.down()
	c.up()
	c.inbox = append(c.inbox, c.server.Execute(c.server.Open()[0])...) // without waiting for 2
	late = append(late, c.hold(2)...)
	c.run()
	sent, err := c.sessions[1].Encrypt(nil, []byte("early"))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := c.sessions[2].Decrypt(nil, 1, sent); !errors.Is(err, dave.ErrNoKey) {
		t.Errorf("before the commit 2 hears %q: %v", got, err)
	}
	c.inbox = late
	c.run()
	if got, err := c.sessions[2].Decrypt(nil, 1, sent); err != nil || string(got) != "early" {
		t.Errorf("after the commit 2 hears %q: %v", got, err)
	}
	c.agree(1, 2, 3, 4)
	c.talk()
}

func TestKeysOfAnEpochAreKeptForTenSeconds(t *testing.T) {
	c := gathered(t, 1, 2)
	var old [][]byte
	for range 2 {
		sent, err := c.sessions[1].Encrypt(nil, []byte("old"))
		if err != nil {
			t.Fatal(err)
		}
		old = append(old, sent)
	}
	c.join(3)
	c.run()
	c.now = c.now.Add(10*time.Second - 1)
	if got, err := c.sessions[2].Decrypt(nil, 1, old[0]); err != nil || string(got) != "old" {
		t.Errorf("2 hears %q: %v", got, err)
	}
	c.now = c.now.Add(1)
	if got, err := c.sessions[2].Decrypt(nil, 1, old[1]); err == nil {
		t.Errorf("after ten seconds 2 hears %q", got)
	}
}

func TestReplayedFramesAreRefused(t *testing.T) {
	c := gathered(t, 1, 2)
	sent, err := c.sessions[1].Encrypt(nil, []byte("once"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.sessions[2].Decrypt(nil, 1, sent); err != nil {
		t.Fatal(err)
	}
	if got, err := c.sessions[2].Decrypt(nil, 1, sent); !errors.Is(err, dave.ErrReplay) {
		t.Errorf("again it comes as %q: %v", got, err)
	}
	if got, err := c.sessions[2].Decrypt(nil, 3, sent); !errors.Is(err, dave.ErrNoKey) {
		t.Errorf("from somebody else it comes as %q: %v", got, err)
	}
}

func TestUnknownTransitionsAreIgnored(t *testing.T) {
	c := gathered(t, 1, 2)
	c.sessions[1].ExecuteTransition(77)
	c.sessions[1].ExecuteTransition(1)
	c.talk()
}

func TestOpenTransitionsAreBounded(t *testing.T) {
	s := gathered(t, 1, 2).sessions[1]
	for id := range uint16(33) {
		s.PrepareTransition(100+id, 0)
	}
	if s.ExecuteTransition(100); s.Version() != 1 {
		t.Error("the oldest of 33 open transitions is not forgotten")
	}
	if s.ExecuteTransition(101); s.Version() != 0 {
		t.Error("the second of them is forgotten too")
	}
}

func TestCodes(t *testing.T) {
	c := gathered(t, 1, 2, 3)
	code := c.sessions[1].CodeWith(2)
	if len(code) != 45 || code != c.sessions[2].CodeWith(1) || code == c.sessions[1].CodeWith(3) {
		t.Errorf("1 sees %q with 2, 2 sees %q, 1 sees %q with 3", code, c.sessions[2].CodeWith(1), c.sessions[1].CodeWith(3))
	}
	for _, nobody := range []uint64{1, 9} {
		if code := c.sessions[1].CodeWith(nobody); code != "" {
			t.Errorf("the code with %d is %q", nobody, code)
		}
	}
	before := c.sessions[1].State().Code
	c.join(4)
	c.run()
	if c.sessions[1].State().Code == before {
		t.Error("the privacy code stays when somebody joins")
	}
}

func TestBinaryMessagesThatAreNone(t *testing.T) {
	tests := []struct {
		name    string
		op      discord.VoiceOpcode
		payload []byte
		sent    int
	}{
		{"external sender", discord.VoiceOpDAVEMLSExternalSender, []byte{1, 2, 3}, 0},
		{"no proposals", discord.VoiceOpDAVEMLSProposals, nil, 0},
		{"operation", discord.VoiceOpDAVEMLSProposals, []byte{2, 0}, 0},
		{"proposals", discord.VoiceOpDAVEMLSProposals, []byte{0, 1, 0}, 0},
		{"references", discord.VoiceOpDAVEMLSProposals, []byte{1, 9}, 0},
		{"no transition", discord.VoiceOpDAVEMLSWelcome, []byte{1}, 0},
		{"welcome", discord.VoiceOpDAVEMLSWelcome, []byte{0, 9}, 2},
		{"JSON opcode", discord.VoiceOpDAVEPrepareEpoch, nil, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := dave.New(1, channel, time.Now)
			s.SessionDescription(1)
			if test.op == discord.VoiceOpDAVEMLSProposals {
				_, messages := delivery.New(channel, 1).Join(1, 1)
				if _, err := s.Binary(messages[0].Op, messages[0].Binary); err != nil {
					t.Fatal(err)
				}
			}
			messages, err := s.Binary(test.op, test.payload)
			if err == nil || len(messages) != test.sent {
				t.Errorf("it is taken with %v and answered by %d messages, want %d", err, len(messages), test.sent)
			}
		})
	}
}
