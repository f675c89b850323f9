package calltest

import (
	"errors"
	"fmt"
	"io"
	"math"
	"sync"
	"testing"
	"time"

	"cordial/discord/voice/audio"
)

// sweep is a tone whose frequency goes evenly from low to high, in Hz: it is like itself at one place only.
func sweep(samples int, low, high float64) []int16 {
	pcm, phase := make([]int16, samples), 0.0
	for i := range pcm {
		pcm[i] = int16(9000 * math.Sin(phase))
		phase += 2 * math.Pi * (low + (high-low)*float64(i)/float64(samples)) / audio.SampleRate
	}
	return pcm
}

// encoded keeps the packets of sweeps, which several tests use, by their length and frequencies.
var encoded sync.Map

// encodeSweep gives a sweep and its packets.
func encodeSweep(t *testing.T, samples int, low, high float64) ([]int16, [][]byte) {
	t.Helper()
	sound, key := sweep(samples, low, high), fmt.Sprint(samples, low, high)
	if packets, ok := encoded.Load(key); ok {
		return sound, packets.([][]byte)
	}
	packets := encode(t, sound)
	encoded.Store(key, packets)
	return sound, packets
}

// encode gives the packets of mono sound.
func encode(t testing.TB, pcm []int16) (packets [][]byte) {
	t.Helper()
	encoder, err := audio.NewEncoder(1, 0)
	if err != nil {
		t.Fatal(err)
	}
	for ; len(pcm) > 0; pcm = pcm[audio.FrameSamples:] {
		opus, err := encoder.Encode(nil, pcm[:audio.FrameSamples])
		if err != nil {
			t.Fatal(err)
		}
		packets = append(packets, opus)
	}
	return packets
}

// load reads the left channel of a file.
func load(t *testing.T, path string) (mono []int16) {
	t.Helper()
	in, err := audio.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	pcm := make([]int16, 2*audio.SampleRate)
	for {
		n, err := in.Read(pcm)
		for i := range n {
			mono = append(mono, pcm[2*i])
		}
		if errors.Is(err, io.EOF) {
			return mono
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// thinned is how many samples are put together before places are compared: the sweeps lie below the 2 kHz that are left.
const thinned = 12

// locate searches a thinned track for thinned sound near the place where it is expected, up to 100 ms away. It gives how much later it
// lies, and how alike the two are: 1 for the same.
func locate(t, s []float64, expected time.Duration) (late time.Duration, likeness float64) {
	const reach = 100 * audio.SampleRate / 1000 / thinned
	at := int(audio.Samples(expected)) / thinned
	for shift := -reach; shift <= reach; shift++ {
		from := at + shift
		if from < 0 || from+len(s) > len(t) {
			continue
		}
		if l := alike(t[from:from+len(s)], s); l > likeness {
			late, likeness = audio.Duration(int64(shift*thinned)), l
		}
	}
	return late, likeness
}

// thin puts samples together.
func thin(pcm []int16) []float64 {
	out := make([]float64, len(pcm)/thinned)
	for i := range out {
		for _, v := range pcm[i*thinned : (i+1)*thinned] {
			out[i] += float64(v)
		}
	}
	return out
}

// alike is the correlation of two sounds.
func alike(a, b []float64) float64 {
	var ab, aa, bb float64
	for i := range a {
		ab += a[i] * b[i]
		aa += a[i] * a[i]
		bb += b[i] * b[i]
	}
	if aa == 0 || bb == 0 {
		return 0
	}
	return ab / math.Sqrt(aa*bb)
}
