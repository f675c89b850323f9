package mp3

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"testing"

	gomp3 "github.com/hajimehoshi/go-mp3"
)

// decoderDelay is what any decoder leaves the sound behind, in samples.
const decoderDelay = 529

// encode encodes whole frames of pcm.
func encode(t testing.TB, channels, bitrate int, pcm []int16) []byte {
	t.Helper()
	e, err := NewEncoder(channels, bitrate)
	if err != nil {
		t.Fatal(err)
	}
	var out []byte
	for size := FrameSamples * channels; len(pcm) >= size; pcm = pcm[size:] {
		before := len(out)
		out = e.Encode(out, pcm[:size])
		if got, want := len(out)-before, FrameSamples/8*bitrate/SampleRate; got != want {
			t.Fatalf("a frame of %d bytes, want %d", got, want)
		}
	}
	return out
}

// decode gives what another's decoder makes of a file: two channels, the delay left out.
func decode(t testing.TB, file []byte) []int16 {
	t.Helper()
	d, err := gomp3.NewDecoder(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	raw, err := io.ReadAll(d)
	if err != nil {
		t.Fatal(err)
	}
	pcm := make([]int16, len(raw)/2)
	for i := range pcm {
		pcm[i] = int16(binary.LittleEndian.Uint16(raw[2*i:]))
	}
	return pcm[2*(Delay+decoderDelay):]
}

// snr is the signal-to-noise ratio in dB, over what both have; +Inf for equal sounds.
func snr(want, got []int16) float64 {
	var signal, noise float64
	for i := range min(len(want), len(got)) {
		signal += float64(want[i]) * float64(want[i])
		difference := float64(want[i]) - float64(got[i])
		noise += difference * difference
	}
	return 10 * math.Log10(signal/noise)
}

// sound makes frames of sound for two channels, or for one, doubled.
func sound(channels, frames int, at func(i, channel int) float64) []int16 {
	pcm := make([]int16, 2*frames*FrameSamples)
	for i := range pcm {
		if channels == 1 && i%2 == 1 {
			pcm[i] = pcm[i-1]
		} else {
			pcm[i] = int16(math.Round(at(i/2, i%2)))
		}
	}
	return pcm
}

func sine(hertz, loud float64) func(i, channel int) float64 {
	return func(i, channel int) float64 {
		return loud * math.Sin(2*math.Pi*hertz*float64(1+channel)*float64(i)/SampleRate)
	}
}

// What another's decoder plays is what went in, in its place and as loud.
func TestDecodedSound(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	noise := func(loud float64) func(i, channel int) float64 {
		return func(int, int) float64 { return loud * (2*random.Float64() - 1) }
	}
	tests := []struct {
		name    string
		sound   func(i, channel int) float64
		want    float64 // dB at 128 kbit/s for one channel, 256 for two
		atLeast float64 // dB at the lowest rate
	}{
		{"low tone", sine(97, 20000), 70, 60},
		{"tone", sine(440, 20000), 70, 55},
		{"high tone", sine(7000, 20000), 54, 40},
		{"quiet tone", sine(440, 40), 30, 30},
		{"full scale", sine(997, 32767), 65, 50},
		{"square", func(i, _ int) float64 { return float64(i/200%2*60000 - 30000) }, 30, 18},
		{"white noise", noise(20000), 11, 0.5},
		{"clicks", func(i, _ int) float64 { return float64(max(0, 1-i%3000)) * 30000 }, 8, 0.1},
		{"quiet noise", noise(3), 6, 1},
	}
	for _, test := range tests {
		for channels := 1; channels <= 2; channels++ {
			t.Run(fmt.Sprintf("%s, %d channels", test.name, channels), func(t *testing.T) {
				in := sound(channels, 40, test.sound)
				mine := in
				if channels == 1 {
					mine = nil
					for i := 0; i < len(in); i += 2 {
						mine = append(mine, in[i])
					}
				}
				for rate, want := range map[int]float64{128000 * channels: test.want, 32000 * channels: test.atLeast} {
					got := snr(in, decode(t, encode(t, channels, rate, mine)))
					if t.Logf("%d: %.1f dB", rate, got); got < want {
						t.Errorf("%d bit/s: %.1f dB, want %.1f", rate, got, want)
					}
				}
			})
		}
	}
}

// Silence decodes to silence at every rate, and its frames say so.
func TestSilence(t *testing.T) {
	for _, rate := range bitrates[1:] {
		for _, v := range decode(t, encode(t, 2, rate*1000, make([]int16, 10*2*FrameSamples))) {
			if v != 0 {
				t.Fatalf("%d kbit/s: %d", rate, v)
			}
		}
	}
}

// Sound from the middle is written once: it comes out better than two channels that have nothing in common.
func TestMiddle(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	noise := func(int, int) float64 { return 9000 * (2*random.Float64() - 1) }
	same, apart := sound(1, 40, noise), sound(2, 40, noise)
	for i := range same {
		same[i] = same[i&^1]
	}
	middle := snr(same, decode(t, encode(t, 2, 128000, same)))
	sides := snr(apart, decode(t, encode(t, 2, 128000, apart)))
	if middle < sides+3 {
		t.Errorf("%.1f dB from the middle, %.1f from the sides", middle, sides)
	}
}

func TestEncodersThatAreNot(t *testing.T) {
	for _, wrong := range []struct{ channels, bitrate int }{{0, 128000}, {3, 128000}, {1, 0}, {1, 8000}, {1, 127000}, {1, 128001}, {2, 640000}} {
		if _, err := NewEncoder(wrong.channels, wrong.bitrate); err == nil {
			t.Errorf("%+v makes an encoder", wrong)
		}
	}
}

// Whatever the sound, frames have their size and a decoder takes them.
func FuzzEncode(f *testing.F) {
	f.Add([]byte{0, 1, 0x80, 0x7F, 0xFF}, uint8(9), uint8(1))
	f.Add(bytes.Repeat([]byte{0xFF, 0x7F, 0x00, 0x80}, 900), uint8(1), uint8(2))
	f.Add(bytes.Repeat([]byte{0xFF, 0x7F, 0xFF, 0x7F, 0x00, 0x80}, 900), uint8(14), uint8(1))
	f.Fuzz(func(t *testing.T, raw []byte, index, channels uint8) {
		if len(raw) == 0 {
			return
		}
		rate, count := bitrates[1+int(index)%14]*1000, 1+int(channels)%2
		pcm := make([]int16, 4*FrameSamples*count)
		for i := range pcm {
			pcm[i] = int16(uint16(raw[2*i%len(raw)]) | uint16(raw[(2*i+1)%len(raw)])<<8)
		}
		if got, want := len(decode(t, encode(t, count, rate, pcm))), 2*(4*FrameSamples-Delay-decoderDelay); got != want {
			t.Errorf("%d values decoded, want %d", got, want)
		}
	})
}

func BenchmarkEncode(b *testing.B) {
	random := rand.New(rand.NewPCG(5, 6))
	for channels := 1; channels <= 2; channels++ {
		b.Run([]string{"mono", "stereo"}[channels-1], func(b *testing.B) {
			e, err := NewEncoder(channels, 96000+32000*channels)
			if err != nil {
				b.Fatal(err)
			}
			tone := sine(220, 8000)
			pcm := sound(2, 20, func(i, channel int) float64 { return tone(i, channel) + 500*(2*random.Float64()-1) })
			var out []byte
			size, i := FrameSamples*channels, 0
			b.ReportAllocs()
			for b.Loop() {
				at := i % (len(pcm) / size) * size
				out = e.Encode(out[:0], pcm[at:at+size])
				i++
			}
		})
	}
}
