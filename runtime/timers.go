package runtime

import (
	"errors"
	"time"

	"cordial/runtime/bind"

	lua "github.com/yuin/gopher-lua"
)

func (h *Host) installTimers() {
	duration := bind.Param{Name: "duration", Type: bind.Duration, Required: true, Doc: `seconds, or a text like "1h30m"`}
	fn := bind.Param{Name: "fn", Type: bind.Function, Required: true}
	h.registry.AddFunc(bind.Func{
		Name: "after", Doc: "Runs a function once, later.",
		Params:  []bind.Param{duration, fn, restArgs},
		Returns: "Task", Example: `after("10m", function() print("ten minutes later") end)`,
		Call: func(c *bind.Call) (any, error) {
			from := h.originOf(c.L)
			from.work = false
			return h.after(from, h.Label(c.Func("fn")), c.Duration("duration"), c.Func("fn"), luaValues(c.Args())...)
		},
	})
	h.registry.AddFunc(bind.Func{
		Name: "with_timeout", Doc: "Calls a function and raises a TimeoutError if it is not done in time.",
		Params:  []bind.Param{duration, fn, restArgs},
		Returns: "the function's results", Example: "local ok, err = pcall(with_timeout, 5, fetch)",
		Call: h.withTimeout,
	})
}

// After starts a task that calls fn once the time is over, of the live
// generation. Cancelling it before takes it out of the list of tasks at once.
func (h *Host) After(name string, d time.Duration, fn *lua.LFunction, args ...lua.LValue) (*Task, error) {
	return h.after(origin{generation: h.Live()}, name, d, fn, args...)
}

func (h *Host) after(from origin, name string, d time.Duration, fn *lua.LFunction, args ...lua.LValue) (*Task, error) {
	t, err := h.newTask(from, name, nil)
	if err != nil {
		return nil, err
	}
	t.fn, t.args = fn, args
	if t.cancelled.Load() {
		h.sched.submit(t)
		return t, nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.start = h.clock.AfterFunc(d, func() { h.sched.submit(t) })
	return t, nil
}

func (h *Host) withTimeout(c *bind.Call) (any, error) {
	limit := c.Duration("duration")
	t, err := h.spawn(h.originOf(c.L), h.Label(c.Func("fn")), c.Func("fn"), luaValues(c.Args())...)
	if err != nil {
		return nil, err
	}
	timeout := &TimeoutError{Seconds: limit.Seconds()}
	timer := h.clock.AfterFunc(limit, func() { t.Cancel(timeout) })
	defer timer.Stop()
	if err := h.park(c.L, t.whenEnded); err != nil {
		t.Cancel(err)
		return nil, err
	}
	if errors.Is(t.Err(), timeout) {
		return nil, timeout
	}
	return t.outcome(c)
}
