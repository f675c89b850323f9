package audio

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// converted makes a file with ffmpeg, from a WAV file of ours.
func converted(t *testing.T, name string, pcm []int16, arguments ...string) (path string) {
	t.Helper()
	dir := t.TempDir()
	from := filepath.Join(dir, "from.wav")
	writeFile(t, from, Format{Channels: 2}, pcm)
	path = filepath.Join(dir, name)
	run(t, "ffmpeg", append(append([]string{"-v", "error", "-i", from}, arguments...), path)...)
	return path
}

// What others make is read, whatever its rate and its kind, and lasts as long as it did.
func TestOtherPeoplesFiles(t *testing.T) {
	in := tone(2, SampleRate, 440, 660)
	tests := []struct {
		name      string
		arguments string
		want      float64 // dB
	}{
		{"a.ogg", "-c:a libvorbis -q:a 6", 30},
		{"44100.ogg", "-c:a libvorbis -q:a 6 -ar 44100", 30},
		{"a.opus", "-c:a libopus -b:a 128k", 30},
		{"60ms.opus", "-c:a libopus -b:a 128k -frame_duration 60", 30},
		{"a.mp3", "-b:a 192k", 25},
		{"vbr.mp3", "-q:a 2 -ar 44100", 25},
		{"a.flac", "", 200},
		{"24.flac", "-sample_fmt s32", 200},
		{"44100.flac", "-ar 44100", 60},
		{"float.wav", "-c:a pcm_f32le", 90},
		{"24.wav", "-c:a pcm_s24le -ar 96000", 60},
		{"mulaw.wav", "-c:a pcm_mulaw", 25},
		{"a.m4a", "-b:a 192k", 25},
		{"a.aiff", "", 200},
		{"a.webm", "-c:a libopus -b:a 128k", 30},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := openFile(t, converted(t, test.name, in, strings.Fields(test.arguments)...))
			out := readAll(t, s)
			if got := snr(in, out); got < test.want || len(out) < len(in) || len(out) > len(in)+4096 {
				t.Errorf("%d samples of %d at %.1f dB", len(out)/2, len(in)/2, got)
			}
			if length, ok := s.Duration(); !ok || (length-time.Second).Abs() > 30*time.Millisecond {
				t.Errorf("it lasts %v, %v", length, ok)
			}
			for _, at := range []time.Duration{time.Second / 2, 0} {
				if err := s.Seek(at); err != nil {
					t.Fatal(err)
				}
				rest := readAll(t, s)
				if short := len(out) - 2*int(Samples(at)) - len(rest); short > 2000 || short < -2000 {
					t.Errorf("from %v on there are %d samples of %d", at, len(rest)/2, len(out)/2)
				}
			}
		})
	}
}

// Streams of Vorbis that are chained play one after the other, as a radio station sends them, from a file and from a pipe.
func TestChainedVorbis(t *testing.T) {
	first, second := tone(2, SampleRate, 440, 660), tone(2, SampleRate/2, 550, 330)
	all := append(first, second...)
	var files [][]byte
	for _, pcm := range [][]int16{first, second, tone(2, SampleRate, 440)} {
		channels := fmt.Sprint(2 - len(files)/2)
		file, err := os.ReadFile(converted(t, "a.ogg", pcm, "-c:a", "libvorbis", "-q:a", "6", "-ac", channels, "-serial_offset", fmt.Sprint(len(files))))
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	chain := slices.Concat(files[0], files[1])
	pipe, err := NewSource(struct{ io.Reader }{bytes.NewReader(chain)}, "a pipe")
	if err != nil {
		t.Fatal(err)
	}
	if out := readAll(t, pipe); len(out) != len(all) || snr(all, out) < 30 {
		t.Errorf("%d samples of %d at %.1f dB", len(out)/2, len(all)/2, snr(all, out))
	}
	s := sourceOfBytes(t, chain)
	playsAsOne(t, s, all)
	s = sourceOfBytes(t, slices.Concat(files[0], files[2]))
	if n, err := s.Read(make([]int16, 4*SampleRate)); n != SampleRate || err == nil || errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), "goes on with 1 channels") {
		t.Errorf("mono behind stereo: %d samples, %v", n, err)
	}
}

