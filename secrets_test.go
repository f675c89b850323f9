package main

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestSplitCommand(t *testing.T) {
	for line, want := range map[string][]string{
		"pass show discord/bot":      {"pass", "show", "discord/bot"},
		` a  'b c'"d" '' `:           {"a", "b cd", ""},
		`C:\bin\key.exe "$HOME" ; x`: {`C:\bin\key.exe`, "$HOME", ";", "x"},
		`echo "it's"`:                {"echo", "it's"},
		"":                           nil,
		"  '' x":                     nil,
		`echo "open`:                 nil,
	} {
		got, err := splitCommand(line)
		if diff := cmp.Diff(want, got); diff != "" || (err == nil) != (want != nil) {
			t.Errorf("%q: %v (-want +got):\n%s", line, err, diff)
		}
	}
}

// What is split has no part of a quoted text lost: joined in quotes it splits into the same.
func FuzzSplitCommand(f *testing.F) {
	f.Add(`a 'b c' "d"`)
	f.Fuzz(func(t *testing.T, line string) {
		args, err := splitCommand(line)
		if err != nil {
			return
		}
		var again []string
		for _, arg := range args {
			if strings.Contains(arg, "'") {
				return
			}
			again = append(again, "'"+arg+"'")
		}
		got, err := splitCommand(strings.Join(again, " "))
		if diff := cmp.Diff(args, got); err != nil || diff != "" {
			t.Errorf("%q: %v (-first +again):\n%s", line, err, diff)
		}
	})
}

func TestByteSize(t *testing.T) {
	for text, want := range map[string]int64{"512MB": 512 << 20, "1g": 1 << 30, "64MiB": 64 << 20, "1.5 GB": 3 << 29, "67108864": 64 << 20, "NaNMB": 0, "-1GB": 0, "1e30": 0, "MB": 0, "1MB": 0} {
		var size byteSize
		if err := size.UnmarshalText([]byte(text)); int64(size) != want || (err == nil) != (want != 0) {
			t.Errorf("%s: %d, %v", text, size, err)
		}
	}
}

func TestTimeSpan(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"90s": 90 * time.Second, "1h30m": 90 * time.Minute, "2d": 48 * time.Hour, "100ms": 100 * time.Millisecond,
		"0": 0, "0s": 0, "-5s": 0, "60": 0, "5x": 0, "": 0, "forever.lua": 0, "1e30h": 0,
	} {
		var span timeSpan
		err := span.UnmarshalText([]byte(text))
		if time.Duration(span) != want || (err == nil) != (want != 0) {
			t.Errorf("%s: %s, %v", text, time.Duration(span), err)
		}
		if err != nil && !strings.Contains(err.Error(), "expected a time such as 90s or 1h30m") {
			t.Errorf("%s: %v", text, err)
		}
	}
}
