package runtime

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"cordial/runtime/bind"

	lua "github.com/yuin/gopher-lua"
)

func TestFail(t *testing.T) {
	for name, source := range map[string]string{
		"at its end":      "",
		"while it waits":  "sleep(100)",
		"in another task": "spawn(sleep, 100)",
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := newTestHost(t, Options{})
				release := h.Hold()
				defer release()
				fatal := errors.New("the line is dead")
				time.AfterFunc(time.Second, func() { h.Fail(fatal) })
				begun := time.Now()
				if err := h.RunString(t.Context(), "bot.lua", source); !errors.Is(err, fatal) {
					t.Errorf("got %v", err)
				}
				if took := time.Since(begun); took != time.Second {
					t.Errorf("ended after %s", took)
				}
			})
		})
	}
}

func TestExitEndsHold(t *testing.T) {
	h := newTestHost(t, Options{})
	defer h.Hold()()
	err := h.RunString(t.Context(), "bot.lua", "spawn(os.exit, 4)")
	if exit, ok := errors.AsType[*ExitError](err); !ok || exit.Code != 4 {
		t.Errorf("got %v", err)
	}
}

// TestErrorOfTheScriptIsToldOnce runs scripts that end at once: an error is the
// run's result, and never also that of a task that nobody waits for.
func TestErrorOfTheScriptIsToldOnce(t *testing.T) {
	var runs sync.WaitGroup
	for range 8 {
		h := newTestHost(t, Options{})
		runs.Go(func() {
			for range 500 {
				if err := h.RunString(t.Context(), "bot.lua", "error('no')"); err == nil {
					t.Error("the script did not fail")
				}
			}
			if h.Failures() > 0 || h.err.String() != "" {
				t.Errorf("%d failures were told: %.200s", h.Failures(), h.err.String())
			}
		})
	}
	runs.Wait()
}

func TestOnLoad(t *testing.T) {
	h := newTestHost(t, Options{})
	loads := 0
	h.OnLoad(func() { loads++ })
	if err := h.RunString(t.Context(), "bot.lua", "error('no')"); err == nil || loads != 0 {
		t.Errorf("a script that failed: %v, %d", err, loads)
	}
	if err := h.RunString(t.Context(), "bot.lua", "x = 1"); err != nil || loads != 1 {
		t.Errorf("a script that ran: %v, %d", err, loads)
	}
}

// TestOnStop interrupts a script whose task needs two more seconds, which the
// function of OnStop waits for, and one that never ends, which it gives up on.
func TestOnStop(t *testing.T) {
	for _, test := range []struct {
		name, source, printed string
		took                  time.Duration
	}{
		{"in time", "sleep(3) print('done')", "done\n", 3 * time.Second},
		{"too late", "sleep(1e6) print('done')", "", 6 * time.Second},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := newTestHost(t, Options{})
				calls := 0
				h.OnStop(func(ctx context.Context) {
					calls++
					for _, task := range h.Tasks() {
						task.Wait(ctx)
					}
				})
				ctx, cancel := context.WithCancelCause(t.Context())
				time.AfterFunc(time.Second, func() { cancel(ErrInterrupted) })
				begun := time.Now()
				err := h.RunString(ctx, "bot.lua", test.source)
				if !errors.Is(err, ErrInterrupted) || time.Since(begun) != test.took || h.out.String() != test.printed {
					t.Errorf("%v after %s, printed %q", err, time.Since(begun), h.out.String())
				}
				if err := h.Close(); err != nil || calls != 1 {
					t.Errorf("closed with %v after %d calls", err, calls)
				}
			})
		})
	}
}

// TestEndWith ends a context while a busy task holds the Lua state, and another
// one waits for it: at its beginning, and in its middle.
func TestEndWith(t *testing.T) {
	for _, source := range []string{"spawn(busy)", "spawn(busy) sleep(0)", "busy()"} {
		h := newTestHost(t, Options{})
		ctx, cancel := context.WithCancelCause(t.Context())
		h.Registry().AddFunc(bind.Func{Name: "interrupt", Call: func(*bind.Call) (any, error) {
			cancel(ErrInterrupted)
			return nil, nil
		}})
		h.run(t, "function busy() interrupt() while true do end end")
		stopped := false
		h.OnStop(func(context.Context) { stopped = true })
		end := h.EndWith(ctx)
		_, err := h.Eval(ctx, "eval", source)
		if err == nil {
			h.Do(ctx, "print", func(*lua.LState) error { return nil }) // may still come about
			err = h.Drain(ctx)
		}
		end()
		if !errors.Is(err, ErrInterrupted) || !stopped {
			t.Errorf("%s: %v, stopped: %v", source, err, stopped)
		}
		if err := h.waitTasks(time.Minute); err != nil {
			t.Errorf("%s: %v", source, err)
		}
	}
}

// What has ended before its context is not touched.
func TestEndWithIsTakenBack(t *testing.T) {
	h := newTestHost(t, Options{})
	ctx, cancel := context.WithCancel(t.Context())
	stopped := false
	h.OnStop(func(context.Context) { stopped = true })
	h.EndWith(ctx)()
	cancel()
	h.run(t, "sleep(0)")
	if stopped {
		t.Error("the host was ended")
	}
}
