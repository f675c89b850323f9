package modules

import (
	"fmt"
	"math"
	"strings"
	"time"
	_ "time/tzdata" // for machines without the zones

	lua "github.com/yuin/gopher-lua"

	"cordial/internal/strftime"
	"cordial/runtime"
	"cordial/runtime/bind"
)

// clock is the module time of one host.
type clock struct {
	host    *runtime.Host
	local   *time.Location
	started time.Time
	zones   cache[*time.Location]
}

// isoFormat is how times are written without another format: RFC 3339.
const isoFormat = "%Y-%m-%dT%H:%M:%S%:z"

func installTime(host *runtime.Host, local *time.Location) {
	m := &clock{host: host, local: local, started: host.Clock().Now()}
	moment := bind.Param{Name: "t", Type: m.moment(), Required: true, Doc: "Unix seconds, or a text such as 2026-02-16T09:00:00Z"}
	tz := bind.Param{Name: "tz", Type: m.zone(), Named: true, Doc: `a time zone, such as "Europe/Berlin" or "UTC"; the machine's by default`}
	host.Registry().AddModule(bind.Module{
		Name: "time", Doc: "Times, as seconds since 1970: reading, writing, time zones.", Global: true,
		Funcs: []bind.Func{
			{
				Name: "now", Doc: "The time: Unix seconds with a fraction.", Returns: "number", Example: "local t = time.now()",
				Call: func(*bind.Call) (any, error) { return unixSeconds(host.Clock().Now()), nil },
			},
			{
				Name: "monotonic", Doc: "Seconds since the start, for measuring: unlike time.now it goes on evenly when the machine's clock is set.", Returns: "number",
				Example: "local t = time.monotonic()\nfetch()\nprint(time.monotonic() - t)",
				Call:    func(*bind.Call) (any, error) { return host.Clock().Since(m.started), nil },
			},
			{
				Name: "since", Doc: "Seconds from a time until now.", Params: []bind.Param{moment}, Returns: "number",
				Example: "if time.since(msg.timestamp) > time.duration(\"14d\") then print(\"old\") end",
				Call: func(c *bind.Call) (any, error) {
					return host.Clock().Now().Sub(bind.Get[time.Time](c, "t")).Seconds(), nil
				},
			},
			{
				Name: "parse", Doc: "Reads a time. Without a layout that is a date, a date with a time, or RFC 3339; tz counts where the text names no zone.",
				Params: []bind.Param{
					{Name: "text", Type: bind.String, Required: true},
					{Name: "layout", Type: bind.String, Named: true, Doc: `what the text looks like, as for time.format: "%d.%m.%Y"`}, tz,
				},
				Returns: "number", Example: `time.parse("16.02.2026 09:00", {layout = "%d.%m.%Y %H:%M", tz = "Europe/Berlin"})`,
				Call: m.parse,
			},
			{
				Name: "format", Doc: "Writes a time: %Y-%m-%d %H:%M:%S, %y %j %e %I %p %a %A %b %B %u %w %G %V %L %f %z %:z %Z %s %F %T %R %D %c, others of C, and %%. Without a format it is RFC 3339.",
				Params:  []bind.Param{moment, {Name: "format", Type: bind.String, Default: isoFormat}, tz},
				Returns: "string", Example: `time.format(time.now(), "%H:%M", {tz = "America/New_York"})`,
				Call: func(c *bind.Call) (any, error) {
					text, err := strftime.Format(c.String("format"), bind.Get[time.Time](c, "t").In(m.location(c)))
					return text, fail(c, err)
				},
			},
			{
				Name: "table", Doc: "The parts of a time: year, month, day, hour, min, sec, wday (1 is Sunday), yday, isdst, zone, offset (seconds east of UTC), tz.",
				Params: []bind.Param{moment, tz}, Returns: "table", Example: `print(time.table(time.now(), {tz = "UTC"}).hour)`,
				Call: func(c *bind.Call) (any, error) {
					return timeTable(c.L, bind.Get[time.Time](c, "t").In(m.location(c))), nil
				},
			},
			m.of(tz),
			{
				Name: "duration", Doc: "Seconds of a duration.", Params: []bind.Param{{Name: "duration", Type: bind.Duration, Required: true, Doc: `seconds, or a text like "1h30m" or "2d"`}},
				Returns: "number", Example: `time.duration("1h30m")   -- 5400`,
				Call: func(c *bind.Call) (any, error) { return c.Duration("duration"), nil },
			},
			{
				Name: "discord_timestamp", Doc: "Text that Discord shows to everybody in their own time zone.",
				Params: []bind.Param{moment, {Name: "style", Type: bind.OneOf("t", "T", "d", "D", "f", "F", "s", "S", "R"),
					Doc: "t and T a time, d and D a date, f, F, s and S both, R the distance from now"}},
				Returns: "string", Example: `ch:send("starts " .. time.discord_timestamp(time.now() + 3600, "R"))`,
				Call: func(c *bind.Call) (any, error) {
					text := fmt.Sprintf("<t:%d", bind.Get[time.Time](c, "t").Unix())
					if c.Has("style") {
						text += ":" + c.String("style")
					}
					return text + ">", nil
				},
			},
		},
	})
}

