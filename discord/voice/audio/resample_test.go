package audio

import (
	"math"
	"math/rand/v2"
	"testing"
)

// sine is a stereo sine: the right side is the left, turned around.
func sine(rate, samples int, frequency float64) []float32 {
	values := make([]float32, 0, 2*samples)
	for i := range samples {
		v := float32(0.5 * math.Sin(2*math.Pi*frequency*float64(i)/float64(rate)))
		values = append(values, v, -v)
	}
	return values
}

// resampleAll feeds a resampler in pieces of any length.
func resampleAll(r *resampler, values []float32) []float32 {
	random := rand.New(rand.NewPCG(1, 2))
	var out []float32
	for len(values) > 3000 {
		n := 2 * random.IntN(1500)
		out = append(out, r.process(values[:n])...)
		values = values[n:]
	}
	return append(out, r.finish(values)...)
}

// Whatever the rate, a sine comes out in place and as long as it went in.
func TestResampler(t *testing.T) {
	tests := []struct {
		rate int
		want float64
	}{
		{8000, 94}, {11025, 94}, {12000, 94}, {16000, 94}, {22050, 94}, {24000, 94}, {32000, 94}, {37800, 94}, {44100, 94},
		{88200, 94}, {96000, 94}, {176400, 94}, {192000, 94}, {384000, 94}, {44099, 70}, {12345, 70}, {1000, 94},
	}
	for _, test := range tests {
		frequency := min(997, float64(test.rate)*0.4)
		r := newResampler(test.rate)
		for range 2 {
			out := resampleAll(r, sine(test.rate, test.rate, frequency))
			if len(out) != 2*SampleRate {
				t.Errorf("%d Hz: a second has %d samples", test.rate, len(out)/2)
			}
			want := sine(SampleRate, SampleRate, frequency)
			var signal, difference float64
			for i := 4000; i < len(want)-4000; i++ { // the ends meet silence
				d := float64(want[i] - out[i])
				signal += float64(want[i]) * float64(want[i])
				difference += d * d
			}
			if got := 10 * math.Log10(signal/difference); got < test.want {
				t.Errorf("%d Hz: %.1f dB, want %.0f", test.rate, got, test.want)
			}
			r.reset()
		}
	}
}

// What 48 kHz cannot hold must not come back as something else.
func TestResamplerLeavesOutWhatIsTooHigh(t *testing.T) {
	r := newResampler(96000)
	var loudest float32
	for _, v := range resampleAll(r, sine(96000, 96000, 30000))[2000:90000] {
		loudest = max(loudest, v, -v)
	}
	if loudest > 1e-4 {
		t.Errorf("30 kHz comes back at %.6f", loudest)
	}
}

func TestResamplerOfNothing(t *testing.T) {
	for samples := range 5 {
		r := newResampler(24000)
		if out := r.finish(make([]float32, 2*samples)); len(out) != 4*samples {
			t.Errorf("%d samples become %d", samples, len(out)/2)
		}
	}
}

func TestMixToStereo(t *testing.T) {
	for channels := 1; channels <= maxChannels; channels++ {
		loud := make([]float32, channels)
		for i := range loud {
			loud[i] = 1
		}
		out := mixToStereo(nil, loud, channels)
		if len(out) != 2 || math.Abs(float64(out[0]-1)) > 1e-6 || math.Abs(float64(out[1]-1)) > 1e-6 {
			t.Errorf("%d channels at full become %v", channels, out)
		}
		left := make([]float32, channels)
		left[0] = 1
		if out := mixToStereo(nil, left, channels); channels > 1 && (out[0] <= 0.2 || out[1] != 0) {
			t.Errorf("the left of %d channels becomes %v", channels, out)
		}
	}
}

func TestToInt16(t *testing.T) {
	nan := float32(math.NaN())
	for v, want := range map[float32]int16{0: 0, 1: 32767, -1: -32768, 2: 32767, -2: -32768, 0.5: 16384, -0.5: -16384, 1.0 / 32768: 1, -1.0 / 32768: -1} {
		if got := toInt16(v); got != want {
			t.Errorf("%v becomes %d, want %d", v, got, want)
		}
	}
	_ = toInt16(nan)
	for v := math.MinInt16; v <= math.MaxInt16; v++ {
		if got := toInt16(float32(v) / (1 << 15)); int(got) != v {
			t.Fatalf("%d becomes %d", v, got)
		}
	}
}
