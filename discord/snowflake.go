package discord

import (
	"cmp"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Epoch is the first millisecond of 2015, where snowflakes begin to count.
const Epoch = 1420070400000

// Snowflake is one of Discord's ids: 64 bits that begin with a time, kept as the decimal text that the API uses. Numbers would
// lose digits in JSON and in Lua.
type Snowflake string

// ParseSnowflake checks that s is a snowflake.
func ParseSnowflake(s string) (Snowflake, error) {
	if _, err := strconv.ParseUint(s, 10, 64); err != nil || s[0] == '0' {
		return "", fmt.Errorf("%q is not an id: an id is a decimal number of up to 20 digits", s)
	}
	return Snowflake(s), nil
}

// SnowflakeAt is the smallest snowflake of a moment, for bounds. A moment before 2015 gives "0".
func SnowflakeAt(t time.Time) Snowflake {
	ms := max(t.UnixMilli()-Epoch, 0)
	return Snowflake(strconv.FormatUint(uint64(ms)<<22, 10))
}

// Uint is the snowflake as a number, 0 when it is not one.
func (s Snowflake) Uint() uint64 {
	n, err := strconv.ParseUint(string(s), 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// Time is when the thing with this id was made.
func (s Snowflake) Time() time.Time {
	return time.UnixMilli(int64(s.Uint()>>22) + Epoch).UTC()
}

// Compare orders snowflakes by number, which is by time. It compares decimal text without leading zeros, so that sorting a million
// messages parses none of them.
func (s Snowflake) Compare(other Snowflake) int {
	return cmp.Or(cmp.Compare(len(s), len(other)), strings.Compare(string(s), string(other)))
}

// errDate names the forms of dates that bounds take.
var errDate = errors.New("expected a date as 'YYYY-MM-DD' or RFC 3339, such as '2026-02-16T09:30:00Z'")

// ParseDate reads 'YYYY-MM-DD' as midnight UTC, or an RFC 3339 time.
func ParseDate(s string) (time.Time, error) {
	for _, layout := range []string{time.DateOnly, time.RFC3339Nano} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("%q: %w", s, errDate)
}

// ParseBound reads what may bound a range of snowflakes: an id, or a date as in ParseDate.
func ParseBound(s string) (Snowflake, error) {
	if id, err := ParseSnowflake(s); err == nil {
		return id, nil
	}
	t, err := ParseDate(s)
	if err != nil {
		return "", fmt.Errorf("%w, or an id", err)
	}
	return SnowflakeAt(t), nil
}
