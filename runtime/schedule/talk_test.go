package schedule

import (
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"cordial/runtime"
)

// What is told of a job names it to programs, too, with a level that says whether all is well.
func TestNoticesNameTheJob(t *testing.T) {
	on(t, func(t *testing.T, m *machine) {
		var mu sync.Mutex
		var told []string
		m.talk = func(n runtime.Notice) {
			mu.Lock()
			defer mu.Unlock()
			begin, _, _ := strings.Cut(n.Text, ":")
			told = append(told, strings.TrimSpace(n.Level.String()+" "+begin+" "+slog.GroupValue(n.Fields...).String()))
		}
		p := m.start(t, daily)
		time.Sleep(3 * time.Hour)
		p.stop(t)
		time.Sleep(7 * time.Hour)
		first := m.start(t, daily+"\nevery(60, {name = \"minute\"}, function() error('no', 0) end)")
		second := m.start(t, daily)
		time.Sleep(time.Minute + time.Second)
		first.stop(t)
		time.Sleep(2 * time.Minute)
		second.stop(t)
		mu.Lock()
		defer mu.Unlock()
		for i, line := range told {
			if strings.Contains(line, " in another process (") {
				told[i] = "WARN elsewhere"
			}
		}
		want := []string{
			"WARN job daily [job=daily]",
			"WARN elsewhere",
			"ERROR job minute failed [job=minute where=bot.lua:2]",
			"INFO the jobs of bot run here now []",
		}
		if !slices.Equal(told, want) {
			t.Errorf("told %q, want %q", told, want)
		}
	})
}
