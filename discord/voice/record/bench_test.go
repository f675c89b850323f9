//go:build unix

package record

import (
	"fmt"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"

	"cordial/discord"
	"cordial/discord/voice"
	"cordial/discord/voice/audio"
)

// figures are what an hour of BenchmarkSpeakers cost when the codecs were chosen, in seconds of the processor: decoding alone is 6.6 for each
// speaker. A build that needs more than 1.3 times as much while the machine does nothing else has become slower.
var figures = map[string]float64{
	"1.ogg": 0.36, "1.wav": 6.6 + 0.5, "1.flac": 6.6 + 19, "1.mp3": 6.6 + 23, "1.ogg/encoded": 28, "10.ogg/mixed.wav": 79, "10.ogg/mixed.mp3": 122,
}

// BenchmarkSpeakers records speakers who talk all the time and says what an hour of it costs, and what part of its figure that is.
func BenchmarkSpeakers(b *testing.B) {
	for _, ext := range audio.Extensions() {
		b.Run("1"+ext, func(b *testing.B) { benchmarkSpeakers(b, 1, "meeting"+ext, Options{}) })
	}
	b.Run("1.ogg/encoded", func(b *testing.B) { benchmarkSpeakers(b, 1, "meeting.ogg", Options{Bitrate: 64000}) })
	b.Run("10.ogg/mixed.wav", func(b *testing.B) { benchmarkSpeakers(b, 10, "meeting.ogg", Options{MixPath: "mixed.wav"}) })
	b.Run("10.ogg/mixed.mp3", func(b *testing.B) { benchmarkSpeakers(b, 10, "meeting.ogg", Options{MixPath: "mixed.mp3"}) })
}

// benchmarkSpeakers does the work of one second in each round, on one goroutine.
func benchmarkSpeakers(b *testing.B, speakers int, path string, o Options) {
	folder, clock := b.TempDir(), clockwork.NewFakeClock()
	o.Clock = clock
	if o.MixPath != "" {
		o.MixPath = filepath.Join(folder, o.MixPath)
	}
	r, err := newRecorder(filepath.Join(folder, path), o)
	if err != nil {
		b.Fatal(err)
	}
	users := make([]discord.Snowflake, speakers)
	for i := range users {
		users[i] = discord.Snowflake(fmt.Sprint(100 + i))
	}
	n, opus, before := 0, tone(), processorTime(b)
	b.ReportAllocs()
	for b.Loop() {
		for range 50 {
			clock.Advance(packetTime)
			for i, user := range users {
				r.Packet(voice.Packet{User: user, SSRC: uint32(i + 1), Seq: uint16(n), Timestamp: uint32(n) * 960, At: clock.Now(), Opus: opus[n%len(opus)]})
			}
			if n++; n%5 == 0 {
				r.intake.advance()
			}
		}
	}
	hour := (processorTime(b) - before).Seconds() / float64(n) * 50 * 3600
	b.ReportMetric(hour, "cpu-s/hour")
	b.ReportMetric(hour/figures[strings.TrimPrefix(b.Name(), "BenchmarkSpeakers/")], "x-of-figure")
	b.StopTimer()
	r.stopped = clock.Now()
	r.intake.drain()
	if r.err != nil {
		b.Fatal(r.err)
	}
}

// processorTime is what the process has used, so that other programs do not count.
func processorTime(b *testing.B) time.Duration {
	b.Helper()
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// BenchmarkPacket is the receive path alone: a packet through queue and jitter ring into a track of packets.
func BenchmarkPacket(b *testing.B) {
	clock := clockwork.NewFakeClock()
	r, err := newRecorder(filepath.Join(b.TempDir(), "meeting.ogg"), Options{Clock: clock})
	if err != nil {
		b.Fatal(err)
	}
	n, opus := 0, tone()
	b.ReportAllocs()
	for b.Loop() {
		clock.Advance(packetTime)
		r.Packet(voice.Packet{User: "1", SSRC: 1, Seq: uint16(n), Timestamp: uint32(n) * 960, At: clock.Now(), Opus: opus[n%len(opus)]})
		r.intake.queue.take(r.intake.packet)
		n++
	}
	r.stopped = clock.Now()
	r.intake.drain()
}

// BenchmarkLateSpeaker begins the track of someone who first speaks after ten minutes: it is filled with silence from the start.
func BenchmarkLateSpeaker(b *testing.B) {
	for _, ext := range audio.Extensions() {
		b.Run(ext, func(b *testing.B) {
			r, err := newRecorder(filepath.Join(b.TempDir(), "meeting"+ext), Options{Overwrite: true})
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				t, err := r.newTrack("1")
				if err != nil {
					b.Fatal(err)
				}
				t.fill(600 * audio.SampleRate)
				t.close()
			}
		})
	}
}
