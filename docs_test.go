package main

import (
	"bytes"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jonboulle/clockwork"

	"cordial/discord/sandbox"
)

func readFile(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// block is the first block of code in a language that a page has after a heading.
func block(t *testing.T, page, heading, language string) string {
	t.Helper()
	_, rest, ok := strings.Cut(readFile(t, page), "## "+heading+"\n")
	m := regexp.MustCompile("(?s)```" + language + "\n(.*?)```").FindStringSubmatch(rest)
	if !ok || m == nil {
		t.Fatalf("%s has no block of %q under %q", page, language, heading)
	}
	return m[1]
}

// The README shows what a shell on a terminal shows.
func TestTheReadmesTranscriptsAreTrue(t *testing.T) {
	transcripts := regexp.MustCompile("(?s)```\n\\$ go run \\.\n(.*?)```").FindAllStringSubmatch(readFile(t, "README.md"), -1)
	if len(transcripts) != 2 {
		t.Fatalf("the README has %d transcripts", len(transcripts))
	}
	for _, transcript := range transcripts {
		first, _, _ := strings.Cut(transcript[1], "\n")
		t.Run(first, func(t *testing.T) { checkTranscript(t, transcript[1]) })
	}
}

// failedLine is the beginning of an error that a shell shows.
var failedLine = regexp.MustCompile(`^repl:\d+: `)

// checkTranscript types what stands behind prompts and compares the rest. An error can only be the last line.
func checkTranscript(t *testing.T, transcript string) {
	_, transcript, _ = strings.Cut(transcript, "sandbox\n")
	var typed, shown strings.Builder
	failure := ""
	for line := range strings.Lines(transcript) {
		if input, ok := strings.CutPrefix(line, "> "); ok {
			typed.WriteString(input)
		} else if place := failedLine.FindString(line); place != "" {
			failure = strings.TrimSpace(line[len(place):])
		} else {
			shown.WriteString(line)
		}
	}
	var stdout, stderr bytes.Buffer
	p := &process{stdin: strings.NewReader(typed.String()), stdout: &stdout, stderr: &stderr, columns: func() int { return 100 },
		lookup: func(name string) (string, bool) {
			return map[string]string{"CORDIAL_STATE_DIR": t.TempDir()}[name], true
		}}
	want := exitOK
	if failure != "" {
		want = exitScript
	} else {
		typed.WriteString("gateway.stop()\n") // which the pipe would wait for
		p.stdin = strings.NewReader(typed.String())
	}
	if code := p.run(nil); code != want {
		t.Errorf("exit code %d, stderr %q", code, stderr.String())
	}
	if diff := cmp.Diff(shown.String(), stdout.String()); diff != "" {
		t.Errorf("output (-README +got):\n%s", diff)
	}
	if !strings.Contains(stderr.String(), failure) {
		t.Errorf("stderr is %q, want %q in it", stderr.String(), failure)
	}
}

func TestTheReadmesScriptsAreExamples(t *testing.T) {
	blocks := regexp.MustCompile("(?s)```lua\n-- (examples/.*?)\n(.*?)```").FindAllStringSubmatch(readFile(t, "README.md"), -1)
	if len(blocks) != 3 {
		t.Fatalf("the README has %d examples", len(blocks))
	}
	for _, block := range blocks {
		_, example, _ := strings.Cut(readFile(t, block[1]), "\n") // the first line says how to run it
		if diff := cmp.Diff(example, block[2]); diff != "" {
			t.Errorf("(-%s +README):\n%s", block[1], diff)
		}
	}
}

func TestTheWorldInTheDocsLoads(t *testing.T) {
	world, err := sandbox.LoadWorld(strings.NewReader(block(t, "docs/sandbox.md", "Worlds from a file", "json")), clockwork.NewFakeClock())
	if err != nil {
		t.Fatal(err)
	}
	if err := world.Close(); err != nil {
		t.Error(err)
	}
}
