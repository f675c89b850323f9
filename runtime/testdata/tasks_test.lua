-- Tasks and time (sleep, spawn, gather, after, with_timeout, tasks), under the clock of a test, which moves when all wait for it.

test("sleep takes seconds or a text, and other tasks run meanwhile", function(t)
  local begun, n = time.now(), 0
  local ticker = spawn(function() while true do sleep(10) n = n + 1 end end)
  sleep(25)
  t.eq(time.now() - begun, 25)
  t.eq(n, 2)
  sleep("1h")
  t.eq(time.now() - begun, 3625)
  t.eq(n, 362)
  ticker:cancel()
  sleep("250ms")
  t.eq(time.now() - begun, 3625.25)
  sleep(0)
  t.eq(time.now() - begun, 3625.25)
end)

test("what is no duration is refused", function(t)
  t.raises(function() sleep("soon") end, 'sleep: duration: expected a duration %(seconds, or a text like "1h30m"%), got string "soon"')
  t.raises(function() sleep(-1) end, "expected a duration of zero or more")
  t.raises(function() sleep() end, "sleep: duration is required")
  t.raises(function() after(5) end, "after: fn is required")
  t.raises(function() spawn() end, "spawn: fn is required")
  t.raises(function() with_timeout(5) end, "with_timeout: fn is required")
end)

test("a month passes at once", function(t)
  local begun = time.now()
  sleep("29d")
  t.eq(time.now() - begun, 29 * 86400)
  sandbox.clock.advance("365d")
  t.eq(time.now() - begun, 394 * 86400)
end)

test("spawn: tasks start in their order, when the spawner waits", function(t)
  local log = {}
  for i = 1, 3 do spawn(function(n) log[#log + 1] = n end, i) end
  log[#log + 1] = "spawned"
  sandbox.clock.settle()
  t.eq(log, {"spawned", 1, 2, 3})
end)

test("a Task has a state, results and a place", function(t)
  local task = spawn(function(a, b) sleep(60) return a, nil, b end, "x", "y")
  t.eq(task.status, "waiting")
  sleep(30)
  t.eq(task.age, 30)
  t.match(task.where, "tasks_test%.lua:%d+$")
  t.match(task.name, "tasks_test%.lua:%d+$")
  t.eq(type(task.id), "number")
  t.eq({task:wait()}, {"x", nil, "y"})
  t.eq(select("#", task:wait()), 3)
  t.eq(task.status, "done")
  t.match(tostring(task), "^Task%(id=%d+, name='.*', status='done'%)$")
end)

test("wait raises the error of the task", function(t)
  local task = spawn(function() sleep(1) error({code = 7}) end)
  local err = t.raises(function() task:wait() end)
  t.eq(err.code, 7)
  t.eq(task.status, "failed")
end)

test("an error that nobody waits for fails the test", function(t)
  t.expect_error("nobody waits")
  spawn(function() error("nobody waits") end)
  sandbox.clock.settle()
end)

test("cancel ends a task where it waits, whatever it catches", function(t)
  local went_on = false
  local task = spawn(function()
    pcall(sleep, 60)
    went_on = true
    sleep(1)
    went_on = "far"
  end)
  sleep(1)
  task:cancel()
  t.raises(function() task:wait() end, "was cancelled: task:cancel%(%) was called")
  t.eq(task.status, "cancelled")
  sleep(100)
  t.eq(went_on, false)
  task:cancel()
end)

test("a task cannot wait for itself", function(t)
  local task
  task = spawn(function() task:wait() end)
  t.raises(function() task:wait() end, "a task cannot wait for itself")
end)

test("gather runs side by side and waits for all", function(t)
  local begun = time.now()
  local a, b, c = gather(function() sleep(20) return "a", "dropped" end, function() sleep(30) return "b" end, function() return "c" end)
  t.eq({a, b, c}, {"a", "b", "c"})
  t.eq(time.now() - begun, 30)
  t.eq(select("#", gather()), 0)
end)

test("the first error of gather cancels the others", function(t)
  local other = "not begun"
  local begun = time.now()
  t.raises(function()
    gather(function() other = "begun" sleep(60) other = "ended" end, function() sleep(5) error("boom") end)
  end, "boom")
  t.eq(time.now() - begun, 5)
  sleep(100)
  t.eq(other, "begun")
end)

test("with_timeout gives the results, or raises a TimeoutError", function(t)
  local begun = time.now()
  t.eq({with_timeout(10, function(x) sleep(5) return x, 2 end, 1)}, {1, 2})
  local reached = false
  local err = t.raises(function()
    with_timeout("1m", function() sleep(61) reached = true end)
  end, "TimeoutError: not done after 60s")
  t.eq(err.seconds, 60)
  t.eq(time.now() - begun, 65)
  sleep(60)
  t.eq(reached, false)
  t.raises(function() with_timeout(1, error, "inside") end, "inside")
end)

test("the inner one of two timeouts counts", function(t)
  local begun = time.now()
  t.raises(function() with_timeout(100, function() with_timeout(5, sleep, 50) end) end, "not done after 5s")
  t.eq(time.now() - begun, 5)
  t.raises(function() with_timeout(5, function() pcall(with_timeout, 100, sleep, 50) sleep(50) end) end, "not done after 5s")
end)

test("after runs a function once, later", function(t)
  local log = {}
  after(20, function(...) log[#log + 1] = table.concat({...}, "+") end, "late", "r")
  after("10s", function() log[#log + 1] = "soon" end)
  after(5, function() log[#log + 1] = "never" end):cancel()
  sleep(60)
  t.eq(log, {"soon", "late+r"})
end)

test("tasks lists what exists", function(t)
  local before = #tasks()
  local task = spawn(function() sleep(10) end)
  t.eq(#tasks(), before + 1)
  t.match(tostring(tasks()), "^ID +Name +Status +Age +Where\n")
  task:wait()
  t.eq(#tasks(), before)
end)

test("waiting works in sort, gsub, metamethods, iterators and coroutines", function(t)
  local function slow(x) sleep(1) return x end
  local list = {3, 1, 2}
  table.sort(list, function(a, b) return slow(a) < b end)
  t.eq(list, {1, 2, 3})
  t.eq((("abc"):gsub("%a", function(c) return slow(c):upper() end)), "ABC")
  local object = setmetatable({}, {__index = function(_, key) return slow(key) end})
  t.eq(object.x, "x")
  local next_word = coroutine.wrap(function() for i = 1, 2 do coroutine.yield(slow(i)) end end)
  t.eq({next_word(), next_word()}, {1, 2})
  t.eq({pcall(slow, 1)}, {true, 1})
end)

test("tasks share what they read and write", function(t)
  local n, all = 0, {}
  for i = 1, 100 do all[i] = function() for _ = 1, 50 do n = n + 1 sleep(0.001) end end end
  gather(unpack(all))
  t.eq(n, 5000)
end)

test("keep is an ordinary table, empty at first", function(t)
  keep.started = keep.started or os.time()
  t.eq(os.time() - keep.started, 0)
  keep.f = function() return "works" end
  t.eq(keep.f(), "works")
  keep.f, keep.started = nil, nil
  t.eq(next(keep), nil)
end)

test("keep is there in scripts that are loaded", function(t)
  local file = fs.temp{suffix = ".lua"}
  fs.write(file, "keep.count = (keep.count or 0) + 1 keep.get = function() return keep.count end")
  t.load(file)
  t.load(file)
  t.eq(keep.count, 2)
  t.eq(keep.get(), 2)
end)
