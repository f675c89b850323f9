package voice

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"

	"cordial/discord"
)

func TestMove(t *testing.T) {
	r := newRig(t)
	r.seat(grace, kitchen)
	c, packets := r.call()
	if err := c.Move(t.Context(), kitchen); err != nil {
		t.Fatal(err)
	}
	r.speak(grace)
	for receive(t, packets, "packet").User != grace {
	}
	r.hearSpeech(packets, grace)
	if c.ChannelID() != kitchen || slices.Contains(c.Users(), ada) || !slices.Contains(c.Users(), grace) {
		t.Errorf("in %s with %v", c.ChannelID(), c.Users())
	}
	if heard := c.Stats().Speakers[ada].Received; heard == 0 {
		t.Error("what was heard before the move is not counted any more")
	}
}

// TestMoveWithoutAnswer stays in the channel where it was.
func TestMoveWithoutAnswer(t *testing.T) {
	var clock *clockwork.FakeClock
	r := newRig(t, frozen(&clock))
	c := r.join(lounge)
	r.answering(func(discord.Snowflake) []any { return nil })
	failed := make(chan error)
	go func() { failed <- c.Move(t.Context(), kitchen) }()
	r.pass(3, answerWait) // the heartbeat and the keeper wait too
	err := receive(t, failed, "error of Move")
	if e, ok := errors.AsType[*NoAnswerError](err); !ok || e.Channel != kitchen || c.ChannelID() != lounge {
		t.Errorf("%v; in %s", err, c.ChannelID())
	}
	r.answering(nil)
}

// TestMovedByOthers follows a moderator who drags the bot away, with the events in both orders.
func TestMovedByOthers(t *testing.T) {
	for _, first := range []string{"state first", "server first"} {
		t.Run(first, func(t *testing.T) {
			r := newRig(t)
			r.seat(grace, kitchen)
			c := r.join(lounge)
			packets := r.listen(c)
			if first == "state first" {
				r.tell(r.state(kitchen))
				r.tell(r.assign(kitchen))
			} else {
				server := r.assign(kitchen)
				r.tell(server)
				r.tell(r.state(kitchen))
			}
			r.until(c, "to be in the kitchen", func() bool { return c.settled() && c.media.channel == kitchen })
			r.speak(grace)
			r.hearSpeech(packets, grace)
			if c.ChannelID() != kitchen {
				t.Errorf("in %s", c.ChannelID())
			}
		})
	}
}

// TestServerChange follows the change of a channel's region: the server goes away, and another one is named.
func TestServerChange(t *testing.T) {
	r := newRig(t)
	c, packets := r.call()
	r.tell(away())
	r.until(c, "to wait for another server", func() bool { return c.machine.state == Waiting })
	if err := c.SendOpus(numbered(0)); err != nil {
		t.Errorf("SendOpus while away: %v", err)
	}
	r.endpoint = 1
	r.tell(r.assign(lounge))
	r.until(c, "to be back", func() bool { return c.settled() && c.media.channel == lounge })
	for len(packets) > 0 {
		<-packets
	}
	r.hearSpeech(packets, ada)
	if got := c.Stats().Unsent; got != 1 {
		t.Errorf("%d packets unsent", got)
	}
	if got := len(r.requests()); got != 1 {
		t.Errorf("the gateway was asked %d times", got)
	}
}

// TestServerStaysAway joins anew when no other server is named for long.
func TestServerStaysAway(t *testing.T) {
	var clock *clockwork.FakeClock
	r := newRig(t, frozen(&clock))
	c := r.join(lounge)
	r.tell(away())
	r.noticed(NoticeReconnect)
	r.pass(1, 2*time.Minute)
	r.pass(1, r.noticed(NoticeReconnect).Wait)
	r.until(c, "to be back", func() bool { return c.settled() && c.media.channel == lounge })
	if got := len(r.requests()); got != 2 {
		t.Errorf("the gateway was asked %d times", got)
	}
}

