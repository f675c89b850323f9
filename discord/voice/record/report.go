package record

import (
	"bytes"
	"cmp"
	"context"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// maxEmbedded is the largest sound file that a report holds itself, in bytes. Larger ones are linked.
const maxEmbedded = 512 << 10

//go:embed report.html
var reportPage string

var reportTemplate = template.Must(template.New("report").Parse(reportPage))

// reportData is what the page is made of.
type reportData struct {
	Title    string
	Started  string
	Length   string
	Complete bool
	Columns  int
	Seconds  float64
	Marks    []reportMark
	Tracks   []reportTrack
	Mix      []reportFile
	Errors   []string
}

// reportMark is a time on the axis.
type reportMark struct {
	X    float64
	Text string
}

// reportTrack is one speaker's row.
type reportTrack struct {
	*Track
	Label, Talk, Moved string
	LostShare          string
	Bars               []reportBar
	Wave               string
	Problem            string // why there is no waveform
	Players            []reportFile
}

// reportBar is one segment on the timeline.
type reportBar struct {
	X, Width float64
	Text     string
}

// reportFile is a sound file that the page plays.
type reportFile struct {
	Name  string
	URL   template.URL
	Start float64 // seconds from the start of the recording
}

// Report writes a page for a browser about the recording: who spoke when, waveforms, players and what was lost. It needs nothing but
// itself and the sound files, which it links from where it lies; it holds the small ones itself. Drawing the waveforms reads all tracks,
// which takes about 7 s for each hour of speech. A track that cannot be read is shown without its waveform.
func (r *Recording) Report(ctx context.Context, path string) error {
	folder := filepath.Dir(path)
	data := reportData{
		Title: cmp.Or(r.Title, strings.TrimSuffix(filepath.Base(r.Manifest), ".json")), Started: r.Started.Format("Monday, 2 January 2006, 15:04:05 MST"),
		Length: clockTime(r.Duration.Duration), Complete: r.Complete, Columns: waveColumns, Seconds: max(r.Duration.Seconds(), 0.001), Marks: r.marks(),
		Mix: r.players(folder, r.MixedFiles), Errors: r.Errors,
	}
	for _, user := range r.Users() {
		row, err := r.reportTrack(ctx, folder, r.Speakers[user])
		if err != nil {
			return fmt.Errorf("report on %s: %w", r.Manifest, err)
		}
		data.Tracks = append(data.Tracks, row)
	}
	var page bytes.Buffer
	if err := reportTemplate.Execute(&page, data); err != nil {
		return fmt.Errorf("report on %s: %w", r.Manifest, err)
	}
	return os.WriteFile(path, page.Bytes(), 0o666)
}

// reportTrack fills one speaker's row. It fails only with the context.
func (r *Recording) reportTrack(ctx context.Context, folder string, t *Track) (reportTrack, error) {
	row := reportTrack{
		Track: t, Label: cmp.Or(t.Name, string(t.User)), Talk: clockTime(t.Spoken()), Moved: fmt.Sprintf("%.1f ms", t.Drift.Seconds()*1000),
		LostShare: fmt.Sprintf("%.1f %%", 100*float64(t.Lost)/max(1, float64(t.Packets-t.Duplicates-t.Late+t.Lost))),
		Players:   r.players(folder, t.Files),
	}
	for _, s := range t.Segments {
		bar := reportBar{X: r.column(s.Start.Duration), Text: clockTime(s.Start.Duration) + " – " + clockTime(s.End.Duration)}
		bar.Width = max(r.column(s.End.Duration)-bar.X, 1)
		row.Bars = append(row.Bars, bar)
	}
	wave, err := waveform(ctx, t.Files, r.Duration.Duration)
	if ctx.Err() != nil {
		return row, ctx.Err()
	} else if err != nil {
		row.Problem = err.Error()
	}
	row.Wave = wave
	return row, nil
}

// players says how the page plays files.
func (r *Recording) players(folder string, paths []string) []reportFile {
	var list []reportFile
	for i, path := range paths {
		list = append(list, reportFile{Name: filepath.Base(path), URL: fileURL(folder, path), Start: (time.Duration(i) * r.Split.Duration).Seconds()})
	}
	return list
}

// fileURL is the address of a file from a page in a folder: the file itself if it is small.
func fileURL(folder, path string) template.URL {
	if info, err := os.Stat(path); err == nil && info.Size() <= maxEmbedded {
		if data, err := os.ReadFile(path); err == nil {
			return template.URL("data:" + mediaType(path) + ";base64," + base64.StdEncoding.EncodeToString(data))
		}
	}
	if relative, err := filepath.Rel(folder, path); err == nil {
		path = relative
	}
	segments := strings.Split(filepath.ToSlash(path), "/")
	for i, s := range segments {
		segments[i] = url.PathEscape(s)
	}
	return template.URL("./" + strings.Join(segments, "/"))
}

// mediaType is the media type of a sound file, by its extension.
func mediaType(path string) string {
	switch ext := strings.ToLower(filepath.Ext(path)); ext {
	case ".mp3":
		return "audio/mpeg"
	default:
		return "audio/" + strings.TrimPrefix(ext, ".")
	}
}

// column is where a time lies on the timeline.
func (r *Recording) column(at time.Duration) float64 {
	return float64(waveColumns) * at.Seconds() / max(r.Duration.Seconds(), 0.001)
}

// markSteps are the distances between the marks of the axis.
var markSteps = []time.Duration{
	time.Second, 5 * time.Second, 15 * time.Second, time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour, 6 * time.Hour, 24 * time.Hour,
}

// marks gives the times on the axis, at most twelve unless the recording is longer than eleven days.
func (r *Recording) marks() []reportMark {
	step := markSteps[len(markSteps)-1]
	for _, s := range markSteps {
		if r.Duration.Duration <= 11*s {
			step = s
			break
		}
	}
	var list []reportMark
	for at := time.Duration(0); at <= r.Duration.Duration; at += step {
		list = append(list, reportMark{X: 100 * r.column(at) / waveColumns, Text: clockTime(at)})
	}
	return list
}

// clockTime writes a time as h:mm:ss, with tenths if it is short.
func clockTime(d time.Duration) string {
	if d < time.Minute {
		return fmt.Sprintf("0:%04.1f", d.Truncate(100*time.Millisecond).Seconds())
	}
	d = d.Truncate(time.Second)
	return fmt.Sprintf("%d:%02d:%02d", int(d.Hours()), int(d.Minutes())%60, int(d.Seconds())%60)
}
