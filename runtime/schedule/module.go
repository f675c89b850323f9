package schedule

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"text/tabwriter"
	"time"
	"unicode"

	lua "github.com/yuin/gopher-lua"

	"cordial/runtime/bind"
)

// declare declares everything to the host's scripts.
func (s *Scheduler) declare() {
	r := s.host.Registry()
	r.AddClass(jobClass())
	r.Convert(func(v any) (lua.LValue, bool) {
		if j, ok := v.(*Job); ok {
			return r.Wrap("Job", j), true
		}
		return nil, false
	})
	fn := bind.Param{Name: "fn", Type: bind.Function, Required: true}
	r.AddFunc(bind.Func{
		Name: "cron", Doc: "Runs a function at the times that a cron spec names: minute, hour, day of month, month, day of week, or @daily and its like.",
		Params:  append([]bind.Param{{Name: "spec", Type: specType, Required: true}, fn}, s.jobOptions()...),
		Returns: "Job", Example: `cron("0 9 * * mon-fri", {tz = "Europe/Berlin", catch_up = true}, function() print("good morning") end)`,
		Call: s.cron,
	})
	r.AddFunc(bind.Func{
		Name: "every",
		Doc: "Runs a function again and again after the same time. An error is reported, and the next run comes. " +
			"With a name or catch_up the ledger keeps it, and a restart goes on where it was.",
		Params: append([]bind.Param{{Name: "interval", Type: bind.Duration, Required: true, Doc: `seconds, or a text like "1h30m"`}, fn,
			{Name: "args", Type: bind.Any, Rest: true, Doc: "arguments for the function"}}, s.jobOptions()...),
		Returns: "Job", Example: `local clock = every(60, function() print(os.date()) end)` + "\nclock:cancel()",
		Call: s.every,
	})
	r.AddFunc(bind.Func{
		Name: "at", Doc: "Runs a function once, at a moment. One that has passed is an error without catch_up, unless the ledger knows that it had its turn.",
		Params: []bind.Param{
			{Name: "moment", Type: bind.Either(bind.Number, bind.String), Required: true, Doc: `"2026-12-01 09:00", RFC 3339, or Unix seconds`}, fn,
			zoneOption, catchUpOption, nameOption,
		},
		Returns: "Job", Example: `at("2030-12-01 09:00", {tz = "Europe/Berlin"}, function() print("December") end)`,
		Call: s.at,
	})
	r.AddFunc(bind.Func{
		Name: "jobs", Doc: "Lists the jobs of cron, every and at.", Returns: "list of Job",
		Call: func(*bind.Call) (any, error) { return s.jobList(), nil },
	})
}

var (
	zoneOption    = bind.Param{Name: "tz", Type: zoneType, Named: true, Doc: `the time zone, such as "Europe/Berlin"; that of the machine without one`}
	catchUpOption = bind.Param{Name: "catch_up", Type: bind.Boolean, Named: true, Doc: "run once what was missed while the process or the machine was down"}
	nameOption    = bind.Param{Name: "name", Type: nameType, Named: true, Doc: "what the ledger, cordial jobs and cordial run --once call the job; made of the spec without one"}
)

func (s *Scheduler) jobOptions() []bind.Param {
	return []bind.Param{
		zoneOption, catchUpOption,
		{Name: "overlap", Type: bind.OneOf(overlapSkip, overlapQueue, overlapParallel), Default: overlapSkip, Named: true,
			Doc: "what becomes of a run while one goes on: it falls out, waits (one at most), or runs as well"},
		{Name: "jitter", Type: bind.Duration, Named: true, Doc: "put each run off by up to this long, never past the next one"},
		nameOption,
	}
}

var specType = bind.Type{Name: "string", From: func(L *lua.LState, v lua.LValue) (any, error) {
	text, ok := v.(lua.LString)
	if !ok {
		return nil, bind.Expected(`a cron spec such as "0 9 * * 1-5"`, v)
	}
	fields, err := parseFields(string(text))
	if err != nil {
		return nil, err
	}
	return cronSpec{strings.Join(strings.Fields(string(text)), " "), fields}, nil
}}

// CheckSpec says what is wrong with a cron spec, nil for nothing.
func CheckSpec(spec string) error {
	_, err := parseFields(spec)
	return err
}

type cronSpec struct {
	text string
	*fields
}

var zoneType = bind.Type{Name: "string", From: func(_ *lua.LState, v lua.LValue) (any, error) {
	name, ok := v.(lua.LString)
	if !ok {
		return nil, bind.Expected(`a time zone such as "Europe/Berlin"`, v)
	}
	return loadZone(string(name))
}}

