-- Values come back as they were.
store.n, store.f, store.s, store.yes, store.no = 42, -0.25, "text", true, false
print(store.n, store.f, store.s, store.yes, store.no, store.nothing)  --> 42	-0.25	text	true	false	nil
store.n = nil
print(store.n, store:get("n"), store:get("n", 5), store:get("no", 5))  --> nil	nil	5	false
store[7] = "seven"
print(store[7], store["7"], store:get(7))  --> seven	seven	seven
print(#store, store)  --> 5	Store("store.lua")
---
store.t = {list = {1, 2, {x = json.null}}, none = {}, object = json.object(), id = "1469779647867781141"}
local t = store.t
print(json.encode(t))  --> {"id":"1469779647867781141","list":[1,2,{"x":null}],"none":[],"object":{}}
print(t.list[3].x == json.null, #t.list)  --> true	3
store.null = json.null
print(store.null == json.null, store:get("null", 5))  --> true	null
---
-- An empty table can become a list or take names, also after it was stored.
store.users = {}
local users = store.users
users.nathan = 1
store.users = users
print(store.users.nathan)  --> 1
store.list = {}
table.insert(store.list, "lost")  -- a copy, not the store itself
print(#store.list)  --> 0
---
-- Strings are bytes, wherever they stand.
local bytes = {}
for i = 0, 255 do bytes[i + 1] = string.char(i) end
local all = table.concat(bytes)
store.bytes = all
store.deep = {{["k\255"] = all, ["$bytes"] = "AA==", ["$$x"] = "\0", ["$"] = {["$bytes"] = "x"}}}
print(store.bytes == all, store.deep[1]["k\255"] == all, store.deep[1]["$bytes"], store.deep[1]["$$x"] == "\0", store.deep[1]["$"]["$bytes"])  --> true	true	AA==	true	x
store["key\255\0"] = 1
print(store["key\255\0"], store:keys("key")[1] == "key\255\0")  --> 1	true
local given = {a = "\255"}
store.given = given
print(given.a == "\255")  --> true
---
-- A large integer of JSON is a string; a large number stays a number.
store.big = 2^60
print(store.big == 2^60, type(store.big))  --> true	number
---
-- Methods.
local scores = store("scores")
print(scores, store("scores"):incr("nathan"), scores:incr("nathan", 4), scores:incr("nathan", -0.5))  --> Store("scores")	1	5	4.5
print(scores.nathan, store.nathan)  --> 4.5	nil
print(scores:delete("nathan"), scores:delete("nathan"), #scores)  --> true	false	0
print(store.get("x", "a dot does as well"))  --> a dot does as well
---
store("a"):set("set", 1)
print(store("a"):get("set"), type(store("a").set))  --> 1	function
---
print(store:update("list", function(old) return {old == nil} end)[1])  --> true
print(#store:update("list", function(old) old[2] = "b" return old end), store.list[2])  --> 2	b
print(store:update("list", function() end), store.list)  --> nil	nil
---
-- An error in the function changes nothing.
store.n = 1
print(pcall(store.update, store, "n", function(n) error("no", 0) end))  --> false	no
print(store.n)  --> 1
---
-- The order of keys is that of their bytes.
for _, key in ipairs{"b:2", "a", "b:10", "b", "c", "b:\255\255x", "B"} do store[key] = #key end
print(table.concat(store:keys(), " ", 1, 5))  --> B a b b:10 b:2
for key, value in store:each("b:") do print(#key, value) end  --> 4	4
--> 3	3
--> 5	5
print(store:count(), store:count("b:"), store:count("b:\255"), store:count("x"), #store:keys("b"))  --> 7	3	1	0	4
print(store:clear("b:"), #store, store:clear(), #store)  --> 3	4	4	0
for key in store:each() do print("never") end
---
-- Pairs walks as each does, over any number of pages; what is walked over may be changed.
for i = 1, 250 do store[string.format("%03d", i)] = i end
local n, sum = 0, 0
for key, value in pairs(store) do
	n, sum = n + 1, sum + value
	store[key] = nil
end
print(n, sum, #store)  --> 250	31375	0
---
-- An expired key is gone at once.
store:set("code", 1, {expires = "1h"})
store:set("short", 1, {expires = 1.5})
store:incr("code")
print(store.code, store.short, #store)  --> 2	1	2
sleep("1.5s")
print(store.code, store.short, #store, #store:keys())  --> 2	nil	1	1
print(store:incr("short"), store:update("code", function(n) return n + 1 end))  --> 1	3
sleep("2h")
print(store.code, store.short)  --> nil	1
store:set("code", 1, {expires = "1h"})
store.code = 2
sleep("2h")
print(store.code)  --> 2
---
-- Many tasks, one key.
local jobs = {}
for i = 1, 50 do jobs[i] = function() store:incr("n") store:update("m", function(m) return (m or 0) + 1 end) end end
gather(unpack(jobs))
print(store.n, store.m)  --> 50	50
---
-- None of them is too late, however many.
local calls, jobs = 0, {}
for i = 1, 300 do
	jobs[i] = function()
		store:update("n", function(n) calls = calls + 1 return (n or 0) + 1 end)
	end
end
gather(unpack(jobs))
print(store.n, calls)  --> 300	300
---
-- A task that is cancelled in an update, or fails there, holds nobody up.
local waiting = spawn(function() store:update("k", function() sleep(1e6) end) end)
sleep(1)
print(pcall(store.update, store, "k", function() error("no", 0) end))  --> false	no
print(store:update("k", function() return 1 end))  --> 1
waiting:cancel()
print(store:update("k", function(n) return n + 1 end))  --> 2
---
print(require("cordial.store") == store)  --> true
---
-- A function that waits is called again when others were faster.
local calls, fast = 0, false
local slow = spawn(function()
	store:update("k", function(old)
		calls = calls + 1
		while not fast do sleep(0.1) end
		return (old or "") .. "slow"
	end)
end)
while calls == 0 do sleep(0.1) end
store:update("k", function(old) return (old or "") .. "fast " end)
fast = true
slow:wait()
print(store.k, calls)  --> fast slow	2
---
-- One that waits for a task which changes the same key holds nobody up.
print(store:update("k", function(old)
	if not old then spawn(function() store:update("k", function() return "inner" end) end):wait() end
	return (old or "") .. " outer"
end))  --> inner outer
---
-- It works in coroutines, metamethods and protected calls.
local step = coroutine.wrap(function() store.x = 1 coroutine.yield(store.x) coroutine.yield(#store) end)
print(step(), step(), pcall(function() return store.x end))  --> 1	1	true	1
---
print(select(2, pcall(store.set, store, ("k"):rep(513), 1)).kind)  --> bad_key
print(select(2, pcall(store.incr, store, "x", 2^54)).kind)  --> not_number
---
store.x = ("x"):rep(1024 * 1024)  ### "store: the value of \"x\" has 1048578 bytes as JSON, over the limit of 1048576: keep it in parts, or in a file"
---
store[""] = 1  ### "store: the key is empty: give it a name"
---
store("")  ### "store: the namespace is empty"
---
store("n", "m")  ### "takes 1 argument, got 2"
---
store.get = 1  ### "Store.get: it is a method; use store:set for a key of that name"
---
store.x = print  ### "Store.x: a function cannot be stored"
---
store:set("x", {a = {print}})  ### "store:set: at a\\[1\\]: a function cannot be stored"
---
store:set("x", {task = spawn(function() end)})  ### "store:set: at task: a Task cannot be stored"
---
store.x = thing  ### "Store.x: a Thing cannot be stored: store its id"
---
store.x = {1, 2, x = 3}  ### "Store.x: the table has both list values and named ones"
---
store.x = 0/0  ### "Store.x: the number NaN has no form in JSON"
---
store.t = {} store.t.t = store.t local t = {} t.t = t store.x = t  ### "Store.x: at t.t.*200 tables inside one another"
---
store.x = "5" store:incr("x")  ### "store: \"x\" has a string, which cannot be added to"
---
store:get(1469779647867781141)  ### "store:get: key: expected a string, got number 1.469779647867781e\\+18; an id stands in quotes"
---
store:set("x", 1, {expire = "1h"})  ### "store:set: unknown option 'expire', did you mean 'expires'\\?"
---
store:set("x", 1, {expires = 0})  ### "store:set: expires: expected more than zero"
---
store("a").get("x")  ### "Store.get: call it with a colon, store:get\\(key, \\[default\\]\\)"
---
store:update("k", function() store:incr("k") return 1 end)  ### "store: \"k\" was changed by others each time of 1000"
