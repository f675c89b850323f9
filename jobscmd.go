package main

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"cordial/internal/suggest"
	"cordial/runtime/schedule"
)

type jobsCommand struct {
	JSON   bool   `help:"Print JSON, one job on a line."`
	Script string `arg:"" optional:"" help:"A script whose jobs are listed; without one those of all are."`
}

// installJobs declares cron, every and at. What the ledgers say ends with the process if the built-in sandbox is in use.
func (p *process) installJobs(h *hosted, streams hostStreams) *schedule.Scheduler {
	options := schedule.Options{
		Dir: func() (string, error) { return jobsDir(p.keepDir(h)) }, Volatile: h.sandbox != nil,
		Script: cmp.Or(streams.ledger, streams.name), Path: absolute(streams.path), Once: streams.once,
	}
	if streams.test != nil {
		options.Zone, options.WakeUp = time.UTC, rareBeats
	}
	options.Draft = func() bool { return h.Generation().Loading() }
	jobs := schedule.Install(h.Host, options)
	replaceJobs(h.Host, jobs)
	return jobs
}

// ledgerOf is the ledger for the jobs of a script that ships inside, which may run several times with different arguments: each has a
// ledger of its own.
func ledgerOf(name string, args []string) string {
	if len(args) == 0 {
		return name
	}
	sum := sha256.Sum256([]byte(strings.Join(args, "\x00")))
	return name + "@" + hex.EncodeToString(sum[:4])
}

// jobsDir is where the ledgers lie in a folder of state.
func jobsDir(state string, err error) (string, error) { return filepath.Join(state, "jobs"), err }

// onceResult is how cordial run --once ends.
func onceResult(err error) error {
	if unknown, ok := errors.AsType[*schedule.UnknownJobError](err); ok {
		return &usageError{unknown.Error()}
	}
	if errors.Is(err, schedule.ErrOnce) {
		return nil
	}
	return err
}

// Run lists the jobs that the ledgers in the state folder know.
func (c *jobsCommand) Run(p *process) error {
	dir, err := jobsDir(p.stateDir())
	if err != nil {
		return err
	}
	reports, err := schedule.Read(dir)
	if err != nil {
		return err
	}
	if c.Script != "" {
		if reports, err = reportsOf(reports, scriptName(c.Script)); err != nil {
			return err
		}
	}
	var unread error
	for _, report := range reports {
		unread = errors.Join(unread, report.Err)
		if report.Err == nil && !report.Running {
			fmt.Fprintf(p.stderr, "%s: no process runs these jobs now\n", report.Script)
		}
	}
	return errors.Join(c.list(p, reports), unread)
}

// list prints jobs, or says how there come to be some.
func (c *jobsCommand) list(p *process, reports []schedule.Report) error {
	switch {
	case c.JSON:
		return p.writeJobLines(reports)
	case len(reports) == 0:
		fmt.Fprintln(p.stderr, "there are no jobs yet: cron, every and at in a script make them. To see those of a script on the built-in sandbox: cordial attach SCRIPT 'jobs()'")
	case slices.ContainsFunc(reports, func(r schedule.Report) bool { return r.Err == nil }):
		return p.write(jobTable(reports, p.redactor.String))
	}
	return nil
}

// reportsOf picks a script's jobs, whatever its arguments are.
func reportsOf(reports []schedule.Report, script string) ([]schedule.Report, error) {
	var names []string
	var found []schedule.Report
	for _, report := range reports {
		name, _, _ := strings.Cut(report.Script, "@")
		if report.Script == script || name == script {
			found = append(found, report)
		}
		names = append(names, report.Script)
	}
	if len(found) > 0 {
		return found, nil
	}
	if near, ok := suggest.Nearest(script, names); ok {
		return nil, &usageError{fmt.Sprintf("no jobs are known of %s; did you mean %s?", script, near)}
	}
	return nil, &usageError{fmt.Sprintf("no jobs are known of %s. To see those of a script on the built-in sandbox: cordial attach %[1]s 'jobs()'", script)}
}

func (p *process) writeJobLines(reports []schedule.Report) error {
	var b strings.Builder
	for _, report := range reports {
		for _, job := range report.Jobs {
			job.Name, job.Result = p.redactor.String(job.Name), p.redactor.String(job.Result)
			line, err := json.Marshal(job)
			if err != nil {
				return err
			}
			b.Write(append(line, '\n'))
		}
	}
	return p.write(b.String())
}

// jobTable has the names and results, which are a script's own words, redacted.
func jobTable(reports []schedule.Report, redact func(string) string) string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "Script\tName\tSpec\tNext\tLast\tResult\tTook")
	for _, report := range reports {
		for _, job := range report.Jobs {
			took := "-"
			if !job.Finished.IsZero() {
				took = (time.Duration(job.Took * float64(time.Second))).Round(time.Millisecond).String()
			}
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", job.Script, redact(job.Name), job.Spec, timeOf(job.Next), timeOf(job.Last), orDash(redact(job.Result)), took)
		}
	}
	w.Flush()
	return b.String()
}

// timeOf is a time in the machine's zone, to the second.
func timeOf(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return schedule.TimeText(t.Truncate(time.Second).Local())
}

func orDash(text string) string {
	if text == "" {
		return "-"
	}
	return text
}
