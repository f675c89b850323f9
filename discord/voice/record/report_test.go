package record

import (
	"context"
	"encoding/base64"
	"errors"
	"html"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"cordial/discord"
)

// nasty is a name that would break out of an attribute, an element or a script.
const nasty = `"><script>alert(1)</script>'&`

func TestReportStandsAlone(t *testing.T) {
	folder := t.TempDir()
	var rec Recording
	synctest.Test(t, func(t *testing.T) {
		o := Options{Title: nasty, Names: func(discord.Snowflake) string { return nasty }}
		rec = recordSpeakers(t, filepath.Join(folder, "a#b.ogg"), o, 12*time.Second, threeSpeakers()...)
	})
	page := readReport(t, &rec, filepath.Join(folder, "out.html"))
	if strings.Contains(page, "<script>alert") {
		t.Error("a name got into the page unescaped")
	}
	if outside := regexp.MustCompile(`(?i)["'(](https?:)?//[a-z]`).FindString(page); outside != "" {
		t.Errorf("the page has an outside address: %q", outside)
	}
	for what, want := range map[string]int{"<section>": 3, "<rect ": 5, `src="data:audio/ogg;base64,`: 3} {
		if got := strings.Count(page, what); got != want {
			t.Errorf("%d of %s, want %d", got, what, want)
		}
	}
	for _, wave := range regexp.MustCompile(`<path d="([^"]*)"`).FindAllStringSubmatch(page, -1) {
		if lines := strings.Count(wave[1], "M"); lines < 100 {
			t.Errorf("a waveform has %d lines, want one for each hundredth of a second of speech", lines)
		}
	}
}

func TestReportLinksLargeFiles(t *testing.T) {
	folder := t.TempDir()
	rec := Recording{
		Manifest: filepath.Join(folder, "m.json"), Duration: Duration{time.Minute}, Split: Duration{30 * time.Second},
		Speakers: map[discord.Snowflake]*Track{"1": {User: "1", Files: []string{filepath.Join(folder, "a b#1.wav"), filepath.Join(folder, "javascript:2.wav")}}},
	}
	for _, path := range rec.Speakers["1"].Files {
		if err := os.WriteFile(path, make([]byte, asItIs+1), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	reports := filepath.Join(folder, "reports")
	if err := os.Mkdir(reports, 0o700); err != nil {
		t.Fatal(err)
	}
	page := readReport(t, &rec, filepath.Join(reports, "out.html"))
	for _, want := range []string{`data-start="0" src="./../a%20b%231.wav"`, `data-start="30" src="./../javascript:2.wav"`, "not a sound file", "was not stopped", "a b#1.wav, javascript:2.wav</p>"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
}

// Larger files are made small, so that the page still stands alone, and play where they did. What the page has no room for is linked.
func TestReportHoldsLargeFiles(t *testing.T) {
	folder := t.TempDir()
	talk := []stretch{seconds(1, 3), seconds(28, 30)}
	var rec Recording
	synctest.Test(t, func(t *testing.T) {
		o := Options{Mix: true, Split: 20 * time.Second}
		rec = recordSpeakers(t, filepath.Join(folder, "meeting.wav"), o, 40*time.Second, speaker{user: "1", ssrc: 1, talk: talk})
	})
	path := filepath.Join(t.TempDir(), "report.html") // far from the sound
	page := readReport(t, &rec, path)
	sounds := regexp.MustCompile(`src="data:audio/ogg;base64,([^"]*)"`).FindAllStringSubmatch(page, -1)
	if len(sounds) != 4 || strings.Contains(page, "does not hold") {
		t.Fatalf("the page holds %d sounds, want 4", len(sounds))
	}
	for i, want := range []stretch{talk[0], {8 * time.Second, 10 * time.Second}} {
		data, err := base64.StdEncoding.DecodeString(html.UnescapeString(sounds[i+2][1]))
		if err != nil {
			t.Fatal(err)
		}
		sound := filepath.Join(t.TempDir(), "sound.ogg")
		if err := os.WriteFile(sound, data, 0o600); err != nil {
			t.Fatal(err)
		}
		checkHeard(t, sound, []stretch{want}, 20*time.Millisecond)
	}
	if err := rec.report(t.Context(), path, 25000); err != nil { // there is room for the mix
		t.Fatal(err)
	}
	less, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for what, want := range map[string]int{`src="data:audio/ogg`: 2, `src="./../`: 2, "move them along with it: meeting_1_001.wav, meeting_1_002.wav</p>": 1} {
		if got := strings.Count(string(less), what); got != want {
			t.Errorf("with little room the page has %d of %s, want %d", got, what, want)
		}
	}
}

func TestReportIsEnded(t *testing.T) {
	folder := t.TempDir()
	var rec Recording
	synctest.Test(t, func(t *testing.T) {
		rec = recordSpeakers(t, filepath.Join(folder, "meeting.wav"), Options{}, 12*time.Second, threeSpeakers()...)
	})
	ctx, stop := context.WithCancelCause(t.Context())
	reason := errors.New("enough")
	stop(reason)
	if err := rec.Report(ctx, filepath.Join(folder, "out.html")); !errors.Is(err, reason) {
		t.Errorf("a report that was ended gives %v", err)
	}
	if _, err := os.Stat(filepath.Join(folder, "out.html")); err == nil {
		t.Error("it left a page")
	}
}

func TestReportOfNothing(t *testing.T) {
	rec := Recording{Manifest: "m.json"}
	if page := readReport(t, &rec, filepath.Join(t.TempDir(), "out.html")); !strings.Contains(page, "Nobody spoke") {
		t.Error("the page does not say that nobody spoke")
	}
}

func readReport(t *testing.T, rec *Recording, path string) string {
	t.Helper()
	if err := rec.Report(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(page)
}
