package schedule

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jonboulle/clockwork"

	"cordial/runtime"
)

// machine is a computer whose clock can be set and which can be suspended: its timers do not count that time. It stands in a bubble of
// synctest, in which it is 2000-01-01, a Saturday, at the start.
type machine struct {
	clockwork.Clock
	shift  atomic.Int64
	dir    string
	stderr buffer
	talk   func(runtime.Notice) // nil: stderr has it as text
}

func newMachine(dir string) *machine {
	return &machine{Clock: clockwork.NewRealClock(), dir: dir}
}

// Now is what the clock on the wall shows.
func (m *machine) Now() time.Time { return m.Clock.Now().Add(time.Duration(m.shift.Load())) }

// set turns the clock, while no timer runs.
func (m *machine) set(by time.Duration) { m.shift.Add(int64(by)) }

type buffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

// process is a script that runs on a machine.
type process struct {
	host  *runtime.Host
	jobs  *Scheduler
	out   buffer
	ended chan error
}

func (m *machine) start(t *testing.T, source string, change ...func(*Options)) *process {
	p := &process{ended: make(chan error, 1)}
	p.host = runtime.New(runtime.Options{Stdin: strings.NewReader(""), Stdout: &p.out, Stderr: &m.stderr, Talk: m.talk, Clock: m})
	options := Options{Dir: func() (string, error) { return m.dir, nil }, Script: "bot", Path: "/bot.lua", Zone: time.UTC}
	for _, fn := range change {
		fn(&options)
	}
	p.jobs = Install(p.host, options)
	go func() { p.ended <- p.host.RunString(t.Context(), "bot.lua", source) }()
	synctest.Wait()
	return p
}

// stop ends the process in good order, and gives what it has printed.
func (p *process) stop(t *testing.T) string {
	t.Helper()
	p.host.Fail(runtime.ErrInterrupted)
	if err := <-p.ended; err != nil && !errors.Is(err, runtime.ErrInterrupted) {
		t.Error(err)
	}
	if err := errors.Join(p.host.Close(), p.jobs.Close()); err != nil {
		t.Error(err)
	}
	return p.out.String()
}

// said takes what was told on the standard error.
func (m *machine) said() string {
	m.stderr.mu.Lock()
	defer m.stderr.mu.Unlock()
	text := m.stderr.text.String()
	m.stderr.text.Reset()
	return text
}

const daily = `cron("0 9 * * *", {name = "daily"}, function() print(os.date("!%m-%d %H:%M")) end)`

var dailyCaughtUp = strings.Replace(daily, `{`, `{catch_up = true, `, 1)

// on runs a test in a bubble, on a machine with an empty folder.
func on(t *testing.T, test func(t *testing.T, m *machine)) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) { test(t, newMachine(dir)) })
}

func check(t *testing.T, what, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %q, want %q", what, got, want)
	}
}

func TestRestart(t *testing.T) {
	for _, test := range []struct {
		name, source string
		down         time.Duration // after three hours up; then ten minutes up
		want, said   string
	}{
		{"before the run", daily, time.Hour, "", ""},
		{"a minute late", daily, 6*time.Hour + time.Minute, "01-01 09:01\n", ""},
		{"an hour late", daily, 7 * time.Hour, "",
			"job daily: the run of 2000-01-01 09:00 UTC was missed; the next is at 2000-01-02 09:00 UTC (catch_up = true runs what was missed once)\n"},
		{"an hour late, caught up", dailyCaughtUp, 7 * time.Hour, "01-01 10:00\n", ""},
		{"a month late", daily, 30 * 24 * time.Hour, "",
			"job daily: 30 runs were missed from 2000-01-01 09:00 UTC on; the next is at 2000-01-31 09:00 UTC (catch_up = true runs what was missed once)\n"},
		{"a month late, caught up", dailyCaughtUp, 30 * 24 * time.Hour, "01-31 03:00\n", ""},
		{"another spec", strings.Replace(dailyCaughtUp, "0 9", "0 8", 1), 7 * time.Hour, "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			on(t, func(t *testing.T, m *machine) {
				source := test.source
				if test.name == "another spec" {
					source = dailyCaughtUp
				}
				first := m.start(t, source)
				time.Sleep(3 * time.Hour)
				check(t, "first", first.stop(t), "")
				time.Sleep(test.down)
				second := m.start(t, test.source)
				time.Sleep(10 * time.Minute)
				check(t, "second", second.stop(t), test.want)
				check(t, "stderr", m.said(), test.said)
				third := m.start(t, test.source)
				time.Sleep(10 * time.Minute)
				check(t, "third", third.stop(t), "")
				check(t, "stderr", m.said(), "")
			})
		})
	}
}