func (m *clock) of(tz bind.Param) bind.Func {
	part := func(name string, value any, doc string) bind.Param {
		return bind.Param{Name: name, Type: bind.Integer, Named: true, Default: value, Doc: doc}
	}
	params := []bind.Param{
		{Name: "year", Type: bind.Integer, Named: true, Required: true}, part("month", 1, ""), part("day", 1, "32 is a day of the next month"),
		part("hour", 0, ""), part("min", 0, ""), {Name: "sec", Type: bind.Number, Named: true, Default: 0.0}, tz,
	}
	for _, name := range []string{"wday", "yday", "isdst", "zone", "offset"} {
		params = append(params, bind.Param{Name: name, Type: bind.Any, Named: true, Doc: "is not looked at: time.table has it"})
	}
	return bind.Func{
		Name: "of", Doc: "The time of a table with year, month, day, hour, min, sec, tz. A time that a change of the clock leaves out is moved on by as much; of one that comes twice the first counts.",
		Params: params, Returns: "number", Example: "local day = time.table(time.now())\nday.day = day.day + 1\nlocal tomorrow = time.of(day)   -- at the same time of day",
		Call: func(c *bind.Call) (any, error) {
			seconds := c.Float("sec")
			whole := math.Floor(seconds)
			p := []int{c.Int("year"), c.Int("month"), c.Int("day"), c.Int("hour"), c.Int("min")}
			for _, n := range append(p, int(whole)) {
				if n > maxPart || n < -maxPart {
					return nil, fail(c, fmt.Errorf("%d is too large for a part of a time", n))
				}
			}
			t := civil(p[0], p[1], p[2], p[3], p[4], int(whole), int((seconds-whole)*1e9), m.location(c))
			if t.Unix() > lastSecond || t.Unix() < firstSecond {
				return nil, fail(c, fmt.Errorf("the year %d is not one from 1 to 9999", t.Year()))
			}
			return unixSeconds(t), nil
		},
	}
}

// maxPart bounds the parts of a time of time.of.
const maxPart = 1 << 31

// location is the time zone that a call names.
func (m *clock) location(c *bind.Call) *time.Location {
	if zone, ok := c.Value("tz").(*time.Location); ok {
		return zone
	}
	return m.local
}

func (m *clock) parse(c *bind.Call) (any, error) {
	text := c.String("text")
	if !c.Has("layout") {
		t, err := parseISO(text, m.location(c))
		return unixSeconds(t), fail(c, err)
	}
	t, err := parseTime(c.String("layout"), text, m.location(c))
	return unixSeconds(t), fail(c, err)
}

