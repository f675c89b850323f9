package voice

import (
	"strings"
	"testing"

	"cordial/discord/voice/rtp"
)

// TestSilenced tells once, each time the bot is muted or suppressed, that nobody hears what it sends.
func TestSilenced(t *testing.T) {
	s := newStage(t, rtp.AES256GCM, 0)
	s.connect()
	s.m.out.begin(1)
	s.m.out.known.Store(true)
	var notices []Notice
	s.c.manager.o.OnNotice = func(n Notice) { notices = append(notices, n) }
	s.c.manager.connections[guild] = s.c
	state := func(mute, suppress bool) {
		channel := lounge
		s.c.manager.Handle("VOICE_STATE_UPDATE", mustJSON(t, voiceState{guild, &channel, bot, "session", mute, suppress}))
		if s.c.ServerMuted() != mute || s.c.Suppressed() != suppress {
			t.Errorf("muted %v, suppressed %v", s.c.ServerMuted(), s.c.Suppressed())
		}
	}
	send := func(packets uint32) {
		for n := range packets {
			if err := s.c.SendOpus(numbered(n)); err != nil {
				t.Fatal(err)
			}
		}
	}
	send(3 * patientPackets)
	for _, step := range []struct {
		mute, suppress bool
		text           string
	}{{true, false, "muted"}, {false, true, "SPEAK"}, {true, true, "muted"}} {
		notices = nil
		state(step.mute, step.suppress)
		send(patientPackets - 1) // which may have been sent when the news that the bot may speak is on its way
		if len(notices) > 0 {
			t.Errorf("%+v: told too early: %v", step, notices)
		}
		state(step.mute, step.suppress) // such as for the bot's own mute
		send(2 * patientPackets)
		if len(notices) != 1 || notices[0].Kind != NoticeSilenced || !strings.Contains(notices[0].Text, step.text) {
			t.Errorf("%+v: %v", step, notices)
		}
		state(false, false)
		send(2 * patientPackets)
		if len(notices) != 1 {
			t.Errorf("told when everybody hears the bot: %v", notices)
		}
	}
}

// TestFewPacketsFromAStranger sends no more than a few packets before the server could be told whose they are.
func TestFewPacketsFromAStranger(t *testing.T) {
	s := encrypted(t, rtp.AES256GCM)
	s.connect()
	s.m.out.begin(1)
	l := newLink(t.Context(), s.c, s.m, seat{channel: lounge})
	s.c.machine.state, s.c.link = Ready, l
	for n := range uint32(2 * maxEarly) {
		if err := s.c.SendOpus(numbered(n)); err != nil {
			t.Fatal(err)
		}
	}
	if got := s.c.Stats(); got.Sent != maxEarly || got.Unsent != maxEarly || len(l.out) != 1 {
		t.Errorf("%+v, with %d messages for the server", got, len(l.out))
	}
	(<-l.out).sent()
	if err := s.c.SendOpus(numbered(0)); err != nil || s.c.Stats().Sent != maxEarly+1 {
		t.Errorf("%v, %+v", err, s.c.Stats())
	}
}
