package play

import (
	"bytes"
	"context"
	"encoding/json"
	"math"
	"path/filepath"
	"testing"
	"time"

	"cordial/discord"
	sandbox "cordial/discord/sandbox/voice"
	"cordial/discord/voice"
	"cordial/discord/voice/audio"
)

// Who and where.
const (
	bot, listener discord.Snowflake = "1001", "1002"
	guild, lounge discord.Snowflake = "2001", "3001"
)

// lobby is a gateway that gives the bot its seat at a voice server.
type lobby struct {
	server  *sandbox.Server
	manager *voice.Manager
}

// UpdateVoiceState implements [voice.Gateway].
func (l *lobby) UpdateVoiceState(_ context.Context, guild, channel discord.Snowflake, _, _ bool) error {
	state := map[string]any{"guild_id": guild, "channel_id": nil, "user_id": bot, "session_id": "session"}
	if channel == "" {
		l.server.Expel(guild, bot, discord.VoiceCloseDisconnected)
		return l.tell("VOICE_STATE_UPDATE", state)
	}
	state["channel_id"] = channel
	l.server.Admit(sandbox.Seat{Guild: guild, User: bot, Channel: channel, Session: "session", Token: "token"})
	if err := l.tell("VOICE_STATE_UPDATE", state); err != nil {
		return err
	}
	return l.tell("VOICE_SERVER_UPDATE", map[string]any{"guild_id": guild, "token": "token", "endpoint": l.server.Endpoint(0)})
}

func (l *lobby) tell(event string, data any) error {
	text, err := json.Marshal(data)
	if err == nil {
		l.manager.Handle(event, text)
	}
	return err
}

// connected is a bot's connection to a call in which a person listens.
func connected(t *testing.T) (*sandbox.Server, *voice.Connection) {
	t.Helper()
	server, err := sandbox.Start(sandbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	server.Admit(sandbox.Seat{Guild: guild, User: listener, Channel: lounge, Session: "person", Token: "person", Person: true})
	l := &lobby{server: server}
	l.manager = voice.NewManager(voice.Options{User: bot, Gateway: l, Insecure: true})
	t.Cleanup(func() {
		if err := l.manager.Close(); err != nil {
			t.Error(err)
		}
	})
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	connection, err := l.manager.Join(ctx, guild, lounge, voice.JoinOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return server, connection
}

// speaker is a voice connection as an output.
type speaker struct{ *voice.Connection }

func (s speaker) Speaking(on bool) error {
	if on {
		return s.Connection.Speaking(voice.Microphone)
	}
	return s.Connection.Speaking(0)
}

// toneFile writes a tone to a file of a format.
func toneFile(t *testing.T, name string, length time.Duration) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	sink, err := audio.Create(path, audio.Format{Channels: channels})
	if err != nil {
		t.Fatal(err)
	}
	pcm := make([]int16, channels*audio.Samples(length))
	if _, err := newTone(length).Read(pcm); err != nil {
		t.Fatal(err)
	}
	if err := sink.Write(pcm); err != nil {
		t.Fatal(err)
	}
	if err := sink.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// aligned is the best signal-to-noise ratio with which a tenth of a second of the tone stands somewhere near its place.
func aligned(pcm []int16) float64 {
	const from, samples = audio.SampleRate, audio.SampleRate / 10
	best := math.Inf(-1)
	for shift := range 2 * audio.FrameSamples {
		best = max(best, signalToNoise(pcm[from+shift:from+shift+samples], from))
	}
	return best
}

// TestThroughDiscord plays files to a person in a call, encrypted as always, and compares what has arrived.
func TestThroughDiscord(t *testing.T) {
	for _, name := range []string{"tone.wav", "tone.ogg", "tone.flac", "tone.mp3"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server, connection := connected(t)
			source, err := audio.Open(t.Context(), toneFile(t, name, 1500*time.Millisecond))
			if err != nil {
				t.Fatal(err)
			}
			if err := Start(t.Context(), speaker{connection}, source, Options{}).Wait(t.Context()); err != nil {
				t.Fatal(err)
			}
			if db := aligned(decoded(t, heard(t, server, 75))); db < 20 {
				t.Errorf("the sound lies only %.1f dB above the noise", db)
			}
		})
	}
}

// heard waits for a number of packets with sound. Silence may stand between them: on a busy machine the source can be late.
func heard(t *testing.T, server *sandbox.Server, count int) *output {
	t.Helper()
	sound := newOutput()
	for deadline := time.Now().Add(30 * time.Second); len(sound.events) < count; time.Sleep(interval) {
		if time.Now().After(deadline) {
			t.Fatalf("only %d packets have arrived", len(sound.events))
		}
		packets := server.Heard(listener, bot)
		sound = newOutput()
		for i, p := range packets {
			if i > 0 && (p.Seq != packets[i-1].Seq+1 || p.Timestamp-packets[i-1].Timestamp < audio.FrameSamples) {
				t.Fatalf("number %d at %d follows number %d at %d", p.Seq, p.Timestamp, packets[i-1].Seq, packets[i-1].Timestamp)
			}
			if !bytes.Equal(p.Opus, audio.Silence) {
				sound.note(event{packet: p.Opus})
			}
		}
	}
	return sound
}
