package sandbox

import (
	"slices"
	"testing"
	"time"

	"github.com/coder/websocket"

	"cordial/discord"
)

func TestGatewayFaultsOfConnections(t *testing.T) {
	for _, c := range []struct {
		name  string
		fault GatewayFault
		code  discord.CloseCode // that the connection ends with; -1 when it goes on
		kept  int               // sessions after it
		want  func(s *socket)
	}{
		{"drop", GatewayFault{Kind: FaultDrop}, 0, 1, nil},
		{"close", GatewayFault{Kind: FaultClose}, discord.CloseUnknownError, 1, nil},
		{"close with 4009", GatewayFault{Kind: FaultClose, Code: 4009}, discord.CloseSessionTimedOut, 1, nil},
		{"close with 4004", GatewayFault{Kind: FaultClose, Code: 4004}, discord.CloseAuthenticationFailed, 0, nil},
		{"close with 1000", GatewayFault{Kind: FaultClose, Code: 1000}, 1000, 1, nil},
		{"reconnect", GatewayFault{Kind: FaultReconnect}, 1001, 1, func(s *socket) {
			s.op(discord.OpReconnect)
			s.r.clock.Advance(reconnectGrace)
		}},
		{"invalid session", GatewayFault{Kind: FaultInvalidSession}, discord.CloseUnknownError, 0, func(s *socket) {
			if s.op(discord.OpInvalidSession).Bool() {
				s.Error("the session can be resumed")
			}
			s.r.clock.Advance(reconnectGrace)
		}},
		{"invalid session that can be resumed", GatewayFault{Kind: FaultInvalidSession, Resumable: true}, discord.CloseUnknownError, 1, func(s *socket) {
			if !s.op(discord.OpInvalidSession).Bool() {
				s.Error("the session cannot be resumed")
			}
			s.r.clock.Advance(reconnectGrace)
		}},
		{"no acks", GatewayFault{Kind: FaultNoAcks}, -1, 1, func(s *socket) {
			s.send(discord.OpHeartbeat, nil)
			s.r.say("x")
			if f := s.read(); f.Get("t").String() != "MESSAGE_CREATE" {
				s.Errorf("after a beat comes %s", f.Raw)
			}
			s.r.srv.ClearFaults()
			s.send(discord.OpHeartbeat, nil)
			s.op(discord.OpHeartbeatACK)
		}},
	} {
		for _, early := range []bool{false, true} {
			name := c.name
			if early {
				name += ", ordered before the session"
			}
			t.Run(name, func(t *testing.T) {
				r := newRig(t)
				if early {
					r.srv.FaultGateway(c.fault)
				}
				s := r.connect()
				s.send(discord.OpIdentify, s.identity(discord.IntentGuildMessages))
				if !early {
					s.event("READY")
					r.srv.FaultGateway(c.fault)
				} else if c.code == -1 {
					s.event("READY")
				}
				if c.want != nil {
					c.want(s)
				}
				if c.code >= 0 {
					s.closed(c.code)
					r.awaitDetached()
				}
				if got := r.sessions(); got != c.kept {
					t.Errorf("%d sessions are left, want %d", got, c.kept)
				}
			})
		}
	}
}

func TestGatewayFaultsOfEvents(t *testing.T) {
	r := newRig(t)
	s, ready := r.identify(discord.IntentGuildMessages | discord.IntentGuildMessageReactions)
	r.srv.FaultGateway(GatewayFault{Kind: FaultOmit, Event: "MESSAGE_CREATE"})
	r.srv.FaultGateway(GatewayFault{Kind: FaultDuplicate, Event: "MESSAGE_DELETE"})
	id := r.say("omitted")
	r.bot("DELETE", generalMessages+"/"+string(id), nil).ok(204)
	r.say("sent")
	got := contents(s.pending())
	if want := []string{"3 MESSAGE_DELETE ", "3 MESSAGE_DELETE ", "4 MESSAGE_CREATE sent"}; !slices.Equal(got, want) {
		t.Errorf("the session gets %q, want %q", got, want)
	}
	got = contents(r.resume(ready.Get("session_id").String(), 1).until("RESUMED"))
	if want := []string{"2 MESSAGE_CREATE omitted", "3 MESSAGE_DELETE ", "4 MESSAGE_CREATE sent"}; len(got) < 3 || !slices.Equal(got[:3], want) {
		t.Errorf("a resume brings %q, want %q", got, want)
	}
}

