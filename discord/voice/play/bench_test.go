package play

import (
	"math/rand/v2"
	"testing"
	"time"

	"cordial/discord/voice/audio"
)

// hiss is a source of noise that does not end and takes no time to make.
type hiss struct {
	tone
	second []int16
}

func newHiss() *hiss {
	h := &hiss{tone: *newTone(1000 * time.Hour), second: make([]int16, channels*audio.SampleRate)}
	for i := range h.second {
		h.second[i] = int16(rand.IntN(16384) - 8192)
	}
	return h
}

func (h *hiss) Read(pcm []int16) (int, error) {
	h.at = (h.at + int64(len(pcm))) % int64(len(h.second)-len(pcm))
	return copy(pcm, h.second[h.at:]) / channels, nil
}

// BenchmarkPlay makes packets without the time between them, and gives the seconds that those of an hour take.
func BenchmarkPlay(b *testing.B) {
	for name, source := range map[string]audio.Source{"passthrough": newPackets(1 << 30), "encoded": newHiss()} {
		b.Run(name, func(b *testing.B) {
			f := newFramer(source, 0, 0)
			defer f.close()
			packet := make([]byte, 0, maxPacket)
			b.ReportAllocs()
			for b.Loop() {
				var err error
				if packet, err = f.next(packet[:0], 1); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(b.Elapsed().Seconds()/float64(b.N)*float64(time.Hour/interval), "s/hour")
		})
	}
}
