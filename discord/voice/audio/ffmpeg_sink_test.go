//go:build unix

package audio

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"cordial/discord/voice/audio/mp3"
)

// needFFmpeg skips a test if there is no ffmpeg that encodes MP3.
func needFFmpeg(t testing.TB) {
	t.Helper()
	if err := CheckEncoder(FFmpeg); err != nil {
		t.Skip(err)
	}
}

// createFFmpeg begins a file that ffmpeg encodes, in mono.
func createFFmpeg(t testing.TB, path string) *ffmpegSink {
	t.Helper()
	sink, err := Create(path, Format{Channels: 1, Encoder: FFmpeg})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = sink.Close() })
	return sink.(*ffmpegSink)
}

// clicks is silence with a click at each place.
func clicks(channels, samples int, places ...int) []int16 {
	pcm := make([]int16, samples*channels)
	for _, at := range places {
		for c := range channels {
			pcm[at*channels+c] = 30000
		}
	}
	return pcm
}

// loudest is the place of the loudest sample on the left, from one place to another.
func loudest(pcm []int16, from, to int) int {
	at, most := -1, 0
	for i := from; i < min(to, len(pcm)/2); i++ {
		if v := max(int(pcm[2*i]), -int(pcm[2*i])); v > most {
			at, most = i, v
		}
	}
	return at
}

// ffmpegDecode is what ffmpeg makes of a file, in stereo.
func ffmpegDecode(t *testing.T, path string) []int16 {
	t.Helper()
	out, _ := run(t, "ffmpeg", "-v", "error", "-i", path, "-f", "s16le", "-ac", "2", "-ar", strconv.Itoa(SampleRate), "-")
	pcm := make([]int16, len(out)/2)
	for i := range pcm {
		pcm[i] = int16(binary.LittleEndian.Uint16([]byte(out[2*i:])))
	}
	return pcm
}

// What ffmpeg encodes is as long as what was written, and lies in its place, for us and for ffmpeg.
func TestFFmpegEncodes(t *testing.T) {
	needFFmpeg(t)
	places := []int{500, 12345, soundLength - 600}
	for channels := 1; channels <= 2; channels++ {
		for _, rate := range []int{0, 64000, 320000} {
			t.Run(fmt.Sprintf("%d/%d", channels, rate), func(t *testing.T) {
				f := Format{Channels: channels, Encoder: FFmpeg, Bitrate: rate}
				path := filepath.Join(t.TempDir(), "-a 100% sound.MP3") // a name that could be taken for something else
				writeFile(t, path, f, clicks(channels, soundLength, places...))
				for name, pcm := range map[string][]int16{"we": readAll(t, openFile(t, path)), "ffmpeg": ffmpegDecode(t, "file:"+path)} {
					if len(pcm) != 2*soundLength {
						t.Errorf("%s: %d samples of %d", name, len(pcm)/2, soundLength)
					}
					for _, at := range places {
						if got := loudest(pcm, at-400, at+400); got < at-1 || got > at+1 {
							t.Errorf("%s: the click of sample %d is at %d", name, at, got)
						}
					}
				}
				if seconds, ok := probe(t, "file:"+path); ok && math.Abs(seconds-float64(soundLength)/SampleRate) > 0.05 {
					t.Errorf("ffprobe takes it for %.4f s", seconds)
				}

				in := tone(channels, soundLength, 440, 660)
				writeFile(t, path, f, in)
				if got := snr(stereo(in, channels), readAll(t, openFile(t, path))); got < 20 {
					t.Errorf("a tone comes back at %.1f dB", got)
				}
			})
		}
	}
}

// A file without sound is a file all the same: ffmpeg gets one sample.
func TestFFmpegWithoutSound(t *testing.T) {
	needFFmpeg(t)
	path := filepath.Join(t.TempDir(), "empty.mp3")
	sink := createFFmpeg(t, path)
	if err := errors.Join(sink.Close(), sink.Close()); err != nil {
		t.Fatal(err)
	}
	if sink.Write(make([]int16, 100)) == nil || sink.Flush() == nil {
		t.Error("written to after Close")
	}
	if out := readAll(t, openFile(t, path)); len(out)/2 > mp3.FrameSamples {
		t.Errorf("%d samples", len(out)/2)
	}
}

