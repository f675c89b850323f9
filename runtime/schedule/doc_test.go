package schedule

import (
	"os"
	"regexp"
	"strings"
	"testing"
	"time"
)

// TestTheExampleWorks runs the example of docs/schedules.md and compares what it prints with what the page says.
func TestTheExampleWorks(t *testing.T) {
	page, err := os.ReadFile("../../docs/schedules.md")
	if err != nil {
		t.Fatal(err)
	}
	example := regexp.MustCompile("(?s)```lua\n(.*?)```").FindSubmatch(page)
	if example == nil {
		t.Fatal("the page has no example")
	}
	var said strings.Builder
	for _, line := range regexp.MustCompile(`--> ?(.*)`).FindAllSubmatch(example[1], -1) {
		said.Write(append(line[1], '\n'))
	}
	on(t, func(t *testing.T, m *machine) {
		printed := runFor(t, m, string(example[1]), time.Hour)
		table := regexp.MustCompile(`(?m)^(Name .*|\S.* waiting)\n`)
		if tables := table.FindAllString(printed, -1); len(tables) != 4 {
			t.Errorf("the table is %q", tables)
		}
		check(t, "printed", table.ReplaceAllString(printed, ""), said.String()+"once, soon\n")
	})
}
