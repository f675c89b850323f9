package record

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
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
		if err := rec.Mix(t.Context(), mixed, ""); !errors.Is(err, ErrExists) || strings.Count(err.Error(), "choose another name") != 1 {
			t.Errorf("a second mix over the first one: %v", err)
		}
		if err := rec.Mix(t.Context(), rec.Speakers["101"].Files[0], ""); err == nil || !strings.Contains(err.Error(), "give the mix another name") {
			t.Errorf("a mix over a track: %v", err)
		}
	}
}

// A recording that replaces an earlier one replaces its mix as well.
func TestMixIsReplaced(t *testing.T) {
	path := filepath.Join(t.TempDir(), "meeting.ogg")
	for n := range 2 {
		synctest.Test(t, func(t *testing.T) {
			r, err := Start(path, Options{Overwrite: true})
			if err != nil {
				t.Fatal(err)
			}
			talk := []stretch{seconds(float64(n), float64(n)+1)}
			play(arrivals(1, speaker{user: "1", ssrc: 1, talk: talk}), 3*time.Second, r.Packet)
			if err := r.CheckMix("", ""); err != nil {
				t.Error(err)
			}
			rec, err := r.Stop()
			if err != nil {
				t.Fatal(err)
			}
			if err := rec.Mix(t.Context(), "", ""); err != nil {
				t.Fatal(err)
			}
			checkHeard(t, rec.Mixed, talk, 20*time.Millisecond)
		})
	}
	r, err := Start(filepath.Join(filepath.Dir(path), "other.ogg"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Stop()
	if err := r.CheckMix(strings.TrimSuffix(path, ".ogg")+"_mixed.ogg", ""); !errors.Is(err, ErrExists) {
		t.Errorf("a mix over a file that is not to be replaced: %v", err)
	}
}

// The mix that is written meanwhile and the one that is made afterwards have the same channels.
func TestMixesHaveTheSameChannels(t *testing.T) {
	for channels := 1; channels <= 2; channels++ {
		path := filepath.Join(t.TempDir(), "meeting.wav")
		synctest.Test(t, func(t *testing.T) {
			rec := recordSpeakers(t, path, Options{Mix: true, Channels: channels}, 3*time.Second, speaker{user: "1", ssrc: 1, talk: []stretch{seconds(1, 2)}})
			live := rec.Mixed
			if err := rec.Mix(t.Context(), filepath.Join(filepath.Dir(path), "again.wav"), ""); err != nil {
				t.Fatal(err)
			}
			for _, mixed := range []string{live, rec.Mixed} {
				file, err := os.ReadFile(mixed)
				if err != nil || int(file[22]) != channels {
					t.Errorf("%s has %d channels, want %d, %v", mixed, file[22], channels, err)
				}
			}
		})
	}
}

// What a killed recorder left is mixed to its end, which its last manifest did not know.
func TestMixOfWhatWasKilled(t *testing.T) {
	path := filepath.Join(t.TempDir(), "meeting.ogg")
	recordAndKill(t, "TestVictim", path)
	rec, err := Load(filepath.Join(filepath.Dir(path), "meeting.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := rec.Mix(t.Context(), filepath.Join(filepath.Dir(path), "again.wav"), ""); err != nil {
		t.Fatal(err)
	}
	if found := heard(t, rec.Mixed); len(found) != 1 || found[0].end < killedAt-time.Second {
		t.Errorf("the mix has sound in %v, want it to the last second before %v", found, killedAt)
	}
}

// checkAudible checks that a file is loud where somebody spoke.
func checkAudible(t *testing.T, path string, talk []stretch) {
	t.Helper()
	all := heard(t, path)
	for _, want := range talk {
		found := slices.ContainsFunc(all, func(got stretch) bool {
			return got.start <= want.start+wayTime+20*time.Millisecond && got.end >= want.end+wayTime-20*time.Millisecond
		})
		if !found {
			t.Errorf("%s: nothing is heard from %v to %v", path, want.start, want.end)
		}
	}
}
