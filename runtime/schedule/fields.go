package schedule

import (
	"errors"
	"fmt"
	"maps"
	"math/bits"
	"slices"
	"strconv"
	"strings"
	"time"

	"cordial/internal/suggest"
)

// fields are the minutes that a cron spec names, as sets of bits.
type fields struct {
	minute, hour, day, month, weekday uint64

	// anyDay and anyWeekday say that the field has a star. If neither has one, a day fits that fits one of the two, as crontab(5) has it.
	anyDay, anyWeekday bool

	// realTime says that the minute or the hour has a star: then the hours of a change of the clocks count as they are.
	realTime bool
}

// field is what one of the five may hold.
type field struct {
	name     string
	min, max int
	names    map[string]int
}

var cronFields = [5]field{
	{name: "minute", max: 59},
	{name: "hour", max: 23},
	{name: "day of month", min: 1, max: 31},
	{name: "month", min: 1, max: 12, names: map[string]int{
		"jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11, "dec": 12,
	}},
	{name: "day of week", max: 7, names: map[string]int{"sun": 0, "mon": 1, "tue": 2, "wed": 3, "thu": 4, "fri": 5, "sat": 6}},
}

// macros are the specs that have a name.
var macros = map[string]string{
	"@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *", "@monthly": "0 0 1 * *", "@weekly": "0 0 * * 0",
	"@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@hourly": "0 * * * *",
}

// parseFields reads a cron spec. Its errors say which field is wrong, and what to write.
func parseFields(spec string) (*fields, error) {
	if strings.HasPrefix(spec, "@") {
		macro, ok := macros[spec]
		if !ok {
			return nil, unknownMacro(spec)
		}
		spec = macro
	}
	texts := strings.Fields(spec)
	if len(texts) != len(cronFields) {
		return nil, wrongCount(texts)
	}
	var sets [5]uint64
	for i, text := range texts {
		set, err := cronFields[i].parse(text)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", cronFields[i].name, err)
		}
		sets[i] = set
	}
	star := func(i int) bool { return strings.Contains(texts[i], "*") }
	return &fields{
		minute: sets[0], hour: sets[1], day: sets[2], month: sets[3], weekday: sets[4]&0x7f | sets[4]>>7, // 7 is Sunday, too
		anyDay: star(2), anyWeekday: star(4), realTime: star(0) || star(1),
	}, nil
}

func unknownMacro(spec string) error {
	if interval, ok := strings.CutPrefix(spec, "@every "); ok {
		return fmt.Errorf("%q: write every(%q, fn)", spec, strings.TrimSpace(interval))
	}
	if spec == "@reboot" {
		return errors.New(`"@reboot": call the function at the end of the script instead`)
	}
	known := slices.Sorted(maps.Keys(macros))
	if near, ok := suggest.Nearest(spec, known); ok {
		return fmt.Errorf("there is no %q; did you mean %q?", spec, near)
	}
	return fmt.Errorf("there is no %q; known are %s", spec, strings.Join(known, ", "))
}

func wrongCount(texts []string) error {
	hint := ""
	switch {
	case len(texts) > 0 && strings.Contains(texts[0], "TZ="):
		hint = "; the zone is the option tz"
	case len(texts) == 6 || len(texts) == 7:
		hint = "; there are no fields for seconds and years"
	}
	return fmt.Errorf("expected 5 fields (minute, hour, day of month, month, day of week), got %d%s", len(texts), hint)
}

// parse reads a list of values, ranges and steps.
func (f *field) parse(text string) (set uint64, err error) {
	for item := range strings.SplitSeq(text, ",") {
		values, err := f.item(item)
		if err != nil {
			return 0, err
		}
		set |= values
	}
	return set, nil
}

// item reads "*", "5", "mon-fri", "10-30/5", "*/15", or "5/15", which is "5-59/15".
func (f *field) item(text string) (uint64, error) {
	span, stepText, stepped := strings.Cut(text, "/")
	step := 1
	if stepped {
		var ok bool
		if step, ok = number(stepText); !ok || step < 1 || step > f.max {
			return 0, fmt.Errorf("%q: the step after / is a number from 1 to %d", text, f.max)
		}
	}
	first, last := f.min, f.max
	if f.max == 7 {
		last = 6 // Sunday is there once
	}
	if span != "*" {
		firstText, lastText, isRange := strings.Cut(span, "-")
		var err error
		if first, err = f.value(firstText); err != nil {
			return 0, err
		}
		if isRange {
			if last, err = f.value(lastText); err != nil {
				return 0, err
			}
		} else if !stepped {
			last = first
		}
	}
	if f.max == 7 && last == 0 && first > 0 {
		last = 7 // "fri-sun"
	}
	if first > last {
		return 0, fmt.Errorf("%q ends before it begins; write the two parts with a comma", text)
	}
	var set uint64
	for value := first; value <= last; value += step {
		set |= 1 << value
	}
	return set, nil
}

