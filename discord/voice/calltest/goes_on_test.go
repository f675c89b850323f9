package calltest

import (
	"testing"
	"time"

	"cordial/discord"
	sandbox "cordial/discord/sandbox/voice"
	"cordial/discord/voice"
)

// TestRecordingGoesOnOverResume breaks the bot's websocket while people speak: not a packet is lost, because sound has another way.
func TestRecordingGoesOnOverResume(t *testing.T) {
	tests := map[string]struct {
		breaks func(c *call)
		losses int // how often the websocket is lost
	}{
		"the websocket is cut": {func(c *call) { c.server.StrikeConnections(sandbox.Strike{User: bot}) }, 1},
		"the voice server crashes": {func(c *call) {
			c.server.StrikeConnections(sandbox.Strike{User: bot, Code: discord.VoiceCloseVoiceServerCrashed})
		}, 1},
		"it is cut three times": {func(c *call) { c.server.StrikeConnections(sandbox.Strike{User: bot, Times: 3}) }, 3},
		"heartbeats are lost":   {func(c *call) { c.server.StopAcks(bot) }, 1},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCall(t, sandbox.Options{}, false, ada, grace)
			r := c.record("ogg", "wav")
			c.plan(ada, 5, 150, 300, 1700)
			c.plan(grace, 15, 100, 1700, 400)
			c.run(0, 25)
			test.breaks(c)
			c.run(25, 170)
			for range test.losses {
				c.awaitNotice(voice.NoticeReconnect) // what was resumed before it may have been lost at once
			}
			c.awaitNotice(voice.NoticeResumed)
			c.plan(grace, 175, 40, 500, 1200)
			c.run(170, 225)
			for _, made := range r.stop() {
				c.check(made, 0.95)
				c.checkSegments(made)
				for user, track := range made.Speakers {
					if track.Lost != 0 || track.Restarts != 0 {
						t.Errorf("%s: %+v", user, track)
					}
				}
			}
		})
	}
}

// awaitNotice has time pass until there is a notice of a kind. Nobody must be speaking but the witness. Time runs ahead of what the bot
// does, which takes real time: after a loss only so far that a handshake may take seconds on a busy machine before it counts as silent.
func (c *call) awaitNotice(kind voice.NoticeKind) {
	c.Helper()
	step := frame
	if kind == voice.NoticeReconnect {
		step = 5 * frame // to be without answers to heartbeats takes long
	}
	for deadline := time.Now().Add(testTimeout); time.Now().Before(deadline); {
		select {
		case n := <-c.notices:
			if n.Kind == kind {
				return
			}
		case <-time.After(5 * time.Millisecond):
			c.clock.Advance(step)
		}
	}
	c.Fatalf("no notice of kind %d comes; the bot is %s", kind, c.bot.State())
}

// TestRecordingGoesOnOverRejoin ends the bot's sessions: what is said before and after lies in one track, each in its place.
func TestRecordingGoesOnOverRejoin(t *testing.T) {
	for _, code := range []discord.VoiceCloseCode{discord.VoiceCloseSessionNoLongerValid, discord.VoiceCloseSessionTimeout} {
		t.Run(code.Name(), func(t *testing.T) {
			t.Parallel()
			c := newCall(t, sandbox.Options{}, false, ada, grace)
			r := c.record("ogg", "wav")
			c.plan(ada, 5, 40, 300, 1700)
			c.run(0, 60)
			c.server.StrikeConnections(sandbox.Strike{User: bot, Code: code})
			c.awaitNotice(voice.NoticeReady)
			eventually(c.T, "keys", func() bool { return c.bot.E2EE().Ready })
			c.plan(ada, 65, 40, 400, 1500)
			c.plan(grace, 70, 40, 1700, 400)
			c.run(60, 120)
			for _, made := range r.stop() {
				c.check(made, 0.95)
				c.checkSegments(made)
			}
		})
	}
}