// maxName bounds the name of a job, in bytes.
const maxName = 100

var nameType = bind.Type{Name: "string", From: func(_ *lua.LState, v lua.LValue) (any, error) {
	name, ok := v.(lua.LString)
	if !ok || name == "" || len(name) > maxName || strings.ContainsFunc(string(name), unicode.IsControl) {
		return nil, bind.Expected(fmt.Sprintf("a name of up to %d bytes in one line", maxName), v)
	}
	return strings.ToValidUTF8(string(name), "�"), nil
}}

// newJob is what all jobs have in common.
func (s *Scheduler) newJob(c *bind.Call, spec string) *Job {
	j := &Job{
		scheduler: s, name: c.String("name"), spec: spec, zone: s.options.Zone, catchUp: c.Bool("catch_up"), kept: true,
		overlap: overlapSkip, fn: c.Func("fn"),
	}
	if zone := bind.Get[*time.Location](c, "tz"); zone != nil {
		j.zone = zone
	}
	return j
}

// schedule adds a job that may come more than once.
func (s *Scheduler) schedule(c *bind.Call, j *Job) (any, error) {
	j.overlap, j.jitter = c.String("overlap"), c.Duration("jitter")
	if j.jitter > maxJitter {
		return nil, fmt.Errorf("%s: jitter: expected %s at the most", c.Name(), shortDuration(maxJitter))
	}
	return s.added(c, j)
}

func (s *Scheduler) added(c *bind.Call, j *Job) (any, error) {
	if err := s.add(j); err != nil {
		return nil, fmt.Errorf("%s: %w", c.Name(), err)
	}
	return j, nil
}

func (s *Scheduler) cron(c *bind.Call) (any, error) {
	spec := bind.Get[cronSpec](c, "spec")
	j := s.newJob(c, "cron "+spec.text)
	plan := &cronPlan{spec.fields, j.zone}
	if _, ok := plan.next(s.now()); !ok {
		return nil, fmt.Errorf("%s: spec: there is no such day: %q", c.Name(), spec.text)
	}
	j.plan = plan
	return s.schedule(c, j)
}

// minInterval leaves the process time for other things.
const minInterval = time.Millisecond

func (s *Scheduler) every(c *bind.Call) (any, error) {
	interval := c.Duration("interval")
	if interval < minInterval {
		return nil, fmt.Errorf("%s: interval: expected %s or more", c.Name(), shortDuration(minInterval))
	}
	if c.Duration("jitter") > interval {
		return nil, fmt.Errorf("%s: jitter: expected no more than the interval", c.Name())
	}
	j := s.newJob(c, "every "+shortDuration(interval))
	j.interval = &intervalPlan{first: s.now().Add(interval), interval: interval}
	j.plan = j.interval
	j.kept = j.name != "" || j.catchUp
	for _, arg := range c.Args() {
		j.args = append(j.args, arg.(lua.LValue))
	}
	return s.schedule(c, j)
}

func (s *Scheduler) at(c *bind.Call) (any, error) {
	j := s.newJob(c, "")
	moment, err := parseMoment(c.Value("moment"), j.zone)
	if err != nil {
		return nil, fmt.Errorf("%s: moment: %w", c.Name(), err)
	}
	j.plan = momentPlan{moment}
	j.spec = "at " + j.show(moment)
	return s.added(c, j)
}

// momentLayouts are how a moment of a zone is written.
var momentLayouts = []string{"2006-01-02 15:04", "2006-01-02 15:04:05", "2006-01-02T15:04", "2006-01-02T15:04:05", time.DateOnly}

// parseMoment reads Unix seconds, RFC 3339, or a time of a wall clock in the zone.
func parseMoment(value any, zone *time.Location) (time.Time, error) {
	if seconds, ok := value.(float64); ok {
		if !(math.Abs(seconds) < 1<<37) { // the year 6325; NaN is no such number
			return time.Time{}, errors.New("expected Unix seconds, got a number that is none")
		}
		whole, part := math.Modf(seconds)
		return time.Unix(int64(whole), int64(part*1e9)), nil
	}
	text := value.(string)
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return t, nil
	}
	for _, layout := range momentLayouts {
		if wall, err := time.Parse(layout, text); err == nil {
			return reached(wall, zone), nil
		}
	}
	return time.Time{}, fmt.Errorf(`expected a time such as "2026-12-01 09:00", got %q`, text)
}

