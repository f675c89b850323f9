package audio

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// readAll reads a source to its end.
func readAll(t testing.TB, s Source) []int16 {
	t.Helper()
	var all []int16
	pcm := make([]int16, 2*FrameSamples)
	for {
		n, err := s.Read(pcm)
		all = append(all, pcm[:2*n]...)
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatalf("read after %d samples: %v", len(all)/2, err)
		}
	}
}

// openFile opens a file for a test.
func openFile(t testing.TB, path string) Source {
	t.Helper()
	s, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// writeFile writes PCM in pieces of an odd length.
func writeFile(t testing.TB, path string, f Format, pcm []int16) {
	t.Helper()
	sink, err := Create(path, f)
	if err != nil {
		t.Fatal(err)
	}
	for len(pcm) > 0 {
		n := min(len(pcm), 1234*f.Channels)
		if err := sink.Write(pcm[:n]); err != nil {
			t.Fatal(err)
		}
		pcm = pcm[n:]
	}
	if err := sink.Close(); err != nil {
		t.Fatal(err)
	}
}

// stereo doubles mono.
func stereo(pcm []int16, channels int) []int16 {
	if channels == 2 {
		return pcm
	}
	var out []int16
	for _, v := range pcm {
		out = append(out, v, v)
	}
	return out
}

func TestFilesComeBack(t *testing.T) {
	for _, extension := range Extensions() {
		for channels, name := range []string{1: "mono", 2: "stereo"} {
			if channels == 0 {
				continue
			}
			t.Run(extension[1:]+"/"+name, func(t *testing.T) {
				path := filepath.Join(t.TempDir(), "sound"+extension)
				in := tone(channels, 2*SampleRate+777, 440, 660)
				writeFile(t, path, Format{Channels: channels}, in)
				s := openFile(t, path)
				out := readAll(t, s)
				if length, ok := s.Duration(); !ok || length != Duration(2*SampleRate+777) {
					t.Errorf("duration %v, %v", length, ok)
				}
				t.Logf("%.1f dB, %d samples", snr(stereo(in, channels), out), len(out)/2)
				if err := s.Seek(time.Second); err != nil {
					t.Fatal(err)
				}
				rest := readAll(t, s)
				t.Logf("sought: %.1f dB, %d samples", snr(stereo(in, channels)[2*SampleRate:], rest), len(rest)/2)
				if info, err := os.Stat(path); err == nil {
					t.Log(info.Size(), "bytes")
				}
			})
		}
	}
}
