local greet = require "greet"
print(greet.hello("you"), greet.name, require("greet") == greet)  --> hello you	greet	true
print(require "sub", require "sub.other")  --> other init	other
print(require "shebang")  --> shebang
---
require "nothing.here"  ### "(?s)module 'nothing.here' was not found:\n\tpackage.preload has no 'nothing.here'\n\tno file .*nothing.here.lua\n\tno file .*init.lua$"
---
print(select(2, pcall(require, "cycle_a")))  --> testdata/modules/cycle_b.lua:1: require 'cycle_a': the modules need each other: cycle_a -> cycle_b -> cycle_a
---
-- A module that failed can be required again.
print(pcall(require, "flaky"))  --> false	testdata/modules/flaky.lua:2: not yet
print(require "flaky")  --> 2
---
-- A file of a script's own comes before a module that is built in.
print(require "json", require "cordial.json" == json)  --> beside the script	true
package.preload.made = function(name) return "made " .. name end
print(require "made")  --> made made
package.path = "testdata/modules/sub/?.lua"
print(require "other")  --> other
---
print(select(2, pcall(require, "broken")))
--> testdata/modules/broken.lua:2: unexpected end of the text; the 'if' of line 2 has no 'end'
--> 	if x then
--> 	         ^
---
print(arg[0], #arg)  --> testdata/modules.lua	0
---
-- load and its kin
print(load("return 1 + 1")())  --> 2
print(load("x = = 1", "bad.lua"))  --> nil	bad.lua:1:5: unexpected '='
--> 	x = = 1
--> 	    ^
local parts = {"return ", "7", nil}
local i = 0
print(load(function() i = i + 1 return parts[i] end)())  --> 7
print(load("return y", "env", "t", {y = 3})())  --> 3
print(loadfile("testdata/none.lua"))  --> nil	open testdata/none.lua: no such file or directory
print(dofile("testdata/modules/sub/other.lua"))  --> other