func (f *field) value(text string) (int, error) {
	if n, ok := f.names[strings.ToLower(text)]; ok {
		return n, nil
	}
	n, ok := number(text)
	if !ok {
		return 0, f.unknown(text)
	}
	if n < f.min || n > f.max {
		return 0, fmt.Errorf("%q: expected %d to %d", text, f.min, f.max)
	}
	return n, nil
}

// number reads digits and nothing else.
func number(text string) (int, bool) {
	if text == "" || strings.Trim(text, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.Atoi(text)
	return n, err == nil
}

func (f *field) unknown(text string) error {
	switch {
	case text == "":
		return errors.New("a number is missing")
	case strings.Contains(text, "*"):
		return fmt.Errorf("%q: a * stands alone or before a step, as in */5", text)
	case text == "?":
		return errors.New(`"?": write *`)
	case f.names == nil && strings.ContainsAny(strings.ToUpper(text), "LW") || strings.Contains(text, "#"):
		return fmt.Errorf("%q: L, W and # are not known here; run on all the days that it may be, and test os.date in the function", text)
	case f.names == nil:
		return fmt.Errorf("%q: expected %d to %d, *, a range such as %d-%d or a step such as */2", text, f.min, f.max, f.min, f.max)
	}
	known := slices.SortedFunc(maps.Keys(f.names), func(a, b string) int { return f.names[a] - f.names[b] })
	lower := strings.ToLower(text)
	near, ok := suggest.Nearest(lower, known)
	if !ok && len(lower) > 3 {
		near, ok = lower[:3], slices.Contains(known, lower[:3])
	}
	if ok {
		return fmt.Errorf("%q: did you mean %q?", text, near)
	}
	return fmt.Errorf("%q: expected %d to %d or %s", text, f.min, f.max, strings.Join(known, ", "))
}

// horizon is how far a due time is looked for, in years. A February 29th that falls on a given weekday may be 40 years away.
const horizon = 41

// nextWall is the first minute from t on that the fields name. t is what a wall clock shows, written as a time of UTC.
func (f *fields) nextWall(t time.Time) (time.Time, bool) {
	if whole := t.Truncate(time.Minute); whole.Before(t) {
		t = whole.Add(time.Minute)
	}
	year, month, date := t.Date()
	from := t.Hour()*60 + t.Minute()
	for day := time.Date(year, month, date, 0, 0, 0, 0, time.UTC); day.Year() <= year+horizon; from = 0 {
		if f.month>>day.Month()&1 == 0 {
			day = time.Date(day.Year(), day.Month()+1, 1, 0, 0, 0, 0, time.UTC)
			continue
		}
		if f.fits(day) {
			if minute, ok := f.timeOfDay(from); ok {
				return day.Add(time.Duration(minute) * time.Minute), true
			}
		}
		day = day.AddDate(0, 0, 1)
	}
	return time.Time{}, false
}

// fits tells whether a day of a month that fits is named.
func (f *fields) fits(day time.Time) bool {
	date, weekday := f.day>>day.Day()&1 == 1, f.weekday>>day.Weekday()&1 == 1
	if f.anyDay || f.anyWeekday {
		return date && weekday
	}
	return date || weekday
}

// timeOfDay is the first minute of a day from a minute on, both counted from midnight.
func (f *fields) timeOfDay(from int) (int, bool) {
	hour, minute := from/60, from%60
	if left := f.minute >> minute; f.hour>>hour&1 == 1 && left != 0 {
		return hour*60 + minute + bits.TrailingZeros64(left), true
	}
	later := f.hour >> (hour + 1)
	if later == 0 {
		return 0, false
	}
	return (hour+1+bits.TrailingZeros64(later))*60 + bits.TrailingZeros64(f.minute), true
}
