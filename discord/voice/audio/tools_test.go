package audio

import (
	"encoding/binary"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// run runs a tool that is no part of this project, and skips the test if it is not installed.
func run(t testing.TB, name string, arguments ...string) (stdout, stderr string) {
	t.Helper()
	if _, err := exec.LookPath(name); err != nil {
		t.Skipf("%s is not installed", name)
	}
	var out, complaints strings.Builder
	command := exec.Command(name, arguments...)
	command.Stdout, command.Stderr = &out, &complaints
	if err := command.Run(); err != nil {
		t.Errorf("%s %s: %v\n%s%s", name, strings.Join(arguments, " "), err, out.String(), complaints.String())
	}
	return out.String(), complaints.String()
}

// probe asks ffprobe, if it is installed, how long a file is.
func probe(t testing.TB, path string) (seconds float64, ok bool) {
	t.Helper()
	if _, err := exec.LookPath("ffprobe"); err != nil {
		t.Log("ffprobe is not installed: its opinion is not heard")
		return 0, false
	}
	out, _ := run(t, "ffprobe", "-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0", path)
	out = strings.TrimSpace(out)
	if out == "N/A" { // FLAC without its length
		out, _ = run(t, "ffprobe", "-v", "error", "-show_entries", "packet=pts_time", "-of", "csv=p=0", path)
		lines := strings.Fields(strings.ReplaceAll(out, ",", " "))
		out = lines[len(lines)-1]
	}
	seconds, err := strconv.ParseFloat(out, 64)
	if err != nil {
		t.Errorf("ffprobe says %q: %v", out, err)
	}
	return seconds, true
}

// ffmpeg reads every file without a complaint, in full and in the right place.
func TestFFmpegReadsOurFiles(t *testing.T) {
	eachFormat(t, func(t *testing.T, extension string, channels int) {
		path := filepath.Join(t.TempDir(), "sound"+extension)
		in := tone(channels, soundLength, 440, 660)
		writeFile(t, path, Format{Channels: channels}, in)
		out, complaints := run(t, "ffmpeg", "-v", "warning", "-i", path, "-f", "s16le", "-ac", strconv.Itoa(channels), "-ar", "48000", "-")
		if complaints != "" && !strings.Contains(complaints, "Guessed Channel Layout") { // of WAV, which names none
			t.Error(complaints)
		}
		pcm := make([]int16, len(out)/2)
		for i := range pcm {
			pcm[i] = int16(binary.LittleEndian.Uint16([]byte(out[2*i:])))
		}
		if got := snr(in, pcm); len(pcm) != len(in) || got < quality[extension]-1 {
			t.Errorf("%d samples of %d at %.1f dB", len(pcm)/channels, soundLength, got)
		}
		// MP3's frames reach beyond the sound, which ffprobe counts and ffmpeg cuts off.
		if seconds, _ := probe(t, path); math.Abs(seconds-float64(soundLength)/SampleRate) > 0.05 {
			t.Errorf("ffprobe takes it for %.4f s", seconds)
		}
	})
}

func TestOpusToolsReadOurFiles(t *testing.T) {
	dir := t.TempDir()
	encoded := filepath.Join(dir, "encoded.ogg")
	in := tone(2, soundLength, 440, 660)
	writeFile(t, encoded, Format{Channels: 2}, in)
	passed := filepath.Join(dir, "passed.ogg") // three minutes: speech, long silence, speech
	packets := encodeAll(t, tone(1, 10*SampleRate, 440), 1, 0)
	sink, err := CreatePackets(passed)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 180 * 50 {
		packet := Silence
		if speaks := i < 500 || i > 8500; speaks {
			packet = packets[i%500]
		}
		err = sink.WritePacket(packet)
		if i%50 == 49 && err == nil {
			err = sink.Flush()
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := sink.Close(); err != nil {
		t.Fatal(err)
	}
	for path, samples := range map[string]int{encoded: soundLength, passed: 180*SampleRate - EncoderDelay} {
		t.Run(filepath.Base(path), func(t *testing.T) {
			report, complaints := run(t, "opusinfo", path)
			if strings.Contains(strings.ToLower(report+complaints), "warning") || strings.Contains(report, "ERROR") {
				t.Errorf("opusinfo:\n%s%s", report, complaints)
			}
			wav := path + ".wav"
			run(t, "opusdec", "--quiet", "--rate", "48000", path, wav)
			if out := readAll(t, openFile(t, wav)); len(out)/2 != samples {
				t.Errorf("opusdec gives %d samples of %d", len(out)/2, samples)
			}
			if seconds, ok := probe(t, path); ok && math.Abs(seconds-float64(samples+EncoderDelay)/SampleRate) > 0.001 {
				t.Errorf("ffprobe takes it for %.4f s", seconds)
			}
			if info, err := os.Stat(path); err == nil {
				t.Log(info.Size(), "bytes")
			}
		})
	}
}
