package schedule

import "testing"

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