// TestKicked ends with what the gateway tells, whether the voice server's close comes before it or not.
func TestKicked(t *testing.T) {
	for _, code := range []discord.VoiceCloseCode{0, discord.VoiceCloseDisconnected, discord.VoiceCloseCallTerminated} {
		r := newRig(t)
		c := r.join(lounge)
		if code != 0 {
			r.server.Expel(guild, bot, code)
			r.until(c, "to wait for the gateway", func() bool { return c.machine.state == Waiting })
		}
		r.tell(r.state(""))
		receive(t, c.Done(), "end")
		if _, ok := errors.AsType[*DisconnectedError](c.Err()); !ok || c.State() != Closed {
			t.Errorf("code %d: %v, %s", code, c.Err(), c.State())
		}
	}
}

// TestDisconnectedInSilence ends when nothing follows the close.
func TestDisconnectedInSilence(t *testing.T) {
	var clock *clockwork.FakeClock
	r := newRig(t, frozen(&clock))
	c := r.join(lounge)
	r.server.Expel(guild, bot, discord.VoiceCloseDisconnected)
	r.noticed(NoticeReconnect)
	r.pass(1, time.Minute)
	receive(t, c.Done(), "end")
	if e, ok := errors.AsType[*CloseError](c.Err()); !ok || e.Code != discord.VoiceCloseDisconnected {
		t.Errorf("%v", c.Err())
	}
}

// TestGatewayBeginsAnew joins again after the gateway lost its session, with which Discord ends those of voice.
func TestGatewayBeginsAnew(t *testing.T) {
	r := newRig(t)
	c := r.join(lounge)
	r.session = "another session"
	r.manager.Handle("READY", []byte(`{"session_id":"another session","guilds":[{"id":"1","unavailable":true},{"id":"2001","unavailable":true}]}`))
	r.server.Expel(guild, bot, discord.VoiceCloseDisconnected)
	r.until(c, "to be back", func() bool {
		return c.settled() && c.media.channel == lounge && c.link.seat.session == "another session"
	})
	if got := len(r.requests()); got != 2 {
		t.Errorf("the gateway was asked %d times", got)
	}
}

// TestAway joins again after Discord took the bot out of the channel because it was not heard of for long, such as a laptop that
// slept.
func TestAway(t *testing.T) {
	var clock *clockwork.FakeClock
	r := newRig(t, frozen(&clock))
	c := r.join(lounge)
	r.strike(0)
	n := r.noticed(NoticeReconnect)
	c.alive.Store(clock.Now().Add(-2 * absence).UnixNano())
	r.server.Expel(guild, bot, discord.VoiceCloseSessionTimeout)
	r.tell(r.state(""))
	r.pass(2, n.Wait) // the keeper goes on
	n = r.noticed(NoticeReconnect)
	if !strings.Contains(n.Text, "away for so long") {
		t.Error(n)
	}
	r.pass(1, n.Wait)
	r.until(c, "to be back", func() bool { return c.settled() && c.media.channel == lounge && len(r.requests()) == 2 })
}

// TestKickedWhileAway does not join again when the bot is disconnected in the middle of a reconnect.
func TestKickedWhileAway(t *testing.T) {
	var clock *clockwork.FakeClock
	r := newRig(t, frozen(&clock))
	c := r.join(lounge)
	r.strike(discord.VoiceCloseSessionNoLongerValid)
	n := r.noticed(NoticeReconnect)
	r.tell(r.state(""))
	r.pass(1, n.Wait)
	receive(t, c.Done(), "end")
	if _, ok := errors.AsType[*DisconnectedError](c.Err()); !ok || len(r.requests()) != 1 {
		t.Errorf("%v, after %d requests", c.Err(), len(r.requests()))
	}
}

func TestGuildDelete(t *testing.T) {
	r := newRig(t)
	c := r.join(lounge)
	r.manager.Handle("GUILD_DELETE", []byte(`{"id":"2001","unavailable":true}`))
	if c.State() != Ready {
		t.Errorf("an outage ended the connection: %s", c.State())
	}
	r.manager.Handle("GUILD_DELETE", []byte(`{"id":"2001"}`))
	receive(t, c.Done(), "end")
	if _, ok := errors.AsType[*DisconnectedError](c.Err()); !ok {
		t.Errorf("%v", c.Err())
	}
}

