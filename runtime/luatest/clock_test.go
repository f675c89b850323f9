package luatest

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// A bubble of synctest, so that what is called has as long as it takes before the next is.
func TestClockCallsInTheOrderOfTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := NewClock(Begin)
		var order []string
		note := func(name string) func() { return func() { order = append(order, name+" "+c.Since(Begin).String()) } }
		c.AfterFunc(2*time.Second, note("b"))
		c.AfterFunc(time.Second, note("a"))
		c.AfterFunc(2*time.Second, note("c"))
		stopped := c.AfterFunc(time.Second, note("stopped"))
		if !stopped.Stop() || stopped.Stop() {
			t.Error("Stop tells the wrong thing")
		}
		for at, ok := c.next(); ok; at, ok = c.next() {
			c.moveTo(at)
		}
		if want := []string{"a 1s", "b 2s", "c 2s"}; !slices.Equal(order, want) {
			t.Errorf("called %v, want %v", order, want)
		}
	})
}

func TestTimersOfTheClock(t *testing.T) {
	c := NewClock(Begin)
	timer := c.NewTimer(time.Minute)
	if !timer.Reset(time.Second) {
		t.Error("Reset says that the timer was over")
	}
	c.moveTo(Begin.Add(time.Second))
	if !timer.Stop() {
		t.Error("Stop leaves a signal that nobody has taken")
	}
	timer.Reset(0)
	if at := <-timer.Chan(); !at.Equal(Begin.Add(time.Second)) {
		t.Errorf("the signal is of %s", at)
	}
}

func TestTickersOfTheClock(t *testing.T) {
	c := NewClock(Begin)
	ticker := c.NewTicker(time.Second)
	c.moveTo(Begin.Add(time.Second))
	c.moveTo(Begin.Add(2 * time.Second)) // the first tick was not taken: this one is dropped
	if at := <-ticker.Chan(); !at.Equal(Begin.Add(time.Second)) {
		t.Errorf("ticked at %s", at)
	}
	ticker.Reset(time.Minute)
	if at, _ := c.next(); !at.Equal(Begin.Add(62 * time.Second)) {
		t.Errorf("the next tick is due at %s", at)
	}
	ticker.Stop()
	if _, ok := c.next(); ok {
		t.Error("a stopped ticker is still due")
	}
}

// What diffLines says leads from one text to the other.
func FuzzDiffLines(f *testing.F) {
	f.Add("a\nb\nc", "a\nx\nc\nd")
	f.Add("", "\n\n")
	f.Fuzz(func(t *testing.T, from, to string) {
		if strings.Count(from, "\n") > 50 || strings.Count(to, "\n") > 50 {
			return
		}
		var before, after []string
		for _, line := range edits(strings.Split(from, "\n"), strings.Split(to, "\n")) {
			if line[0] != '+' {
				before = append(before, line[2:])
			}
			if line[0] != '-' {
				after = append(after, line[2:])
			}
		}
		if strings.Join(before, "\n") != from || strings.Join(after, "\n") != to {
			t.Errorf("%q and %q, want %q and %q", before, after, from, to)
		}
		if from != to && diffLines(from, to) == "" {
			t.Errorf("no difference between %q and %q", from, to)
		}
	})
}
