package audio

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cordial/discord/voice/audio/mp3"
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

// quality is the least signal-to-noise ratio of a format, in decibels.
var quality = map[string]float64{".wav": math.Inf(1), ".flac": math.Inf(1), ".ogg": 28, ".mp3": 45}

// soundLength is no multiple of any frame.
const soundLength = SampleRate + 777

// eachFormat runs a test for every kind of file that can be written.
func eachFormat(t *testing.T, test func(t *testing.T, extension string, channels int)) {
	for _, extension := range Extensions() {
		for channels := 1; channels <= 2; channels++ {
			t.Run(fmt.Sprintf("%s/%d", extension[1:], channels), func(t *testing.T) { test(t, extension, channels) })
		}
	}
}

// A file comes back with the length and in the place that it was written with, to the sample.
func TestFilesComeBack(t *testing.T) {
	eachFormat(t, func(t *testing.T, extension string, channels int) {
		path := filepath.Join(t.TempDir(), "sound"+extension)
		in := tone(channels, soundLength, 440, 660)
		writeFile(t, path, Format{Channels: channels}, in)
		s := openFile(t, path)
		out := readAll(t, s)
		if got := snr(stereo(in, channels), out); len(out) != 2*soundLength || got < quality[extension] {
			t.Errorf("%d samples of %d came back at %.1f dB", len(out)/2, soundLength, got)
		}
		if length, ok := s.Duration(); !ok || length != Duration(soundLength) {
			t.Errorf("duration %v, %v", length, ok)
		}
		if n, err := s.Read(make([]int16, 2)); n != 0 || err != io.EOF {
			t.Errorf("after the end: %d, %v", n, err)
		}
	})
}

// seekLength is the length of a sound to go to and fro in.
const seekLength = 4 * SampleRate

// Every place of a file is reached to the sample, forth and back.
func TestSeek(t *testing.T) {
	eachFormat(t, func(t *testing.T, extension string, channels int) {
		path := filepath.Join(t.TempDir(), "sound"+extension)
		writeFile(t, path, Format{Channels: channels}, tone(channels, seekLength, 440, 660))
		s := openFile(t, path)
		whole := readAll(t, s)
		for _, at := range []time.Duration{0, 3 * time.Second, time.Millisecond, 2*time.Second + 1234567} {
			if err := s.Seek(at); err != nil {
				t.Fatal(at, err)
			}
			if length, ok := s.Duration(); !ok || length != Duration(seekLength) {
				t.Errorf("at %v: duration %v, %v", at, length, ok) // asking must not lose the place
			}
			rest := readAll(t, s)
			want := whole[2*Samples(at):]
			if got := snr(want, rest); len(rest) != len(want) || got < 40 {
				t.Errorf("from %v on: %d samples of %d at %.1f dB", at, len(rest)/2, len(want)/2, got)
			}
		}
		for _, at := range []time.Duration{Duration(seekLength), time.Hour} {
			if err := s.Seek(at); err != nil {
				t.Fatal(err)
			}
			if rest := readAll(t, s); len(rest) != 0 {
				t.Errorf("at %v, behind the end, there are %d samples", at, len(rest)/2)
			}
		}
	})
}

