package sandbox

import "slices"

// RecurrenceRule says how an event repeats, in a part of iCalendar's rules.
type RecurrenceRule struct {
	Start      Timestamp  `json:"start"`
	End        Timestamp  `json:"end"`
	Frequency  int        `json:"frequency"`
	Interval   int        `json:"interval"`
	ByWeekday  []int      `json:"by_weekday"` // Monday is 0
	ByNWeekday []nWeekday `json:"by_n_weekday"`
	ByMonth    []int      `json:"by_month"`
	ByMonthDay []int      `json:"by_month_day"`
	ByYearDay  []int      `json:"by_year_day"`
	Count      *int       `json:"count"`
}

// nWeekday is a weekday of a month, such as the second Tuesday.
type nWeekday struct {
	N   int `json:"n"`
	Day int `json:"day"`
}

// The frequencies of events.
const (
	yearly  = 0
	monthly = 1
	weekly  = 2
	daily   = 3
)

// dailyWeekdays are the sets of weekdays that a daily event may be limited to: working weeks and weekends.
var dailyWeekdays = [][]int{{0, 1, 2, 3, 4}, {1, 2, 3, 4, 5}, {0, 1, 2, 3, 6}, {4, 5}, {5, 6}, {0, 6}}

// check refuses rules that Discord does not plan by (resources/guild-scheduled-event, "System limitations for recurrence rules").
func (r *RecurrenceRule) check() error {
	weekdays := slices.Sorted(slices.Values(r.ByWeekday))
	isDailySet := func(set []int) bool { return slices.Equal(set, weekdays) }
	var wrong string
	switch {
	case r.Count != nil || !r.End.IsZero() || len(r.ByYearDay) > 0:
		wrong = "count, end and by_year_day cannot be set."
	case r.Interval != 1 && (r.Interval != 2 || r.Frequency != weekly):
		wrong = "interval must be 1, or 2 for a weekly event."
	case len(weekdays) > 0 && !(r.Frequency == weekly && len(weekdays) == 1) && !(r.Frequency == daily && slices.ContainsFunc(dailyWeekdays, isDailySet)):
		wrong = "by_weekday must be one day of a weekly event, or a known set of days of a daily one."
	case len(r.ByNWeekday) > 0 && (r.Frequency != monthly || len(r.ByNWeekday) != 1):
		wrong = "by_n_weekday must be one day of a monthly event."
	case len(r.ByMonth)+len(r.ByMonthDay) > 0 && (r.Frequency != yearly || len(r.ByMonth) != 1 || len(r.ByMonthDay) != 1):
		wrong = "by_month and by_month_day must be one day of a yearly event."
	}
	if wrong == "" {
		return nil
	}
	return formError("BASE_TYPE_CHOICES", "Invalid recurrence rule: "+wrong, "recurrence_rule")
}

// withDefaults fills in what a request may leave out. There may be no rule.
func (r *RecurrenceRule) withDefaults() *RecurrenceRule {
	if r == nil {
		return nil
	}
	full := *r
	full.Interval = max(full.Interval, 1)
	return &full
}
