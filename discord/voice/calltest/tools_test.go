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
)

// checkLength wants a track to last as long as its recording says, by what we read of it and by what other programs do.
func checkLength(t *testing.T, path string, samples int, want time.Duration) {
	t.Helper()
	if audio.Duration(int64(samples)) != want {
		t.Errorf("%s lasts %v, not %v", filepath.Base(path), audio.Duration(int64(samples)), want)
	}
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
	if _, ok := ask(t, "opusdec", "--quiet", path, decoded); ok && len(load(t, decoded)) != samples {
		t.Errorf("opusdec decodes %d samples of %s, not %d", len(load(t, decoded)), filepath.Base(path), samples)
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
