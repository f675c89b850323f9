package luatest

import (
	"context"
	"fmt"
	goruntime "runtime"
	"runtime/pprof"
	"strings"
	"sync"
	"testing"
)

// labelled runs a function as a goroutine of a test.
func labelled(label string, fn func()) {
	go pprof.Do(context.Background(), pprof.Labels(labelKey, label), func(context.Context) { fn() })
}

// watched is the stillness of a test, as one of its own goroutines sees it.
func watched(label string, look func(s *stillness)) {
	s := &stillness{label: fmt.Sprintf("%q: %q", labelKey, label)}
	done := make(chan struct{})
	labelled(label, func() {
		defer close(done)
		look(s)
	})
	<-done
}

// Another test may have a lock, so who waits for one is not at rest: encoding/json prepares each type once, under a lock.
func TestWhoWaitsForALockIsNotAtRest(t *testing.T) {
	var lock sync.Mutex
	lock.Lock() // on this goroutine, which is of no test
	begun, got, rest := make(chan struct{}), make(chan struct{}), make(chan struct{})
	labelled("waits", func() {
		close(begun)
		lock.Lock()
		close(got)
		lock.Unlock()
		<-rest
	})
	<-begun
	watched("waits", func(s *stillness) {
		for {
			what := s.moving()
			if what == "" {
				t.Error("the test is at rest while one of its goroutines waits for a lock")
				return
			}
			if strings.Contains(what, "(sync.Mutex.Lock)") {
				return
			}
			goruntime.Gosched() // it does not wait yet
		}
	})
	lock.Unlock()
	<-got
	watched("waits", func(s *stillness) {
		for what := s.moving(); what != ""; what = s.moving() {
			if !strings.Contains(what, "runn") && !strings.Contains(what, "sync") {
				t.Errorf("the test is not at rest: %s", what)
				return
			}
			goruntime.Gosched()
		}
	})
	close(rest)
}

func TestGoroutinesOfOthersDoNotCount(t *testing.T) {
	begun, end := make(chan struct{}), make(chan struct{})
	labelled("busy", func() {
		close(begun)
		for {
			select {
			case <-end:
				return
			default:
				goruntime.Gosched()
			}
		}
	})
	<-begun
	defer close(end)
	watched("quiet", func(s *stillness) {
		if what := s.moving(); what != "" {
			t.Errorf("%s counts", what)
		}
	})
	watched("busy", func(s *stillness) {
		if s.moving() == "" {
			t.Error("a busy goroutine of the test itself does not count")
		}
	})
}
