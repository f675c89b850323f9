package main

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain lets the scripts run the test binary as cordial.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"cordial": main, "cordial-unlimited": unlimited})
}

// unlimited is cordial for a server that takes any number of requests.
func unlimited() {
	p := newProcess()
	p.globalLimit = 1e6
	os.Exit(p.run(os.Args[1:]))
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error {
			env.Setenv("CORDIAL_STATE_DIR", env.WorkDir+"/state")
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"exits": exits, "journal": journal},
	})
}

// exits runs a command and expects its exit code: exits 2 cordial run
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND [args]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		exit, ok := errors.AsType[*exec.ExitError](err)
		if !ok {
			ts.Fatalf("%v", err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// journal expects that a file has lines, and that each of them is an object of JSON with the script and what every line of a log has:
// journal stderr bot
func journal(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: journal FILE SCRIPT")
	}
	text := ts.ReadFile(args[0])
	if !strings.HasSuffix(text, "}\n") {
		ts.Fatalf("%s ends in %q", args[0], text[max(0, len(text)-80):])
	}
	for line := range strings.Lines(text) {
		var entry struct {
			Time               time.Time
			Level, Msg, Script string
		}
		if err := json.Unmarshal([]byte(line), &entry); err != nil || entry.Time.IsZero() || entry.Level == "" || entry.Msg == "" || entry.Script != args[1] {
			ts.Fatalf("%v: %s", err, line)
		}
	}
}
