//go:build unix

package audio

import (
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// figures are what an hour of one speaker cost when the codecs were chosen, in seconds of the processor. A build that needs more than 1.3 times
// as much while the machine does nothing else has become slower.
var figures = map[string]float64{
	"BenchmarkDecode/mono": 6.6, "BenchmarkEncode/mono": 28 - 6.6, "BenchmarkPacketSink": 0.36,
	"BenchmarkSinks/wav": 0.5, "BenchmarkSinks/flac": 19, "BenchmarkSinks/mp3": 23, "BenchmarkSinks/ogg": 28 - 6.6,
}

// reportHours reports the processor time that an hour of one speaker takes, talking all the time, from the frames of 20 ms that a
// benchmark worked through. It measures the time of the process, so that other programs do not count.
func reportHours(b *testing.B, work func()) {
	before := processorTime(b)
	repeat(b, work)
	reportSince(b, before)
}

func repeat(b *testing.B, work func()) {
	b.ReportAllocs()
	for b.Loop() {
		work()
	}
}

func reportSince(b *testing.B, before time.Duration) {
	hour := (processorTime(b) - before).Seconds() / float64(b.N) * 50 * 3600
	b.ReportMetric(hour, "cpu-s/speaker-hour")
	if figure, ok := figures[b.Name()]; ok {
		b.ReportMetric(hour/figure, "x-of-figure")
	}
}

// processorTime is what the process has used, and its children that have ended.
func processorTime(b *testing.B) (sum time.Duration) {
	b.Helper()
	for _, who := range []int{syscall.RUSAGE_SELF, syscall.RUSAGE_CHILDREN} {
		var usage syscall.Rusage
		if err := syscall.Getrusage(who, &usage); err != nil {
			b.Fatal(err)
		}
		sum += time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
	}
	return sum
}

// voice is ten seconds that are hard enough to stand for speech.
func voice(channels int) []int16 {
	pcm := tone(channels, 10*SampleRate, 220, 330)
	for i, v := range noise(channels, 10*SampleRate, 1) {
		pcm[i] += v / 16
	}
	return pcm
}

func BenchmarkDecode(b *testing.B) {
	for channels := 1; channels <= 2; channels++ {
		b.Run([]string{"mono", "stereo"}[channels-1], func(b *testing.B) {
			packets := encodeAll(b, voice(channels), channels, 64000)
			d := newTestDecoder(b, channels)
			pcm := make([]int16, MaxPacketSamples*channels)
			i := 0
			reportHours(b, func() {
				if _, err := d.Decode(pcm, packets[i%len(packets)]); err != nil {
					b.Fatal(err)
				}
				i++
			})
		})
	}
}

func BenchmarkEncode(b *testing.B) {
	for channels := 1; channels <= 2; channels++ {
		b.Run([]string{"mono", "stereo"}[channels-1], func(b *testing.B) {
			e, err := NewEncoder(channels, 64000)
			if err != nil {
				b.Fatal(err)
			}
			pcm, packet := voice(channels), []byte(nil)
			frame := FrameSamples * channels
			i := 0
			reportHours(b, func() {
				at := i % 500 * frame
				if packet, err = e.Encode(packet[:0], pcm[at:at+frame]); err != nil {
					b.Fatal(err)
				}
				i++
			})
		})
	}
}

func BenchmarkConceal(b *testing.B) {
	packets := encodeAll(b, voice(1), 1, 64000)
	d := newTestDecoder(b, 1)
	pcm := make([]int16, MaxPacketSamples)
	if _, err := d.Decode(pcm, packets[20]); err != nil {
		b.Fatal(err)
	}
	reportHours(b, func() {
		if _, err := d.Conceal(pcm[:FrameSamples]); err != nil {
			b.Fatal(err)
		}
	})
}

// BenchmarkSinks measures each kind of file in mono, flushed each second, without the decoding that comes before.
func BenchmarkSinks(b *testing.B) {
	for _, extension := range Extensions() {
		b.Run(extension[1:], func(b *testing.B) { benchmarkSink(b, extension, Format{Channels: 1}) })
	}
	b.Run("mp3/ffmpeg", func(b *testing.B) {
		needFFmpeg(b)
		benchmarkSink(b, ".mp3", Format{Channels: 1, Encoder: FFmpeg})
	})
}

// benchmarkSink counts the end of the file, too: a process counts when it has ended.
func benchmarkSink(b *testing.B, extension string, f Format) {
	pcm := voice(1)
	before := processorTime(b)
	sink, err := Create(filepath.Join(b.TempDir(), "sound"+extension), f)
	if err != nil {
		b.Fatal(err)
	}
	i := 0
	repeat(b, func() {
		at := i % 500 * FrameSamples
		if err := sink.Write(pcm[at : at+FrameSamples]); err != nil {
			b.Fatal(err)
		}
		if i++; i%50 == 0 {
			if err := sink.Flush(); err != nil {
				b.Fatal(err)
			}
		}
	})
	if err := sink.Close(); err != nil {
		b.Fatal(err)
	}
	reportSince(b, before)
}

func BenchmarkPacketSink(b *testing.B) {
	packets := encodeAll(b, voice(1), 1, 64000)
	sink, err := CreatePackets(filepath.Join(b.TempDir(), "packets.ogg"))
	if err != nil {
		b.Fatal(err)
	}
	i := 0
	reportHours(b, func() {
		if err := sink.WritePacket(packets[i%len(packets)]); err != nil {
			b.Fatal(err)
		}
		if i++; i%50 == 0 {
			if err := sink.Flush(); err != nil {
				b.Fatal(err)
			}
		}
	})
	if err := sink.Close(); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkSources measures what playing each kind of file takes, without the encoding that comes after.
func BenchmarkSources(b *testing.B) {
	for _, extension := range Extensions() {
		b.Run(extension[1:], func(b *testing.B) {
			path := filepath.Join(b.TempDir(), "sound"+extension)
			writeFile(b, path, Format{Channels: 2}, voice(2))
			s := openFile(b, path)
			pcm := make([]int16, 2*FrameSamples)
			reportHours(b, func() {
				if _, err := s.Read(pcm); err != nil {
					if err := s.Seek(0); err != nil {
						b.Fatal(err)
					}
				}
			})
		})
	}
}

func BenchmarkResample44100(b *testing.B) {
	r := newResampler(44100)
	values := make([]float32, 2*882)
	for i, v := range voice(2)[:2*882] {
		values[i] = float32(v) / (1 << 15)
	}
	reportHours(b, func() { r.process(values) })
}