// Six channels become two: what was on the left is on the left.
func TestSurround(t *testing.T) {
	for _, name := range []string{"a.wav", "a.flac", "a.ogg", "a.opus"} {
		left := make([]int16, 2*SampleRate)
		for i, v := range tone(1, SampleRate, 440) {
			left[2*i] = v
		}
		path := converted(t, name, left, "-af", "pan=5.1|FL=FL|FR=FR|FC=0*FL|LFE=0*FL|BL=0*FL|BR=0*FL")
		out := readAll(t, openFile(t, path))
		var l, r []int16
		for i := 0; i+1 < len(out); i += 2 {
			l, r = append(l, out[i]), append(r, out[i+1])
		}
		if loudness(l) < 1000 || loudness(r) > loudness(l)/20 {
			t.Errorf("%s: %.0f on the left, %.0f on the right", name, loudness(l), loudness(r))
		}
	}
}

// From a pipe, ffmpeg reads what comes, and cannot go back.
func TestFFmpegFromPipe(t *testing.T) {
	in := tone(2, SampleRate, 440, 660)
	file, err := os.ReadFile(converted(t, "a.aiff", in))
	if err != nil {
		t.Fatal(err)
	}
	s, err := NewSource(struct{ io.Reader }{bytes.NewReader(file)}, "a pipe")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Seek(500 * time.Millisecond); err != nil {
		t.Error(err)
	}
	if out := readAll(t, s); snr(in[SampleRate:], out) < 200 {
		t.Errorf("%d samples at %.1f dB", len(out)/2, snr(in[SampleRate:], out))
	}
	if err := s.Seek(0); !errors.Is(err, ErrNoSeek) {
		t.Error(err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

// A source that is closed in the middle leaves no process and no goroutine (which goleak looks for).
func TestFFmpegIsEnded(t *testing.T) {
	s, err := Open(t.Context(), converted(t, "a.aiff", noise(2, 10*SampleRate, 1)))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Read(make([]int16, 100)); err != nil {
		t.Error(err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if _, err := s.Read(make([]int16, 1<<20)); err == nil {
		t.Error("read to the end after Close")
	}
	if ffmpeg := s.(*source).raw.(*ffmpegReader); ffmpeg.process.ProcessState == nil {
		t.Error("ffmpeg still runs")
	}
}

func TestFFmpegReadsStreams(t *testing.T) {
	in := tone(2, SampleRate, 440, 660)
	path := converted(t, "a.aiff", in)
	url := serve(t, func(w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, path) })
	if out := readAll(t, openFile(t, url+"/sound")); snr(in, out) < 200 {
		t.Errorf("%d samples at %.1f dB", len(out)/2, snr(in, out))
	}
}

func TestWithoutFFmpeg(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sound.m4a")
	if err := os.WriteFile(path, []byte("\x00\x00\x00\x20ftypM4A and so on"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", t.TempDir())
	_, err := Open(t.Context(), path)
	if !errors.Is(err, ErrUnknownFormat) || !strings.Contains(err.Error(), "Install ffmpeg") {
		t.Error(err)
	}
}

// A file that ffmpeg does not know gives its reason.
func TestFFmpegRefuses(t *testing.T) {
	path := filepath.Join(t.TempDir(), "-sound; rm.txt") // a name that must not be taken for an option
	if err := os.WriteFile(path, bytes.Repeat([]byte("no sound "), 100), 0o600); err != nil {
		t.Fatal(err)
	}
	run(t, "ffmpeg", "-version")
	if _, err := Open(t.Context(), path); !errors.Is(err, ErrUnknownFormat) || !strings.Contains(err.Error(), "ffmpeg: ") {
		t.Error(err)
	}
}
