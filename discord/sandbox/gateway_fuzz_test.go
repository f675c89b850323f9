package sandbox

import (
	"context"
	"encoding/json"
	"log/slog"
	"slices"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"

	"cordial/discord"
)

// mayCloseWith are the codes that a frame of a client may be answered with.
var mayCloseWith = []discord.CloseCode{discord.CloseUnknownOpcode, discord.CloseDecodeError, discord.CloseNotAuthenticated,
	discord.CloseAuthenticationFailed, discord.CloseAlreadyAuthenticated, discord.CloseInvalidSeq, discord.CloseInvalidShard,
	discord.CloseInvalidIntents, discord.CloseDisallowedIntents}

// FuzzClientFrames has a connection, with and without a session, take any frame: nothing panics, and what is no JSON object with an
// opcode is a decode error.
func FuzzClientFrames(f *testing.F) {
	for _, frame := range []string{`{"op":1,"d":null}`, `{"op":2,"d":{"token":"` + tokenOf(seedBot) + `","intents":513,"properties":{}}}`,
		`{"op":3,"d":{"since":null,"activities":[{"name":"x","type":1,"url":"https://twitch.tv/x"}],"status":"online","afk":false}}`,
		`{"op":4,"d":{"guild_id":"` + string(seedGuild) + `","channel_id":"` + string(seedTalk) + `","self_mute":false,"self_deaf":false}}`,
		`{"op":6,"d":{"token":"x","session_id":"y","seq":-1}}`, `{"op":8,"d":{"guild_id":"` + string(seedGuild) + `","query":"","limit":0}}`,
		`{"op":8,"d":{"guild_id":["` + string(seedGuild) + `"],"user_ids":[1,"2",null,{}]}}`, `{"op":31,"d":{"guild_ids":["1"]}}`,
		`{"op":43,"d":{"guild_id":"` + string(seedGuild) + `","fields":["status"]}}`, `[]`, `null`, `{"op":1.5}`} {
		f.Add(frame)
	}
	f.Fuzz(func(t *testing.T, frame string) {
		for _, identified := range []bool{false, true} {
			c := bareConn(t, identified)
			end := c.handle([]byte(frame))
			var known struct {
				Op *int `json:"op"`
			}
			broken := json.Unmarshal([]byte(frame), &known) != nil || known.Op == nil
			switch {
			case broken && (end == nil || end.code != int(discord.CloseDecodeError)):
				t.Errorf("%q ends with %v, want a decode error", frame, end)
			case end != nil && !slices.Contains(mayCloseWith, discord.CloseCode(end.code)):
				t.Errorf("%q ends with %v", frame, end)
			}
			for _, s := range c.g.sessions {
				for _, f := range s.frames {
					if !json.Valid(f.envelope()) {
						t.Errorf("%q brings a broken frame: %s", frame, f.envelope())
					}
				}
			}
		}
	})
}

// bareConn is a connection to a world of its own, without a socket. It may have a session.
func bareConn(t *testing.T, identified bool) *conn {
	clock := clockwork.NewFakeClockAt(startTime)
	w := DefaultWorld(clock)
	t.Cleanup(func() { w.Close() })
	w.ConfigureApplication(func(a *Application) { a.Presence, a.GuildMembers, a.MessageContent = true, true, true })
	g := newGateway(w, DefaultGatewayLimits(), slog.New(slog.DiscardHandler))
	g.open("ws://nowhere")
	_, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	c := newConn(g, nil, cancel)
	c.deadline = clock.AfterFunc(time.Hour, func() {})
	if identified {
		identify, err := json.Marshal(obj{"op": discord.OpIdentify, "d": obj{"token": tokenOf(seedBot), "intents": everything, "properties": obj{}}})
		if err != nil || c.handle(identify) != nil {
			t.Fatal("the session does not begin")
		}
	}
	return c
}
