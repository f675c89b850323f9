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
	r := c.record("ogg", "wav")
	c.plan(ada, 5, 40, 300, 1700)
	c.run(0, 60)

	c.move(kitchen, func() error {
		return c.lobby.UpdateVoiceState(c.ctx, guild, kitchen, false, false) // what the gateway tells of it is the same as if the bot had asked
	})
	c.plan(grace, 65, 40, 1700, 400)
	c.run(60, 120)

	c.move(lounge, func() error { return c.bot.Move(c.ctx, lounge) })
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

// move has the bot be moved to a channel, and the witness follow it. Time passes meanwhile: on a busy machine the first try to connect may
// come between the two events that tell of the move.
func (c *call) move(channel discord.Snowflake, how func() error) {
	c.Helper()
	moved := make(chan error, 1)
	go func() { moved <- how() }()
	c.awaitNotice(voice.NoticeReady)
	if err := receive(c.T, moved, "the end of the move"); err != nil || c.bot.ChannelID() != channel {
		c.Fatalf("the bot is in %s, not in %s: %v", c.bot.ChannelID(), channel, err)
	}
	c.lobby.seat(guild, channel, witness)
	eventually(c.T, "keys", func() bool { return c.bot.E2EE().Ready })
}
