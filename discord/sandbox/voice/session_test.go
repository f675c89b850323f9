package voice

import (
	"context"
	"crypto/tls"
	"net/http"
	"testing"

	"github.com/coder/websocket"

	"cordial/discord"
	"cordial/discord/voice/rtp"
)

func TestPresence(t *testing.T) {
	r := newRig(t)
	first := r.join(ada)
	first.speaking(1)
	second := r.join(grace)
	if got := first.op(discord.VoiceOpClientsConnect).Get("user_ids").Raw; got != `["12"]` {
		t.Errorf("the first is told of %s", got)
	}
	if got := second.op(discord.VoiceOpClientsConnect).Get("user_ids").Raw; got != `["11"]` {
		t.Errorf("the second is told of %s", got)
	}
	if got := second.op(discord.VoiceOpSpeaking); got.Get("user_id").String() != string(ada) || got.Get("speaking").Int() != 1 {
		t.Errorf("the second is told %s", got.Raw)
	}
	r.s.Expel(guild, grace, discord.VoiceCloseCallTerminated)
	second.closed(discord.VoiceCloseCallTerminated)
	if got := first.op(discord.VoiceOpClientDisconnect).Get("user_id").String(); got != string(grace) {
		t.Errorf("the first is told that %s has left", got)
	}
}

// TestNumbers wants all messages of both kinds to count up from 1.
func TestNumbers(t *testing.T) {
	r := newRig(t)
	c := r.join(ada)
	r.join(grace)
	r.join(linus)
	for i, f := range c.pending() {
		if f.seq != i+2 { // 1 was SESSION DESCRIPTION
			t.Errorf("message %d has the number %d", i, f.seq)
		}
	}
}

func TestResume(t *testing.T) {
	r := newRig(t)
	c := r.join(ada)
	seen := c.seq
	r.s.StrikeConnections(Strike{User: ada})
	c.closed(0)
	other := r.join(grace)
	other.speaking(1)
	c.dial("v=8")
	c.send(discord.VoiceOpResume, map[string]any{"server_id": guild, "session_id": c.seat.Session, "token": c.seat.Token, "seq_ack": seen})
	var ops []discord.VoiceOpcode
	for _, f := range c.pending() {
		ops = append(ops, f.op)
	}
	if len(ops) != 3 || ops[0] != discord.VoiceOpResumed || ops[1] != discord.VoiceOpClientsConnect || ops[2] != discord.VoiceOpSpeaking {
		t.Errorf("RESUME is answered with %v", ops)
	}
	other.say("still here") // with the key and the address of before
	if got := c.hear(); got.payload != "still here" {
		t.Errorf("heard %q", got.payload)
	}
}

// TestResumeOfWhatIsGone wants a client that lacks messages which are not kept to join anew.
func TestResumeOfWhatIsGone(t *testing.T) {
	limits := DefaultLimits()
	limits.Replay = 2
	r := newRig(t, func(o *Options) { o.Limits = &limits })
	c := r.join(ada)
	r.join(grace)
	r.join(linus)
	r.s.StrikeConnections(Strike{User: ada})
	c.closed(0)
	resume := func(ack int) {
		c.dial("v=8")
		c.send(discord.VoiceOpResume, map[string]any{"server_id": guild, "session_id": c.seat.Session, "token": c.seat.Token, "seq_ack": ack})
	}
	resume(1)
	c.op(discord.VoiceOpResumed)
	resume(-1)
	c.closed(discord.VoiceCloseSessionNoLongerValid)
	resume(1)
	c.closed(discord.VoiceCloseSessionNoLongerValid)
}

// TestNumbersWrap wants the number on the wire to be told apart from the one 65,536 messages before.
func TestNumbersWrap(t *testing.T) {
	r := newRig(t)
	n := &session{s: r.s}
	for range 70_000 {
		n.tell(discord.VoiceOpSpeaking, nil)
	}
	tests := []struct {
		ack, missed int // -1: not kept
	}{
		{70_000 & 0xFFFF, 0}, {69_999 & 0xFFFF, 1}, {(70_000 - r.s.limits.Replay) & 0xFFFF, r.s.limits.Replay},
		{(69_999 - r.s.limits.Replay) & 0xFFFF, -1}, {-1, -1}, {70_000, -1},
	}
	for _, test := range tests {
		missed, ok := n.missed(&test.ack)
		if !ok && test.missed >= 0 || ok && len(missed) != test.missed {
			t.Errorf("after %d the client lacks %d (%v), want %d", test.ack, len(missed), ok, test.missed)
		}
	}
	ack := 69_990 & 0xFFFF
	if n.ack(&ack); len(n.messages) != 10 {
		t.Errorf("%d messages are kept after all but 10 were acknowledged", len(n.messages))
	}
}

