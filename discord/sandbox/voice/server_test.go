package voice

import (
	"errors"
	"testing"

	"cordial/discord"
	"cordial/discord/voice/rtp"
)

func TestWhatCannotBeServed(t *testing.T) {
	if _, err := Start(Options{Host: "192.0.2.1"}); err == nil {
		t.Error("the server listens at an address of nobody")
	}
	mode, is := errors.AsType[*rtp.ModeError](func() error { _, err := Start(Options{Modes: []rtp.Mode{"rot13"}}); return err }())
	if !is || mode.Mode != "rot13" {
		t.Errorf("an unknown mode: %v", mode)
	}
}

func TestClosedServerAdmitsNobody(t *testing.T) {
	r := newRig(t)
	r.s.Close()
	r.s.Admit(seatOf(ada, asPerson))
	if err := r.s.Speak(t.Context(), ada, &words{count: 1}); !errors.Is(err, ErrClosed) {
		t.Errorf("a person speaks: %v", err)
	}
}

// TestClientsThatDoNotReadAreCut wants the frames for one client to be bounded.
func TestClientsThatDoNotReadAreCut(t *testing.T) {
	r := newRig(t)
	cut := false
	c := &conn{s: r.s, out: make(chan outgoing, 1), cancel: func() { cut = true }}
	c.reply(discord.VoiceOpHeartbeatACK, nil)
	if cut {
		t.Error("the first frame is too much")
	}
	if c.reply(discord.VoiceOpHeartbeatACK, nil); !cut {
		t.Error("a client that does not read is not cut")
	}
}

// TestPeopleAreInOneCall wants a person to leave a call by joining one in another guild.
func TestPeopleAreInOneCall(t *testing.T) {
	r := newRig(t)
	c := r.join(linus)
	r.s.Admit(seatOf(ada, asPerson))
	c.op(discord.VoiceOpClientsConnect)
	r.s.Admit(seatOf(ada, asPerson, func(s *Seat) { s.Guild, s.Channel = "50", "60" }))
	if left := c.op(discord.VoiceOpClientDisconnect).Get("user_id").String(); left != string(ada) {
		t.Errorf("%s has left", left)
	}
}