func TestSuspendedForAMonth(t *testing.T) {
	for source, want := range map[string][2]string{
		daily:         {"01-01 09:00\n02-01 09:00\n", "job daily: 30 runs were missed from 2000-01-02 09:00 UTC on; the next is at 2000-02-01 09:00 UTC (catch_up = true runs what was missed once)\n"},
		dailyCaughtUp: {"01-01 09:00\n01-31 10:01\n02-01 09:00\n", ""},
	} {
		on(t, func(t *testing.T, m *machine) {
			p := m.start(t, source)
			time.Sleep(10*time.Hour + 30*time.Second)
			m.set(30 * 24 * time.Hour)
			time.Sleep(24 * time.Hour)
			check(t, "ran", p.stop(t), want[0])
			check(t, "stderr", m.said(), want[1])
		})
	}
}

func TestClockSetBack(t *testing.T) {
	for back, want := range map[time.Duration]string{
		time.Hour:      "01-01 09:00\n01-02 09:00\n",              // what ran does not come again
		24 * time.Hour: "01-01 09:00\n01-01 09:00\n01-02 09:00\n", // the new time counts
	} {
		on(t, func(t *testing.T, m *machine) {
			p := m.start(t, daily)
			time.Sleep(9*time.Hour + 30*time.Minute)
			m.set(-back)
			time.Sleep(48 * time.Hour)
			check(t, "set back by "+back.String(), p.stop(t), want)
		})
		// An interval never gets longer by it.
		on(t, func(t *testing.T, m *machine) {
			p := m.start(t, `local n = 0 every("1h", function() n = n + 1 io.write(n, " ") end)`)
			time.Sleep(90 * time.Minute)
			m.set(-back)
			time.Sleep(2*time.Hour + 5*time.Minute)
			check(t, "every hour, set back by "+back.String(), p.stop(t), "1 2 3 ")
		})
	}
}

func TestIntervalsGoOnAfterARestart(t *testing.T) {
	const source = `every("1h", {name = "hourly"}, function() print(os.date("!%H:%M")) end) every("1h", function() end)`
	on(t, func(t *testing.T, m *machine) {
		time.Sleep(10 * time.Minute)
		check(t, "first", runFor(t, m, source, 90*time.Minute), "01:10\n")
		time.Sleep(20 * time.Minute)
		check(t, "second", runFor(t, m, source, 90*time.Minute), "02:10\n03:10\n")
		b, err := ledgerFile(filepath.Join(m.dir, "bot.json")).read()
		if err != nil || len(b.Jobs) != 1 || b.Jobs[0].Runs != 3 || b.Jobs[0].Result != "ok" {
			t.Errorf("the ledger has %+v, %v", b, err)
		}
	})
}

// runFor runs a script for some time.
func runFor(t *testing.T, m *machine, source string, d time.Duration) string {
	t.Helper()
	p := m.start(t, source)
	time.Sleep(d)
	return p.stop(t)
}

func TestMomentsAfterARestart(t *testing.T) {
	const plain, caughtUp = `at("2000-01-01 09:00", print)`, `at("2000-01-01 09:00", {catch_up = true}, function() print("ran") end)`
	on(t, func(t *testing.T, m *machine) {
		runFor(t, m, plain+caughtUp, time.Hour)
		time.Sleep(10 * time.Hour)
		check(t, "missed and caught up", runFor(t, m, plain+caughtUp, time.Hour), "ran\n")
		check(t, "stderr", m.said(), "job at 2000-01-01 09:00 UTC: the run of 2000-01-01 09:00 UTC was missed (catch_up = true runs what was missed once)\n")
		check(t, "known", runFor(t, m, plain+caughtUp, time.Hour), "")
		check(t, "stderr", m.said(), "")
	})
}

// TestAProcessOfMonths knows of a moment that passed long before its end.
func TestAProcessOfMonths(t *testing.T) {
	for _, options := range []string{`{}`, `{catch_up = true}`} {
		source := `at("2000-01-01 09:00", ` + options + `, function() print("ran") end) cron("@weekly", {name = "weekly"}, function() end)`
		on(t, func(t *testing.T, m *machine) {
			check(t, "first", runFor(t, m, source, 200*24*time.Hour), "ran\n")
			check(t, "second", runFor(t, m, source, time.Hour), "")
			check(t, "stderr", m.said(), "")
		})
	}
}

