//go:build unix

package calltest

import (
	"context"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"

	"cordial/discord"
	"cordial/discord/voice"
	"cordial/discord/voice/audio"
	"cordial/discord/voice/record"
)

// settled is how many packets of everybody have come before anything is measured: more than a recorder waits for.
const settled = 15

// BenchmarkCrowd has 25 people speak at once, encrypted end to end, in real time, while nobody listens but the client, and then while it
// records them. It tells how many seconds of the processor a second of that takes, the client's apart from those of the voice server and the
// people; how many packets were lost on the way, and how many are missing in the recording; how late the slowest packet was read from the
// socket, compared with the fastest one of its speaker; and how late the recorder's slowest beat was.
//
// With -cpu 1 the client has one core. That is why rounds are counted with b.N: b.Loop runs before the first number of -cpu is in force.
func BenchmarkCrowd(b *testing.B) {
	people := gather(b)
	b.Run("heard", func(b *testing.B) { people.benchmark(b, "") })
	b.Run("ogg", func(b *testing.B) { people.benchmark(b, "crowd.ogg") })
	b.Run("wav", func(b *testing.B) { people.benchmark(b, "crowd.wav") })
}

// benchmark has a client record the people to a path; "" is to hear them only.
func (p *people) benchmark(b *testing.B, path string) {
	client, beats, late := p.admit(b), &beats{Clock: clockwork.NewRealClock()}, lateness{streams: map[uint32]*transits{}}
	defer client.Listen(late.packet)()
	var recorder *record.Recorder
	if path != "" {
		recorder = beats.record(b, path)
		defer client.Listen(recorder.Packet)()
	}
	p.ask(b, "talk")
	eventually(b, "everybody is heard", func() bool { return fewest(client) >= settled })

	theirs, ours := p.ask(b, "tally").Processor, processorTime(b)
	b.ResetTimer()
	for range b.N {
		time.Sleep(talkTime)
	}
	b.StopTimer()
	seconds := b.Elapsed().Seconds()
	b.ReportMetric((processorTime(b)-ours).Seconds()/seconds, "cpu-s/s")
	b.ReportMetric((p.ask(b, "tally").Processor-theirs).Seconds()/seconds, "server-cpu-s/s")
	b.ReportMetric(0, "ns/op")

	said := p.ask(b, "hush").Said
	b.ReportMetric(float64(said-arrived(b, client, said))/float64(b.N), "lost/op")
	b.ReportMetric(late.worst(), "late-ms")
	if recorder != nil {
		b.ReportMetric(float64(missing(b, recorder, said))/float64(b.N), "missing/op")
		b.ReportMetric(beats.worst(), "behind-ms")
	}
}

// admit has the bot join the people's call.
func (p *people) admit(b *testing.B) *voice.Connection {
	b.Helper()
	gateway := &usher{endpoint: p.ask(b, "seat").Endpoint}
	client := enterLounge(b, gateway, &gateway.lobby)
	if version := client.E2EE().Version; version != 1 {
		b.Fatalf("the call is encrypted with version %d of DAVE", version)
	}
	return client
}

// usher is a gateway that knows of the bot's seat in the people's call, and of no other.
type usher struct {
	lobby
	endpoint string
}

// UpdateVoiceState implements [voice.Gateway].
func (u *usher) UpdateVoiceState(_ context.Context, guild, channel discord.Snowflake, _, _ bool) error {
	state := map[string]any{"guild_id": guild, "channel_id": nil, "user_id": bot, "session_id": "session"}
	if channel == "" {
		return u.tell("VOICE_STATE_UPDATE", state)
	}
	state["channel_id"] = channel
	if err := u.tell("VOICE_STATE_UPDATE", state); err != nil {
		return err
	}
	return u.tell("VOICE_SERVER_UPDATE", map[string]any{"guild_id": guild, "token": seatToken, "endpoint": u.endpoint})
}

// fewest is how many packets have come of the person of whom the fewest have.
func fewest(client *voice.Connection) uint64 {
	speakers := client.Stats().Speakers
	few := speakers[crowd()[0]].Received
	for _, user := range crowd() {
		few = min(few, speakers[user].Received)
	}
	return few
}

// arrived counts the packets that have come and could be passed on. It waits for those that were said a moment ago.
func arrived(b *testing.B, client *voice.Connection, said uint64) (came uint64) {
	b.Helper()
	for deadline := time.Now().Add(time.Second); came < said && time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		came = 0
		for user, s := range client.Stats().Speakers {
			if s.Failed+s.Dropped+s.Duplicate != 0 {
				b.Fatalf("%s: %+v", user, s)
			}
			came += s.Received
		}
	}
	return came
}

// missing ends a recording and counts the packets that were said and are not in it, whether they have come or not.
func missing(b *testing.B, recorder *record.Recorder, said uint64) uint64 {
	b.Helper()
	made, err := recorder.Stop()
	if err != nil {
		b.Fatal(err)
	}
	for _, track := range made.Speakers {
		if track.Invalid+track.Duplicates+track.Restarts != 0 {
			b.Errorf("%s: %+v", made.Format, track)
		}
		said -= track.Packets - track.Late - track.Adjusted
	}
	return said
}

// beats is the real clock of a recorder, which looks at it at the start, with every beat, and at the end.
type beats struct {
	clockwork.Clock

	mu      sync.Mutex
	last    time.Time
	longest time.Duration
}

// beatTime is the time between a recorder's beats.
const beatTime = 100 * time.Millisecond

// record begins a recording in a folder of its own.
func (c *beats) record(b *testing.B, path string) *record.Recorder {
	b.Helper()
	recorder, err := record.Start(filepath.Join(b.TempDir(), path), record.Options{Clock: c})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { recorder.Stop() })
	return recorder
}

// Now implements [clockwork.Clock].
func (c *beats) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.Clock.Now()
	if !c.last.IsZero() {
		c.longest = max(c.longest, now.Sub(c.last))
	}
	c.last = now
	return now
}

// worst is by how many milliseconds the longest time between two beats was longer than it should be.
func (c *beats) worst() float64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return milliseconds(max(c.longest-beatTime, 0))
}

// lateness compares the arrivals of speakers' packets with their timestamps.
type lateness struct {
	mu      sync.Mutex
	streams map[uint32]*transits
}

// transits are how much later than the first packet those of a stream came, measured by their timestamps.
type transits struct {
	began             time.Time
	timestamp         uint32
	shortest, longest time.Duration
}

// packet takes a packet into account.
func (l *lateness) packet(p voice.Packet) {
	l.mu.Lock()
	defer l.mu.Unlock()
	t := l.streams[p.SSRC]
	if t == nil {
		t = &transits{began: p.At, timestamp: p.Timestamp}
		l.streams[p.SSRC] = t
	}
	transit := p.At.Sub(t.began) - audio.Duration(int64(p.Timestamp-t.timestamp))
	t.shortest, t.longest = min(t.shortest, transit), max(t.longest, transit)
}

// worst is how many milliseconds the slowest packet came later than the fastest one of its speaker.
func (l *lateness) worst() float64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	var worst time.Duration
	for _, t := range l.streams {
		worst = max(worst, t.longest-t.shortest)
	}
	return milliseconds(worst)
}