// zone is the type of parameters that take a time zone. In Go it is a
// *time.Location.
func (m *clock) zone() bind.Type {
	return bind.Type{Name: "zone", From: func(_ *lua.LState, v lua.LValue) (any, error) {
		name, ok := v.(lua.LString)
		if !ok {
			return nil, bind.Expected("the name of a time zone", v)
		}
		switch strings.ToLower(string(name)) {
		case "local":
			return m.local, nil
		case "utc", "z":
			return time.UTC, nil
		}
		return m.zones.get(string(name), loadZone)
	}}
}

func loadZone(name string) (*time.Location, error) {
	zone, err := time.LoadLocation(name)
	if err != nil || name == "" {
		return nil, fmt.Errorf(`there is no time zone %q; "UTC", "local", and names of the IANA database such as "Europe/Berlin" are known`, name)
	}
	return zone, nil
}

// The years 1 to 9999, in Unix seconds.
const (
	firstSecond = -62135596800
	lastSecond  = 253402300799
)

// moment is the type of parameters that take a time. In Go it is a time.Time.
func (m *clock) moment() bind.Type {
	return bind.Type{Name: "time", From: func(_ *lua.LState, v lua.LValue) (any, error) {
		switch v := v.(type) {
		case lua.LString:
			return parseISO(string(v), m.local)
		case lua.LNumber:
			if v >= firstSecond && v <= lastSecond {
				return fromUnix(float64(v)), nil
			}
			if ms := v / 1000; ms > 0 && ms <= lastSecond {
				return nil, fmt.Errorf("expected Unix seconds, got %s, which may be milliseconds", bind.Describe(v))
			}
		}
		return nil, bind.Expected("a time (Unix seconds, or a text such as 2026-02-16T09:00:00Z)", v)
	}}
}

// fromUnix takes the fraction to the microsecond: a number has no more.
func fromUnix(seconds float64) time.Time {
	whole := math.Floor(seconds)
	return time.Unix(int64(whole), int64(math.Round((seconds-whole)*1e6))*1000)
}

func unixSeconds(t time.Time) float64 {
	return float64(t.Unix()) + float64(t.Nanosecond())/1e9
}

func timeTable(L *lua.LState, t time.Time) *lua.LTable {
	zone, offset := t.Zone()
	name := t.Location().String()
	if name == "Local" {
		name = "local"
	}
	table := L.NewTable()
	for _, part := range []struct {
		name  string
		value int
	}{
		{"year", t.Year()}, {"month", int(t.Month())}, {"day", t.Day()}, {"hour", t.Hour()}, {"min", t.Minute()},
	} {
		table.RawSetString(part.name, lua.LNumber(part.value))
	}
	table.RawSetString("sec", lua.LNumber(float64(t.Second())+float64(t.Nanosecond())/1e9))
	table.RawSetString("wday", lua.LNumber(t.Weekday()+1))
	table.RawSetString("yday", lua.LNumber(t.YearDay()))
	table.RawSetString("isdst", lua.LBool(t.IsDST()))
	table.RawSetString("zone", lua.LString(zone))
	table.RawSetString("offset", lua.LNumber(offset))
	table.RawSetString("tz", lua.LString(name))
	return table
}

// civil is the time at which clocks in a place show so much; parts may be out
// of their range. A time that a change of the clocks leaves out is moved on by
// as much; of one that comes twice the first counts.
func civil(year, month, day, hour, minute, second, nanosecond int, place *time.Location) time.Time {
	shown := time.Date(year, time.Month(month), day, hour, minute, second, nanosecond, time.UTC)
	_, before := shown.Add(-24 * time.Hour).In(place).Zone()
	_, after := shown.Add(24 * time.Hour).In(place).Zone()
	early := shown.Add(-time.Duration(before) * time.Second).In(place)
	late := shown.Add(-time.Duration(after) * time.Second).In(place)
	if shows(late, shown) && !shows(early, shown) {
		return late
	}
	return early
}

// shows reports whether clocks show at t what they show at the time shown in
// UTC.
func shows(t, shown time.Time) bool {
	_, offset := t.Zone()
	return t.Unix()+int64(offset) == shown.Unix()
}
