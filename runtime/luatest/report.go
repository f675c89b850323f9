package luatest

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"
)

// Text writes results for a person: failed tests with what went wrong and what they have printed, and with Verbose all of them.
type Text struct {
	To      io.Writer
	Verbose bool
}

// Report writes the result of one test.
func (w Text) Report(r Result) error {
	if r.Status != Failed && !w.Verbose {
		return nil
	}
	var b strings.Builder
	mark := map[Status]string{Passed: "ok", Failed: "FAIL", Skipped: "skip"}[r.Status]
	fmt.Fprintf(&b, "%-4s %s (%s)\n", mark, r.title(), rounded(r.Elapsed))
	if r.Reason != "" {
		fmt.Fprintf(&b, "%s\n", indent(r.Reason, "     "))
	}
	for _, text := range r.Failed {
		fmt.Fprintf(&b, "%s\n", indent(text, "     "))
	}
	if output := strings.TrimRight(r.Output, "\n"); output != "" {
		fmt.Fprintf(&b, "%s\n", indent(output, "     | "))
	}
	_, err := io.WriteString(w.To, b.String())
	return err
}

// Close writes the counts.
func (w Text) Close(s Summary) error {
	parts := []string{fmt.Sprintf("%d passed", s.Passed)}
	if s.Failed > 0 {
		parts = append(parts, fmt.Sprintf("%d failed", s.Failed))
	}
	if s.Skipped > 0 {
		parts = append(parts, fmt.Sprintf("%d skipped", s.Skipped))
	}
	if _, err := fmt.Fprintf(w.To, "%s in %s\n", strings.Join(parts, ", "), rounded(s.Elapsed)); err != nil || s.Coverage == nil {
		return err
	}
	return s.Coverage.WriteText(w.To)
}

// title names the test.
func (r Result) title() string {
	if r.Name == "" {
		return r.File
	}
	return r.File + ": " + r.Name
}

func indent(text, with string) string {
	return with + strings.ReplaceAll(text, "\n", "\n"+with)
}

func rounded(d time.Duration) time.Duration { return d.Round(time.Millisecond) }

// JSON writes results as JSON, one on a line.
type JSON struct{ To io.Writer }

// Report writes the result of one test.
func (w JSON) Report(r Result) error {
	return json.NewEncoder(w.To).Encode(struct {
		File    string   `json:"file"`
		Test    string   `json:"test,omitempty"`
		Status  Status   `json:"status"`
		Seconds float64  `json:"seconds"`
		Reason  string   `json:"reason,omitempty"`
		Failed  []string `json:"failures,omitempty"`
		Output  string   `json:"output,omitempty"`
	}{r.File, r.Name, r.Status, seconds(r.Elapsed), r.Reason, r.Failed, r.Output})
}

// Close writes the counts.
func (w JSON) Close(s Summary) error {
	total := struct {
		Status   Status             `json:"status"`
		Passed   int                `json:"passed"`
		Failed   int                `json:"failed"`
		Skipped  int                `json:"skipped"`
		Seconds  float64            `json:"seconds"`
		Coverage map[string]float64 `json:"coverage,omitempty"` // by file, 0 to 1
	}{"done", s.Passed, s.Failed, s.Skipped, seconds(s.Elapsed), s.Coverage.shares()}
	return json.NewEncoder(w.To).Encode(total)
}

func seconds(d time.Duration) float64 { return rounded(d).Seconds() }

// JUnit is the results in the format that JUnit has made common.
type JUnit struct {
	XMLName  xml.Name     `xml:"testsuites"`
	Tests    int          `xml:"tests,attr"`
	Failures int          `xml:"failures,attr"`
	Skipped  int          `xml:"skipped,attr"`
	Time     float64      `xml:"time,attr"`
	Suites   []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Skipped  int         `xml:"skipped,attr"`
	Time     float64     `xml:"time,attr"`
	Cases    []junitCase `xml:"testcase"`
}

type junitCase struct {
	Name    string        `xml:"name,attr"`
	Class   string        `xml:"classname,attr"`
	Time    float64       `xml:"time,attr"`
	Failure *junitMessage `xml:"failure"`
	Skipped *junitMessage `xml:"skipped"`
	Output  string        `xml:"system-out,omitempty"`
}

type junitMessage struct {
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

// Add takes in the result of a test. Those of one file come one after the other.
func (j *JUnit) Add(r Result) {
	if n := len(j.Suites); n == 0 || j.Suites[n-1].Name != r.File {
		j.Suites = append(j.Suites, junitSuite{Name: r.File})
	}
	suite := &j.Suites[len(j.Suites)-1]
	c := junitCase{Name: r.Name, Class: r.File, Time: seconds(r.Elapsed), Output: plain(r.Output)}
	if r.Name == "" {
		c.Name = r.File
	}
	switch r.Status {
	case Failed:
		text := strings.Join(r.Failed, "\n")
		first, _, _ := strings.Cut(text, "\n")
		c.Failure = &junitMessage{Message: plain(first), Text: plain(text)}
		suite.Failures++
		j.Failures++
	case Skipped:
		c.Skipped = &junitMessage{Message: plain(r.Reason)}
		suite.Skipped++
		j.Skipped++
	}
	suite.Tests++
	j.Tests++
	suite.Time += c.Time
	suite.Cases = append(suite.Cases, c)
}

// plain leaves out what XML cannot hold.
func plain(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r == 0xFFFE || r == 0xFFFF || r == utf8.RuneError {
			return '?'
		}
		return r
	}, text)
}

// Write writes the document.
func (j *JUnit) Write(to io.Writer, s Summary) error {
	j.Time = seconds(s.Elapsed)
	if _, err := io.WriteString(to, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(to)
	e.Indent("", "  ")
	if err := e.Encode(j); err != nil {
		return err
	}
	_, err := io.WriteString(to, "\n")
	return err
}
