package record

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"cordial/discord"
)

func TestManifestTellsTheRecording(t *testing.T) {
	folder := t.TempDir()
	var rec Recording
	synctest.Test(t, func(t *testing.T) {
		o := Options{Title: "Weekly", Mix: true, Split: 6 * time.Second, Names: func(user discord.Snowflake) string { return "user " + string(user) }}
		rec = recordSpeakers(t, filepath.Join(folder, "meeting.ogg"), o, 12*time.Second, threeSpeakers()...)
	})
	moved := filepath.Join(t.TempDir(), "elsewhere")
	if err := os.Rename(folder, moved); err != nil {
		t.Fatal(err)
	}
	loaded, err := Load(filepath.Join(moved, "meeting.json"))
	if err != nil {
		t.Fatal(err)
	}
	rec.Manifest = loaded.Manifest
	rec.locate(func(path string) string { return strings.Replace(path, folder, moved, 1) })
	toMilliseconds := cmp.Transformer("ms", func(d Duration) int64 { return d.Round(time.Millisecond).Milliseconds() })
	if diff := cmp.Diff(rec, *loaded, toMilliseconds, cmp.AllowUnexported(Recording{})); diff != "" {
		t.Errorf("the manifest differs from what Stop gave (-Stop +manifest):\n%s", diff)
	}
	if _, err := os.Stat(loaded.Speakers["103"].Path); err != nil || loaded.Mixed != filepath.Join(moved, "meeting_mixed_001.ogg") {
		t.Errorf("the moved recording has the mix %s and %v", loaded.Mixed, err)
	}
	users := loaded.Users()
	if len(users) != 3 || users[0] != "101" || users[2] != "103" {
		t.Errorf("users %v, want them in the order in which they spoke", users)
	}
	if spoken, want := loaded.Speakers["103"].Spoken(), 5*time.Second; (spoken - want).Abs() > 40*time.Millisecond {
		t.Errorf("103 spoke for %v, want %v", spoken, want)
	}
}

// TestNamesThatTakeLong come when the sound has long been written: nothing waits for them but Stop, and that not for ever.
func TestNamesThatTakeLong(t *testing.T) {
	folder := t.TempDir()
	var speakers []speaker
	for n := range 25 {
		speakers = append(speakers, speaker{user: discord.Snowflake(fmt.Sprint(100 + n)), ssrc: uint32(n + 1), talk: []stretch{seconds(1, 19)}})
	}
	known := 0
	o := Options{Names: func(user discord.Snowflake) string {
		time.Sleep(2 * time.Second)
		known++
		return "user " + string(user)
	}}
	synctest.Test(t, func(t *testing.T) {
		r, err := Start(filepath.Join(folder, "meeting.ogg"), o)
		if err != nil {
			t.Fatal(err)
		}
		begin := time.Now()
		play(arrivals(1, speakers...), 20*time.Second, r.Packet)
		for _, s := range speakers[:2] {
			found := heard(t, filepath.Join(folder, "meeting_"+string(s.user)+".ogg"))
			if len(found) != 1 || found[0].start > time.Second+2*wayTime || found[0].end < 18*time.Second {
				t.Errorf("after 20s the file of %s has sound in %v", s.user, found)
			}
		}
		rec, err := r.Stop()
		if took := time.Since(begin) - 20*time.Second; err != nil || took > namePatience+2*time.Second {
			t.Errorf("Stop took %v, %v", took, err)
		}
		named := 0
		for user, track := range rec.Speakers {
			content, err := os.ReadFile(track.Path)
			if err != nil {
				t.Fatal(err)
			}
			want := "ARTIST=" + string(user)
			if track.Name != "" {
				named++
				want = "ARTIST=user " + string(user)
			}
			if !strings.Contains(string(content), want) || rec.Dropped != 0 {
				t.Errorf("the file of %s lacks %q, %d packets were dropped", user, want, rec.Dropped)
			}
		}
		if named != known || named < 10 {
			t.Errorf("%d names in the recording, want those %d that were told", named, known)
		}
	})
}

func TestLoadRefusesOtherFiles(t *testing.T) {
	path := filepath.Join(t.TempDir(), "other.json")
	for _, content := range []string{"", "[]", `{"duration": "long"}`, `{"duration": 1e300}`, `{"speakers": 5}`, `{"speakers": {"1": null}}`} {
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Load(path); err == nil || !strings.Contains(err.Error(), "other.json") {
			t.Errorf("%q: error %v, want one that names the file", content, err)
		}
	}
}

func TestDurationIsSecondsInJSON(t *testing.T) {
	for _, d := range []time.Duration{0, time.Millisecond, 90*time.Minute + 250*time.Millisecond, -40 * time.Millisecond} {
		data, err := json.Marshal(Duration{d})
		if err != nil {
			t.Fatal(err)
		}
		var back Duration
		if err := json.Unmarshal(data, &back); err != nil || back.Duration != d {
			t.Errorf("%v is %s in JSON and comes back as %v, %v", d, data, back, err)
		}
	}
}

func TestSegmentsStayBounded(t *testing.T) {
	var s segments
	for n := range 3 * maxSegments {
		at := time.Duration(n) * time.Minute
		s.add(at, at+time.Second)
	}
	if len(s.list) > maxSegments || len(s.list) < maxSegments/2 {
		t.Errorf("%d segments, want at most %d and not many fewer", len(s.list), maxSegments)
	}
	if first, last := s.list[0], s.list[len(s.list)-1]; first.Start.Duration != 0 || last.End.Duration != (3*maxSegments-1)*time.Minute+time.Second {
		t.Errorf("the segments go from %v to %v", first.Start, last.End)
	}
}

// A manifest that cannot be written leaves nothing beside it.
func TestManifestThatCannotBeWritten(t *testing.T) {
	rec := Recording{Manifest: filepath.Join(t.TempDir(), "meeting.json")}
	if err := os.Mkdir(rec.Manifest, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := rec.save(); err == nil {
		t.Error("a folder was replaced")
	}
	if _, err := os.Lstat(rec.Manifest + ".new"); err == nil {
		t.Error("a temporary file is left")
	}
}
