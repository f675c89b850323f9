package luatest_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cordial/runtime/luatest"
)

// reported is a file with a test of each kind, and a script that they run in part.
var reported = map[string]string{
	"sum.lua": "function sum(a, b)\n  if a == 0 then\n    return b\n  end\n  return a + b\nend\n",
	"a_test.lua": `
test("passes", function(t) t.load("sum.lua") print("unseen") t.eq(sum(1, 2), 3) end)
test("fails <&>", function(t) print("a\27[1mbold\255") t.eq(1, 2) end)
test("skips", function(t) t.skip("no otters") end)`,
	"b_test.lua": "local = 1",
}

func TestTextShowsFailedTestsOnly(t *testing.T) {
	write(t, reported)
	var quiet, verbose bytes.Buffer
	results, summary := run(t, luatest.Options{Cover: true})
	for _, r := range results {
		_ = luatest.Text{To: &quiet}.Report(r)
		_ = luatest.Text{To: &verbose, Verbose: true}.Report(r)
	}
	if err := (luatest.Text{To: &quiet}).Close(summary); err != nil {
		t.Fatal(err)
	}
	times := regexp.MustCompile(`\d+(\.\d+)?m?s`)
	want := `FAIL a_test.lua: fails <&> (T)
     a_test.lua:3: t.eq: got 1, want 2
     | a` + "\x1b[1mbold\xff" + `
FAIL b_test.lua (T)
     b_test.lua:1:7: unexpected '='
     	local = 1
     	      ^
1 passed, 2 failed, 1 skipped in T
sum.lua  75.0%  not run: 3
all      75.0%
`
	if diff := cmp.Diff(want, times.ReplaceAllString(quiet.String(), "T")); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	for _, want := range []string{"ok   a_test.lua: passes (", "     | unseen\n", "skip a_test.lua: skips (", "     no otters\n"} {
		if !strings.Contains(verbose.String(), want) {
			t.Errorf("verbose output lacks %q:\n%s", want, verbose.String())
		}
	}
}

func TestJSON(t *testing.T) {
	write(t, reported)
	var out bytes.Buffer
	results, summary := run(t, luatest.Options{Cover: true})
	for _, r := range results {
		if err := (luatest.JSON{To: &out}).Report(r); err != nil {
			t.Fatal(err)
		}
	}
	if err := (luatest.JSON{To: &out}).Close(summary); err != nil {
		t.Fatal(err)
	}
	var lines []string
	for line := range strings.Lines(out.String()) {
		var v map[string]any
		if err := json.Unmarshal([]byte(line), &v); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		if _, number := v["seconds"].(float64); !number {
			t.Errorf("no seconds in %s", line)
		}
		delete(v, "seconds")
		again, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, string(again))
	}
	want := []string{
		`{"file":"a_test.lua","output":"unseen\n","status":"pass","test":"passes"}`,
		`{"failures":["a_test.lua:3: t.eq: got 1, want 2"],"file":"a_test.lua","output":"a\u001b[1mbold�\n","status":"fail","test":"fails \u003c\u0026\u003e"}`,
		`{"file":"a_test.lua","reason":"no otters","status":"skip","test":"skips"}`,
		`{"failures":["b_test.lua:1:7: unexpected '='\n\tlocal = 1\n\t      ^"],"file":"b_test.lua","status":"fail"}`,
		`{"coverage":{"sum.lua":0.75},"failed":2,"passed":1,"skipped":1,"status":"done"}`,
	}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// document is JUnit's format as its readers know it.
type document struct {
	XMLName  xml.Name `xml:"testsuites"`
	Tests    int      `xml:"tests,attr"`
	Failures int      `xml:"failures,attr"`
	Skipped  int      `xml:"skipped,attr"`
	Suites   []struct {
		Name  string `xml:"name,attr"`
		Tests int    `xml:"tests,attr"`
		Cases []struct {
			Name    string  `xml:"name,attr"`
			Class   string  `xml:"classname,attr"`
			Time    float64 `xml:"time,attr"`
			Failure *struct {
				Message string `xml:"message,attr"`
				Text    string `xml:",chardata"`
			} `xml:"failure"`
			Skipped *struct {
				Message string `xml:"message,attr"`
			} `xml:"skipped"`
			Output string `xml:"system-out"`
		} `xml:"testcase"`
	} `xml:"testsuite"`
}

func TestJUnit(t *testing.T) {
	write(t, reported)
	var out bytes.Buffer
	var report luatest.JUnit
	results, summary := run(t, luatest.Options{})
	for _, r := range results {
		report.Add(r)
	}
	if err := report.Write(&out, summary); err != nil {
		t.Fatal(err)
	}
	var got document
	if err := xml.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	if got.Tests != 4 || got.Failures != 2 || got.Skipped != 1 || len(got.Suites) != 2 || len(got.Suites[0].Cases) != 3 {
		t.Fatalf("%+v", got)
	}
	failed, skipped, broken := got.Suites[0].Cases[1], got.Suites[0].Cases[2], got.Suites[1].Cases[0]
	if failed.Name != "fails <&>" || failed.Class != "a_test.lua" || failed.Failure == nil || failed.Failure.Message != "a_test.lua:3: t.eq: got 1, want 2" ||
		failed.Output != "a?[1mbold?\n" {
		t.Errorf("%+v", failed)
	}
	if skipped.Skipped == nil || skipped.Skipped.Message != "no otters" || skipped.Failure != nil {
		t.Errorf("%+v", skipped)
	}
	if broken.Name != "b_test.lua" || broken.Failure == nil || !strings.Contains(broken.Failure.Text, "\n\tlocal = 1\n") {
		t.Errorf("%+v", broken)
	}
}

func TestLCOV(t *testing.T) {
	write(t, reported)
	_, summary := run(t, luatest.Options{Cover: true})
	var out bytes.Buffer
	if err := summary.Coverage.WriteLCOV(&out); err != nil {
		t.Fatal(err)
	}
	lines := map[string]int{}
	records := 0
	for line := range strings.Lines(out.String()) {
		var number, times int
		if n, _ := fmt.Sscanf(line, "DA:%d,%d", &number, &times); n == 2 {
			lines[fmt.Sprint(number)] = times
		} else if key, value, ok := strings.Cut(strings.TrimSpace(line), ":"); ok && key != "SF" && key != "TN" {
			if _, err := fmt.Sscan(value, &times); err != nil {
				t.Errorf("%q: %v", line, err)
			}
			lines[key] = times
		} else if strings.TrimSpace(line) == "end_of_record" {
			records++
		}
	}
	if want := map[string]int{"1": 1, "2": 1, "3": 0, "5": 1, "LF": 4, "LH": 3}; records != 1 || !cmp.Equal(want, lines) {
		t.Errorf("%s\n%s", out.String(), cmp.Diff(want, lines))
	}
}
