package schedule

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	robfig "github.com/robfig/cron/v3"
	"pgregory.net/rapid"
)

// mustCron is the plan of a spec that is right.
func mustCron(t testing.TB, spec, zone string) *cronPlan {
	t.Helper()
	fields, err := parseFields(spec)
	if err != nil {
		t.Fatal(err)
	}
	location, err := loadZone(zone)
	if err != nil {
		t.Fatal(err)
	}
	return &cronPlan{fields, location}
}

// dues lists the due times from begin on until end, as the zone's clocks show them.
func dues(p *cronPlan, begin, end time.Time) []string {
	var shown []string
	for t, ok := p.next(begin.Add(-1)); ok && t.Before(end); t, ok = p.next(t) {
		shown = append(shown, t.In(p.zone).Format("02 15:04 MST"))
	}
	return shown
}

func TestChangesOfTheClocks(t *testing.T) {
	const berlin, newYork = "Europe/Berlin", "America/New_York"
	for _, test := range []struct {
		zone, day, spec string
		want            string
	}{
		// Berlin: on March 29th 2026 2:00 becomes 3:00, on October 25th 3:00 becomes 2:00.
		{berlin, "2026-03-29", "30 2 * * *", "29 03:00 CEST"},
		{berlin, "2026-03-29", "0 2 * * *", "29 03:00 CEST"},
		{berlin, "2026-03-29", "0,30 2,3 * * *", "29 03:00 CEST, 29 03:30 CEST"},
		{berlin, "2026-03-29", "59 1 * * *", "29 01:59 CET"},
		{berlin, "2026-03-29", "0 3 * * *", "29 03:00 CEST"},
		{berlin, "2026-03-29", "0 1-4 * * *", "29 01:00 CET, 29 03:00 CEST, 29 04:00 CEST"},
		{berlin, "2026-03-29", "*/20 1-3 * * *", "29 01:00 CET, 29 01:20 CET, 29 01:40 CET, 29 03:00 CEST, 29 03:20 CEST, 29 03:40 CEST"},
		{berlin, "2026-03-29", "*/20 2 * * *", ""},
		{berlin, "2026-03-29", "30 */12 * * *", "29 00:30 CET, 29 12:30 CEST"},
		{berlin, "2026-03-29", "@daily", "29 00:00 CET"},
		{berlin, "2026-10-25", "30 2 * * *", "25 02:30 CEST"},
		{berlin, "2026-10-25", "0 2,3 * * *", "25 02:00 CEST, 25 03:00 CET"},
		{berlin, "2026-10-25", "*/30 2 * * *", "25 02:00 CEST, 25 02:30 CEST, 25 02:00 CET, 25 02:30 CET"},
		{berlin, "2026-10-25", "15 */2 * * *", "25 00:15 CEST, 25 02:15 CEST, 25 02:15 CET, 25 04:15 CET, 25 06:15 CET, 25 08:15 CET, 25 10:15 CET, 25 12:15 CET, 25 14:15 CET, 25 16:15 CET, 25 18:15 CET, 25 20:15 CET, 25 22:15 CET"},
		// New York: on March 8th 2026 2:00 becomes 3:00, on November 1st 2:00 becomes 1:00.
		{newYork, "2026-03-08", "30 2 * * *", "08 03:00 EDT"},
		{newYork, "2026-03-08", "30 2 8 3 *", "08 03:00 EDT"},
		{newYork, "2026-03-08", "*/30 1-3 * * *", "08 01:00 EST, 08 01:30 EST, 08 03:00 EDT, 08 03:30 EDT"},
		{newYork, "2026-11-01", "30 1 * * *", "01 01:30 EDT"},
		{newYork, "2026-11-01", "0 1,2 * * sun", "01 01:00 EDT, 01 02:00 EST"},
		{newYork, "2026-11-01", "*/30 1 * * *", "01 01:00 EDT, 01 01:30 EDT, 01 01:00 EST, 01 01:30 EST"},
		// Where midnight is left out, and where a day is.
		{"America/Havana", "2026-03-08", "@daily", "08 01:00 CDT"},
		{"America/Sao_Paulo", "2018-11-04", "15 0 * * *", "04 01:00 -02"},
		{"Pacific/Apia", "2011-12-31", "0 9 30,31 12 *", "31 00:00 +14, 31 09:00 +14"},
		{"Australia/Lord_Howe", "2026-10-04", "10,40 2 * * *", "04 02:30 +11, 04 02:40 +11"}, // by half an hour
	} {
		t.Run(test.zone+" "+test.day+" "+test.spec, func(t *testing.T) {
			p := mustCron(t, test.spec, test.zone)
			day, err := time.ParseInLocation(time.DateOnly, test.day, p.zone)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, strings.Join(dues(p, day, day.AddDate(0, 0, 1)), ", ")); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// minutes is the slow way: it looks at every minute of real time, and keeps what the clock on the wall has shown last.
func minutes(p *cronPlan, begin, end time.Time) []time.Time {
	var found []time.Time
	seen := wallClock(begin.Add(-6*time.Hour), p.zone)
	for t := begin.Add(-6*time.Hour + time.Minute); t.Before(end); t = t.Add(time.Minute) {
		wall := wallClock(t, p.zone)
		due := p.names(wall)
		if !p.realTime {
			due = false
			for ; seen.Before(wall); seen = seen.Add(time.Minute) {
				due = due || p.names(seen.Add(time.Minute))
			}
		}
		if due && !t.Before(begin) {
			found = append(found, t)
		}
	}
	return found
}

// names tells whether the fields name a minute.
func (f *fields) names(wall time.Time) bool {
	return f.minute>>wall.Minute()&1 == 1 && f.hour>>wall.Hour()&1 == 1 && f.month>>wall.Month()&1 == 1 && f.fits(wall)
}

func drawField(t *rapid.T, f field) string {
	value := func(name string) int { return rapid.IntRange(f.min, f.max).Draw(t, f.name+" "+name) }
	a, b := value("a"), value("b")
	return rapid.SampledFrom([]string{
		"*", fmt.Sprintf("*/%d", 1+(a+b)%f.max), fmt.Sprint(a), fmt.Sprintf("%d,%d", a, b), fmt.Sprintf("%d-%d", min(a, b), max(a, b)),
		fmt.Sprintf("%d-%d/2", min(a, b), max(a, b)), fmt.Sprintf("%d/3", a),
	}).Draw(t, f.name)
}

// TestNextIsWhatAWalkFinds compares with the walk on days around changes of the clocks.
func TestNextIsWhatAWalkFinds(t *testing.T) {
	changes := []struct{ zone, day string }{
		{"Europe/Berlin", "2026-03-29"}, {"Europe/Berlin", "2026-10-25"}, {"America/New_York", "2026-03-08"}, {"America/New_York", "2026-11-01"},
		{"America/Havana", "2026-11-01"}, {"America/Sao_Paulo", "2018-02-18"}, {"America/Sao_Paulo", "2018-11-04"}, {"Australia/Lord_Howe", "2026-04-05"},
		{"Asia/Kathmandu", "2026-02-28"}, {"UTC", "2026-12-31"},
	}
	rapid.Check(t, func(t *rapid.T) {
		change := rapid.SampledFrom(changes).Draw(t, "change")
		spec := drawField(t, cronFields[0]) + " " + drawField(t, cronFields[1]) + " * * *"
		if rapid.Bool().Draw(t, "with days") {
			spec = strings.TrimSuffix(spec, "* * *") + drawField(t, cronFields[2]) + " * " + drawField(t, cronFields[4])
		}
		fields, err := parseFields(spec)
		if err != nil {
			t.Skip(err) // "7-7/2" and the like
		}
		zone, err := loadZone(change.zone)
		if err != nil {
			t.Fatal(err)
		}
		p := &cronPlan{fields, zone}
		day, err := time.ParseInLocation(time.DateOnly, change.day, zone)
		if err != nil {
			t.Fatal(err)
		}
		begin, end := day.Add(-20*time.Hour), day.Add(40*time.Hour)
		var got []time.Time
		for due, ok := p.next(begin.Add(-1)); ok && due.Before(end); due, ok = p.next(due) {
			got = append(got, due.UTC())
		}
		want := minutes(p, begin.UTC(), end)
		if !slices.EqualFunc(got, want, time.Time.Equal) {
			t.Fatalf("%s in %s: got %v, want %v", spec, change.zone, got, want)
		}
	})
}

// TestSameAsRobfig compares with a parser that many know, where both read a spec alike: without Sunday as 7, and without a day by
// star and step, which that takes for no star.
func TestSameAsRobfig(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		weekday := cronFields[4]
		weekday.max = 6
		spec := fmt.Sprintf("%s %s %s %s %s", drawField(t, cronFields[0]), drawField(t, cronFields[1]), drawField(t, cronFields[2]),
			drawField(t, cronFields[3]), drawField(t, weekday))
		days := strings.Fields(spec)
		if strings.HasPrefix(days[2], "*/") || strings.HasPrefix(days[4], "*/") {
			t.Skip("read in different ways")
		}
		want, err := robfig.ParseStandard("TZ=UTC " + spec)
		if err != nil {
			t.Skip(err)
		}
		fields, err := parseFields(spec)
		if err != nil {
			t.Skip(err)
		}
		p := &cronPlan{fields, time.UTC}
		begin := time.Unix(rapid.Int64Range(0, 2e9).Draw(t, "begin"), 0).UTC()
		for range 5 {
			due, ok := p.next(begin)
			other := want.Next(begin)
			if other.IsZero() {
				t.Skip("not within five years")
			}
			if !ok || !due.Equal(other) {
				t.Fatalf("%s after %s: got %s, robfig has %s", spec, begin, due, other)
			}
			begin = due
		}
	})
}

func TestSpecs(t *testing.T) {
	for spec, want := range map[string]string{
		"0 0 29 2 *":        "2028-02-29 00:00",
		"0 0 29 2 */7":      "2032-02-29 00:00", // a Sunday: both fit, as one has a star
		"0 0 13 * fri":      "2026-01-02 00:00", // either fits: Friday the 2nd
		"0 12 * * 7":        "2026-01-04 12:00",
		"0 12 * * fri-sun":  "2026-01-02 12:00",
		"0 12 * * 0-1":      "2026-01-04 12:00",
		"30/20 8 * * *":     "2026-01-01 08:30",
		"@yearly":           "2027-01-01 00:00",
		"@weekly":           "2026-01-04 00:00",
		"0 9 * JAN-mar Mon": "2026-01-05 09:00",
	} {
		p := mustCron(t, spec, "UTC")
		due, ok := p.next(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
		if got := due.Format("2006-01-02 15:04"); !ok || got != want {
			t.Errorf("%s: got %s, want %s", spec, got, want)
		}
	}
	if due, ok := mustCron(t, "0 0 30 2 *", "UTC").next(time.Now()); ok {
		t.Errorf("a February 30th: %s", due)
	}
}

func TestJitterStaysInBounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		every := rapid.Int64Range(1, 1e6).Draw(t, "interval")
		base := &intervalPlan{first: time.Unix(1e9, 0), interval: time.Duration(every) * time.Millisecond}
		p := &jitterPlan{plan: base, name: rapid.String().Draw(t, "name"), jitter: time.Duration(rapid.Int64Range(1, 2*every).Draw(t, "jitter")) * time.Millisecond}
		due, moment := base.first, base.first.Add(-1)
		for range 20 {
			before := moment
			moment, _ = p.next(before)
			after, _ := base.next(due)
			if late := moment.Sub(due); late < 0 || late >= p.jitter || !moment.Before(after) {
				t.Fatalf("due at %s, run at %s, the next is due at %s", due, moment, after)
			}
			if again, _ := p.next(moment.Add(-1)); !again.Equal(moment) {
				t.Fatalf("%s, then %s", moment, again)
			}
			due = after
		}
	})
}