// TestAYearDown has jobs that are declared one after the other, with time to write the ledger in between.
func TestAYearDown(t *testing.T) {
	var source strings.Builder
	for _, name := range []string{"one", "two", "three"} {
		fmt.Fprintf(&source, "cron('0 9 * * *', {name = %q, catch_up = true}, function() print(%[1]q, #jobs()) end) sleep(60) ", name)
	}
	on(t, func(t *testing.T, m *machine) {
		runFor(t, m, source.String(), time.Hour)
		time.Sleep(365 * 24 * time.Hour)
		check(t, "caught up", runFor(t, m, source.String(), time.Hour), "one\t1\ntwo\t2\nthree\t3\n")
	})
}

// TestAnotherZoneOfTheMachine moves the machine to the east while no process runs.
func TestAnotherZoneOfTheMachine(t *testing.T) {
	in := func(hours int) func(*Options) {
		return func(o *Options) { o.Zone = time.FixedZone("Local", hours*3600) }
	}
	for source, want := range map[string]string{daily: "01-01 07:00\n", strings.Replace(daily, "{", "{jitter = '1m', ", 1): "01-01 07:00\n"} {
		on(t, func(t *testing.T, m *machine) {
			for _, hours := range []int{1, 1, 2} {
				p := m.start(t, source, in(hours))
				time.Sleep(time.Hour)
				check(t, "before", p.stop(t), "")
			}
			p := m.start(t, source, in(2))
			time.Sleep(12 * time.Hour)
			check(t, "moved", p.stop(t), want)
		})
	}
}

// TestClockSetBackWhileDown sets the clock while no process runs.
func TestClockSetBackWhileDown(t *testing.T) {
	on(t, func(t *testing.T, m *machine) {
		p := m.start(t, daily)
		time.Sleep(10 * time.Hour)
		m.set(10 * 365 * 24 * time.Hour) // by mistake
		time.Sleep(5 * time.Minute)
		check(t, "in the future", p.stop(t), "01-01 09:00\n")
		m.set(-10 * 365 * 24 * time.Hour)
		check(t, "set right", runFor(t, m, daily, 48*time.Hour), "01-02 09:00\n01-03 09:00\n")
	})
	const moment = `at("2000-01-01 09:00", function() print("ran") end)`
	for back, want := range map[time.Duration]string{2 * time.Hour: "", 24 * time.Hour: "ran\n"} {
		on(t, func(t *testing.T, m *machine) {
			check(t, "first", runFor(t, m, moment, 10*time.Hour), "ran\n")
			m.set(-back)
			check(t, "set back by "+back.String(), runFor(t, m, moment, 36*time.Hour), want)
		})
	}
}

func TestTwoProcesses(t *testing.T) {
	const source = `job = cron("0 * * * *", {name = "hourly"}, function() print(os.date("!%H:%M"), job.runs) end) after(60, function() print(job.status) end)`
	on(t, func(t *testing.T, m *machine) {
		first := m.start(t, source)
		second := m.start(t, source)
		if said := m.said(); !strings.HasPrefix(said, "the jobs of bot run in another process (") || !strings.HasSuffix(said, "); here they wait for its end\n") {
			t.Errorf("said %q", said)
		}
		time.Sleep(90 * time.Minute)
		check(t, "first", first.stop(t), "waiting\n01:00\t1\n")
		time.Sleep(time.Hour)
		check(t, "stderr", m.said(), "the jobs of bot run here now: the other process has ended\n")
		check(t, "second", second.stop(t), "elsewhere\n02:00\t2\n")
	})
}

// TestWhoHasTheLedgerCannotBeTold leaves the jobs to the process that had them.
func TestWhoHasTheLedgerCannotBeTold(t *testing.T) {
	const source = `cron("0 * * * *", {name = "hourly"}, function() print(os.date("!%H:%M")) end)`
	on(t, func(t *testing.T, m *machine) {
		first := m.start(t, source)
		second := m.start(t, source)
		lock := filepath.Join(m.dir, "bot.lock")
		if err := errors.Join(os.Remove(lock), os.Mkdir(lock, 0o700)); err != nil {
			t.Fatal(err)
		}
		time.Sleep(90 * time.Minute)
		check(t, "second", second.stop(t), "")
		check(t, "first", first.stop(t), "01:00\n")
	})
}

