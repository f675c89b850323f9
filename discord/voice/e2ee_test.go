package voice

import (
	"context"
	"net/http"
	"slices"
	"testing"

	"github.com/coder/websocket"

	"cordial/discord"
	sandbox "cordial/discord/sandbox/voice"
	"cordial/discord/voice/dave"
	"cordial/discord/voice/rtp"
)

// epoch waits until the keys are other ones than before, and are there.
func (r *rig) epoch(c *Connection, before E2EE) E2EE {
	r.Helper()
	r.until(c, "other keys", func() bool { return c.media != nil && c.media.dave.Ready() && c.media.dave.Code() != before.Code })
	return c.E2EE()
}

// TestCompanyChanges hears everybody while people come and go.
func TestCompanyChanges(t *testing.T) {
	r := newRig(t)
	c, packets := r.call()
	alone := c.E2EE()
	r.seat(grace, lounge)
	together := r.epoch(c, alone)
	r.hearSpeech(packets, ada)
	if got := c.Users(); !slices.Equal(got, []discord.Snowflake{ada, grace}) {
		t.Errorf("%v are there", got)
	}
	if code := c.VerificationCode(grace); len(code) != 45 || code == c.VerificationCode(ada) {
		t.Errorf("the verification code is %q", code)
	}
	r.server.Expel(guild, grace, discord.VoiceCloseDisconnected)
	r.epoch(c, together)
	r.hearSpeech(packets, ada)
	if got := c.Users(); !slices.Equal(got, []discord.Snowflake{ada}) {
		t.Errorf("%v are there", got)
	}
}

// TestBrokenWelcome recovers from messages that cannot be used.
func TestBrokenWelcome(t *testing.T) {
	r := newRig(t)
	r.seat(ada, lounge)
	r.server.BreakCommits(bot, 1)
	c := r.join(lounge)
	r.noticed(NoticeRecovery)
	packets := r.listen(c)
	r.speak(ada)
	for receive(t, packets, "packet").opus == "\xF8\xFF\xFE" {
	}
	r.hearSpeech(packets, ada)
	r.reached(c, ada, 5)
}

func TestRevokedProposals(t *testing.T) {
	r := newRig(t)
	r.seat(ada, lounge)
	r.server.RevokeProposals(2)
	c := r.join(lounge)
	packets := r.listen(c)
	r.speak(ada)
	r.hearSpeech(packets, ada)
}

// TestRecovery asks for new keys when frame after frame cannot be decrypted.
func TestRecovery(t *testing.T) {
	r := newRig(t)
	f := withFake(r)
	s := encrypted(t, rtp.AES256GCM)
	l := newLink(t.Context(), s.c, s.m, seat{server: server{endpoint: *f.assign("").Endpoint}})
	s.c.manager.o.Insecure, s.c.manager.o.HTTP = true, http.DefaultClient
	if err := l.dial(); err != nil {
		t.Fatal(err.err)
	}
	defer l.ws.CloseNow()
	s.c.machine.state, s.c.link = Ready, l
	p := f.peer()
	for range dave.RecoverAfter {
		forged, err := s.sessions[ada.Uint()].Encrypt(nil, numbered(0))
		if err != nil {
			t.Fatal(err)
		}
		forged[0] ^= 1
		s.send(forged)
	}
	p.expect(discord.VoiceOpDAVEMLSInvalidCommitWelcome, nil)
	p.expect(discord.VoiceOpDAVEMLSKeyPackage, nil)
}

// TestDowngrade goes on without end-to-end encryption when someone comes who cannot do it, and tells so.
func TestDowngrade(t *testing.T) {
	r := newRig(t, func(s *sandbox.Options, _ *Options) { s.DAVE = sandbox.DAVEAllowed })
	c, packets := r.call()

	r.enterWithoutDAVE(grace)
	r.noticed(NoticeUnencrypted)
	r.hearSpeech(packets, ada)
	if e := c.E2EE(); e.Version != 0 || !e.Ready || e.Code != "" {
		t.Errorf("%+v", e)
	}
}

// enterWithoutDAVE has a user enter the lounge with a client that does not speak DAVE, and hears nothing.
func (r *rig) enterWithoutDAVE(user discord.Snowflake) {
	r.Helper()
	r.server.Admit(sandbox.Seat{Guild: guild, User: user, Channel: lounge, Session: "old", Token: "old"})
	ws, _, err := websocket.Dial(r.Context(), "ws://"+r.server.Endpoint(0)+"/?v=8", nil)
	if err != nil {
		r.Fatal(err)
	}
	r.Cleanup(func() { ws.CloseNow() })
	for _, frame := range []frame{
		{discord.VoiceOpIdentify, mustJSON(r.T, identify{Server: guild, User: user, Session: "old", Token: "old"})},
		{discord.VoiceOpSelectProtocol, mustJSON(r.T, selectProtocol{"udp", selectedData{"127.0.0.1", 9, string(rtp.XChaCha20)}})},
	} {
		if err := ws.Write(r.Context(), websocket.MessageText, mustJSON(r.T, map[string]any{"op": frame.Op, "d": frame.D})); err != nil {
			r.Fatal(err)
		}
	}
}

// TestTLS connects with TLS unless it is told not to.
func TestTLS(t *testing.T) {
	newRig(t, func(_ *sandbox.Options, o *Options) { o.Insecure = false }).call()
}

// TestRoughNetwork counts what a network does to packets, and passes each on once.
func TestRoughNetwork(t *testing.T) {
	r := newRig(t)
	r.seat(ada, lounge)
	c := r.join(lounge)
	r.server.SetNetwork(sandbox.Network{Loss: 0.2, Duplicate: 0.2, Reorder: 0.2})
	seen := map[uint16]bool{}
	enough := make(chan bool)
	stop := c.Listen(func(p Packet) {
		if seen[p.Seq] {
			t.Errorf("packet %d was heard twice", p.Seq)
		}
		seen[p.Seq] = true
		if len(seen) == 60 {
			close(enough)
		}
	})
	defer stop()
	r.speak(ada)
	receive(t, enough, "end of the speech")
	if s := c.Stats().Speakers[ada]; s.Lost <= 0 || s.Late == 0 || s.Duplicate == 0 || s.Failed != 0 {
		t.Errorf("%+v", s)
	}
}

// TestDeaf tells the gateway how the bot wants to appear.
func TestDeaf(t *testing.T) {
	r := newRig(t)
	c := r.join(lounge)
	ctx := context.Background()
	for _, err := range []error{c.SetMute(ctx, true), c.SetDeaf(ctx, true), c.SetMute(ctx, false)} {
		if err != nil {
			t.Error(err)
		}
	}
	want := []request{{lounge, false, false}, {lounge, true, false}, {lounge, true, true}, {lounge, false, true}}
	if got := r.requested(); !slices.Equal(got, want) {
		t.Errorf("the gateway was asked for %+v", got)
	}
}
