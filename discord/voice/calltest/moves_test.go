package calltest

import (
	"testing"

	"cordial/discord"
	sandbox "cordial/discord/sandbox/voice"
	"cordial/discord/voice"
)

// kitchen is another channel of the guild.
const kitchen discord.Snowflake = "3002"

// TestRecordingGoesOnOverMoves has a moderator take the bot to another channel, from where it goes back by itself. What is said in both
// lies in one recording, each stretch in its place.
func TestRecordingGoesOnOverMoves(t *testing.T) {
	t.Parallel()
	c := newCall(t, sandbox.Options{}, false, ada)
	c.lobby.seat(guild, kitchen, grace)
	r := c.record("ogg", "wav", "flac")
	c.plan(ada, 5, 40, 300, 1700)
	c.run(0, 60)

	c.must(c.lobby.UpdateVoiceState(c.ctx, guild, kitchen, false, false)) // what the gateway tells of it is the same as if the bot had asked
	c.awaitNotice(voice.NoticeReady)
	c.follow(kitchen)
	c.plan(grace, 65, 40, 1700, 400)
	c.run(60, 120)

	c.must(c.bot.Move(c.ctx, lounge))
	c.follow(lounge)
	c.plan(ada, 125, 40, 500, 1500)
	c.run(120, 180)

	for _, made := range r.stop() {
		if len(made.Speakers) != 2 {
			t.Errorf("%s: %d speakers", made.Format, len(made.Speakers))
		}
		c.check(made, 0.95)
		c.checkSegments(made)
		askOthers(t, made)
		for user, track := range made.Speakers {
			if track.Lost != 0 || track.Invalid != 0 {
				t.Errorf("%s: %+v", user, track)
			}
		}
	}
}

// follow has the witness be in the channel that the bot is in now, and waits until the bot can hear there.
func (c *call) follow(channel discord.Snowflake) {
	c.Helper()
	if got := c.bot.ChannelID(); got != channel {
		c.Fatalf("the bot is in %s, not in %s", got, channel)
	}
	c.lobby.seat(guild, channel, witness)
	eventually(c.T, "keys", func() bool { return c.bot.E2EE().Ready })
}

// must ends the test if something that it needs fails.
func (c *call) must(err error) {
	c.Helper()
	if err != nil {
		c.Fatal(err)
	}
}
