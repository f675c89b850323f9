-- What people and programs do by mistake.
local function f(n) return 1 + f(n + 1) end
print(pcall(f, 1))  --> false	testdata/adverse.lua:2: stack overflow: a function calls itself without end
print((select(2, xpcall(f, function(e) return "not called" end, 1))))  --> testdata/adverse.lua:2: stack overflow: a function calls itself without end
---
-- An error in __tostring, in an error's own object, and in a handler.
local t = setmetatable({}, {__tostring = function() error("inner", 0) end})
print(pcall(tostring, t))  --> false	inner
print(pcall(print, t))  --> false	inner
print(xpcall(error, function() error("handler", 0) end, "x"))  --> false	handler
error(t)  ### "^ <__tostring failed: inner>$"
---
-- A handler that fails leaves the variables alone.
local get
local function broken() local kept = 1 get = function() return kept end error("x") end
xpcall(broken, function() error("y") end)
print(get())  --> 1
---
error()  ### "^ error\\(nil\\)$"
---
error(nil)  ### "^ error\\(nil\\)$"
---
error(12)  ### "^ 12$"
---
error(false)  ### "^ false$"
---
error({[{}] = 1, [print] = 2, [1.5] = 3, [true] = 4})  ### "^ \\{\\[1.5\\] = 3, \\[true\\] = 4, \\[function\\] = 2, \\[\\{…\\}\\] = 1\\}$"
---
print(pcall(error), pcall(error, nil))  --> false	false	nil
print(pcall(pcall), pcall(pcall, nil))  --> false	true	false	testdata/adverse.lua:30: a value that is not a function was given where one is called
---
-- A coroutine that waits and fails inside gather inside pcall.
print(pcall(gather,
  function() local co = coroutine.wrap(function() sleep(1) coroutine.yield(1) error("co") end) co() co() end,
  function() sleep(60) end))  --> false	testdata/adverse.lua:34: co
print(pcall(gather, 5))  --> false	testdata/adverse.lua:36: gather: fns: expected a function, got number 5
print(#tasks())  --> 1
---
-- A task is cancelled inside a comparator.
local t = spawn(function() table.sort({4, 3, 2, 1}, function(a, b) sleep(1) return a < b end) end)
sleep(0.5)
t:cancel()
pcall(t.wait, t)
print(t.status)  --> cancelled
---
for i = 1, 3 do
  for j = 1, 3 do
    if j == 2 then goto continue end
    io.write(i, j, " ")
    ::continue::
  end
end
print()  --> 11 13 21 23 31 33 
---
for i = 1, 2, 0.5 do io.write(i, " ") end print()  --> 1 1.5 2 
for i = 10, 1 do print("never") end
for i = 3, 1, -1 do io.write(i, " ") end print()  --> 3 2 1 
---
for i = "1", 2 do end  ### "the start of the for loop must be a number, got \"1\""
---
print(pcall(with_timeout, 1, function() return with_timeout(5, sleep, 60) end))  --> false	TimeoutError: not done after 1s
print(pcall(with_timeout, 5, function() return with_timeout(1, sleep, 60) end))  --> false	TimeoutError: not done after 1s
print(pcall(with_timeout, 1, function() return pcall(with_timeout, 5, sleep, 60) end))  --> false	TimeoutError: not done after 1s
print(with_timeout(1, function() return nil, 2, nil end))  --> nil	2	nil
print(#tasks())  --> 1
---
-- Nested protected calls do not catch a cancellation.
local t = spawn(function()
  pcall(function() pcall(sleep, 60) print("not here") end)
  print("nor here")
end)
sleep(1)
t:cancel()
print(pcall(t.wait, t))  --> false	testdata/adverse.lua:74: task testdata/adverse.lua:68 was cancelled: task:cancel() was called
---
-- os.exit inside pcall ends the script at once.
print("before")  --> before
pcall(function() pcall(os.exit, 0) print("after") end)
print("never")
---
-- What reads a large table does not read it for ever.
print(pcall(unpack, {}, 1, 1e8))  --> false	testdata/adverse.lua:82: unpack: values 1 to 100000000 are too many for one call
print(select("#", unpack({}, 1, 10000)))  --> 10000
print(pcall(string.rep, "x", 1e10))  --> false	testdata/adverse.lua:84: string.rep: the result would have more than 256 MB
---
local loop = {}
setmetatable(loop, {__index = loop})
print(loop.x)  ### "an __index refers to itself in a circle"
---
-- An error that is raised again at the same place has its own traceback; one that is passed on keeps the first.
local function fail() error("same", 0) end
pcall(fail)
local function first() fail() end
local ok, err = pcall(first)
print(err)  --> same
---
print(tonumber("1e5"), tonumber("0x1F"), tonumber("-0x10"), tonumber(" 5 "), tonumber("z", 36))  --> 100000	31	-16	5	35
print(tonumber("inf"), tonumber("1_000"), tonumber("1e"), tonumber(""), tonumber({}))  --> nil	nil	nil	nil	nil
print(pcall(tonumber, "1", 99))  --> false	testdata/adverse.lua:99: tonumber: argument 2: expected a base from 2 to 36
---
print(string.format("%5s|%-5s|%05d|%+d|%e|%g|%%", "a", "b", 42, 5, 12345.678, 0.1))  -->     a|b    |00042|+5|1.234568e+04|0.1|%
print(string.format("%i %u %o %x %X %#x %c%c", 42, 7, 8, 255, 255, 255, 72, 105))  --> 42 7 10 ff FF 0xff Hi
print(string.format("%g %g %.3g %5.1f %d %d", 1e6, 100000, 2/3, 3.14159, "10", -3.7))  --> 1e+06 100000 0.667   3.1 10 -3
print(string.format("%.3s|%10.2s|%q|%s %s", "abcdef", "xyz", 'a "b"\n\0', nil, true))  --> abc|        xy|"a \"b\"\n\000"|nil true
print(string.format("%-7s|%5s|", "größe", "日本"))  --> größe  |   日本|
---
string.format("%d", "x")  ### "string.format: argument 2: number expected for %d, got string"
---
local t = {}
string.format("%d", t)  ### "string.format: argument 2, 't': number expected for %d, got table"
---
string.format("%s %s", 1)  ### "string.format: there is no value for %s, the format needs 2"
---
string.format("%y", 1)  ### "string.format: unknown directive \"%y\"; %% stands for a percent sign"
---
string.format("100%")  ### "string.format: unknown directive \"%\"; %% stands for a percent sign"
---
string.format("%100000d", 1)  ### "string.format: unknown directive \"%100000d\""
---
io.write({})  ### "Stream:write: values: expected a string, got a table"
---
print(7 // 2)  ### "unexpected '/'"
---
os.time({year = 2026})  ### "os.time: the table needs year, month and day; month is missing"
---
math.random(0)  ### "math.random: there is no number from 1 to 0"
---
math.random(2, 1)  ### "math.random: there is no number from 2 to 1"
---
print(math.random(1), math.random(5, 5), math.random() < 1)  --> 1	5	true
---
-- A file that is not there, and reads that would take all memory.
for line in io.lines("/no/such/file") do print(line) end  ### "io.lines: .*no such file"
---
local f = assert(io.open("chunks_test.go"))
f:read(1e12)  ### "read: expected a number of bytes from 0 to 268435456, got 1000000000000; read a large file in parts"
---
io.open("chunks_test.go"):read(-1)  ### "read: expected a number of bytes from 0 to"
---
-- Marked tables print as literals.
print(json.decode('[1, {"b": []}]'), json.array{1, 2}, json.object())  --> {1, {b = {}}}	{1, 2}	{}
