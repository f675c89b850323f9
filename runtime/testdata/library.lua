io.write("a", 1, "\n"):write("b\n")
--> a1
--> b
print(io.read(), io.read("*L"), io.read("*n"), io.read(3), io.read("*a"), io.read())  --> first line	second
--> 	3.5	 re	st	nil
print(io.type(io.stdout), io.type(5), io.stdin)  --> file	nil	Stream(stdin)
---
for line in io.lines() do io.write("[", line, "]") end
print()  --> [first line][second][3.5 rest]
---
io.stdin:write("x")  ### "Stream:write: stdin cannot be written"
---
io.stdout:raed()  ### "a Stream has no method 'raed'; did you mean 'read'\\?"
---
string.rep("x", 1e10)  ### "string.rep: the result would have more than 256 MB"
---
print(("ab"):rep(3), ("x"):rep(-1))  --> ababab	
print(os.getenv("HOME"), os.date("!%Y-%m-%d", 0))  --> nil	1970-01-01
print(os.time{year = 2026, month = 2, day = 16, hour = 12} - os.time{year = 2026, month = 2, day = 15, hour = 12})  --> 86400
print(type(collectgarbage("count")))  --> number
---
print(select(2, xpcall(function() error("x") end, debug.traceback)))
--> testdata/library.lua:22: x
--> stack traceback:
--> 	testdata/library.lua:22: in function <testdata/library.lua:22>
--> 	testdata/library.lua:22: in main chunk
---
local t = setmetatable({}, {__pairs = function() return next, {a = 1}, nil end})
for k, v in pairs(t) do print(k, v) end  --> a	1
---
for k in pairs(spawn(sleep, 1)) do io.write(k, " ") end
print()  --> age id name status where 
---
print(fields(spawn(sleep, 1)))
--> age     0
--> id      2
--> name    "sleep"
--> status  "waiting"
--> where   ""
---
help(sleep)
--> sleep(duration)
--> Waits; other tasks run meanwhile.
--> 
-->   duration  duration: required; seconds, or a text like "1h30m"
--> 
--> Example:
-->   sleep(0.5)
help("string.rep")
--> string.rep(s, n) -> string
--> Repeats a text.
--> 
-->   s  string: required
-->   n  integer: required
---
help("jsn")  ### "help: nothing is called 'jsn', did you mean 'json'\\?"
---
help({})  --> There is no help on a table.

print(os.date("!%T %e %R %a %x %c", 0))  --> 00:00:00  1 00:00 Thu 01/01/70 Thu Jan  1 00:00:00 1970
print(#os.date() > 20, os.date("!*t", 86400).day)  --> true	2

os.date("%Q")  ### "os.date: the format \"%Q\" has the unknown directive %Q"
