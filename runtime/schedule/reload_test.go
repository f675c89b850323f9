package schedule

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cordial/runtime"
)

// saves tells of changes when a test wants them.
type saves chan []string

func (s saves) Watch(map[string]runtime.Stamp) {}
func (s saves) Changed() <-chan []string       { return s }

// watched is a script that is loaded anew, with its jobs, as cordial run --watch has it.
func (m *machine) watched(t *testing.T, source string) (p *process, save saves, stop func() string) {
	path := filepath.Join(m.dir, "bot.lua")
	if err := os.WriteFile(path, []byte(source), 0o600); err != nil {
		t.Fatal(err)
	}
	p, save = &process{ended: make(chan error, 1)}, make(saves)
	p.host = runtime.New(runtime.Options{Stdin: strings.NewReader(""), Stdout: &p.out, Stderr: &m.stderr, Clock: m})
	p.jobs = Install(p.host, Options{
		Dir: func() (string, error) { return m.dir, nil }, Script: "bot", Path: path, Zone: time.UTC,
		Draft: func() bool { return p.host.Generation().Loading() },
	})
	p.host.OnGeneration(runtime.GenerationHooks{
		Live: func(*runtime.Generation) { p.jobs.Replace() },
		Leave: func(g *runtime.Generation) {
			if g.Failed() {
				p.jobs.Discard()
			}
		},
	})
	ctx, cancel := context.WithCancel(t.Context())
	go func() { p.ended <- p.host.RunWatched(ctx, path, save) }()
	return p, save, func() string {
		cancel()
		return p.stop(t)
	}
}

// TestJobsOverReloads saves a script every 15 seconds, so that every fourth load meets the due time of a job, for an hour. Each minute
// has one run of each job: of the old code or of the new.
func TestJobsOverReloads(t *testing.T) {
	const source = `
		cron("* * * * *", {name = "kept"}, function() print("kept", os.date("!%M")) end)
		for minute = 1, 60 do
			at(946684800 + 60 * minute, {name = "at " .. minute}, function() print("at", os.date("!%M")) end)
		end
		every(60, {name = "interval"}, function() print("interval", os.date("!%M")) end)
		cron("* * * * *", {name = "long", overlap = "queue"}, function() print("long", os.date("!%M")) sleep(10) end)`
	on(t, func(t *testing.T, m *machine) {
		_, save, stop := m.watched(t, source)
		for range 4 * 60 {
			time.Sleep(15 * time.Second)
			save <- []string{filepath.Join(m.dir, "bot.lua")}
		}
		time.Sleep(time.Second)
		runs := map[string]int{}
		for line := range strings.Lines(stop()) {
			runs[line]++
		}
		for minute := 1; minute <= 60; minute++ {
			for _, name := range []string{"kept", "long", "at", "interval"} {
				if line := fmt.Sprintf("%s\t%02d\n", name, minute%60); runs[line] != 1 {
					t.Errorf("%q: %d runs", line, runs[line])
				}
			}
		}
		if len(runs) != 4*60 {
			t.Errorf("ran at %d times: %v", len(runs), runs)
		}
		if said := m.said(); strings.Count(said, "reloaded bot.lua") != 240 || strings.Contains(said, "missed") {
			t.Errorf("said %s", said)
		}
	})
}
