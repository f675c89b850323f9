-- A spawned task runs when its spawner waits; tasks start in their order.
local log = {}
for i = 1, 3 do spawn(function(n) log[#log + 1] = n end, i) end
log[#log + 1] = "spawned"
sleep(0)
print(table.concat(log, " "))  --> spawned 1 2 3
---
local t = spawn(function(a, b) sleep(1) return a, b end, 1, nil)
print(t.status, t.name)  --> waiting	testdata/tasks.lua:8
sleep(0.5)
print(t.status, t.where)  --> waiting	testdata/tasks.lua:8
print(select("#", t:wait()), (t:wait()))  --> 2	1
print(t.status, t)  --> done	Task(id=2, name='testdata/tasks.lua:8', status='done')
---
-- Waiting works everywhere.
local function slow(x) sleep(0.1) return x end
print(pcall(slow, 1))  --> true	1
print(xpcall(slow, print, 2))  --> true	2
local list = {3, 1, 2}
table.sort(list, function(a, b) return slow(a) < b end)
print(table.concat(list, ","))  --> 1,2,3
print((("abc"):gsub("%a", function(c) return slow(c):upper() end)))  --> ABC
local meta = setmetatable({}, {__index = function(_, k) return slow(k) end, __add = function() return slow("sum") end})
print(meta.x, meta + 1)  --> x	sum
local words = {}
for w in function() local w = slow(#words < 2 and "w" or nil) return w end do words[#words + 1] = w end
print(#words)  --> 2
local gen = coroutine.wrap(function() for i = 1, 2 do coroutine.yield(slow(i)) end end)
print(gen(), gen())  --> 1	2
---
-- Tasks read and write what they share without locks.
local n = 0
local all = {}
for i = 1, 50 do
  all[i] = function() for j = 1, 100 do n = n + 1 if j % 10 == 0 then sleep(0.001) end end end
end
gather(unpack(all))
print(n)  --> 5000
---
local start = os.time()
print(gather(function() sleep(2) return "a" end, function() sleep(1) return "b", "c" end))  --> a	b
print(os.time() - start)  --> 2
print(gather())  --> 
---
-- The first error ends the others.
local other
local ok, err = pcall(gather,
  function() other = "started" sleep(60) other = "ended" end,
  function() sleep(1) error("boom") end)
print(ok, err, other)  --> false	testdata/tasks.lua:49: boom	started
print(tasks()[2])  --> nil
---
local t = spawn(function() error({code = 7}) end)
local ok, err = pcall(t.wait, t)
print(ok, err.code, t.status)  --> false	7	failed
---
local t = spawn(function() sleep(60) end)
sleep(0)
t:cancel()
print(pcall(t.wait, t))  --> false	testdata/tasks.lua:60: task testdata/tasks.lua:57 was cancelled: task:cancel() was called
print(t.status)  --> cancelled
t:cancel()
---
-- A cancelled task cannot go on, whatever it catches.
local went_on = false
local t = spawn(function()
  pcall(sleep, 60)
  while true do
    local ok = pcall(function() went_on = true end)
  end
end)
sleep(0)
t:cancel()
pcall(t.wait, t)
print(t.status, went_on)  --> cancelled	false
---
local t = spawn(function() print("never") end)
t:cancel()
sleep(1)
print(t.status)  --> cancelled
---
print(with_timeout(1, function(x) sleep(0.5) return x, x end, 5))  --> 5	5
local ok, err = pcall(with_timeout, 1, function() sleep(2) end)
print(ok, err, err.seconds, err.message == tostring(err))  --> false	TimeoutError: not done after 1s	1	true
print(pcall(with_timeout, 1, error, "inside"))  --> false	inside
---
with_timeout("10ms", sleep, 1)  ### "TimeoutError: not done after 0.01s"
---
local log = {}
local t = after(2, function(x) log[#log + 1] = x return "result" end, "later")
local dropped = after(1, function() log[#log + 1] = "never" end)
dropped:cancel()
print(t.status, dropped.status, #log)  --> waiting	cancelled	0
print(t:wait(), log[1], #log)  --> result	later	1
---
-- The script ends when nothing is left to wait for.
after(5, function() print("last") end)
print("first")  --> first
                --> last
---
spawn(function() sleep(1) end)
after("1m", function() end)
print(tasks())  --> ID  Name                    Status   Age  Where
--> 1   testdata/tasks.lua      running  0s   testdata/tasks.lua:103
--> 2   testdata/tasks.lua:101  waiting  0s   
--> 3   testdata/tasks.lua:102  waiting  0s   
---
sleep("soon")  ### "sleep: duration: expected a duration \\(seconds, or a text like \"1h30m\"\\), got string \"soon\""
---
sleep(-1)  ### "sleep: duration: expected a duration of zero or more, got number -1"
---
sleep(0/0)  ### "got number NaN"
---
spawn()  ### "spawn: fn is required: spawn\\(fn, ...\\)"
---
spawn(sleep, 0):wait(1)  ### "Task:wait: takes no arguments, got 1: Task:wait\\(\\)"
---
local t = spawn(sleep, 0)
t.wait()  ### "Task.wait: call it with a colon, task:wait\\(\\)"
---
local t
t = spawn(function() t:wait() end)
print(pcall(t.wait, t))  --> false	testdata/tasks.lua:122: Task:wait: a task cannot wait for itself
