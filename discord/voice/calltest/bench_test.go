package calltest

import (
	"context"
	"testing"
	"time"

	"cordial/discord/voice"
)

// talkTime is how long a round of the benchmarks is, which run in real time.
const talkTime = 500 * time.Millisecond

// enterLounge has a bot join the lounge in real time, by a gateway that uses a lobby to talk to the bot.
func enterLounge(t testing.TB, gateway voice.Gateway, l *lobby) *voice.Connection {
	t.Helper()
	l.manager = voice.NewManager(voice.Options{User: bot, Gateway: gateway, Insecure: true})
	t.Cleanup(func() {
		if err := l.manager.Close(); err != nil {
			t.Error(err)
		}
	})
	ctx, cancel := context.WithTimeout(t.Context(), testTimeout)
	defer cancel()
	client, err := l.manager.Join(ctx, guild, lounge, voice.JoinOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func milliseconds(d time.Duration) float64 { return d.Seconds() * 1000 }