// A pipe plays, goes forward and does not go back.
func TestPipe(t *testing.T) {
	eachFormat(t, func(t *testing.T, extension string, channels int) {
		path := filepath.Join(t.TempDir(), "sound"+extension)
		writeFile(t, path, Format{Channels: channels}, tone(channels, soundLength, 440, 660))
		whole := readAll(t, openFile(t, path))
		file, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		s, err := NewSource(struct{ io.ReadCloser }{file}, "a pipe")
		if err != nil {
			t.Fatal(err)
		}
		pcm := make([]int16, 2*FrameSamples)
		if n, err := s.Read(pcm); n != FrameSamples || err != nil || snr(whole, pcm) < 90 {
			t.Errorf("%d, %v, %.1f dB", n, err, snr(whole, pcm))
		}
		if err := s.Seek(500 * time.Millisecond); err != nil {
			t.Error(err)
		}
		if rest := readAll(t, s); len(rest) != len(whole)-SampleRate || snr(whole[SampleRate:], rest) < 40 {
			t.Errorf("after half a second there are %d samples, at %.1f dB", len(rest)/2, snr(whole[SampleRate:], rest))
		}
		if err := s.Seek(0); !errors.Is(err, ErrNoSeek) {
			t.Errorf("back to the start of a pipe: %v", err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		if _, err := file.Stat(); err == nil {
			t.Error("the file is still open")
		}
	})
}

// After a Flush all that was written can be read, but for less than a frame, although the file was never closed.
func TestKilledWhileWriting(t *testing.T) {
	held := map[string]int{".wav": 0, ".flac": flacMinBlock, ".ogg": FrameSamples + EncoderDelay, ".mp3": 2 * mp3.FrameSamples}
	eachFormat(t, func(t *testing.T, extension string, channels int) {
		path := filepath.Join(t.TempDir(), "sound"+extension)
		sink, err := Create(path, Format{Channels: channels})
		if err != nil {
			t.Fatal(err)
		}
		in := tone(channels, 3*SampleRate+500, 440, 660)
		for _, part := range [][]int16{in[:SampleRate*channels], in[SampleRate*channels : 2*SampleRate*channels], in[2*SampleRate*channels:]} {
			if err := errors.Join(sink.Write(part), sink.Flush()); err != nil {
				t.Fatal(err)
			}
		}
		if err := sink.Write(tone(channels, SampleRate/3, 440)); err != nil { // what a kill may lose
			t.Fatal(err)
		}
		copied := filepath.Join(t.TempDir(), "killed"+extension)
		b, err := os.ReadFile(path)
		if err == nil {
			err = os.WriteFile(copied, b, 0o600)
		}
		if err := errors.Join(err, sink.Close()); err != nil {
			t.Fatal(err)
		}
		out := readAll(t, openFile(t, copied))
		if short := 3*SampleRate + 500 - len(out)/2; short > held[extension] || short < -SampleRate/3 {
			t.Errorf("%d samples are missing", short)
		}
		if got := snr(stereo(in, channels), out); got < quality[extension] {
			t.Errorf("what is there comes at %.1f dB", got)
		}
		if seconds, ok := probe(t, copied); ok && seconds < 2.9 {
			t.Errorf("ffprobe reads %.2f s", seconds)
		}
	})
}

// A file that was cut anywhere gives what it has and then says that it is cut. It never gives more, and never hangs.
func TestCutFiles(t *testing.T) {
	eachFormat(t, func(t *testing.T, extension string, channels int) {
		path := filepath.Join(t.TempDir(), "sound"+extension)
		writeFile(t, path, Format{Channels: channels}, tone(channels, soundLength, 440, 660))
		file, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for cut := 1; cut < len(file); cut += 1 + len(file)/13 {
			samples, err := readCut(t, file[:cut])
			most := soundLength * (cut + 4*len(file)/100) / len(file)
			if samples > most+SampleRate {
				t.Errorf("cut at %d of %d: %d samples", cut, len(file), samples)
			}
			if !errors.Is(err, ErrTruncated) && !errors.Is(err, io.EOF) && !errors.Is(err, ErrUnknownFormat) && !errors.Is(err, ErrDamaged) {
				t.Errorf("cut at %d of %d: %v", cut, len(file), err)
			}
			if cut > len(file)/2 && !errors.Is(err, ErrTruncated) && extension != ".ogg" && extension != ".mp3" {
				t.Errorf("cut at %d of %d: %v", cut, len(file), err)
			}
		}
	})
}

// readCut reads what there is of a file, and gives what ended it.
func readCut(t *testing.T, file []byte) (samples int, err error) {
	t.Helper()
	s, err := NewSource(bytes.NewReader(file), "a cut file")
	if err != nil {
		return 0, err
	}
	defer func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}()
	pcm := make([]int16, 2*FrameSamples)
	for {
		n, err := s.Read(pcm)
		samples += n
		if err != nil {
			return samples, err
		}
	}
}

func TestNoSoundFiles(t *testing.T) {
	dir := t.TempDir()
	tests := map[string]string{
		"":                                "empty",
		"<!DOCTYPE html><p>Sign in</p>":   "web page",
		"RIFF\x04\x00\x00\x00WAVE":        "cut off",
		"OggS":                            "cut off",
		"fLaC":                            "cut off",
		"just some text, and no sound":    "",
		"ID3\x04\x00\x00\x00\x00\x00\x05": "",
	}
	for content, want := range tests {
		path := filepath.Join(dir, "sound.wav")
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := Open(t.Context(), path)
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), path) {
			t.Errorf("%q: %v", content, err)
		}
	}
	for _, path := range []string{filepath.Join(dir, "missing.ogg"), dir} {
		if _, err := Open(t.Context(), path); err == nil || strings.Count(err.Error(), path) != 1 {
			t.Errorf("%s: %v", path, err)
		}
	}
}

