package audio

import (
	"bytes"
	"errors"
	"io"
	"math"
	"testing"
	"time"
)

// Every kind of sound is stored without loss, the hardest and the simplest as well.
func TestFLACIsLossless(t *testing.T) {
	loud := make([]int16, SampleRate)
	for i := range loud {
		loud[i] = []int16{math.MinInt16, math.MaxInt16}[i%2]
	}
	constant := bytes.Repeat([]byte{1}, SampleRate)
	sounds := map[string][]int16{
		"silence":    make([]int16, SampleRate),
		"loud":       loud,
		"noise":      noise(1, SampleRate, 1),
		"tone":       tone(1, SampleRate, 440),
		"one sample": {-5},
		"16 samples": tone(1, 16, 440),
		"17 samples": noise(1, 17, 1),
	}
	sounds["constant"] = make([]int16, len(constant))
	for i := range constant {
		sounds["constant"][i] = -1000
	}
	for name, in := range sounds {
		t.Run(name, func(t *testing.T) {
			for channels := 1; channels <= 2; channels++ {
				pcm := in
				if channels == 2 {
					pcm = stereo(in, 1)
				}
				out := readAll(t, openFile(t, flacFileOf(t, channels, pcm)))
				if len(out) != 2*len(in) || !math.IsInf(snr(stereo(in, 1), out), 1) {
					t.Errorf("%d channels: %d samples of %d at %.1f dB", channels, len(out)/2, len(in), snr(stereo(in, 1), out))
				}
			}
		})
	}
}

// flacFileOf writes a file and flushes after blocks of every length.
func flacFileOf(t *testing.T, channels int, pcm []int16) (path string) {
	t.Helper()
	path = t.TempDir() + "/sound.flac"
	sink, err := Create(path, Format{Channels: channels})
	if err != nil {
		t.Fatal(err)
	}
	for n := 1; len(pcm) > 0; n = n*3 + 1 {
		part := pcm[:min(len(pcm), n*channels)]
		if err := errors.Join(sink.Write(part), sink.Flush()); err != nil {
			t.Fatal(err)
		}
		pcm = pcm[len(part):]
	}
	if err := sink.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// The best order and parameter are found, which a plain search agrees with.
func TestPredict(t *testing.T) {
	for seed := range uint64(20) {
		samples := make([]int32, 500)
		for i, v := range noise(1, len(samples), seed) {
			samples[i] = int32(v>>(seed%12)) + int32(8000*math.Sin(float64(i)/float64(seed+2)))
		}
		order := bestOrder(samples)
		folded := foldResidual(nil, samples, order)
		_, length := bestRice(folded)
		for k := range maxRice + 1 {
			total := len(folded) * (k + 1)
			for _, v := range folded {
				total += int(v >> k)
			}
			if total < length {
				t.Errorf("seed %d: parameter %d takes %d bits, less than %d", seed, k, total, length)
			}
		}
	}
}

func TestDamagedFLAC(t *testing.T) {
	file := soundFile(t, ".flac", noise(2, SampleRate, 1))
	for _, at := range []int{len(file) / 3, len(file) / 2, len(file) - 100} {
		damaged := bytes.Clone(file)
		damaged[at] ^= 0x55
		samples, err := readCut(t, damaged)
		if errors.Is(err, io.EOF) || samples < SampleRate*at/len(file)-2*flacBlock || samples >= SampleRate {
			t.Errorf("byte %d of %d: %d samples, %v", at, len(file), samples, err)
		}
	}
}

// A file that does not say how long it is, as a killed recorder leaves it, is read and sought in all the same.
func TestFLACOfUnknownLength(t *testing.T) {
	in := noise(2, 3*SampleRate, 1)
	file := soundFile(t, ".flac", in)
	clear(file[22:26]) // the lower bits of the number of samples
	file[21] &= 0xF0
	s := sourceOfBytes(t, file)
	if length, ok := s.Duration(); ok {
		t.Errorf("it lasts %v", length)
	}
	if out := readAll(t, s); len(out) != len(in) {
		t.Errorf("%d samples", len(out)/2)
	}
	if err := s.Seek(2 * time.Second); err != nil {
		t.Fatal(err)
	}
	if out := readAll(t, s); !math.IsInf(snr(in[4*SampleRate:], out), 1) || len(out) != 2*SampleRate {
		t.Errorf("%d samples of the last second", len(out)/2)
	}
}
