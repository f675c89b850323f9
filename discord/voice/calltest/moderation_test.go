package calltest

import (
	"errors"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"

	"cordial/discord"
	"cordial/discord/sandbox"
	"cordial/discord/voice"
)

// TestTakenOut ends connections in all the ways in which the bot can be taken out of its channel.
func TestTakenOut(t *testing.T) {
	tests := map[string]func(t *town){
		"disconnected": func(t *town) {
			t.moderate(t.helper(), sandbox.MemberParams{ChannelID: sandbox.Field[discord.Snowflake]{Set: true, Null: true}})
		},
		"kicked": func(t *town) { t.must(t.world.Kick(sandbox.Actor{User: mayor}, uptown, t.helper())) },
		"the channel is deleted": func(t *town) {
			_, err := t.world.DeleteChannel(sandbox.Actor{User: mayor}, hall)
			t.must(err)
		},
	}
	for name, take := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			town := newTown(t, clockwork.NewRealClock())
			c := town.join(uptown, hall)
			take(town)
			receive(t, c.Done(), "the end")
			if _, ok := errors.AsType[*voice.DisconnectedError](c.Err()); !ok || town.manager.Connection(uptown) != nil {
				t.Errorf("the connection ended with %v", c.Err())
			}
		})
	}
}

// TestTakenAlong follows a moderator, and a call that moves to another voice server.
func TestTakenAlong(t *testing.T) {
	tests := map[string]struct {
		to   discord.Snowflake
		take func(t *town)
	}{
		"moved": {garden, func(t *town) { t.moderate(t.helper(), sandbox.MemberParams{ChannelID: sandbox.Given(garden)}) }},
		"another region": {hall, func(t *town) {
			_, err := t.world.ModifyChannel(sandbox.Actor{User: mayor}, hall, sandbox.ChannelParams{RTCRegion: sandbox.Given("rotterdam")})
			t.must(err)
		}},
		"another voice server": {hall, func(t *town) { t.server.FaultVoice(sandbox.VoiceFault{Kind: sandbox.VoiceFaultMove}) }},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			town := newTown(t, clockwork.NewRealClock())
			town.enter(guest, hall)
			town.enter(mayor, test.to)
			c := town.join(uptown, hall)
			town.talk(guest)
			town.talk(mayor)
			town.hears(c, guest)
			test.take(town)
			town.noticed(voice.NoticeReady)
			town.hears(c, mayor)
			if c.ChannelID() != test.to || c.State() != voice.Ready {
				t.Errorf("%s in %s", c.State(), c.ChannelID())
			}
			eventually(t, "to speak with the new keys, which others may do before", func() bool { return c.E2EE().Ready })
		})
	}
}

// TestVoiceServerCloses does after each code what it asks for.
func TestVoiceServerCloses(t *testing.T) {
	back := map[discord.VoiceCloseCode]voice.NoticeKind{
		discord.VoiceCloseSessionNoLongerValid: voice.NoticeReady,
		discord.VoiceCloseVoiceServerCrashed:   voice.NoticeResumed,
	}
	for code, notice := range back {
		t.Run(code.Name(), func(t *testing.T) {
			t.Parallel()
			town := newTown(t, clockwork.NewRealClock())
			town.enter(guest, hall)
			c := town.join(uptown, hall)
			town.talk(guest)
			town.server.FaultVoice(sandbox.VoiceFault{Kind: sandbox.VoiceFaultClose, Code: code})
			town.noticed(notice)
			town.hears(c, guest)
		})
	}
	gone := []discord.VoiceCloseCode{discord.VoiceCloseDisconnected, discord.VoiceCloseCallTerminated,
		discord.VoiceCloseDAVEProtocolRequired, discord.VoiceCloseRateLimited}
	for _, code := range gone {
		t.Run(code.Name(), func(t *testing.T) {
			t.Parallel()
			clock := clockwork.NewFakeClock()
			town := newTown(t, clock)
			c := town.join(uptown, hall)
			town.server.FaultVoice(sandbox.VoiceFault{Kind: sandbox.VoiceFaultClose, Code: code})
			eventually(t, "to know of the loss", func() bool { return c.State() == voice.Waiting || c.State() == voice.Closed })
			passUntil(t, clock, c.Done()) // nothing follows from the gateway
			if e, ok := errors.AsType[*voice.CloseError](c.Err()); !ok || e.Code != code {
				t.Errorf("the connection ended with %v", c.Err())
			}
		})
	}
}

// passUntil lets time pass until something is done. Its steps are so short that what the others have seconds for by the clock may take a
// while on a busy machine.
func passUntil(t *testing.T, clock *clockwork.FakeClock, done <-chan struct{}) {
	t.Helper()
	for timeout := time.After(testTimeout); ; {
		select {
		case <-done:
			return
		case <-timeout:
			t.Fatal("however much time passes, it does not end")
		case <-time.After(5 * time.Millisecond): // for what happens meanwhile
			clock.Advance(200 * time.Millisecond)
		}
	}
}

