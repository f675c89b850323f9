package schedule

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestRunsWhenTheClocksChange has jobs in two zones run through the nights of the year 2000 in which the clocks were changed: in a
// process that goes on, and in one that starts anew every 7 minutes. What a run prints is the time in UTC.
func TestRunsWhenTheClocksChange(t *testing.T) {
	const source = `
		local function job(name, spec, tz)
			cron(spec, {name = name, tz = tz, catch_up = true}, function() print(os.date("!%H:%M ") .. name) end)
		end
		job("Berlin, fixed", "20 2 * * *", "Europe/Berlin")
		job("Berlin, by real time", "*/30 2 * * *", "Europe/Berlin")
		job("New York, fixed", "40 1,2 * * *", "America/New_York")
		job("New York, by real time", "*/30 1 * * *", "America/New_York")
		every("4h", {name = "interval"}, function() print(os.date("!%H:%M every 4h")) end)`
	for _, test := range []struct{ name, day, want string }{
		{"Berlin, 2:00 becomes 3:00 at 01:00 UTC", "2000-03-26", `
01:00 Berlin, fixed
03:50 every 4h
06:00 New York, by real time
06:30 New York, by real time
06:40 New York, fixed
07:40 New York, fixed
07:50 every 4h
`},
		{"New York, 2:00 becomes 3:00 at 07:00 UTC", "2000-04-02", `
00:00 Berlin, by real time
00:20 Berlin, fixed
00:30 Berlin, by real time
03:50 every 4h
06:00 New York, by real time
06:30 New York, by real time
06:40 New York, fixed
07:00 New York, fixed
07:50 every 4h
`},
		{"Berlin, 3:00 becomes 2:00 at 01:00 UTC; New York, 2:00 becomes 1:00 at 06:00 UTC", "2000-10-29", `
00:00 Berlin, by real time
00:20 Berlin, fixed
00:30 Berlin, by real time
01:00 Berlin, by real time
01:30 Berlin, by real time
03:50 every 4h
05:00 New York, by real time
05:30 New York, by real time
05:40 New York, fixed
06:00 New York, by real time
06:30 New York, by real time
07:40 New York, fixed
07:50 every 4h
`},
	} {
		midnight, err := time.Parse(time.DateOnly, test.day)
		if err != nil {
			t.Fatal(err)
		}
		for name, life := range map[string]time.Duration{"one process": 10 * time.Hour, "many processes": 7 * time.Minute} {
			t.Run(test.name+", "+name, func(t *testing.T) {
				on(t, func(t *testing.T, m *machine) {
					begun := midnight.Add(-10 * time.Minute)
					time.Sleep(time.Until(begun))
					got := "\n"
					for time.Since(begun) < 10*time.Hour {
						got += runFor(t, m, source, life)
					}
					if diff := cmp.Diff(test.want, got); diff != "" {
						t.Errorf("(-want +got):\n%s", diff)
					}
					check(t, "stderr", m.said(), "")
				})
			})
		}
	}
}

// TestManyJobsInAMonthOfSuspension has jobs of all rules on a machine that is suspended from January 3rd 12:00:30 to February 2nd
// 12:00:30. Those that take long are at work then, and have 90 minutes to go when it wakes up, as their timers do not count that time.
func TestManyJobsInAMonthOfSuspension(t *testing.T) {
	const source = `
		local function job(name, spec, options, body)
			options.name = name
			cron(spec, options, body or function() print(os.date("!%m-%d %H:%M ") .. name) end)
		end
		local function long(name)
			return function()
				print(os.date("!%m-%d %H:%M ") .. name .. " begins")
				sleep("90m")
				print(os.date("!%m-%d %H:%M ") .. name .. " ends")
			end
		end
		job("daily", "0 9 * * *", {})
		job("daily, caught up", "1 9 * * *", {catch_up = true})
		job("monthly", "0 0 1 * *", {catch_up = true})
		job("on the 5th", "0 0 5 * *", {catch_up = true})
		job("skips", "0 12 * * *", {catch_up = true, overlap = "skip"}, long("skips"))
		job("queues", "0 12 * * *", {catch_up = true, overlap = "queue"}, long("queues"))
		job("side by side", "0 12 * * *", {catch_up = true, overlap = "parallel"}, long("side by side"))
		every("8h", {name = "interval"}, function() print(os.date("!%m-%d %H:%M every 8h")) end)
		at("2000-01-20", {name = "moment"}, print)
		at("2000-01-21", {name = "moment, caught up", catch_up = true}, function() print(os.date("!%m-%d %H:%M moment, caught up")) end)`
	ran := []string{
		"01-03 12:00 queues begins",
		"01-03 12:00 side by side begins",
		"01-03 12:00 skips begins",
		"02-02 12:01 daily, caught up",
		"02-02 12:01 moment, caught up",
		"02-02 12:01 monthly",
		"02-02 12:01 on the 5th",
		"02-02 12:01 side by side begins",
		"02-02 13:30 queues begins",
		"02-02 13:30 queues ends",
		"02-02 13:30 side by side ends",
		"02-02 13:30 skips ends",
		"02-02 13:31 side by side ends",
		"02-02 15:00 queues ends",
		"02-02 18:00 every 8h",
		"02-03 02:00 every 8h",
		"02-03 09:00 daily",
		"02-03 09:01 daily, caught up",
		"02-03 10:00 every 8h",
	}
	missed := []string{
		"job daily: 30 runs were missed from 2000-01-04 09:00 UTC on; the next is at 2000-02-03 09:00 UTC (catch_up = true runs what was missed once)",
		"job interval: 90 runs were missed from 2000-01-03 18:00 UTC on; the next is at 2000-02-02 18:00 UTC (catch_up = true runs what was missed once)",
		"job moment: the run of 2000-01-20 00:00 UTC was missed (catch_up = true runs what was missed once)",
	}
	on(t, func(t *testing.T, m *machine) {
		time.Sleep(2*24*time.Hour + 10*time.Hour) // January 3rd, 10:00
		p := m.start(t, source)
		time.Sleep(2*time.Hour + 30*time.Second)
		m.set(30 * 24 * time.Hour)
		time.Sleep(23 * time.Hour)
		if diff := cmp.Diff(ran, sortedLines(p.stop(t))); diff != "" {
			t.Errorf("printed (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff(missed, sortedLines(m.said())); diff != "" {
			t.Errorf("said (-want +got):\n%s", diff)
		}
	})
}

// sortedLines are the lines of a text. Jobs that are due at one time run in any order.
func sortedLines(text string) []string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	slices.Sort(lines)
	return lines
}