func TestAStopWaitsForARun(t *testing.T) {
	on(t, func(t *testing.T, m *machine) {
		p := m.start(t, `cron("* * * * *", {name = "slow"}, function() sleep(3) print("over") end)`)
		time.Sleep(61 * time.Second)
		check(t, "printed", p.stop(t), "over\n")
	})
	on(t, func(t *testing.T, m *machine) {
		p := m.start(t, `cron("* * * * *", {name = "slow"}, function() sleep(3000) print("over") end)`)
		time.Sleep(61 * time.Second)
		check(t, "printed", p.stop(t), "")
		reports, err := Read(m.dir)
		if err != nil || !strings.Contains(reports[0].Jobs[0].Result, "was cancelled") {
			t.Errorf("%+v, %v", reports, err)
		}
	})
}

// TestReplace loads a script whose jobs take the place of others, or are discarded.
func TestReplace(t *testing.T) {
	on(t, func(t *testing.T, m *machine) {
		draft := false
		p := m.start(t, `cron("0 9 * * *", {name = "daily"}, function() print("old") end) cron("* * * * *", print) after("1d", print)`,
			func(o *Options) { o.Draft = func() bool { return draft } })
		load := func(word string) {
			draft = true
			source := `cron("0 9 * * *", {name = "daily"}, function() print("` + word + `") end) local j = cron("* * * * *", print) print(j.name) j:cancel()`
			if _, err := p.host.Eval(t.Context(), "bot.lua", source); err != nil {
				t.Error(err)
			}
			draft = false
		}
		time.Sleep(time.Hour + 30*time.Second)
		load("broken")
		p.jobs.Discard()
		load("new")
		p.jobs.Replace()
		time.Sleep(10 * time.Hour)
		named := "cron * * * * *\n"
		check(t, "printed", p.stop(t), strings.Repeat("\n", 60)+named+named+"new\n")
	})
}

// TestDraftsAreJobs looks at jobs while the script that has them is being loaded, by itself and by the one that runs.
func TestDraftsAreJobs(t *testing.T) {
	on(t, func(t *testing.T, m *machine) {
		draft := false
		p := m.start(t, `cron("0 9 * * *", {name = "daily"}, print) cron("0 10 * * *", {name = "gone"}, print)`, func(o *Options) { o.Draft = func() bool { return draft } })
		time.Sleep(9*time.Hour + 30*time.Minute)
		eval := func(asDraft bool, source string) error {
			draft = asDraft
			_, err := p.host.Eval(t.Context(), "bot.lua", source)
			draft = false
			return err
		}
		if err := eval(true, `cron("0 9 * * *", {name = "daily"}, print) new = every("1h", print) print(jobs()) print(new)`); err != nil {
			t.Error(err)
		}
		if err := eval(true, `at("1999-12-31", print)`); err == nil || !strings.Contains(err.Error(), "has passed") {
			t.Errorf("a moment that has passed: %v", err)
		}
		if err := eval(false, `print(#jobs(), jobs()[2].name)`); err != nil {
			t.Error(err)
		}
		p.jobs.Replace()
		if err := eval(false, `print(#jobs(), jobs()[2] == new)`); err != nil {
			t.Error(err)
		}
		check(t, "printed", p.stop(t), `
Name      Next                  Last                  Runs  Status
daily     2000-01-02 09:00 UTC  2000-01-01 09:00 UTC  1     waiting
every 1h  2000-01-01 10:30 UTC  -                     0     waiting
Job(name='every 1h', next=2000-01-01 10:30 UTC)
2	gone
2	true
`)
	})
}

func TestReplaceKeepsTheLedger(t *testing.T) {
	on(t, func(t *testing.T, m *machine) {
		p := m.start(t, dailyCaughtUp+" sleep(1e7)")
		p.jobs.Replace() // by nothing
		time.Sleep(24 * time.Hour)
		check(t, "cancelled", p.stop(t), "")
		check(t, "again", runFor(t, m, dailyCaughtUp, time.Minute), "01-02 00:00\n")
	})
}

func TestAFolderThatCannotBeMade(t *testing.T) {
	on(t, func(t *testing.T, m *machine) {
		m.dir = filepath.Join(m.dir, "file")
		if err := os.WriteFile(m.dir, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		check(t, "printed", runFor(t, m, daily, 10*time.Hour), "01-01 09:00\n")
		if said := m.said(); !strings.HasPrefix(said, "the ledger of the jobs of bot cannot be kept: ") || strings.Count(said, "\n") != 1 {
			t.Errorf("said %q", said)
		}
	})
}
