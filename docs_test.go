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

// The README shows what a shell on a terminal shows; its last line fails.
func TestTheReadmesTranscriptIsTrue(t *testing.T) {
	transcript := block(t, "README.md", "Look around", "")
	_, transcript, _ = strings.Cut(transcript, "sandbox\n")
	var typed, shown strings.Builder
	for line := range strings.Lines(transcript) {
		if input, ok := strings.CutPrefix(line, "> "); ok {
			typed.WriteString(input)
		} else {
			shown.WriteString(line)
		}
	}
	var stdout, stderr bytes.Buffer
	p := &process{stdin: strings.NewReader(typed.String()), stdout: &stdout, stderr: &stderr, columns: func() int { return 100 },
		lookup: func(name string) (string, bool) {
			return map[string]string{"CORDIAL_STATE_DIR": t.TempDir()}[name], true
		}}
	if code := p.run(nil); code != exitScript {
		t.Errorf("exit code %d", code)
	}
	want, failure, _ := strings.Cut(shown.String(), "repl:8: ")
	if diff := cmp.Diff(want, stdout.String()); diff != "" {
		t.Errorf("output (-README +got):\n%s", diff)
	}
	if !strings.Contains(stderr.String(), strings.TrimSpace(failure)) {
		t.Errorf("stderr is %q, want %q in it", stderr.String(), failure)
	}
}

func TestTheReadmesBotIsTheExample(t *testing.T) {
	_, bot, _ := strings.Cut(block(t, "README.md", "A bot in ten lines", "lua"), "\n")
	_, example, _ := strings.Cut(readFile(t, "examples/echo.lua"), "\n")
	if diff := cmp.Diff(example, bot); diff != "" {
		t.Errorf("(-examples/echo.lua +README):\n%s", diff)
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
