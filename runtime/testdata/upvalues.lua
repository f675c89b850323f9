-- An error must leave the variables of the functions that go on alone.
local x = 1
local function add() x = x + 1 end
pcall(error, "boom")
add()
print(x)  --> 2
pcall(function() local y; y.z = 1 end)
add()
print(x)  --> 3
xpcall(function() error("e") end, function(e) return e end)
add()
print(x)  --> 4
pcall(pcall, error, "inner")
pcall(function() pcall(error, "inner") error("outer") end)
add()
print(x)  --> 5
---
-- A closure that outlives the call that failed keeps its variables.
local get
pcall(function()
  local kept = 5
  get = function() return kept end
  error("e")
end)
local a, b, c, d, e, f = 1, 2, 3, 4, 6, 7
local function clobber(...) local a, b, c, d, e, f = 10, 11, 12, 13, 14, 15 return a end
clobber(1, 2, 3)
print(get())  --> 5
---
local x = 1
local function add() x = x + 1 end
local co = coroutine.create(function() pcall(error, "inner") error("boom") end)
coroutine.resume(co)
add()
print(x)  --> 2
---
-- The stack overflows, and everything still works.
local get
local function deep(n) local mine = n if n == 3 then get = function() return mine end end return 1 + deep(n + 1) end
print(pcall(deep, 1))  --> false	testdata/upvalues.lua:39: stack overflow: a function calls itself without end
local a, b, c, d = 1, 2, 3, 4
print(get(), a + b + c + d)  --> 3	10