// The hour before the first sound is there without ffmpeg, which goes on behind it.
func TestFFmpegAfterLongSilence(t *testing.T) {
	needFFmpeg(t)
	for _, silence := range []int{1, mp3.FrameSamples, 3600*SampleRate + 777} {
		path := filepath.Join(t.TempDir(), "sound.mp3")
		sink := createFFmpeg(t, path)
		in := tone(1, soundLength, 440)
		if err := errors.Join(sink.Silence(int64(silence)), sink.Write(in), sink.Silence(SampleRate), sink.Close()); err != nil {
			t.Fatal(err)
		}
		s := openFile(t, path)
		if length, ok := s.Duration(); !ok || length != Duration(int64(silence+soundLength+SampleRate)) {
			t.Errorf("%d samples of silence: duration %v, %v", silence, length, ok)
		}
		if err := s.Seek(Duration(int64(silence))); err != nil {
			t.Fatal(err)
		}
		out := readAll(t, s)
		off := len(out)/2 - soundLength - SampleRate // a time is less exact than a sample
		if off < 0 || off > 1 || snr(stereo(in, 1), out[2*off:][:2*soundLength]) < 20 {
			t.Errorf("after %d samples of silence there are %d samples", silence, len(out)/2)
		}
	}
}

// What is flushed comes to the disk while the file is open, but for what LAME holds.
func TestFFmpegFlush(t *testing.T) {
	needFFmpeg(t)
	path := filepath.Join(t.TempDir(), "sound.mp3")
	sink := createFFmpeg(t, path)
	for second := 1; second <= 3; second++ {
		if err := errors.Join(sink.Write(tone(1, SampleRate, 440)), sink.Flush()); err != nil {
			t.Fatal(err)
		}
		const held = 0.15 // seconds
		want := int64((float64(second) - held) * defaultMP3Mono / 8)
		waitFor(t, func() bool {
			info, err := os.Stat(path)
			return err == nil && info.Size() >= want
		})
	}
}

// waitFor waits until another process has done something.
func waitFor(t *testing.T, done func() bool) {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), time.Minute)
	defer stop()
	for !done() {
		select {
		case <-ctx.Done():
			t.Fatal("the other process does not do it")
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// writeUntilError writes second after second. It must end soon, because no process takes what is written.
func writeUntilError(t *testing.T, sink Sink) error {
	t.Helper()
	pcm := noise(1, SampleRate, 1)
	for range 1000 {
		if err := errors.Join(sink.Write(pcm), sink.Flush()); err != nil {
			return err
		}
	}
	t.Fatal("a thousand seconds were written to nobody")
	return nil
}

// checkEnded checks the error of an ffmpeg that ended too early, that it stays, and that no process does.
func checkEnded(t *testing.T, sink *ffmpegSink, err error, want string) {
	t.Helper()
	if !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), sink.encoder.path) {
		t.Errorf("error %v, want one with %q", err, want)
	}
	for name, got := range map[string]error{"Write": sink.Write(make([]int16, 1)), "Flush": sink.Flush(), "Close": sink.Close()} {
		if got == nil {
			t.Errorf("%s gives no error afterwards", name)
		}
	}
	if sink.encoder.process.ProcessState == nil {
		t.Error("nobody waited for ffmpeg")
	}
	if err := sink.Close(); err != nil {
		t.Errorf("a second Close: %v", err)
	}
}

func TestFFmpegDies(t *testing.T) {
	needFFmpeg(t)
	t.Run("killed", func(t *testing.T) {
		sink := createFFmpeg(t, filepath.Join(t.TempDir(), "sound.mp3"))
		if err := errors.Join(sink.Write(tone(1, SampleRate, 440)), sink.Flush(), sink.encoder.process.Process.Kill()); err != nil {
			t.Fatal(err)
		}
		checkEnded(t, sink, writeUntilError(t, sink), "ffmpeg gave up (signal: killed): it said nothing")
	})
	t.Run("at the end", func(t *testing.T) {
		sink := createFFmpeg(t, filepath.Join(t.TempDir(), "sound.mp3"))
		if err := sink.encoder.process.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		if err := sink.Close(); err == nil || !strings.Contains(err.Error(), "signal: killed") {
			t.Errorf("Close gives %v", err)
		}
	})
	t.Run("disk full", func(t *testing.T) {
		if _, err := os.Stat("/dev/full"); err != nil {
			t.Skip("there is no disk that is full: ", err)
		}
		path := filepath.Join(t.TempDir(), "sound.mp3")
		if err := os.Symlink("/dev/full", path); err != nil {
			t.Fatal(err)
		}
		if _, err := Create(path, Format{Channels: 1, Encoder: FFmpeg}); !errors.Is(err, syscall.ENOSPC) {
			t.Errorf("error %v", err)
		}
	})
}

