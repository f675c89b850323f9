package runtime

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"cordial/runtime/bind"

	lua "github.com/yuin/gopher-lua"
	"pgregory.net/rapid"
)

func TestTwentyThousandSleepers(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a second")
	}
	h := newTestHost(t, Options{})
	// The goal is 12 000; the race detector and the tests beside this one
	// need room of their own.
	if bytes := sleepers(t, h, "local i = ... pcall(function() sleep(3600) end) return i", 20_000); bytes > 24_000 {
		t.Errorf("a sleeping task takes %d bytes", bytes)
	}
	started := time.Now()
	endTasks(t, h)
	t.Logf("cancelling them took %s", time.Since(started))
}

// All of them wait in pcall, sort, metamethods and coroutines at one time.
func TestManyTasksWaitEverywhere(t *testing.T) {
	h := newTestHost(t, Options{})
	h.run(t, `
		local done, failed = 0, 0
		local function handler(i)
			local ok, err = pcall(function()
				table.sort({3, 1, 2}, function(a, b) sleep(0.0001) return a < b end)
				local mt = setmetatable({}, {__index = function(t, k) sleep(0.0001) return k end})
				assert(mt.foo == "foo")
				local gen = coroutine.wrap(function() for k = 1, 3 do sleep(0.0001) coroutine.yield(k) end end)
				assert(gen() + gen() + gen() == 6)
				if i % 10 == 0 then error("boom " .. i) end
			end)
			if i % 10 == 0 then
				assert(not ok and err:find("boom " .. i))
				failed = failed + 1
			else
				assert(ok, err)
			end
			done = done + 1
		end
		local all = {}
		for i = 1, 300 do all[i] = function() handler(i) end end
		gather(unpack(all))
		print(done, failed)`)
	if got := h.out.String(); got != "300\t30\n" {
		t.Errorf("printed %q", got)
	}
}

// TestSchedulerOrder holds the lock and queues tasks and goroutines: they get
// it in the order in which they came.
func TestSchedulerOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		kinds := rapid.SliceOfN(rapid.Bool(), 1, 20).Draw(t, "is a task")
		var s scheduler
		var got []int
		tasks := map[*Task]int{}
		s.work = func(task *Task) {
			for task != nil {
				got = append(got, tasks[task])
				task = s.handOver()
			}
		}
		var own turn
		s.acquire(&own)
		var parked sync.WaitGroup
		for i, isTask := range kinds {
			if isTask {
				task := &Task{}
				tasks[task] = i
				s.submit(task)
				continue
			}
			before := s.last
			parked.Go(func() {
				var mine turn
				s.acquire(&mine)
				got = append(got, i)
				s.release()
			})
			for queued := false; !queued; { // until the goroutine is in the queue
				s.mu.Lock()
				queued = s.last != before
				s.mu.Unlock()
			}
		}
		s.release()
		s.acquire(&own) // after all others
		parked.Wait()
		s.release()
		want := make([]int, len(kinds))
		for i := range want {
			want[i] = i
		}
		if !slices.Equal(got, want) {
			t.Fatalf("got the order %v", got)
		}
	})
}

// TestLeavingTheQueue has some of those that wait for the lock give up, the
// others keep their order.
func TestLeavingTheQueue(t *testing.T) {
	for leaving := range 1 << 4 {
		synctest.Test(t, func(t *testing.T) {
			var s scheduler
			var own turn
			s.acquire(&own)
			var got, want []int
			var given []chan struct{} // up
			for i := range 4 {
				done := make(chan struct{})
				go func() {
					if s.acquireUntil(&turn{}, done) {
						got = append(got, i)
						s.release()
					}
				}()
				synctest.Wait() // until it is in the queue
				if leaving&(1<<i) != 0 {
					given = append(given, done)
				} else {
					want = append(want, i)
				}
			}
			for _, done := range given {
				close(done)
			}
			synctest.Wait()
			s.release()
			synctest.Wait()
			if !slices.Equal(got, want) || s.busy || s.first != nil || s.last != nil {
				t.Errorf("leaving %04b: got %v, want %v; busy: %v", leaving, got, want, s.busy)
			}
		})
	}
}

// A turn that comes while its owner gives up is taken.
func TestATurnThatHasComeIsTaken(t *testing.T) {
	var s scheduler
	var own, other turn
	s.acquire(&own)
	s.queue(&other)
	s.release()
	if s.leave(&other) || !s.busy {
		t.Error("the turn was lost")
	}
	<-other.ready
	s.release()
}