func TestResume(t *testing.T) {
	r := newRig(t)
	c, packets := r.call()
	before, code := c.current(), c.E2EE().Code
	for _, lose := range []func(){
		func() { r.strike(0) },
		func() { r.strike(discord.VoiceCloseVoiceServerCrashed) },
	} {
		lose()
		if n := r.noticed(NoticeResumed); n.Guild != guild || n.Channel != lounge {
			t.Errorf("%+v", n)
		}
		r.hearSpeech(packets, ada)
	}
	if c.current() != before || c.E2EE().Code != code {
		t.Error("the session is another one")
	}
	if got := len(r.requests()); got != 1 {
		t.Errorf("the gateway was asked %d times", got)
	}
}

// TestZombie resumes when heartbeats go unanswered.
func TestZombie(t *testing.T) {
	var clock *clockwork.FakeClock
	r := newRig(t, frozen(&clock))
	c := r.join(lounge)
	r.server.StopAcks(bot)
	r.pass(2, 13750*time.Millisecond) // heartbeats and the keeper
	beats := &c.readyLink().beats
	for deadline := time.Now().Add(testTimeout); !beats.waits(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("no heartbeat is sent")
		}
	}
	r.pass(2, 13750*time.Millisecond)
	n := r.noticed(NoticeReconnect)
	if n.Wait > firstPause/4 {
		t.Errorf("the first try comes after %s", n.Wait)
	}
	r.pass(2, n.Wait) // the keeper goes on
	r.noticed(NoticeResumed)
	if c.State() != Ready {
		t.Errorf("the state is %s", c.State())
	}
}

// TestLatency measures a heartbeat.
func TestLatency(t *testing.T) {
	r, f, joined := newFrozenFake(t)
	p := f.accept()
	r.joins(joined)
	c := r.manager.Connection(guild)
	r.pass(2, 13750*time.Millisecond) // heartbeats and the keeper
	var h heartbeat
	p.expect(discord.VoiceOpHeartbeat, &h)
	const latency = 40 * time.Millisecond
	r.pass(2, latency)
	p.send(`{"op":6,"d":{"t":` + string(mustJSON(t, h.Nonce)) + `}}`)
	r.until(c, "the answer to be read", func() bool { return !c.link.beats.waits() })
	if got := c.Latency(); got != latency {
		t.Errorf("the latency is %s", got)
	}
}

// TestFreshJoin joins again after the codes that ask for it.
func TestFreshJoin(t *testing.T) {
	for _, code := range []discord.VoiceCloseCode{
		discord.VoiceCloseAuthenticationFailed, discord.VoiceCloseSessionNoLongerValid, discord.VoiceCloseSessionTimeout,
		discord.VoiceCloseServerNotFound, discord.VoiceCloseFailedToDecodePayload,
	} {
		r := newRig(t)
		r.seat(ada, lounge)
		c := r.join(lounge)
		r.strike(code)
		r.noticed(NoticeReady)
		packets := r.listen(c)
		r.speak(ada)
		r.hearSpeech(packets, ada)
		if got := len(r.requests()); got != 2 {
			t.Errorf("code %d: the gateway was asked %d times", code, got)
		}
	}
}

// TestStop ends after the codes that every further try would end in.
func TestStop(t *testing.T) {
	for _, code := range []discord.VoiceCloseCode{discord.VoiceCloseDAVEProtocolRequired, discord.VoiceCloseRateLimited} {
		r := newRig(t)
		c := r.join(lounge)
		r.strike(code)
		receive(t, c.Done(), "end")
		if e, ok := errors.AsType[*CloseError](c.Err()); !ok || e.Code != code {
			t.Errorf("%v", c.Err())
		}
		if got, want := r.requests(), []string{"3001", ""}; !slices.Equal(got, want) {
			t.Errorf("code %d: asked for %q, want %q", code, got, want)
		}
	}
}
