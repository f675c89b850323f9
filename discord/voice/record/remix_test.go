package record

import (
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"
)

func TestMixOfARecording(t *testing.T) {
	for _, split := range []time.Duration{0, 5 * time.Second} {
		var rec Recording
		path := filepath.Join(t.TempDir(), "meeting.ogg")
		synctest.Test(t, func(t *testing.T) {
			rec = recordSpeakers(t, path, Options{Split: split}, 12*time.Second, threeSpeakers()...)
		})
		mixed := filepath.Join(filepath.Dir(path), "all.wav")
		if err := rec.Mix(t.Context(), mixed, ""); err != nil {
			t.Fatal(err)
		}
		if rec.Mixed != mixed {
			t.Errorf("the mix is %q, want %q", rec.Mixed, mixed)
		}
		checkLength(t, mixed, 12*time.Second)
		for _, s := range threeSpeakers() {
			checkAudible(t, mixed, s.talk)
		}
		if loaded, err := Load(rec.Manifest); err != nil || loaded.Mixed != mixed {
			t.Errorf("the manifest has the mix %q, error %v", loaded.Mixed, err)
		}
		if err := rec.Mix(t.Context(), mixed, ""); err == nil {
			t.Error("a second mix replaced the first one")
		}
	}
}

// checkAudible checks that a file is loud where somebody spoke.
func checkAudible(t *testing.T, path string, talk []stretch) {
	t.Helper()
	for _, want := range talk {
		found := false
		for _, got := range heard(t, path) {
			found = found || got.start <= want.start+wayTime+20*time.Millisecond && got.end >= want.end+wayTime-20*time.Millisecond
		}
		if !found {
			t.Errorf("%s: nothing is heard from %v to %v", path, want.start, want.end)
		}
	}
}
