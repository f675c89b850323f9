package audio

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"cordial/discord/voice/audio/mp3"
)

// mp3File makes an MP3 file.
func mp3File(t testing.TB, f Format, pcm []int16) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "sound.mp3")
	writeFile(t, path, f, pcm)
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// The bit rate is the one that was asked for, in every frame.
func TestMP3Bitrates(t *testing.T) {
	for _, rate := range mp3Bitrates[0][1:] {
		in := tone(1, SampleRate, 440)
		file := mp3File(t, Format{Channels: 1, Bitrate: rate * 1000}, in)
		frames := &mp3Frames{in: newInput(bytes.NewReader(file))}
		count := 0
		for {
			_, h, err := frames.next()
			if err == io.EOF {
				break
			}
			if err != nil || h.bitrate != rate*1000 || h.channels != 1 || h.rate != SampleRate {
				t.Fatalf("%d kbit/s: frame %d: %+v, %v", rate, count, h, err)
			}
			count++
		}
		if want := 1 + (SampleRate+mp3.Delay+mp3DecoderDelay+mp3.FrameSamples-1)/mp3.FrameSamples; count != want {
			t.Errorf("%d kbit/s: %d frames, want %d", rate, count, want)
		}
		if got := snr(stereo(in, 1), readAll(t, sourceOfBytes(t, file))); got < 15 {
			t.Errorf("%d kbit/s: %.1f dB", rate, got)
		}
	}
}

// Tags before and behind the sound, and junk between, are read over.
func TestMP3Tags(t *testing.T) {
	in := tone(2, SampleRate, 440, 660)
	file := mp3File(t, Format{Channels: 2}, in)
	id3 := append([]byte("ID3\x04\x00\x00\x00\x00\x02\x00"), bytes.Repeat([]byte{0xFF, 0xFB}, 128)...) // which looks like frames
	id3v1 := append([]byte("TAG"), make([]byte, 125)...)
	files := map[string][]byte{
		"before": append(bytes.Clone(id3), file...),
		"twice":  append(append(bytes.Clone(id3), id3...), file...),
		"behind": append(bytes.Clone(file), id3v1...),
	}
	for name, file := range files {
		t.Run(name, func(t *testing.T) {
			s := sourceOfBytes(t, file)
			for range 2 {
				if out := readAll(t, s); len(out) != len(in) || snr(in, out) < 40 {
					t.Errorf("%d samples of %d at %.1f dB", len(out)/2, len(in)/2, snr(in, out))
				}
				if err := s.Seek(0); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// A tag may claim a quarter of a gigabyte: it must not be taken into memory.
func TestMP3TagThatClaimsMuch(t *testing.T) {
	file := append([]byte("ID3\x04\x00\x00\x7F\x7F\x7F\x7F"), mp3File(t, Format{Channels: 1}, tone(1, SampleRate/10, 440))...)
	if _, err := NewSource(bytes.NewReader(file), "a file"); !errors.Is(err, ErrTruncated) {
		t.Error(err)
	}
}

// Without the frame that describes it, a file is counted frame by frame, and keeps its place meanwhile.
func TestMP3WithoutDescription(t *testing.T) {
	in := tone(2, 2*SampleRate, 440, 660)
	file := mp3File(t, Format{Channels: 2}, in)
	h, _ := parseMP3Header(file)
	s := sourceOfBytes(t, file[h.size:])
	pcm := make([]int16, 2*FrameSamples)
	if _, err := s.Read(pcm); err != nil {
		t.Fatal(err)
	}
	frames := int64(len(file)/h.size - 1)
	if length, ok := s.Duration(); !ok || length != Duration(frames*mp3.FrameSamples) {
		t.Errorf("%v, %v, want %d frames", length, ok, frames)
	}
	out := append(pcm, readAll(t, s)...)
	if lag := 2 * (mp3.Delay + mp3DecoderDelay); len(out) != int(frames)*2*mp3.FrameSamples || snr(in, out[lag:]) < 40 {
		t.Errorf("%d samples at %.1f dB", len(out)/2, snr(in, out[lag:]))
	}
}

func TestDamagedMP3(t *testing.T) {
	file := mp3File(t, Format{Channels: 2}, tone(2, SampleRate, 440, 660))
	h, _ := parseMP3Header(file)
	clear(file[10*h.size+5 : 12*h.size]) // two frames lost: read over
	if samples, err := readCut(t, file); samples < SampleRate*9/10 || err != io.EOF {
		t.Errorf("%d samples, %v", samples, err)
	}
	junk := append(bytes.Clone(file[:20*h.size]), make([]byte, 2*mp3Resync)...)
	if samples, err := readCut(t, junk); samples < 15*mp3.FrameSamples || !errors.Is(err, ErrDamaged) {
		t.Errorf("%d samples, %v", samples, err)
	}
}

func FuzzMP3(f *testing.F) {
	file := mp3File(f, Format{Channels: 1, Bitrate: 32000}, tone(1, 6*mp3.FrameSamples, 440))
	f.Add(file)
	f.Add(file[96:])
	f.Fuzz(func(t *testing.T, file []byte) {
		in := newInput(bytes.NewReader(file))
		s, err := sourceOf(newMP3Reader(in))
		if err != nil {
			return
		}
		pcm := make([]int16, 2*FrameSamples)
		for range 2 {
			for read := 0; ; {
				n, err := s.Read(pcm)
				if read += n; err != nil {
					break
				}
				if read > 500*(len(file)+5000) {
					t.Fatalf("%d samples out of %d bytes", read, len(file))
				}
			}
			s.Duration()
			if s.Seek(1e8) != nil {
				break
			}
		}
	})
}
