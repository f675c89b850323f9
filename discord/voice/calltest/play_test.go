package calltest

import (
	"bytes"
	"math"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"

	sandbox "cordial/discord/sandbox/voice"
	"cordial/discord/voice"
	"cordial/discord/voice/audio"
	"cordial/discord/voice/play"
)

// silences is how many frames of silence end a stretch of speech or a playback.
const silences = 5

// speaker is a voice connection as an output.
type speaker struct{ *voice.Connection }

func (s speaker) Speaking(on bool) error {
	if on {
		return s.Connection.Speaking(voice.Microphone)
	}
	return s.Connection.Speaking(0)
}

// aimed is a clock that tells at which times a sender wants to send.
type aimed struct {
	*clockwork.FakeClock
	aims chan time.Time
}

func (a *aimed) NewTimer(d time.Duration) clockwork.Timer {
	return &aimedTimer{a.FakeClock.NewTimer(d), a}
}

type aimedTimer struct {
	clockwork.Timer
	clock *aimed
}

func (t *aimedTimer) Reset(d time.Duration) bool {
	at := t.clock.Now().Add(d)
	running := t.Timer.Reset(d)
	t.clock.aims <- at
	return running
}

// counted is a source that tells how much was read of it.
type counted struct {
	audio.Source
	samples atomic.Int64
	ended   atomic.Bool
}

func (s *counted) Read(pcm []int16) (int, error) {
	n, err := s.Source.Read(pcm)
	s.samples.Add(int64(n))
	s.ended.Store(err != nil)
	return n, err
}

// TestPlayedFileIsHeard plays a file to a person and compares both.
func TestPlayedFileIsHeard(t *testing.T) {
	t.Parallel()
	c := newCall(t, sandbox.Options{}, false, ada)
	const packets = 250
	sound := chatter(packets * audio.FrameSamples)
	path := filepath.Join(t.TempDir(), "said.wav")
	save(t, path, sound)
	times := c.play(path, play.Options{Bitrate: 128_000}, packets)
	for i, at := range times {
		if want := times[0].Add(time.Duration(i) * frame); !at.Equal(want) {
			t.Errorf("packet %d arrives at %v, not at %v", i, at.Sub(times[0]), want.Sub(times[0]))
		}
	}
	heard := filepath.Join(t.TempDir(), "heard.wav")
	if err := sandbox.Save(heard, c.server.Heard(ada, bot)); err != nil {
		t.Fatal(err)
	}
	pcm := load(t, heard)
	if got, want := len(pcm), len(sound)+silences*audio.FrameSamples; got != want {
		t.Fatalf("%d samples are heard, not %d", got, want)
	}
	db := fidelity(pcm, sound)
	t.Logf("what is heard lies %.1f dB above the difference to what was played", db)
	if db < 20 {
		t.Error("that is less than 20 dB")
	}
}

// play plays a file of so many packets, each at the time that the playback aims at, and gives when ada has got them, and the frames of
// silence behind them. Time goes on only when a packet has arrived, and when the next ones are encoded.
func (c *call) play(path string, o play.Options, packets int) (times []time.Time) {
	c.Helper()
	file, err := audio.Open(c.ctx, path)
	if err != nil {
		c.Fatal(err)
	}
	source, clock := &counted{Source: file}, &aimed{c.clock.FakeClock, make(chan time.Time)}
	o.Clock = clock
	p := play.Start(c.ctx, speaker{c.bot}, source, o)
	for sent := 1; sent < packets+silences; sent++ { // the first one is sent at once
		select {
		case at := <-clock.aims:
			eventually(c.T, "the packet that was sent", func() bool { return len(c.server.Heard(ada, bot)) == sent })
			eventually(c.T, "the packets that come next", func() bool {
				return source.ended.Load() || source.samples.Load() >= int64(sent+2)*audio.FrameSamples
			})
			c.clock.Advance(at.Sub(c.clock.Now()))
		case <-p.Done():
			c.Fatalf("the playback ends after %d packets: %v", sent, p.Err())
		case <-time.After(testTimeout):
			c.Fatalf("no packet follows number %d", sent)
		}
	}
	if err := p.Wait(c.ctx); err != nil {
		c.Fatal(err)
	}
	eventually(c.T, "the last packet", func() bool { return len(c.server.Heard(ada, bot)) == packets+silences })
	for i, packet := range c.server.Heard(ada, bot) {
		if silent := bytes.Equal(packet.Opus, audio.Silence); silent != (i >= packets) {
			c.Errorf("packet %d: silence is %v", i, silent)
		}
		times = append(times, packet.At)
	}
	return times
}

// chatter is something like speech: a voice of 20 harmonics whose pitch and loudness go up and down four times a second.
func chatter(samples int) []int16 {
	pcm, phase := make([]int16, samples), 0.0
	for i := range pcm {
		seconds := float64(i) / audio.SampleRate
		syllable := math.Sin(2 * math.Pi * 4 * seconds)
		sum := 0.0
		for harmonic := 1.0; harmonic <= 20; harmonic++ {
			sum += math.Sin(harmonic*phase) / harmonic
		}
		pcm[i] = int16(4000 * sum * (1.1 + syllable) / 2)
		phase += 2 * math.Pi * (140 + 40*math.Sin(2*math.Pi*0.7*seconds)) / audio.SampleRate
	}
	return pcm
}

// save writes mono sound to a file.
func save(t testing.TB, path string, mono []int16) {
	t.Helper()
	out, err := audio.Create(path, audio.Format{Channels: 1})
	if err != nil {
		t.Fatal(err)
	}
	if err := out.Write(mono); err != nil {
		t.Fatal(err)
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
}

// fidelity is how many dB sound lies above its difference to what was heard up to 40 ms later, where the two lie best on each other. The
// first and last tenth of a second, in which the codec begins and ends, do not count.
func fidelity(heard, sound []int16) float64 {
	const margin, sample = audio.SampleRate / 10, audio.SampleRate / 4
	sound = sound[margin : len(sound)-margin]
	shift, best := 0, math.Inf(-1)
	for at := range 2 * audio.FrameSamples {
		if db := signalToNoise(heard[margin+at:], sound[:sample]); db > best {
			shift, best = at, db
		}
	}
	return signalToNoise(heard[margin+shift:], sound)
}

// signalToNoise is how many dB sound lies above its difference to the beginning of what was heard.
func signalToNoise(heard, sound []int16) float64 {
	var signal, noise float64
	for i, v := range sound {
		signal += float64(v) * float64(v)
		difference := float64(v) - float64(heard[i])
		noise += difference * difference
	}
	return 10 * math.Log10(signal/noise)
}
