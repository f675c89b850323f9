package calltest

import (
	"bytes"
	"path/filepath"
	"slices"
	"testing"
	"time"

	sandbox "cordial/discord/sandbox/voice"
	"cordial/discord/voice"
	"cordial/discord/voice/audio"
	"cordial/discord/voice/play"
)

// BenchmarkPace plays files in real time, over and over, and measures when the packets reach a person: behind the socket and the
// encryption, on a goroutine of the same process. It tells the mean time from one packet to the next and its 99th percentile, how far
// from its place the worst packet came (the nth one belongs n·20 ms behind the first), how far the last quarter of the packets came behind
// its place compared with the first one, and how many were lost. Rounds are counted with b.N for the reason that BenchmarkCrowd has.
func BenchmarkPace(b *testing.B) {
	sound := chatter(2 * audio.SampleRate)
	b.Run("passthrough", func(b *testing.B) { benchmarkPace(b, sound, "said.ogg") })
	b.Run("encoded", func(b *testing.B) { benchmarkPace(b, sound, "said.wav") })
}

func benchmarkPace(b *testing.B, sound []int16, name string) {
	server, client, source := stage(b, sound, name)
	b.ResetTimer()
	playback := play.Start(b.Context(), speaker{client}, source, play.Options{Loop: true})
	for range b.N {
		time.Sleep(talkTime)
	}
	playback.Stop()
	if err := playback.Wait(b.Context()); err != nil {
		b.Fatal(err)
	}
	b.StopTimer()
	sent := client.Stats().Sent
	heard := hearAll(server, sent)
	b.ReportMetric(float64(sent-uint64(len(heard)))/float64(b.N), "lost/op")
	reportPace(b, slices.DeleteFunc(heard, func(p sandbox.Packet) bool { return bytes.Equal(p.Opus, audio.Silence) }))
}

// stage has a bot be in a call with ada, in real time, and gives a file of sound for it to play.
func stage(t testing.TB, sound []int16, name string) (*sandbox.Server, *voice.Connection, audio.Source) {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	save(t, path, sound)
	server, err := sandbox.Start(sandbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	gateway := &lobby{server: server}
	gateway.seat(guild, lounge, ada)
	client := enterLounge(t, gateway, gateway)
	source, err := audio.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	return server, client, source
}

// hearAll gives what ada has heard of the bot. It waits for what was sent a moment ago.
func hearAll(server *sandbox.Server, sent uint64) (heard []sandbox.Packet) {
	for deadline := time.Now().Add(time.Second); uint64(len(heard)) < sent && time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		heard = server.Heard(ada, bot)
	}
	return heard
}

// reportPace reports how well packets keep the pace.
func reportPace(b *testing.B, heard []sandbox.Packet) {
	b.Helper()
	if len(heard) < 4 {
		b.Fatalf("%d packets were heard", len(heard))
	}
	first, last := heard[0], heard[len(heard)-1]
	var off, intervals []time.Duration
	for i, p := range heard {
		off = append(off, p.At.Sub(first.At)-time.Duration(p.Seq-first.Seq)*frame)
		if i > 0 {
			intervals = append(intervals, p.At.Sub(heard[i-1].At))
		}
	}
	slices.Sort(intervals)
	quarter := len(off) / 4
	b.ReportMetric(milliseconds(last.At.Sub(first.At))/float64(len(intervals)), "mean-ms")
	b.ReportMetric(milliseconds(intervals[len(intervals)*99/100]), "p99-ms")
	b.ReportMetric(milliseconds(max(slices.Max(off), -slices.Min(off))), "worst-off-ms")
	b.ReportMetric(milliseconds(mean(off[len(off)-quarter:])-mean(off[:quarter])), "drift-ms")
	b.ReportMetric(0, "ns/op")
}

func mean(all []time.Duration) (sum time.Duration) {
	for _, d := range all {
		sum += d
	}
	return sum / time.Duration(len(all))
}
