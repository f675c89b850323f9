package schedule

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// crash leaves what a process that is killed at this moment leaves: its ledger as it is on the disk. The process itself goes on with
// another folder.
func (m *machine) crash(t *testing.T) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(m.dir, "bot.json"))
	if err != nil {
		t.Fatal(err)
	}
	m.dir = filepath.Join(m.dir, "restarted")
	if err := os.Mkdir(m.dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(m.dir, "bot.json"), data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestAQueuedRunIsNotLost kills or stops a process while a run waits for another one, which has begun at 01:00, to end. It was due at
// 02:00.
func TestAQueuedRunIsNotLost(t *testing.T) {
	const (
		queued     = `cron("0 * * * *", {name = "slow", overlap = "queue"}, function() print(os.date("!%H:%M")) sleep("2h") end)`
		catchingUp = `cron("0 * * * *", {name = "slow", overlap = "queue", catch_up = true}, function() print(os.date("!%H:%M")) sleep("2h") end)`
	)
	for _, test := range []struct {
		name, source string
		after        time.Duration // of the start, that the process ends and another one starts
		want, said   string
	}{
		{"at once", queued, 2*time.Hour + time.Minute, "02:01\n", ""},
		{"later", queued, 2*time.Hour + 30*time.Minute, "",
			"job slow: the run of 2000-01-01 02:00 UTC was missed; the next is at 2000-01-01 03:00 UTC (catch_up = true runs what was missed once)\n"},
		{"later, caught up", catchingUp, 2*time.Hour + 30*time.Minute, "02:30\n", ""},
	} {
		t.Run("killed, "+test.name, func(t *testing.T) {
			on(t, func(t *testing.T, m *machine) {
				first := m.start(t, test.source)
				time.Sleep(test.after)
				m.crash(t)
				check(t, "after the kill", runFor(t, m, test.source, 10*time.Minute), test.want)
				check(t, "stderr", m.said(), test.said)
				check(t, "then", runFor(t, m, test.source, 10*time.Minute), "")
				first.stop(t)
			})
		})
		t.Run("stopped, "+test.name, func(t *testing.T) {
			on(t, func(t *testing.T, m *machine) {
				check(t, "before the stop", runFor(t, m, test.source, test.after), "01:00\n")
				check(t, "after the stop", runFor(t, m, test.source, 10*time.Minute), test.want)
				check(t, "stderr", m.said(), test.said)
			})
		})
	}
}

// TestRunsSideBySide looks at the ledger while runs overlap: those of 01:00, 02:00 and 03:00 take 150, 60 and 10 minutes, the second one
// fails.
func TestRunsSideBySide(t *testing.T) {
	const source = `local minutes = {150, 60, 10}
		local job
		job = cron("0 * * * *", {name = "side", overlap = "parallel"}, function()
			local run = job.runs
			sleep((minutes[run] or 0) * 60)
			if run == 2 then error("failed", 0) end
		end)`
	on(t, func(t *testing.T, m *machine) {
		p := m.start(t, source)
		at := func(minute int, result string, last string, took time.Duration) {
			t.Helper()
			time.Sleep(time.Until(time.Date(2000, 1, 1, 0, minute, 30, 0, time.UTC)))
			reports, err := Read(m.dir)
			if err != nil {
				t.Fatal(err)
			}
			job := reports[0].Jobs[0]
			if job.Result != result || job.Last.Format("15:04") != last || job.Took != took.Seconds() {
				t.Errorf("after %d minutes: %s since %s, %g s; want %s since %s, %s", minute, job.Result, job.Last.Format("15:04"), job.Took, result, last, took)
			}
		}
		at(61, "running", "01:00", 0)
		at(121, "running", "02:00", 0)
		at(181, "running", "03:00", 0)
		at(191, "running", "03:00", 0) // that of 01:00 goes on
		m.crash(t)
		reports, err := Read(m.dir)
		if err != nil || reports[0].Jobs[0].Result != killed {
			t.Errorf("after a kill: %+v, %v", reports, err)
		}
		second := m.start(t, source)
		m.dir = filepath.Dir(m.dir)
		at(211, "ok", "03:00", 10*time.Minute)
		p.stop(t)
		second.stop(t)
	})
}

// A run that died with its process does not go on when another process has the ledger.
func TestKilledStaysKilled(t *testing.T) {
	const source = `cron("0 1 * * *", {name = "long"}, function() sleep("1d") end)`
	on(t, func(t *testing.T, m *machine) {
		first := m.start(t, source)
		time.Sleep(2 * time.Hour)
		m.crash(t)
		second := m.start(t, source)
		reports, err := Read(m.dir)
		if err != nil || !reports[0].Running || reports[0].Jobs[0].Result != killed {
			t.Errorf("%+v, %v", reports, err)
		}
		first.stop(t)
		second.stop(t)
		if reports, err = Read(m.dir); err != nil || reports[0].Jobs[0].Result != killed {
			t.Errorf("%+v, %v", reports, err)
		}
	})
}
