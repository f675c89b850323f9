package voice

import (
	"bufio"
	"context"
	"crypto/sha1"
	"encoding/base64"
	"fmt"
	"net"
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
	r.until(c, "other keys", func() bool {
		return c.media != nil && c.media.dave.State().Ready && c.media.dave.State().Code != before.Code
	})
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

// TestRecovery asks for new keys when frame after frame cannot be decrypted, and not again right after it got them.
func TestRecovery(t *testing.T) {
	r := newRig(t)
	f := withFake(r)
	s := encrypted(t, rtp.AES256GCM)
	s.dial(http.DefaultClient, *f.assign("").Endpoint)
	p := f.peer()
	s.forge(dave.RecoverAfter)
	p.expect(discord.VoiceOpDAVEMLSInvalidCommitWelcome, nil)
	s.keyed(receive(t, p.frames, "frame"))
	s.forge(2 * dave.RecoverAfter)
	if got := s.m.dave.Stats().FailedInRow; got != 2*dave.RecoverAfter {
		t.Errorf("%d frames have failed with the new keys: there are others", got)
	}
	s.clock.Advance(recoverPause)
	s.forge(1)
	p.expect(discord.VoiceOpDAVEMLSInvalidCommitWelcome, nil)
}

// keyed has the bot be in the group again, by the key package that it has sent.
func (s *stage) keyed(sent frame) {
	s.t.Helper()
	if sent.Op != discord.VoiceOpDAVEMLSKeyPackage {
		s.t.Fatalf("%s, want a key package", sent.Op)
	}
	s.settle(s.answer(bot.Uint(), []dave.Message{{Op: sent.Op, Binary: sent.D}}))
	s.m.release(s.clock.Now())
}

// TestHearsWhileTheServerDoesNotRead goes on with sound when the voice server takes no frames: those for it wait.
func TestHearsWhileTheServerDoesNotRead(t *testing.T) {
	s := encrypted(t, rtp.AES256GCM)
	ours, theirs := net.Pipe() // which holds nothing: to write is to wait until it is read
	defer theirs.Close()
	go func() {
		request, err := http.ReadRequest(bufio.NewReader(theirs))
		if err != nil {
			t.Error(err)
			return
		}
		accept := sha1.Sum([]byte(request.Header.Get("Sec-WebSocket-Key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")) // RFC 6455, section 4.2.2
		fmt.Fprintf(theirs, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n",
			base64.StdEncoding.EncodeToString(accept[:]))
	}()
	l := s.dial(&http.Client{Transport: &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) { return ours, nil }}}, "deaf")
	all := s.hears()
	s.forge(dave.RecoverAfter)
	s.say(numbered(1))
	if s.want(*all, 1); l.ctx.Err() != nil {
		t.Errorf("the link has ended: %v", l.loss)
	}
}

// dial has the bot be connected to a voice server, which it sends to but does not read.
func (s *stage) dial(client *http.Client, endpoint string) *link {
	s.t.Helper()
	l := newLink(s.t.Context(), s.c, s.m, seat{server: server{endpoint: endpoint}})
	s.c.manager.o.Insecure, s.c.manager.o.HTTP = true, client
	if err := l.dial(); err != nil {
		s.t.Fatal(err.err)
	}
	l.wg.Go(l.write)
	s.t.Cleanup(func() {
		l.cancel()
		l.ws.CloseNow()
		l.wg.Wait()
	})
	s.c.machine.state, s.c.link = Ready, l
	return l
}

// forge sends packets of Ada's that cannot be decrypted.
func (s *stage) forge(packets int) {
	s.t.Helper()
	for range packets {
		forged, err := s.sessions[ada.Uint()].Encrypt(nil, numbered(0))
		if err != nil {
			s.t.Fatal(err)
		}
		forged[0] ^= 1
		s.send(forged)
	}
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