func jobClass() bind.Class {
	field := func(name, kind, doc string, get func(j *Job) any) bind.Field {
		return bind.Field{Name: name, Type: kind, Doc: doc, Get: func(self any) (any, error) {
			j := self.(*Job)
			j.scheduler.mu.Lock()
			defer j.scheduler.mu.Unlock()
			return get(j), nil
		}}
	}
	return bind.Class{
		Name: "Job", Doc: "A function that runs at times: what cron, every and at return.",
		Methods: []bind.Func{
			{Name: "cancel", Doc: "Lets the job run no more. A run that goes on comes to its end.", Call: func(c *bind.Call) (any, error) {
				j := c.Self.(*Job)
				j.scheduler.cancel(j)
				return nil, nil
			}},
			{Name: "run", Doc: "Runs the job now, beside its schedule. It fails while the job runs, unless overlap is \"parallel\", and after cancel.", Returns: "Task",
				Example: "local job = cron(\"@daily\", function() return \"done\" end)\njob:run():wait()", Call: runNow},
			{Name: "wait", Doc: "Waits until the job is over: cancelled, or without a further time.", Call: waitForEnd},
		},
		Fields: []bind.Field{
			field("name", "string", "What the ledger calls it.", func(j *Job) any { return j.name }),
			field("spec", "string", "When it runs, as it was written.", func(j *Job) any { return j.spec }),
			field("next", "number", "When it runs next, in Unix seconds; nil for never again.", func(j *Job) any { return unix(j.next) }),
			field("last", "number", "When it last began, in Unix seconds; nil for never.", func(j *Job) any { return unix(j.last) }),
			field("runs", "integer", "How often it has run, those before a restart included.", func(j *Job) any { return j.runs }),
			field("skipped", "integer", "How many runs fell out because one went on.", func(j *Job) any { return j.skipped }),
			field("status", "string", `"waiting", "running", "skipped" (running, and a run has fallen out meanwhile), "queued" (running, and one waits), `+
				`"done", "missed", "cancelled", or "elsewhere" (another process runs it).`, func(j *Job) any { return j.status() }),
		},
		Eq:       func(a, b any) bool { return a == b },
		ToString: func(self any) string { return self.(*Job).String() },
	}
}

// unix is a time as scripts see it.
func unix(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return float64(t.UnixMicro()) / 1e6
}

func runNow(c *bind.Call) (any, error) {
	j := c.Self.(*Job)
	s := j.scheduler
	s.mu.Lock()
	if j.over == cancelled {
		s.mu.Unlock()
		return nil, fmt.Errorf("%s: %s is cancelled", c.Name(), j.name)
	}
	if j.running > 0 && j.overlap != overlapParallel {
		s.mu.Unlock()
		return nil, fmt.Errorf("%s: %s runs already", c.Name(), j.name)
	}
	r := j.newRun(time.Time{})
	s.mu.Unlock()
	return s.start(r)
}

func waitForEnd(c *bind.Call) (any, error) {
	j := c.Self.(*Job)
	j.scheduler.mu.Lock()
	ended := j.ended
	j.scheduler.mu.Unlock()
	if ended == nil {
		return nil, nil
	}
	return nil, c.Wait(func(ctx context.Context) error {
		select {
		case <-ended:
			return nil
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	})
}

// jobList is a Lua list of the jobs that prints as a table.
func (s *Scheduler) jobList() *lua.LTable {
	s.mu.Lock()
	jobs := s.declared().list()
	s.mu.Unlock()
	r := s.host.Registry()
	list := r.L.CreateTable(len(jobs), 0)
	for i, j := range jobs {
		list.RawSetInt(i+1, r.ToLua(j))
	}
	mt := r.L.NewTable()
	mt.RawSetString("__tostring", r.L.NewFunction(func(L *lua.LState) int {
		L.Push(lua.LString(s.jobTable(jobs)))
		return 1
	}))
	list.Metatable = mt
	return list
}

func (s *Scheduler) jobTable(jobs []*Job) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "Name\tNext\tLast\tRuns\tStatus")
	for _, j := range jobs {
		fmt.Fprintf(w, "%s\t%s\t%s\t%d\t%s\n", j.name, j.showOr(j.next), j.showOr(j.last), j.runs, j.status())
	}
	w.Flush()
	return strings.TrimRight(b.String(), "\n")
}

// showOr is show with a dash for no time.
func (j *Job) showOr(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return j.show(t)
}