func TestAClientIdentifiesAgainAfterAnInvalidSession(t *testing.T) {
	r := gatewayRig(t)
	s, _ := r.identify(0)
	r.srv.FaultGateway(GatewayFault{Kind: FaultInvalidSession})
	if s.op(discord.OpInvalidSession).Bool() {
		t.Error("the session can be resumed")
	}
	s.send(discord.OpIdentify, s.identity(0))
	s.event("READY")
	r.clock.Advance(reconnectGrace)
	s.send(discord.OpHeartbeat, nil)
	s.op(discord.OpHeartbeatACK)
}

func TestNothingIsSentInAnInvalidSession(t *testing.T) {
	r := gatewayRig(t)
	s, _ := r.identify(0)
	r.srv.FaultGateway(GatewayFault{Kind: FaultInvalidSession})
	s.op(discord.OpInvalidSession)
	s.send(discord.OpPresenceUpdate, map[string]any{"status": "online", "activities": []any{}})
	s.closed(discord.CloseNotAuthenticated)
}

func TestAConnectionThatIsHeldUpCanBeClosed(t *testing.T) {
	r := newRig(t)
	s, _ := r.identify(discord.IntentGuildMessages)
	r.srv.FaultGateway(GatewayFault{Kind: FaultDelay, Delay: time.Hour})
	r.say("late")
	r.awaitTimers(2) // the client's deadline, and the delay
	r.srv.FaultGateway(GatewayFault{Kind: FaultClose, Code: int(discord.CloseRateLimited)})
	s.closed(discord.CloseRateLimited)
}

func TestTooManyFaultsForgetTheOldest(t *testing.T) {
	r := newRig(t)
	r.srv.Fault(Fault{Status: 500})
	for range maxFaults {
		r.srv.Fault(Fault{Status: 502})
	}
	r.bot("GET", "/users/@me", nil).ok(502)
}

func TestADelayedEvent(t *testing.T) {
	r := newRig(t)
	s, _ := r.identify(discord.IntentGuildMessages)
	r.srv.FaultGateway(GatewayFault{Kind: FaultDelay, Delay: time.Second})
	r.say("late")
	r.awaitTimers(2) // the client's deadline, and the delay
	r.clock.Advance(time.Second)
	if m := s.event("MESSAGE_CREATE"); m.Get("content").String() != "late" {
		t.Errorf("%s comes", m.Raw)
	}
}

func TestFaultsOfOneShard(t *testing.T) {
	r := gatewayRig(t)
	shard := func(n int) func(map[string]any) { return func(d map[string]any) { d["shard"] = []int{n, 2} } }
	first, _ := r.identify(0, shard(0))
	second, _ := r.identify(0, shard(1))
	one := 1
	r.srv.FaultGateway(GatewayFault{Kind: FaultDrop, Shard: &one})
	second.closed(0)
	first.send(discord.OpHeartbeat, nil)
	first.op(discord.OpHeartbeatACK)
}

func TestRefusedConnections(t *testing.T) {
	r := newRig(t)
	r.srv.FaultGateway(GatewayFault{Kind: FaultRefuse, Times: 2})
	for range 2 {
		if _, res, err := websocket.Dial(t.Context(), r.srv.GatewayURL()+"/?v=10", &websocket.DialOptions{HTTPClient: r.client}); err == nil || res.StatusCode != 503 {
			t.Fatalf("the connection is not refused: %v", err)
		}
	}
	r.connect()
}

func TestOutage(t *testing.T) {
	r := newRig(t)
	s, _ := r.identify(discord.IntentGuilds | discord.IntentGuildMessages)
	r.srv.FaultGateway(GatewayFault{Kind: FaultOutage, Delay: time.Minute / 2})
	if gone := s.event("GUILD_DELETE"); gone.Get("id").String() != string(seedGuild) || !gone.Get("unavailable").Bool() {
		t.Errorf("GUILD_DELETE is %s", gone.Raw)
	}
	r.say("unheard")
	if got := s.sync(); len(got) > 0 {
		t.Errorf("during the outage come %q", got)
	}
	r.clock.Advance(time.Minute / 2)
	if back := s.event("GUILD_CREATE"); back.Get("unavailable").Bool() {
		t.Errorf("GUILD_CREATE is %.200s", back.Raw)
	}
	r.say("heard")
	s.event("MESSAGE_CREATE")
}
