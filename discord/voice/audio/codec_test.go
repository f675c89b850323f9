package audio

import (
	"math"
	"math/rand/v2"
	"testing"
)

// tone is a sum of sines, a frequency for each channel and one that all share, half as loud as can be.
func tone(channels, samples int, frequencies ...float64) []int16 {
	pcm := make([]int16, 0, samples*channels)
	for i := range samples {
		for c := range channels {
			t := float64(i) / SampleRate
			v := 0.35*math.Sin(2*math.Pi*frequencies[c%len(frequencies)]*t) + 0.1*math.Sin(2*math.Pi*150*t)
			pcm = append(pcm, int16(v*32767))
		}
	}
	return pcm
}

// noise is what compresses worst, the same for each seed.
func noise(channels, samples int, seed uint64) []int16 {
	r := rand.New(rand.NewPCG(seed, 1))
	pcm := make([]int16, samples*channels)
	for i := range pcm {
		pcm[i] = int16(r.IntN(1<<15) - 1<<14)
	}
	return pcm
}

// snr compares what came out with what went in, in decibels.
func snr(in, out []int16) float64 {
	var signal, difference float64
	for i := range min(len(in), len(out)) {
		d := float64(in[i]) - float64(out[i])
		signal += float64(in[i]) * float64(in[i])
		difference += d * d
	}
	if difference == 0 {
		return math.Inf(1)
	}
	return 10 * math.Log10(signal/difference)
}

// encodeAll makes packets of PCM and of a delay's worth of silence behind it.
func encodeAll(t testing.TB, pcm []int16, channels, bitrate int) [][]byte {
	t.Helper()
	encoder, err := NewEncoder(channels, bitrate)
	if err != nil {
		t.Fatal(err)
	}
	frame := FrameSamples * channels
	pcm = append(pcm[:len(pcm):len(pcm)], make([]int16, frame+(frame-len(pcm)%frame)%frame)...)
	var packets [][]byte
	for ; len(pcm) > 0; pcm = pcm[frame:] {
		packet, err := encoder.Encode(nil, pcm[:frame])
		if err != nil {
			t.Fatal(err)
		}
		packets = append(packets, packet)
	}
	return packets
}

func newTestDecoder(t testing.TB, channels int) Decoder {
	t.Helper()
	d, err := NewDecoder(channels)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.Close)
	return d
}

func decodeAll(t testing.TB, packets [][]byte, channels int) []int16 {
	t.Helper()
	d := newTestDecoder(t, channels)
	var all []int16
	pcm := make([]int16, MaxPacketSamples*channels)
	for _, packet := range packets {
		n, err := d.Decode(pcm, packet)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, pcm[:n*channels]...)
	}
	return all
}

func TestRoundTrip(t *testing.T) {
	tests := []struct {
		name              string
		channels, bitrate int
		want              float64
	}{
		{"mono", 1, 64000, 25},
		{"stereo", 2, 128000, 25},
		{"stereo at half the usual rate", 2, 32000, 10},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			in := tone(test.channels, SampleRate, 440, 660)
			out := decodeAll(t, encodeAll(t, in, test.channels, test.bitrate), test.channels)
			if got := snr(in, out[EncoderDelay*test.channels:]); got < test.want {
				t.Errorf("signal to noise is %.1f dB, want %.0f", got, test.want)
			} else {
				t.Logf("%.1f dB", got)
			}
		})
	}
}