func TestHeartbeats(t *testing.T) {
	r := newRig(t)
	c := r.join(ada)
	c.send(discord.VoiceOpHeartbeat, map[string]any{"t": 1501184119561, "seq_ack": 1})
	if got := c.op(discord.VoiceOpHeartbeatACK).Get("t").Int(); got != 1501184119561 {
		t.Errorf("the answer is %d", got)
	}
	r.clock.Advance(r.s.limits.Heartbeat)
	c.pending()
	r.clock.Advance(r.s.limits.Heartbeat)
	c.pending()
	r.clock.Advance(2 * r.s.limits.Heartbeat)
	c.closed(discord.VoiceCloseSessionTimeout)
}

func TestLostClientsLeave(t *testing.T) {
	r := newRig(t)
	lost, c := r.join(ada), r.join(grace)
	c.pending()
	r.s.StrikeConnections(Strike{User: ada})
	lost.closed(0)
	r.await("the end of the lost connection", func() bool { return len(r.s.conns) == 1 })
	for left := r.s.limits.ResumeWindow; left > 0; left -= r.s.limits.Heartbeat {
		r.clock.Advance(r.s.limits.Heartbeat)
		c.unread = c.pending()
	}
	if got := c.op(discord.VoiceOpClientDisconnect).Get("user_id").String(); got != string(ada) {
		t.Errorf("%s has left", got)
	}
}

// TestUsualCloseLeaves wants a client that closes its websocket in the usual way to leave its call at once.
func TestUsualCloseLeaves(t *testing.T) {
	r := newRig(t)
	leaving, c := r.join(ada), r.join(grace)
	leaving.ws.Close(websocket.StatusNormalClosure, "")
	if got := c.op(discord.VoiceOpClientDisconnect).Get("user_id").String(); got != string(ada) {
		t.Errorf("%s has left", got)
	}
}

func TestStopAcks(t *testing.T) {
	r := newRig(t)
	c := r.join(ada)
	r.s.StopAcks("")
	c.send(discord.VoiceOpHeartbeat, map[string]any{"t": 1})
	r.s.Expel(guild, ada, discord.VoiceCloseVoiceServerCrashed)
	for {
		f, err := c.tryRead()
		if err != nil {
			break
		}
		if f.op == discord.VoiceOpHeartbeatACK {
			t.Error("the beat is answered")
		}
	}
}

// TestCrashKeepsSessions wants a client to resume after 4015, and to find nothing after the other codes.
func TestCrashKeepsSessions(t *testing.T) {
	for code, kept := range map[discord.VoiceCloseCode]bool{discord.VoiceCloseVoiceServerCrashed: true, discord.VoiceCloseDisconnected: false,
		discord.VoiceCloseSessionNoLongerValid: false} {
		r := newRig(t)
		c := r.join(ada)
		r.s.StrikeConnections(Strike{User: ada, Code: code})
		c.closed(code)
		c.dial("v=8")
		c.send(discord.VoiceOpResume, map[string]any{"server_id": guild, "session_id": c.seat.Session, "token": c.seat.Token, "seq_ack": c.seq})
		if kept {
			c.op(discord.VoiceOpResumed)
		} else {
			c.closed(discord.VoiceCloseSessionNoLongerValid)
		}
	}
}

func TestTLS(t *testing.T) {
	r := newRig(t)
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: r.s.CertPool()}}
	defer transport.CloseIdleConnections()
	ctx, cancel := context.WithTimeout(t.Context(), testTimeout)
	defer cancel()
	ws, _, err := websocket.Dial(ctx, "wss://"+r.s.Endpoint(0)+"/?v=8", &websocket.DialOptions{HTTPClient: &http.Client{Transport: transport}})
	if err != nil {
		t.Fatal(err)
	}
	defer ws.CloseNow()
	r.s.Admit(seatOf(ada))
	c := &client{T: t, r: r, seat: seatOf(ada), ws: ws, seq: -1}
	c.op(discord.VoiceOpHello)
	c.identify(0)
	c.choose(rtp.AES256GCM)
}

// TestStrikesWait wants a strike that finds nobody to hit those that come, as often as it says.
func TestStrikesWait(t *testing.T) {
	r := newRig(t)
	r.s.StrikeConnections(Strike{Code: discord.VoiceCloseVoiceServerCrashed, Times: 2})
	r.s.StrikeConnections(Strike{User: grace})
	c := r.connect(ada)
	c.identify(0)
	c.closed(discord.VoiceCloseVoiceServerCrashed)
	resume := func() {
		c.dial("v=8")
		c.send(discord.VoiceOpResume, map[string]any{"server_id": guild, "session_id": c.seat.Session, "token": c.seat.Token, "seq_ack": -1})
		c.op(discord.VoiceOpResumed)
	}
	resume()
	c.closed(discord.VoiceCloseVoiceServerCrashed)
	resume()
	c.choose(rtp.AES256GCM)
	other := r.connect(grace)
	other.send(discord.VoiceOpIdentify, other.identity(0))
	other.closed(0)
}