// An ffmpeg that takes nothing is ended, and nobody waits for ever.
func TestFFmpegStalls(t *testing.T) {
	needFFmpeg(t)
	for name, finish := range map[string]func(*ffmpegSink) error{
		"writing": func(s *ffmpegSink) error { return writeUntilError(t, s) },
		"closing": func(s *ffmpegSink) error { return s.Close() },
	} {
		t.Run(name, func(t *testing.T) {
			sink := createFFmpeg(t, filepath.Join(t.TempDir(), "sound.mp3"))
			sink.encoder.stall = 50 * time.Millisecond
			if err := sink.encoder.process.Process.Signal(syscall.SIGSTOP); err != nil {
				t.Fatal(err)
			}
			if err := finish(sink); !errors.Is(err, errStalled) {
				t.Errorf("error %v", err)
			}
			if sink.encoder.process.ProcessState == nil {
				t.Error("nobody waited for ffmpeg")
			}
		})
	}
}

// An encoder that cannot be had is refused before there is a file.
func TestEncoderIsRefused(t *testing.T) {
	tests := []struct {
		name, file string
		encoder    string
		program    string // what ffmpeg is, "" for none
		want       string
		missing    bool
	}{
		{"extension", "sound.wav", FFmpeg, "", `encoder "ffmpeg" writes .mp3, not ".wav"`, false},
		{"name", "sound.mp3", "lame", "", `there is no encoder "lame": use "ffmpeg"`, false},
		{"not installed", "sound.mp3", FFmpeg, "", "ffmpeg is not installed", true},
		{"no LAME", "sound.mp3", FFmpeg, "echo \"Codec 'libmp3lame' is not recognized by FFmpeg.\" >&2", "was built without libmp3lame", true},
		{"broken", "sound.mp3", FFmpeg, "echo no library >&2; exit 127", "does not run (exit status 127): no library", true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			programs, folder := t.TempDir(), t.TempDir()
			if test.program != "" {
				if err := os.WriteFile(filepath.Join(programs, "ffmpeg"), []byte("#!/bin/sh\n"+test.program+"\n"), 0o700); err != nil {
					t.Fatal(err)
				}
			}
			t.Setenv("PATH", programs)
			path := filepath.Join(folder, test.file)
			_, err := Create(path, Format{Encoder: test.encoder})
			if err == nil || !strings.Contains(err.Error(), test.want) || errors.Is(err, ErrNoEncoder) != test.missing {
				t.Errorf("error %v, want one with %q", err, test.want)
			}
			if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("there is a file: %v", err)
			}
		})
	}
}

func TestFFmpegBitrateIsRefused(t *testing.T) {
	needFFmpeg(t)
	path := filepath.Join(t.TempDir(), "sound.mp3")
	if _, err := Create(path, Format{Encoder: FFmpeg, Bitrate: 100000}); err == nil || !strings.Contains(err.Error(), "bitrate is 100000, which MP3 does not have") {
		t.Error(err)
	}
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("there is a file: %v", err)
	}
}

// interruptedPath is the environment variable that makes a test process write there while it is interrupted.
const interruptedPath = "CORDIAL_TEST_INTERRUPT"

// TestInterruptedWriter is the process that TestFFmpegOutlivesInterrupt interrupts.
func TestInterruptedWriter(t *testing.T) {
	path := os.Getenv(interruptedPath)
	if path == "" {
		t.Skip("runs in a process of its own, which TestFFmpegOutlivesInterrupt starts")
	}
	interrupts := make(chan os.Signal, 1)
	signal.Notify(interrupts, os.Interrupt)
	defer signal.Stop(interrupts)
	sink := createFFmpeg(t, path)
	if err := errors.Join(sink.Write(tone(1, SampleRate, 440)), sink.Flush()); err != nil {
		t.Fatal(err)
	}
	fmt.Println("writing")
	<-interrupts
	if err := errors.Join(sink.Write(tone(1, SampleRate, 440)), sink.Close()); err != nil {
		t.Fatal(err)
	}
}

// Ctrl-C in a terminal interrupts all processes of a group. The program may then still write what it has.
func TestFFmpegOutlivesInterrupt(t *testing.T) {
	needFFmpeg(t)
	path := filepath.Join(t.TempDir(), "sound.mp3")
	process := exec.Command(os.Args[0], "-test.run=^TestInterruptedWriter$", "-test.v")
	process.Env = append(os.Environ(), interruptedPath+"="+path)
	process.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	stdout, err := process.StdoutPipe()
	if err == nil {
		err = process.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(stdout)
	for lines.Scan() {
		if lines.Text() != "writing" {
			t.Log(lines.Text())
		} else if err := syscall.Kill(-process.Process.Pid, syscall.SIGINT); err != nil {
			t.Error(err)
		}
	}
	if err := process.Wait(); err != nil {
		t.Error(err)
	}
	if out := readAll(t, openFile(t, path)); len(out) != 2*2*SampleRate {
		t.Errorf("%d samples of %d", len(out)/2, 2*SampleRate)
	}
}
