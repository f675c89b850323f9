package schedule

import (
	"fmt"
	"io"
	"path/filepath"
	goruntime "runtime"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"

	"cordial/runtime"
)

// BenchmarkWaitingJobs declares 10,000 jobs, and adds and cancels one more again and again.
func BenchmarkWaitingJobs(b *testing.B) {
	const jobs = 10_000
	clock := clockwork.NewFakeClockAt(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	var before, after goruntime.MemStats
	goruntime.GC()
	goruntime.ReadMemStats(&before)
	begun := time.Now()
	host := runtime.New(runtime.Options{Stdout: io.Discard, Clock: clock})
	s := Install(host, Options{Zone: time.UTC})
	defer host.Close()
	if _, err := host.Eval(b.Context(), "bench", fmt.Sprintf(`for i = 1, %d do cron("0 0 31 12 *", print) end`, jobs)); err != nil {
		b.Fatal(err)
	}
	declared := time.Since(begun)
	goruntime.GC()
	goruntime.ReadMemStats(&after)
	plan := mustCron(b, "*/5 * * * *", "UTC")
	for b.Loop() {
		j := &Job{scheduler: s, spec: "cron */5 * * * *", plan: plan, zone: time.UTC}
		if err := s.add(j); err != nil {
			b.Fatal(err)
		}
		s.cancel(j)
	}
	b.ReportMetric(float64(declared.Microseconds())/jobs, "µs/declared")
	b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/jobs, "B/job")
	b.ReportMetric(float64(goruntime.NumGoroutine()), "goroutines")
}

// BenchmarkJobsDueAtOnce runs 10,000 jobs of one moment.
func BenchmarkJobsDueAtOnce(b *testing.B) {
	const jobs = 10_000
	for b.Loop() {
		host := runtime.New(runtime.Options{Stdout: io.Discard})
		Install(host, Options{Zone: time.UTC})
		if err := host.RunString(b.Context(), "bench", fmt.Sprintf(`local soon = os.time() for i = 1, %d do at(soon - 1, {name = "job " .. i, catch_up = true}, function() end) end`, jobs)); err != nil {
			b.Fatal(err)
		}
		if err := host.Close(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/jobs, "µs/job")
}

// BenchmarkLedger notes the beginning of a run, with so many other jobs in the ledger, on the disk.
func BenchmarkLedger(b *testing.B) {
	for _, jobs := range []int{10, 1000, 10_000} {
		b.Run(fmt.Sprint(jobs), func(b *testing.B) {
			l, _, err := openLedger(ledgerFile(filepath.Join(b.TempDir(), "bot.json")), "bot", time.Now)
			if err != nil {
				b.Fatal(err)
			}
			for i := range jobs {
				l.change(fmt.Sprint("job ", i), func(e *Entry) { e.Next = time.Now().Add(time.Hour) })
			}
			for b.Loop() {
				l.change("job 1", func(e *Entry) { e.begin(time.Now(), time.Now()) })
				if err := l.save(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
