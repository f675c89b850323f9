package record

import (
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
		if err := os.WriteFile(path, make([]byte, maxEmbedded+1), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	reports := filepath.Join(folder, "reports")
	if err := os.Mkdir(reports, 0o700); err != nil {
		t.Fatal(err)
	}
	page := readReport(t, &rec, filepath.Join(reports, "out.html"))
	for _, want := range []string{`data-start="0" src="./../a%20b%231.wav"`, `data-start="30" src="./../javascript:2.wav"`, "not a sound file", "was not stopped"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
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
