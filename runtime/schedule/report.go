package schedule

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"cordial/internal/filelock"
)

// Report is what the ledgers say of the jobs of a script.
type Report struct {
	Script  string
	Running bool // a process runs the jobs
	Jobs    []JobReport
	Err     error // the ledger cannot be read; then there are no jobs
}

// JobReport is what the ledgers say of one job.
type JobReport struct {
	Script   string    `json:"script"`
	Name     string    `json:"name"`
	Spec     string    `json:"spec"`          // with the zone, where it is not the machine's, and the jitter
	Next     time.Time `json:"next,omitzero"` // zero for never again
	Last     time.Time `json:"last,omitzero"` // when the last run began, at its time or by hand
	Finished time.Time `json:"finished,omitzero"`
	Result   string    `json:"result,omitempty"` // "ok", the error, "running", or "killed" with its process
	Took     float64   `json:"took,omitempty"`   // seconds
	Runs     int       `json:"runs"`
}

// Read reads the ledgers in a folder, by the scripts' names. It may be called while other processes write them.
func Read(dir string) ([]Report, error) {
	files, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	var scripts []string
	for _, file := range files {
		script, ok := strings.CutSuffix(file.Name(), byHandSuffix)
		if !ok {
			script, ok = strings.CutSuffix(file.Name(), ledgerSuffix)
		}
		if ok {
			scripts = append(scripts, script)
		}
	}
	slices.Sort(scripts)
	var reports []Report
	for _, script := range slices.Compact(scripts) {
		reports = append(reports, report(dir, script))
	}
	return reports, nil
}

// report reads the ledger of a script, and the one of its runs by hand.
func report(dir, script string) Report {
	file := ledgerFile(filepath.Join(dir, script+ledgerSuffix))
	r := Report{Script: script, Running: filelock.IsOwned(file.base())}
	atTimes, err := file.read()
	byHand, handErr := ledgerFile(filepath.Join(dir, script+byHandSuffix)).read()
	if err = cmp.Or(err, handErr); err != nil {
		r.Err = fmt.Errorf("%s: the ledger cannot be read: %w", script, err)
		if errors.Is(err, errBroken) {
			r.Err = fmt.Errorf("%w; the next run puts it aside as .broken, and what was missed is lost", r.Err)
		}
		return r
	}
	jobs := map[string]*JobReport{}
	for _, e := range atTimes.Jobs {
		jobs[e.Name] = e.report(script, r.Running)
	}
	goesOn := filelock.IsShared(file.base() + byHandLock)
	for _, e := range byHand.Jobs {
		hand := e.report(script, goesOn)
		job, ok := jobs[e.Name]
		switch {
		case !ok:
			jobs[e.Name] = hand
		case hand.Last.After(job.Last):
			hand.Next, hand.Runs = job.Next, hand.Runs+job.Runs
			jobs[e.Name] = hand
		default:
			job.Runs += hand.Runs
		}
	}
	for _, job := range jobs {
		r.Jobs = append(r.Jobs, *job)
	}
	slices.SortFunc(r.Jobs, func(a, b JobReport) int { return strings.Compare(a.Name, b.Name) })
	return r
}

// report is an entry for a person. Runs without an end go on if the process does.
func (e *Entry) report(script string, running bool) *JobReport {
	r := &JobReport{Script: script, Name: e.Name, Spec: specText(e.Spec), Next: e.Next, Last: e.Begun, Finished: e.Finished, Result: e.Result, Took: e.Took, Runs: e.Runs}
	if e.Running > 0 {
		r.Finished, r.Result, r.Took = time.Time{}, killed, 0
		if running {
			r.Result = "running"
		}
	}
	return r
}

// specText is what a job's due times follow from as a person reads it: the machine's zone goes without saying, and so does the one of a
// single moment, whose time names it.
func specText(identity string) string {
	if words := strings.Fields(identity); len(words) == 5 && words[0] == "at" { // at, day, time, abbreviation, zone
		return strings.Join(words[:4], " ")
	}
	spec, _, _ := strings.Cut(identity, " jitter ")
	return strings.TrimSuffix(spec, " Local") + strings.TrimPrefix(identity, spec)
}
