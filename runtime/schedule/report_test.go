package schedule

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestARunByHandGoesOn reads the ledger while a run by hand goes on, and as it is when that was killed.
func TestARunByHandGoesOn(t *testing.T) {
	on(t, func(t *testing.T, m *machine) {
		result := func(what, dir, want string) {
			t.Helper()
			reports, err := Read(dir)
			if err != nil || len(reports) != 1 || len(reports[0].Jobs) != 1 {
				t.Fatalf("%s: %+v, %v", what, reports, err)
			}
			check(t, what, reports[0].Jobs[0].Result, want)
		}
		p := m.start(t, `cron("0 1 * * *", {name = "long"}, function() sleep("1h") end)`, func(o *Options) { o.Once = "long" })
		time.Sleep(time.Minute)
		result("while it goes on", m.dir, "running")
		data, err := os.ReadFile(filepath.Join(m.dir, "bot"+byHandSuffix))
		if err != nil {
			t.Fatal(err)
		}
		elsewhere := filepath.Join(m.dir, "elsewhere")
		if err := os.Mkdir(elsewhere, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(elsewhere, "bot"+byHandSuffix), data, 0o600); err != nil {
			t.Fatal(err)
		}
		result("where nobody runs it", elsewhere, killed)
		time.Sleep(time.Hour)
		if err := <-p.ended; !errors.Is(err, ErrOnce) {
			t.Error(err)
		}
		if err := errors.Join(p.host.Close(), p.jobs.Close()); err != nil {
			t.Error(err)
		}
		result("when it is over", m.dir, "ok")
	})
}

// What a job is in the ledger is not what a person reads: there the zone stands once, and the machine's not at all.
func TestSpecText(t *testing.T) {
	for identity, want := range map[string]string{
		"":                             "",
		"cron 0 9 * * * Local":         "cron 0 9 * * *",
		"cron 0 9 * * * Europe/Berlin": "cron 0 9 * * * Europe/Berlin",
		"cron @daily UTC jitter 5m":    "cron @daily UTC jitter 5m",
		"cron @daily Local jitter 5m":  "cron @daily jitter 5m",
		"every 10s":                    "every 10s",
		"at 2026-01-01 10:00 UTC UTC":  "at 2026-01-01 10:00 UTC",
		"at 2026-01-01 10:00:30 CET Europe/Berlin": "at 2026-01-01 10:00:30 CET",
		"at 2026-01-01 10:00 CET Local":            "at 2026-01-01 10:00 CET",
	} {
		if got := specText(identity); got != want {
			t.Errorf("%q: got %q, want %q", identity, got, want)
		}
	}
}
