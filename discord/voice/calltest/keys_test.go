package calltest

import (
	"bytes"
	"testing"

	"cordial/discord"
	sandbox "cordial/discord/sandbox/voice"
	"cordial/discord/voice"
	"cordial/discord/voice/audio"
)

// TestKeysChangeUnderSpeech has somebody come and go while others speak, and breaks what the encryption's messages can be broken by. The
// bot must not miss a packet of those who only stand by.
func TestKeysChangeUnderSpeech(t *testing.T) {
	tests := map[string]struct {
		breaks   func(c *call)
		recovers bool // the bot itself cannot use a message
	}{
		"nothing is broken":           {func(*call) {}, false},
		"proposals are revoked":       {func(c *call) { c.server.RevokeProposals(2) }, false},
		"a bystander's commit breaks": {func(c *call) { c.server.BreakCommits(alan, 1) }, false},
		"the bot's commit breaks":     {func(c *call) { c.server.BreakCommits(bot, 1) }, true},
		"all of that at the same time": {func(c *call) {
			c.server.RevokeProposals(1)
			c.server.BreakCommits(alan, 1)
			c.server.BreakCommits(bot, 1)
		}, true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCall(t, sandbox.Options{}, false, ada, grace, alan)
			heard := map[discord.Snowflake]int{} // by the goroutine that calls listeners, until stop
			stop := c.bot.Listen(func(p voice.Packet) {
				if !bytes.Equal(p.Opus, audio.Silence) {
					heard[p.User]++
				}
			})
			const steps = 130
			c.plan(ada, 5, steps, 300, 1700)
			c.plan(grace, 15, steps, 1700, 400)
			c.run(0, 40)
			test.breaks(c)
			c.rekey(func() { c.lobby.seat(guild, lounge, edith) }, 40, 80)
			c.rekey(func() { c.server.Expel(guild, edith, discord.VoiceCloseDisconnected) }, 80, 120)
			c.run(120, 160)
			stop()
			c.settle() // no call of the listener goes on
			for _, user := range []discord.Snowflake{ada, grace} {
				if heard[user] != steps {
					t.Errorf("%d packets of %s are heard, not %d: %+v", heard[user], user, steps, c.bot.Stats().Speakers[user])
				}
			}
			if recovered := c.noticed(voice.NoticeRecovery); recovered != test.recovers {
				t.Errorf("the bot has asked for new keys: %v", recovered)
			}
		})
	}
}

// rekey has somebody come or go, takes steps with that, and waits then until the bot has other keys. The voice server waits for them for
// two seconds of the call's time, which is more than these steps should take.
func (c *call) rekey(change func(), from, to int) {
	c.Helper()
	before := c.bot.E2EE()
	change()
	c.run(from, to)
	eventually(c.T, "other keys", func() bool {
		now := c.bot.E2EE()
		return now.Version == 0 || now.Ready && now.Code != "" && now.Code != before.Code
	})
}

// noticed reports whether there has been a notice of a kind, and forgets all.
func (c *call) noticed(kind voice.NoticeKind) (found bool) {
	for len(c.notices) > 0 {
		n := <-c.notices
		found = found || n.Kind == kind
	}
	return found
}
