package record

import (
	"bufio"
	"cmp"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"html/template"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

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
	Linked   []string // names of the files that the page does not hold
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
	Name   string
	URL    template.URL
	Linked bool    // the page does not hold it
	Start  float64 // seconds from the start of the recording
}

// Report writes a page for a browser about the recording: who spoke when, waveforms, players and what was lost. It stands alone: it holds the
// sound itself, files over half a megabyte as mono Opus, up to 32 MB in all. What is beyond that is linked from where the page lies, which it
// says. That takes about 35 s for each hour of speech. A file that cannot be read is linked, and its track shown without a waveform.
func (r *Recording) Report(ctx context.Context, path string) error {
	return r.report(ctx, path, maxEmbedded)
}

// report is Report with room for so many bytes of sound.
func (r *Recording) report(ctx context.Context, path string, room int) error {
	data := reportData{
		Title: cmp.Or(r.Title, strings.TrimSuffix(filepath.Base(r.Manifest), ".json")), Started: r.Started.Format("Monday, 2 January 2006, 15:04:05 MST"),
		Length: clockTime(r.Duration.Duration), Complete: r.Complete, Columns: waveColumns, Seconds: max(r.Duration.Seconds(), 0.001), Marks: r.marks(),
		Errors: r.Errors,
	}
	files := &shelf{folder: filepath.Dir(path), left: room}
	var problem error
	data.Mix, problem = r.players(ctx, files, r.MixedFiles, func([]int16) {})
	if problem != nil {
		data.Errors = append(slices.Clone(data.Errors), problem.Error())
	}
	for _, user := range r.Users() {
		data.Tracks = append(data.Tracks, r.reportTrack(ctx, files, r.Speakers[user]))
	}
	if ctx.Err() != nil {
		return fmt.Errorf("report on %s: %w", r.Manifest, context.Cause(ctx))
	}
	data.noteLinked()
	if err := writePage(path, &data); err != nil {
		return fmt.Errorf("report on %s: %w", r.Manifest, err)
	}
	return nil
}

// writePage writes the page piece by piece: it may be large.
func writePage(path string, data *reportData) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	out := bufio.NewWriter(file)
	return errors.Join(reportTemplate.Execute(out, data), out.Flush(), file.Close())
}

// noteLinked lists the files that the page does not hold.
func (d *reportData) noteLinked() {
	lists := [][]reportFile{d.Mix}
	for _, t := range d.Tracks {
		lists = append(lists, t.Players)
	}
	for _, file := range slices.Concat(lists...) {
		if file.Linked {
			d.Linked = append(d.Linked, file.Name)
		}
	}
}

// reportTrack fills one speaker's row.
func (r *Recording) reportTrack(ctx context.Context, files *shelf, t *Track) reportTrack {
	row := reportTrack{
		Track: t, Label: cmp.Or(t.Name, string(t.User)), Talk: clockTime(t.Spoken()), Moved: fmt.Sprintf("%.1f ms", t.Drift.Seconds()*1000),
		LostShare: fmt.Sprintf("%.1f %%", 100*float64(t.Lost)/max(1, float64(t.Packets-t.Duplicates-t.Late+t.Lost))),
	}
	for _, s := range t.Segments {
		bar := reportBar{X: r.column(s.Start.Duration), Text: clockTime(s.Start.Duration) + " – " + clockTime(s.End.Duration)}
		bar.Width = max(r.column(s.End.Duration)-bar.X, 1)
		row.Bars = append(row.Bars, bar)
	}
	wave := newWaveform(r.Duration.Duration)
	var err error
	if row.Players, err = r.players(ctx, files, t.Files, wave.add); err != nil {
		row.Problem = err.Error()
	} else {
		row.Wave = wave.draw()
	}
	return row
}

// players says how the page plays files. The error is that of the first one that cannot be read.
func (r *Recording) players(ctx context.Context, files *shelf, paths []string, look func(pcm []int16)) (list []reportFile, problem error) {
	for i, path := range paths {
		file, err := files.put(ctx, path, look)
		if err != nil && problem == nil {
			problem = fmt.Errorf("read %s: %w", path, err)
		}
		file.Start = (time.Duration(i) * r.Split.Duration).Seconds()
		list = append(list, file)
	}
	return list, problem
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
