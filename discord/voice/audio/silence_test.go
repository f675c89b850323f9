package audio

import (
	"errors"
	"math"
	"path/filepath"
	"testing"
)

// Silence is what as many zeros would be: as long, silent, and without a trace in the sound around it.
func TestSilenceBetweenSounds(t *testing.T) {
	eachFormat(t, func(t *testing.T, extension string, channels int) {
		in := tone(channels, soundLength, 440, 660)
		for _, silence := range []int{0, 1, 777, SampleRate} {
			s := openFile(t, silenceAround(t, extension, channels, silence, in))
			out := readAll(t, s)
			if want := 2 * (silence + soundLength); len(out) != 2*want {
				t.Fatalf("%d samples of silence: %d samples came back, want %d", silence, len(out)/2, want)
			}
			for _, start := range []int{0, silence + soundLength} {
				sound := out[2*(start+silence):][:2*soundLength]
				if got := snr(stereo(in, channels), sound); got < quality[extension] {
					t.Errorf("after %d samples of silence the sound comes back at %.1f dB", silence, got)
				}
				const edge = 960 // within which a sound that begins all at once rings
				if silence > 2*edge && !isQuiet(out[2*(start+edge):2*(start+silence-edge)]) {
					t.Errorf("%d samples of silence are not silent", silence)
				}
			}
		}
	})
}

// After more silence than anybody reads the sound is in its place.
func TestLongSilence(t *testing.T) {
	eachFormat(t, func(t *testing.T, extension string, channels int) {
		const silence = 3600*SampleRate + 12345
		in := tone(channels, soundLength, 440, 660)
		s := openFile(t, silenceAround(t, extension, channels, silence, in))
		if length, ok := s.Duration(); !ok || length != Duration(2*(silence+soundLength)) {
			t.Errorf("duration %v, %v", length, ok)
		}
		if err := s.Seek(Duration(2*silence + soundLength)); err != nil {
			t.Fatal(err)
		}
		out := readAll(t, s)
		if got := snr(stereo(in, channels)[2:], out[2:]); (len(out)/2-soundLength) > 1 || got < quality[extension] {
			t.Errorf("%d samples of %d came back at %.1f dB", len(out)/2, soundLength, got)
		}
	})
}

// silenceAround writes a file with silence before a sound, and both once more.
func silenceAround(t *testing.T, extension string, channels, silence int, sound []int16) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "sound"+extension)
	sink, err := Create(path, Format{Channels: channels})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		err = errors.Join(err, sink.Silence(int64(silence)), sink.Write(sound), sink.Flush())
	}
	if err := errors.Join(err, sink.Close()); err != nil {
		t.Fatal(err)
	}
	return path
}

// isQuiet reports whether sound is 54 dB below the loudest: that much Opus leaves of a sound that ends all at once, for a tenth of a second.
func isQuiet(pcm []int16) bool {
	for _, v := range pcm {
		if math.Abs(float64(v)) > 64 {
			return false
		}
	}
	return true
}

// BenchmarkSilence is the hour before somebody speaks for the first time.
func BenchmarkSilence(b *testing.B) {
	for _, extension := range Extensions() {
		b.Run(extension[1:], func(b *testing.B) {
			path := filepath.Join(b.TempDir(), "sound"+extension)
			for b.Loop() {
				sink, err := Create(path, Format{Channels: 1})
				if err != nil {
					b.Fatal(err)
				}
				if err := errors.Join(sink.Silence(3600*SampleRate), sink.Close()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
