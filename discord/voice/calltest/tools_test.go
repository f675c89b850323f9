package calltest

import (
	"math"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"cordial/discord/voice/audio"
	"cordial/discord/voice/record"
)

// askOthers asks other programs, those that are installed, how long the tracks of a recording are.
func askOthers(t *testing.T, made record.Recording) {
	t.Helper()
	for _, track := range made.Speakers {
		askLength(t, track.Path, made.Duration.Duration)
	}
}

func askLength(t *testing.T, path string, want time.Duration) {
	t.Helper()
	if out, ok := ask(t, "ffprobe", "-v", "warning", "-show_entries", "format=duration", "-of", "csv=p=0", path); ok {
		const slack = 0.007 // ffprobe counts Ogg's pre-skip
		if length, err := strconv.ParseFloat(strings.TrimSpace(out), 64); err != nil || math.Abs(length-want.Seconds()) > slack {
			t.Errorf("ffprobe says of %s: %s, want %v without warnings", filepath.Base(path), out, want)
		}
	}
	if filepath.Ext(path) != ".ogg" {
		return
	}
	if out, ok := ask(t, "opusinfo", path); ok {
		_, says, _ := strings.Cut(out, "Playback length: ")
		length, err := time.ParseDuration(strings.Replace(strings.TrimSpace(strings.SplitN(says, "\n", 2)[0]), ":", "", 1))
		if err != nil || (length-want).Abs() > time.Millisecond || strings.Contains(out, "WARNING") { // it cuts milliseconds off
			t.Errorf("opusinfo does not say %v of %s without warnings:\n%s", want, filepath.Base(path), out)
		}
	}
	decoded := filepath.Join(t.TempDir(), "decoded.wav")
	if _, ok := ask(t, "opusdec", "--quiet", path, decoded); ok {
		if length := audio.Duration(int64(len(load(t, decoded)))); length != want {
			t.Errorf("opusdec decodes %v of %s, not %v", length, filepath.Base(path), want)
		}
	}
}

// ask gives what a program says that is no part of the project. Without it the test goes on, and tells so.
func ask(t *testing.T, program string, args ...string) (out string, ok bool) {
	t.Helper()
	if _, err := exec.LookPath(program); err != nil {
		t.Logf("%s is not installed: its opinion is not heard", program)
		return "", false
	}
	said, err := exec.Command(program, args...).CombinedOutput()
	if err != nil {
		t.Errorf("%s %v: %v\n%s", program, args, err, said)
	}
	return string(said), err == nil
}
