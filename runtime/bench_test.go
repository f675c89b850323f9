package runtime

import (
	"context"
	"errors"
	goruntime "runtime"
	"testing"
	"time"

	"cordial/runtime/bind"

	lua "github.com/yuin/gopher-lua"
)

// sleepers starts n tasks that run a handler, which waits until the tasks are
// cancelled, and returns the memory that each takes in bytes.
func sleepers(t testing.TB, h *testHost, handler string, n int) uint64 {
	before := memory()
	err := h.Do(context.Background(), "spawn", func(L *lua.LState) error {
		fn, err := h.compile("sleeper.lua", handler)
		if err != nil {
			return err
		}
		for i := range n {
			if _, err := h.Spawn("sleeper", fn, lua.LNumber(i)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	// The tasks run in the order of their start: when this one runs they sleep.
	if err := h.Do(context.Background(), "last", func(*lua.LState) error { return nil }); err != nil {
		t.Fatal(err)
	}
	return (memory() - before) / uint64(n)
}

func memory() uint64 {
	goruntime.GC()
	var m goruntime.MemStats
	goruntime.ReadMemStats(&m)
	return m.HeapInuse + m.StackInuse
}

// BenchmarkSleepingTask reports the memory of a task that sleeps among 20 000:
// a plain one, and ones that sleep inside pcall. The goal is 12 000 bytes.
func BenchmarkSleepingTask(b *testing.B) {
	for _, handler := range []struct{ name, source string }{
		{"plain", "local i = ... sleep(3600) return i"},
		{"pcall", "local i = ... pcall(sleep, 3600) return i"},
		{"pcall a function", "local i = ... pcall(function() sleep(3600) end) return i"},
	} {
		b.Run(handler.name, func(b *testing.B) {
			for b.Loop() {
				h := newTestHost(b, Options{Grace: time.Minute})
				b.ReportMetric(float64(sleepers(b, h, handler.source, 20_000)), "bytes/task")
				endTasks(b, h)
			}
		})
	}
}

// endTasks cancels all tasks and waits for their end.
func endTasks(t testing.TB, h *testHost) {
	cancelAll(h.Tasks(), ErrClosed)
	if err := h.waitTasks(time.Minute); err != nil {
		t.Fatal(err)
	}
}

// BenchmarkSpawn is a task from its start to its end.
func BenchmarkSpawn(b *testing.B) {
	h := newTestHost(b, Options{})
	loop(b, h, "local n = ... for i = 1, n do spawn(function() end) if i % 100 == 0 then sleep(0) end end")
}

// BenchmarkPcall is a protected call that succeeds.
func BenchmarkPcall(b *testing.B) {
	h := newTestHost(b, Options{})
	loop(b, h, "local n, f = ..., function() end for i = 1, n do pcall(f) end")
}

// BenchmarkPcallError is one that fails, with the translation of its error.
func BenchmarkPcallError(b *testing.B) {
	h := newTestHost(b, Options{})
	loop(b, h, "local n, f = ..., function() local x return x.y end for i = 1, n do pcall(f) end")
}

// BenchmarkGsub replaces one of many matches in a long text.
func BenchmarkGsub(b *testing.B) {
	h := newTestHost(b, Options{})
	loop(b, h, "local n = ... (('x '):rep(n)):gsub('x', 'yy')")
}

// BenchmarkCall is a call of a declared function with an argument and an
// option.
func BenchmarkCall(b *testing.B) {
	h := newTestHost(b, Options{})
	h.Registry().AddFunc(bind.Func{
		Name:   "noop",
		Params: []bind.Param{{Name: "content", Type: bind.String, Required: true}, {Name: "tts", Type: bind.Boolean, Named: true}},
		Call:   func(c *bind.Call) (any, error) { return c.String("content"), nil },
	})
	loop(b, h, "local n = ... for i = 1, n do noop('x', {tts = true}) end")
}

// BenchmarkWait is a call that lets go of the Lua state and comes back.
func BenchmarkWait(b *testing.B) {
	h := newTestHost(b, Options{})
	loop(b, h, "local n = ... for i = 1, n do sleep(0) end")
}

// BenchmarkNew is a host with all that belongs to it.
func BenchmarkNew(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if err := New(Options{}).Close(); err != nil {
			b.Fatal(err)
		}
	}
}

// loop runs a script that gets b.N as its argument.
func loop(b *testing.B, h *testHost, source string) {
	b.ReportAllocs()
	err := h.Do(context.Background(), "bench", func(L *lua.LState) error {
		fn, err := h.compile("bench.lua", source)
		if err != nil {
			return err
		}
		b.ResetTimer()
		_, err = h.Call(L, fn, lua.LNumber(b.N))
		return err
	})
	if err = errors.Join(err, h.waitTasks(time.Minute)); err != nil {
		b.Fatal(err)
	}
}