func TestCreateRefuses(t *testing.T) {
	dir := t.TempDir()
	for name, f := range map[string]Format{
		"sound.aac":      {},
		"sound":          {},
		"3.wav":          {Channels: 3},
		"rate.mp3":       {Bitrate: 123},
		"rate.ogg":       {Bitrate: 1},
		"rate.wav":       {Bitrate: 64000},
		"rate.flac":      {Bitrate: 64000},
		"missing/1.flac": {},
	} {
		if _, err := Create(filepath.Join(dir, name), f); err == nil {
			t.Errorf("created %s with %+v", name, f)
		}
	}
	if left, err := os.ReadDir(dir); len(left) != 0 || err != nil {
		t.Errorf("%v stay behind, %v", left, err)
	}
}

func TestClosedSink(t *testing.T) {
	eachFormat(t, func(t *testing.T, extension string, channels int) {
		sink, err := Create(filepath.Join(t.TempDir(), "empty"+extension), Format{Channels: channels})
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(sink.Close(), sink.Close()); err != nil {
			t.Error(err)
		}
		if sink.Write(make([]int16, 100)) == nil {
			t.Error("written to after Close")
		}
		if sink.Flush() == nil {
			t.Error("flushed after Close")
		}
	})
}

// A file without sound is a file all the same.
func TestEmptyFiles(t *testing.T) {
	eachFormat(t, func(t *testing.T, extension string, channels int) {
		path := filepath.Join(t.TempDir(), "empty"+extension)
		writeFile(t, path, Format{Channels: channels}, nil)
		if out := readAll(t, openFile(t, path)); len(out) != 0 {
			t.Errorf("%d samples", len(out)/2)
		}
	})
}

func TestPacketsPassThrough(t *testing.T) {
	path := filepath.Join(t.TempDir(), "packets.ogg")
	sink, err := CreatePackets(path)
	if err != nil {
		t.Fatal(err)
	}
	packets := append(encodeAll(t, tone(2, SampleRate, 440, 660), 2, 0), Silence)
	for i, packet := range packets {
		if err := sink.WritePacket(packet); err != nil {
			t.Fatal(err)
		}
		if i == 30 {
			if err := sink.Flush(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if sink.WritePacket(nil) == nil {
		t.Error("took an empty packet")
	}
	if err := errors.Join(sink.Flush(), sink.Close(), sink.Close()); err != nil {
		t.Fatal(err)
	}
	s := openFile(t, path).(PacketSource)
	for _, start := range []int{0, 20} {
		if err := s.Seek(time.Duration(start) * 20 * time.Millisecond); err != nil {
			t.Fatal(err)
		}
		for i, want := range packets[start:] {
			if got, err := s.NextPacket(); err != nil || !bytes.Equal(got, want) {
				t.Fatalf("packet %d: %d bytes, want %d, %v", start+i, len(got), len(want), err)
			}
		}
		if _, err := s.NextPacket(); err != io.EOF {
			t.Errorf("the packet that carries the end mark is not sound: %v", err)
		}
	}
	if length, ok := s.Duration(); !ok || length != Duration(int64(len(packets))*FrameSamples-EncoderDelay) {
		t.Errorf("duration %v, %v", length, ok)
	}
}
