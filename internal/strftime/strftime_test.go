package strftime

import (
	"testing"
	"time"
)

func TestFormat(t *testing.T) {
	at := time.Date(2026, time.February, 8, 9, 5, 3, 25_000_000, time.FixedZone("CET", 3600)) // a Sunday
	for format, want := range map[string]string{
		"%Y-%m-%d %H:%M:%S": "2026-02-08 09:05:03", "%y %j %e %I %p": "26 039  8 09 AM", "%a %A %b %B %h": "Sun Sunday Feb February Feb",
		"%u %w %G-W%V": "7 0 2026-W06", "%U %W": "06 05", "%L %f": "025 025000", "%z %:z %Z": "+0100 +01:00 CET", "%s": "1770537903",
		"%F %T %R %D": "2026-02-08 09:05:03 09:05 02/08/26", "%c": "Sun Feb  8 09:05:03 2026", "%r %x %X": "09:05:03 AM 02/08/26 09:05:03", "100 %%%n%t|": "100 %\n\t|",
	} {
		if got, err := Format(format, at); got != want || err != nil {
			t.Errorf("%q: got %q, want %q: %v", format, got, want, err)
		}
	}
	for _, format := range []string{"%", "%Q", "%:Y"} {
		if got, err := Format(format, at); err == nil {
			t.Errorf("%q: got %q, want an error", format, got)
		}
	}
	for day, want := range map[string]string{"2026-01-01": "00 00", "2026-01-04": "01 00", "2026-01-05": "01 01", "2026-12-31": "52 52", "2023-01-01": "01 00"} {
		at, _ := time.Parse(time.DateOnly, day)
		if got, _ := Format("%U %W", at); got != want {
			t.Errorf("the weeks of %s are %s, want %s", day, got, want)
		}
	}
}
