local co = coroutine.create(function(a)
  local b = coroutine.yield(a + 1)
  return b * 2, coroutine.status(coroutine.running())
end)
print(coroutine.status(co), coroutine.resume(co, 1))  --> suspended	true	2
print(coroutine.resume(co, 10))  --> true	20	running
print(coroutine.status(co), coroutine.resume(co))  --> dead	false	cannot resume a dead coroutine
print(coroutine.running())  --> nil
---
local co = coroutine.create(function() local q q.x = 1 end)
print(coroutine.resume(co))  --> false	testdata/coroutines.lua:10: 'q' is nil (local), can't set its field 'x'
print(coroutine.status(co))  --> dead
---
-- A closure that outlives its coroutine keeps its variables.
local get
local co = coroutine.create(function() local kept = 5 get = function() return kept end error("e") end)
coroutine.resume(co)
print(get())  --> 5
---
coroutine.wrap(function()
  local m = {}
  m.x.y = 1  ### "field 'x' of 'm' is nil"
end)()
---
print(select(2, pcall(coroutine.wrap(function() error({code = 1}) end))).code)  --> 1
print(select(2, pcall(coroutine.wrap(function() error("text", 0) end))))  --> text
---
print(coroutine.wrap(math.max)(1, 5, 3))  --> 5
print(coroutine.resume(coroutine.create(print), "hi"))
--> hi
--> true
---
coroutine.yield(1)  ### "coroutine.yield outside of a coroutine; to wait, call sleep"
---
local co = coroutine.create(function() pcall(function() coroutine.yield(1) end) return "went on" end)
print(coroutine.resume(co))  --> true	went on
local co = coroutine.create(function() print(pcall(coroutine.yield, 1)) end)
coroutine.resume(co)  --> false	testdata/coroutines.lua:37: coroutine.yield cannot cross pcall, table.sort or another function that is not Lua; to wait, call sleep
---
-- A coroutine that waits inside one task cannot be resumed by another.
local co = coroutine.create(function() sleep(1) coroutine.yield("a") return "b" end)
local t = spawn(function() return select(2, coroutine.resume(co)) end)
sleep(0)
print(coroutine.status(co), coroutine.resume(co))  --> normal	false	cannot resume a running coroutine
print(t:wait())  --> a
print(coroutine.resume(co))  --> true	b
---
-- A coroutine runs in the task that resumes it, so cancelling that ends it.
local co = coroutine.create(function() while true do coroutine.yield() sleep(1) end end)
coroutine.resume(co)
local t = spawn(function() coroutine.resume(co) end)
sleep(0.5)
t:cancel()
pcall(t.wait, t)
print(t.status, coroutine.status(co))  --> cancelled	dead
---
local function deep(n) return coroutine.wrap(function() return 1 + deep(n + 1) end)() end
print((pcall(deep, 1)))  --> false
---
for i = 1, 1000 do
  local co = coroutine.wrap(function() coroutine.yield(1) coroutine.yield(2) end)
  co()
end
print("abandoned")  --> abandoned
---
-- An iterator and a metamethod cannot yield; to wait in them is fine.
coroutine.wrap(function()
  for x in function() return coroutine.yield(1) end do end  ### "coroutine.yield cannot leave the iterator of a for loop; to wait, call sleep"
end)()
---
coroutine.wrap(function()
  for x in coroutine.yield do end  ### "cannot leave the iterator of a for loop"
end)()
---
local t = setmetatable({}, {__index = function(_, k)
  return coroutine.yield(k)  ### "coroutine.yield cannot leave a metamethod; to wait, call sleep"
end})
coroutine.wrap(function() return "" .. t.x end)()
---
-- Calls of every kind yield: methods, tail calls, __call, nested loops.
local t = setmetatable({}, {__call = function(_, x) return coroutine.yield(x) end})
function t.method(self, x) return coroutine.yield(x) end
local co = coroutine.wrap(function()
  for _, x in ipairs({1, 2}) do t(x) end
  local y = t:method(3)
  return (function() return t(y) end)()
end)
print(co(), co(), co(), co(4), co(5))  --> 1	2	3	4	5
---
local co = coroutine.create(function() return coroutine.yield(1) end)
print(coroutine.resume(co))  --> true	1
print(coroutine.status(co), coroutine.resume(co, 2, 3))  --> suspended	true	2	3
print(coroutine.status(co), coroutine.resume(co))  --> dead	false	cannot resume a dead coroutine
