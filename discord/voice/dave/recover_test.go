package dave_test

import (
	"bytes"
	"errors"
	"slices"
	"testing"

	"cordial/discord"
	"cordial/discord/voice/dave"
	"cordial/discord/voice/dave/delivery"
)

func TestBrokenCommitsAndWelcomesAreRecoveredFrom(t *testing.T) {
	tests := []struct {
		name   string
		op     discord.VoiceOpcode
		victim []uint64
	}{
		{"commit, one member", discord.VoiceOpDAVEMLSAnnounceCommitTransition, []uint64{2}},
		{"commit, the committer", discord.VoiceOpDAVEMLSAnnounceCommitTransition, []uint64{1}},
		{"commit, all members", discord.VoiceOpDAVEMLSAnnounceCommitTransition, []uint64{1, 2, 3}},
		{"welcome", discord.VoiceOpDAVEMLSWelcome, []uint64{4}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := gathered(t, 1, 2, 3)
			victims := slices.Clone(test.victim)
			c.edit = func(m *delivery.Message) {
				if i := slices.Index(victims, m.To); m.Op == test.op && i >= 0 {
					m.Binary = bytes.Clone(m.Binary)
					m.Binary[len(m.Binary)/2] ^= 1
					victims = slices.Delete(victims, i, i+1)
				}
			}
			c.join(4)
			c.run()
			c.agree(1, 2, 3, 4)
			c.talk()
			if c.failed != len(test.victim) {
				t.Errorf("%d messages could not be used, want %d", c.failed, len(test.victim))
			}
		})
	}
}

func TestBrokenCommitLeavesOldKeysInUse(t *testing.T) {
	c := gathered(t, 1, 2)
	c.edit = func(m *delivery.Message) {
		if m.Op == discord.VoiceOpDAVEMLSAnnounceCommitTransition && m.To == 2 {
			m.Binary = m.Binary[:len(m.Binary)-1]
		}
	}
	c.join(3)
	c.down()
	c.up()
	c.down() // proposals
	c.up()   // commits
	sent, err := c.sessions[1].Encrypt(nil, []byte("before the commit"))
	if err != nil {
		t.Fatal(err)
	}
	c.down() // the commit
	if c.failed != 1 {
		t.Fatalf("%d messages could not be used, want 1", c.failed)
	}
	if got, err := c.sessions[2].Decrypt(nil, 1, sent); err != nil || string(got) != "before the commit" {
		t.Errorf("2 hears %q: %v", got, err)
	}
	if _, err := c.sessions[2].Encrypt(nil, []byte("frame")); err != nil {
		t.Errorf("2 cannot send: %v", err)
	}
}

func TestRecover(t *testing.T) {
	c := gathered(t, 1, 2, 3)
	s, other := c.sessions[2], c.sessions[1]
	for range dave.RecoverAfter {
		sent, err := other.Encrypt(nil, []byte("frame"))
		if err != nil {
			t.Fatal(err)
		}
		sent[0] ^= 1
		if _, err := s.Decrypt(nil, 1, sent); !errors.Is(err, dave.ErrForged) {
			t.Fatalf("a forged frame gives %v", err)
		}
	}
	if n := s.Stats().FailedInRow; n != dave.RecoverAfter {
		t.Errorf("%d failed in a row, want %d", n, dave.RecoverAfter)
	}
	messages := s.Recover()
	if len(messages) != 2 || messages[0].Op != discord.VoiceOpDAVEMLSInvalidCommitWelcome || messages[1].Op != discord.VoiceOpDAVEMLSKeyPackage {
		t.Fatalf("to recover it sends %v", messages)
	}
	c.send(2, messages)
	c.run()
	c.agree(1, 2, 3)
	c.talk()
	if n := s.Stats().FailedInRow; n != 0 {
		t.Errorf("%d failed in a row after it", n)
	}
}

// Whoever asks several times before the first answer gets a Welcome for each: those that were outrun are not reported, or each report would
// bring the next of them for ever.
func TestWelcomesThatWereOutrunAreForgiven(t *testing.T) {
	c := gathered(t, 1, 2, 3)
	var slow []delivery.Message // what 2 gets only after it has asked for the last time
	for range 20 {
		c.send(2, c.sessions[2].Recover())
		for len(c.inbox)+len(c.outbox) > 0 {
			c.up()
			slow = append(slow, c.hold(2)...)
			c.down()
		}
	}
	c.inbox = slow
	c.run()
	c.agree(1, 2, 3)
	c.talk()
	if c.failed != 0 {
		t.Errorf("%d messages could not be used", c.failed)
	}
}