// TestNoPlace asks for channels that do not answer: one is full, the other one may not be joined.
func TestNoPlace(t *testing.T) {
	tests := map[string]func(t *town){
		"full": func(t *town) {
			t.enter(guest, hall)
			_, err := t.world.ModifyChannel(sandbox.Actor{User: mayor}, hall, sandbox.ChannelParams{UserLimit: sandbox.Given(1)})
			t.must(err)
		},
		"without CONNECT": func(t *town) {
			deny, everyone := discord.PermissionConnect, discord.OverwriteRole
			t.must(t.world.SetOverwrite(sandbox.Actor{User: mayor}, hall, sandbox.OverwriteParams{ID: uptown, Type: &everyone, Deny: &deny}))
		},
	}
	for name, close := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			clock := clockwork.NewFakeClock()
			town := newTown(t, clock)
			close(town)
			ended, failed := make(chan struct{}), error(nil)
			go func() {
				defer func() { ended <- struct{}{} }()
				_, failed = town.manager.Join(t.Context(), uptown, hall, voice.JoinOptions{})
			}()
			passUntil(t, clock, ended)
			if e, ok := errors.AsType[*voice.NoAnswerError](failed); !ok || e.Channel != hall {
				t.Errorf("Join: %v", failed)
			}
		})
	}
}

// TestAfterCrash joins where an earlier run of the program, which was killed, still seems to be.
func TestAfterCrash(t *testing.T) {
	t.Parallel()
	town := newTown(t, clockwork.NewRealClock())
	town.enter(guest, hall)
	town.talk(guest)
	before := town.join(uptown, hall)
	town.hears(before, guest)
	town.crash()
	town.manager = town.newBot()
	left, err := town.world.VoiceStateOf(sandbox.Actor{User: mayor}, uptown, town.helper())
	town.must(err)
	c := town.join(uptown, hall)
	town.hears(c, guest)
	now, err := town.world.VoiceStateOf(sandbox.Actor{User: mayor}, uptown, town.helper())
	town.must(err)
	if left.ChannelID != sandbox.Nullable(hall) || now.ChannelID != sandbox.Nullable(hall) || now.SessionID == left.SessionID {
		t.Errorf("the crash left %+v, and now there is %+v", left, now)
	}
}

// TestMuted has nobody hear the bot while a moderator has muted it, and the bot tell so.
func TestMuted(t *testing.T) {
	t.Parallel()
	town := newTown(t, clockwork.NewRealClock())
	town.enter(guest, hall)
	town.enter(mayor, market)
	c, elsewhere := town.join(uptown, hall), town.join(downtown, market)
	server := town.server.Voice()
	hears := func(person discord.Snowflake, packets int) {
		t.Helper()
		eventually(t, string(person)+" to hear the bot", func() bool { return len(server.Heard(person, town.helper())) == packets })
	}
	say := func(c *voice.Connection) { town.must(c.SendOpus([]byte("\xF8hello"))) }
	say(c)
	hears(guest, 1)
	town.moderate(town.helper(), sandbox.MemberParams{Mute: sandbox.Given(true)})
	eventually(t, "to know that the bot is muted", c.ServerMuted)
	for range 10 {
		say(c)
	}
	say(elsewhere) // the voice server reads datagrams in their order: when it has this one, it has had the others
	hears(mayor, 1)
	town.noticed(voice.NoticeSilenced)
	town.moderate(town.helper(), sandbox.MemberParams{Mute: sandbox.Given(false)})
	eventually(t, "to know that it is not any more", func() bool { return !c.ServerMuted() })
	say(c)
	hears(guest, 2)
	packets := server.Heard(guest, town.helper())
	if next := packets[1].Seq - packets[0].Seq; next != 11 {
		t.Errorf("the guest hears packet %d after the first one, not the eleventh", next)
	}
}

// TestTwoGuildsAtOnce has one bot be in calls of two guilds, which know nothing of each other.
func TestTwoGuildsAtOnce(t *testing.T) {
	t.Parallel()
	town := newTown(t, clockwork.NewRealClock())
	town.enter(guest, hall)
	town.enter(mayor, market)
	up, down := town.join(uptown, hall), town.join(downtown, market)
	here, there := town.ears(up), town.ears(down)
	town.talk(guest)
	town.talk(mayor)
	for range 10 {
		if who := receive(t, here, "the guest"); who != guest {
			t.Errorf("uptown %s is heard", who)
		}
		if who := receive(t, there, "the mayor"); who != mayor {
			t.Errorf("downtown %s is heard", who)
		}
	}
	if up.E2EE().Code == down.E2EE().Code || len(town.manager.Connections()) != 2 {
		t.Errorf("%+v and %+v", up.E2EE(), down.E2EE())
	}
	town.must(up.Leave(t.Context()))
	town.hears(down, mayor)
	if down.State() != voice.Ready || town.manager.Connection(downtown) != down || town.manager.Connection(uptown) != nil {
		t.Errorf("after one left, the other one is %s", down.State())
	}
}