func TestPassedCountsAndFindsTheLast(t *testing.T) {
	first := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	daily, second := mustCron(t, "0 9 * * *", "UTC"), &intervalPlan{first: first, interval: time.Second}
	for _, test := range []struct {
		plan      plan
		after     time.Duration
		wantLast  time.Duration
		wantCount int
	}{
		{second, 0, 0, 1},
		{second, 5*time.Second + 1, 5 * time.Second, 6},
		{second, 30*24*time.Hour + 1, 30 * 24 * time.Hour, maxCounted},
		{daily, 30 * 24 * time.Hour, 29*24*time.Hour + 9*time.Hour, 31},
		{mustCron(t, "* 9 * * *", "UTC"), 400 * 24 * time.Hour, 399*24*time.Hour + 9*time.Hour + 59*time.Minute, maxCounted},
		{momentPlan{first}, 30 * 24 * time.Hour, 0, 1},
		{&intervalPlan{first: first, interval: 1}, 24 * time.Hour, 24 * time.Hour, maxCounted},
		{mustCron(t, "* * 1 1 *", "UTC"), 8700 * 24 * time.Hour, 8402*24*time.Hour - time.Minute, maxCounted},
	} {
		counted := &countingPlan{plan: test.plan}
		last, count := passed(counted, first, first.Add(test.after))
		if last.Sub(first) != test.wantLast || count != test.wantCount {
			t.Errorf("%v after %s: %s, %d; want %s, %d", test.plan, test.after, last.Sub(first), count, test.wantLast, test.wantCount)
		}
		if counted.calls > maxCounted+64 {
			t.Errorf("%v after %s: it was asked %d times", test.plan, test.after, counted.calls)
		}
	}
}