// TestConcurrentSpawn spawns from Lua, from goroutines and from timers at one
// time; the race detector looks on.
func TestConcurrentSpawn(t *testing.T) {
	h := newTestHost(t, Options{})
	h.run(t, "count = 0 function add() count = count + 1 sleep(0) count = count + 1 end")
	add := h.L.GetGlobal("add").(*lua.LFunction)
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for range 100 {
				if _, err := h.Spawn("add", add); err != nil {
					t.Error(err)
				}
				if _, err := h.After("later", time.Microsecond, add); err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
	h.run(t, "print(count)")
	if got := h.out.String(); got != "1600\n" && h.waitTasks(time.Minute) != nil {
		t.Errorf("printed %q", got)
	}
	if got := h.L.GetGlobal("count"); got != lua.LNumber(1600) {
		t.Errorf("count is %v, want 1600", got)
	}
}

// A wait that is cancelled gives its error to the script's pcall at most.
func TestWaitHeedsCancel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newTestHost(t, Options{})
		var cause error
		h.Registry().AddFunc(bind.Func{Name: "fetch", Call: func(c *bind.Call) (any, error) {
			return nil, c.Wait(func(ctx context.Context) error {
				<-ctx.Done()
				cause = context.Cause(ctx)
				return ctx.Err()
			})
		}})
		h.run(t, `
			local t = spawn(function() pcall(fetch) print("never") end)
			sleep(1)
			t:cancel()
			print(pcall(t.wait, t))`)
		if want := "false\ttest.lua:5: task test.lua:2 was cancelled: task:cancel() was called\n"; h.out.String() != want {
			t.Errorf("printed %q, want %q", h.out.String(), want)
		}
		if !errors.Is(cause, errCancelled) {
			t.Errorf("the cause was %v", cause)
		}
	})
}

// TestLuaState fails when gopher-lua keeps the fields elsewhere that
// luastate.go reaches for, or means something else by them.
func TestLuaState(t *testing.T) {
	L := newState()
	defer L.Close()
	openLibraries(L)
	if before := keepUpvalues(L, true); before || !keepUpvalues(L, false) {
		t.Error("hasErrorFunc is not where it was")
	}
	fn, err := L.LoadString("local a, b = 1, 2\nlocal function f() return a, b end\nprobe(f)")
	if err != nil {
		t.Fatal(err)
	}
	var before, after []lua.LValue
	L.SetGlobal("probe", L.NewFunction(func(L *lua.LState) int {
		f := L.CheckFunction(1)
		frame, _ := L.GetStack(1)
		if pc := frameInt(frame, "Pc"); pc < 1 || pc > len(fn.Proto.Code) {
			t.Errorf("the program counter is %d", pc)
		}
		base := frameInt(frame, "LocalBase")
		before = []lua.LValue{f.Upvalues[0].Value(), f.Upvalues[1].Value()}
		closeUpvalues(L, base+1)
		if f.Upvalues[0].IsClosed() || !f.Upvalues[1].IsClosed() {
			t.Error("the wrong upvalues are closed")
		}
		closeUpvalues(L, base)
		if !f.Upvalues[0].IsClosed() {
			t.Error("an upvalue is open")
		}
		after = []lua.LValue{f.Upvalues[0].Value(), f.Upvalues[1].Value()}
		return 0
	}))
	L.Push(fn)
	L.Call(0, 0)
	if want := []lua.LValue{lua.LNumber(1), lua.LNumber(2)}; !reflect.DeepEqual(before, want) || !reflect.DeepEqual(after, want) {
		t.Errorf("the upvalues were %v and are %v", before, after)
	}
}

// TestGuard lets calls fail at every depth of the stack, which gopher-lua keeps
// in segments of eight frames: with calls inside the guarded one, and without,
// because what is called is no function.
func TestGuard(t *testing.T) {
	h := newTestHost(t, Options{})
	h.run(t, `
		local function fail(n) if n > 0 then return 1 + fail(n - 1) end error("e", 0) end
		local function at(depth)
			if depth > 0 then return (at(depth - 1)) end
			local sum = 0
			local function add() sum = sum + 1 end
			for inner = 0, 17 do
				local ok, err = pcall(fail, inner)
				assert(not ok and err == "e")
				assert(not pcall(nil) and not pcall({}))
				assert(select("#", pcall(add)) == 1)
			end
			assert(sum == 18)
			return depth
		end
		for depth = 0, 40 do assert(at(depth) == 0) end
		print("done")`)
	if got := h.out.String(); got != "done\n" {
		t.Errorf("printed %q", got)
	}
}
