package discord

import (
	"cmp"
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestSnowflakeTimes(t *testing.T) {
	id := Snowflake("175928847299117063") // the example in Discord's reference
	if got, want := id.Time(), time.Date(2016, 4, 30, 11, 18, 25, 796e6, time.UTC); !got.Equal(want) {
		t.Errorf("made at %s, want %s", got, want)
	}
	if got := SnowflakeAt(time.Date(2014, 1, 1, 0, 0, 0, 0, time.UTC)); got != "0" {
		t.Errorf("before Discord's time the bound is %s, want 0", got)
	}
}

func TestSnowflakeAtIsTheSmallestOfItsMillisecond(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ms := rapid.Int64Range(Epoch, Epoch+1<<41).Draw(t, "ms")
		at := time.UnixMilli(ms)
		id := SnowflakeAt(at)
		if !id.Time().Equal(at) {
			t.Fatalf("%s is of %s, want %s", id, id.Time(), at)
		}
		if earlier := SnowflakeAt(at.Add(-time.Millisecond)); ms > Epoch && earlier.Compare(id) >= 0 {
			t.Fatalf("%s of the millisecond before is not before %s", earlier, id)
		}
	})
}

func TestParseBound(t *testing.T) {
	for in, want := range map[string]Snowflake{
		"1494381457928618014":  "1494381457928618014",
		"2026-02-16":           SnowflakeAt(time.Date(2026, 2, 16, 0, 0, 0, 0, time.UTC)),
		"2026-02-16T10:00:00Z": SnowflakeAt(time.Date(2026, 2, 16, 10, 0, 0, 0, time.UTC)),
	} {
		if got, err := ParseBound(in); err != nil || got != want {
			t.Errorf("%s: got %s, %v, want %s", in, got, err, want)
		}
	}
	for _, bad := range []string{"", "yesterday", "2026-02-30", "-5", "+5", "0", "007", "99999999999999999999999"} {
		if got, err := ParseBound(bad); err == nil {
			t.Errorf("%q was taken as %s", bad, got)
		}
	}
}

func TestSnowflakesCompareAsNumbers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.Uint64Min(1).Draw(t, "a"), rapid.Uint64Min(1).Draw(t, "b")
		got := Snowflake(strconv.FormatUint(a, 10)).Compare(Snowflake(strconv.FormatUint(b, 10)))
		if got != cmp.Compare(a, b) {
			t.Fatalf("comparing %d with %d gives %d", a, b, got)
		}
	})
}
