package main

import (
	"encoding/json"
	"errors"
	"io"
	"log"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"cordial/discord"
	"cordial/runtime"
	"cordial/runtime/repl"
	"cordial/runtime/term"
)

func TestJournalLines(t *testing.T) {
	long := strings.Repeat("x", maxJournalLine)
	for _, test := range []struct {
		name   string
		writes []string
		want   []string // before Close
		last   []string // that Close tells
	}{
		{"a line", []string{"one\n"}, []string{"one"}, nil},
		{"lines", []string{"one\r\ntwo\n\nfour\n"}, []string{"one", "two", "", "four"}, nil},
		{"a line in parts", []string{"o", "", "ne\ntw", "o\n"}, []string{"one", "two"}, nil},
		{"without an end", []string{"one\ntwo"}, []string{"one"}, []string{"two"}},
		{"nothing", []string{""}, nil, nil},
		{"too long", []string{"a", long + "b\n"}, []string{"a" + long[1:], "xb"}, nil},
		{"much too long", []string{long + long, "c"}, []string{long, long}, []string{"c"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var told []string
			j := &journalLines{tell: func(n runtime.Notice) { told = append(told, n.Text) }}
			for _, text := range test.writes {
				if n, err := j.Write([]byte(text)); n != len(text) || err != nil {
					t.Errorf("Write gave %d, %v for %d bytes", n, err, len(text))
				}
			}
			if diff := cmp.Diff(test.want, told); diff != "" {
				t.Errorf("told (-want +got):\n%s", diff)
			}
			told = nil
			if err := j.Close(); err != nil {
				t.Error(err)
			}
			if diff := cmp.Diff(test.last, told); diff != "" {
				t.Errorf("Close told (-want +got):\n%s", diff)
			}
		})
	}
}

// wantEntries expects that stderr is a journal with these entries.
func (c *command) wantEntries(t *testing.T, want ...string) {
	t.Helper()
	var told []string
	for line := range strings.Lines(c.err.String()) {
		var entry struct{ Level, Msg, Script string }
		if err := json.Unmarshal([]byte(line), &entry); err != nil {
			t.Fatalf("%v: %q", err, line)
		}
		told = append(told, strings.Join([]string{entry.Script, entry.Level, entry.Msg}, " "))
	}
	if diff := cmp.Diff(want, told); diff != "" {
		t.Errorf("told (-want +got):\n%s", diff)
	}
}

// Who ends a script by hand finds no error in the journal.
func TestJournalOfAnInterruptedRun(t *testing.T) {
	c := start(t, nil, nil, "--sandbox", "run", "--log-format", "json", script(t, `print("ready") sleep(3600)`))
	c.out.waitFor(t, "ready")
	c.signal <- os.Interrupt
	c.wantCode(t, exitInterrupted)
	c.wantEntries(t, "script INFO interrupted")
}

// At a terminal, too, nothing is drawn between the lines of a journal; and what packages of Go say is one of them.
func TestJournalAtATerminal(t *testing.T) {
	path := script(t, `
		local bar = term.progress(2, "work")
		bar:add(1)
		io.stderr:write("mine")
		print("ready") io.read()
		error("oops")`)
	stdin, typed := io.Pipe()
	nothing := func() error { return nil }
	size := func() (int, int) { return 80, 24 }
	c := start(t, nil, func(p *process) {
		p.stdin, p.talks, p.columns = stdin, true, func() int { return 80 }
		p.terminal = &repl.Terminal{Size: size, MakeRaw: nothing, Restore: nothing}
		p.display = &term.Terminal{Size: size}
	}, "--sandbox", "run", "--log-format", "json", path)
	c.out.waitFor(t, "ready")
	log.Print("an odd answer")
	typed.Close()
	c.wantCode(t, exitScript)
	c.wantEntries(t, "script INFO an odd answer", "script INFO mine", "script ERROR "+path+":6: oops")
	if log.Writer() != os.Stderr {
		t.Error("what packages of Go say still goes to the journal")
	}
}

// A token is hidden also where JSON writes it in another way than it is.
func TestJournalHidesTokens(t *testing.T) {
	const token = `tell"nobody\this`
	var stderr output
	p := &process{stderr: &stderr, redactor: discord.NewRedactor(token), lookup: func(string) (string, bool) { return "", false }}
	g := &grammar{LogFormat: "json"}
	end := p.openJournal(g)
	p.tell(runtime.Notice{Text: "it is " + token, Traceback: token, Fields: []slog.Attr{slog.Any("error", errors.New(token))}})
	logger, err := p.logger(g, p.redactor.Writer(p.stderr), slog.LevelInfo)
	if err != nil {
		t.Fatal(err)
	}
	logger.Info("it is "+token, "said", token, "took", time.Second)
	log.Print(token)
	end()
	text := stderr.String()
	if strings.Contains(text, "nobody") || strings.Count(text, discord.Redacted) != 6 || !strings.Contains(text, `"took":"1s"`) {
		t.Errorf("stderr has %s", text)
	}
}