// TestJitterLooksAtFewDueTimes bounds what is done with the scheduler's lock held, however many due times lie in the jitter.
func TestJitterLooksAtFewDueTimes(t *testing.T) {
	counted := &countingPlan{plan: mustCron(t, "* * * * *", "UTC")}
	p := &jitterPlan{plan: counted, name: "often", jitter: maxJitter}
	moment := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := range 100 {
		next, ok := p.next(moment)
		if gap := next.Sub(moment); !ok || gap <= 0 || gap >= 2*time.Minute {
			t.Fatalf("moment %d is %s, after %s", i, next, moment)
		}
		moment = next
	}
	if counted.calls > 100*64 {
		t.Errorf("100 moments took %d due times", counted.calls)
	}
}

// countingPlan counts how often it is asked.
type countingPlan struct {
	plan
	calls int
}

func (p *countingPlan) next(t time.Time) (time.Time, bool) {
	p.calls++
	if p.calls > 1e6 {
		panic("it is asked without an end")
	}
	return p.plan.next(t)
}

func TestEveryZoneLoads(t *testing.T) {
	for _, name := range zoneNames() {
		if _, err := loadZone(name); err != nil {
			t.Error(err)
		}
	}
	for name, want := range map[string]string{
		"europe/berlin": "Europe/Berlin", "Europe/Berln": "Europe/Berlin", "new york": "America/New_York", "Tokio": "Asia/Tokyo", "": "", "Middle/Earth": "",
	} {
		near, _ := nearZone(name)
		if near != want {
			t.Errorf("%q: suggests %q, want %q", name, near, want)
		}
	}
}

func FuzzFields(f *testing.F) {
	for _, spec := range []string{"0 9 * * 1-5", "*/15 2-4,6 1/3 jan-feb sun", "@daily", "@every 5m", "TZ=UTC * * * * *", "0 0 L * *", ",,, - / * *"} {
		f.Add(spec)
	}
	f.Fuzz(func(t *testing.T, spec string) {
		fields, err := parseFields(spec)
		if err != nil {
			return
		}
		p := &cronPlan{fields, time.UTC}
		begin := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		if due, ok := p.next(begin); ok && (!due.After(begin) || !p.names(due)) {
			t.Errorf("%q is due at %s", spec, due)
		}
	})
}

func BenchmarkNext(b *testing.B) {
	for _, spec := range []string{"*/5 * * * *", "0 9 * * 1-5", "30 4 1 1 *", "0 0 29 2 *"} {
		b.Run(spec, func(b *testing.B) {
			p := mustCron(b, spec, "Europe/Berlin")
			t := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
			b.ReportAllocs()
			for b.Loop() {
				p.next(t)
			}
		})
	}
}
