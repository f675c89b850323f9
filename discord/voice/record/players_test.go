package record

import (
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"cordial/discord/voice/audio"
)

// TestOtherProgramsAgree asks other programs how long the tracks are.
func TestOtherProgramsAgree(t *testing.T) {
	for _, ext := range audio.Extensions() {
		t.Run(ext, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "meeting"+ext)
			var rec Recording
			synctest.Test(t, func(t *testing.T) {
				rec = recordSpeakers(t, path, Options{Mix: true}, 12*time.Second, threeSpeakers()...)
			})
			paths := []string{rec.Mixed}
			for _, track := range rec.Speakers {
				paths = append(paths, track.Path)
			}
			for _, path := range paths {
				askFFprobe(t, path, 12*time.Second)
				if ext == ".ogg" {
					askOpusinfo(t, path)
					askOpusdec(t, path, 12*time.Second)
				}
			}
		})
	}
}

// run gives what a program says, or skips the test if it is not installed.
func run(t *testing.T, name string, args ...string) string {
	t.Helper()
	if _, err := exec.LookPath(name); err != nil {
		t.Skipf("%s is not installed", name)
	}
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		t.Errorf("%s %v: %v\n%s", name, args, err, out)
	}
	return string(out)
}

func askFFprobe(t *testing.T, path string, want time.Duration) {
	t.Helper()
	out := strings.TrimSpace(run(t, "ffprobe", "-v", "warning", "-show_entries", "format=duration", "-of", "csv=p=0", path))
	length, err := strconv.ParseFloat(out, 64)
	off := time.Duration(length*float64(time.Second)) - want
	if err != nil || off.Abs() > slack(path)+7*time.Millisecond { // ffprobe counts Ogg's pre-skip
		t.Errorf("ffprobe says of %s: %s, want %v without warnings", path, out, want)
	}
}

func askOpusinfo(t *testing.T, path string) {
	t.Helper()
	if out := run(t, "opusinfo", path); strings.Contains(out, "WARNING") || !strings.Contains(out, "Playback length: 0m:12.000s") {
		t.Errorf("opusinfo says of %s:\n%s", path, out)
	}
}

func askOpusdec(t *testing.T, path string, want time.Duration) {
	t.Helper()
	decoded := filepath.Join(t.TempDir(), "decoded.wav")
	run(t, "opusdec", "--quiet", path, decoded)
	checkLength(t, decoded, want)
}
