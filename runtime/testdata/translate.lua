local ch
ch:send("hi")  ### "^ 'ch' is nil \\(local\\), can't call its method 'send'$"
---
ch:send("hi")  ### "^ 'ch' is not defined, can't call its method 'send'$"
---
local ch
local function f() return ch.id end
f = f
do
  local other = 1
end
local m = 1
m = ch.id  ### "'ch' is nil \\(local\\), can't read its field 'id'"
---
local ch
(function()
  return ch.id  ### "'ch' is nil \\(local\\), can't read its field 'id'"
end)()
---
local m = {author = {}}
print(m.author.name.first)  ### "^ field 'name' of 'm.author' is nil, can't read its field 'first'$"
---
local m = {}
print(m.author.name)  ### "^ field 'author' of 'm' is nil, can't read its field 'name'$"
---
local t, i = {}, 3
print(t[i].name)  ### "'t\\[i\\]' is nil, can't read its field 'name'"
---
local function fetch() end
print(fetch().name)  ### "the result of fetch\\(\\) is nil, can't read its field 'name'"
---
local n = 5
n.x = 1  ### "'n' is a number \\(local\\), can't set its field 'x'"
---
local t
t[1] = 2  ### "'t' is nil \\(local\\), can't set its field \\[1\\]"
---
prnt("x")  ### "^ 'prnt' is not defined; did you mean 'print'\\?$"
---
counter = 1
print(conuter + 1)  ### "can't add 'conuter' \\(not defined; did you mean 'counter'\\?\\) and 1"
---
string.formt("x")  ### "field 'formt' of 'string' is nil; did you mean 'format'\\?$"
---
local s = "x"
s:uper()  ### "'s' has no method 'uper'; did you mean 'upper'\\?"
---
print(("x"):uper())  ### "'\"x\"' has no method 'uper'"
---
tasks()[1]:cancle()  ### "a Task has no method 'cancle'; did you mean 'cancel'\\?"
---
local callback
callback()  ### "'callback' is nil \\(local\\), can't call it"
---
local m = {}
m.run()  ### "field 'run' of 'm' is nil, can't call it"
---
local function f(handler) handler(1) end  ### "'handler' is a string \\(local\\), can't call it"
f("x")
---
local a, i = "x", 1
return a + i  ### "can't add 'a' \\(string \"x\"\\) and 'i' \\(number 1\\)"
---
local a
return 1 - a  ### "can't take from 1 the value 'a' \\(nil\\)"
---
local a = {}
return a * 2  ### "can't multiply 'a' \\(a table\\) by 2"
---
local a
return -a  ### "can't negate 'a' \\(nil\\)"
---
local list
return #list  ### "can't take the length of 'list' \\(nil\\)"
---
local user = {}
print("hello " .. user.name .. "!")  ### "can't join 'user.name' \\(nil\\) with '..'; tostring\\(\\) makes a text of it"
---
local limit
if limit > 5 then end  ### "can't compare 5 with 'limit' \\(nil\\)"
---
local a, b = {}, {}
return a < b  ### "can't compare 'a' \\(a table\\) with 'b' \\(a table\\)"
---
local n
for i = 1, n do end  ### "the end of the for loop must be a number, got 'n' \\(nil\\)"
---
local list = {}
for _, v in list do end  ### "the for loop needs an iterator after 'in', got a table; to walk a table: for k, v in pairs\\(t\\)"
---
local list
table.insert(list, 1)  ### "insert: argument 1, 'list': table expected, got nil"
---
local t, key = {}
t[key] = 1  ### "can't set a table's key that is nil: 'key' \\(nil\\)"
---
-- Names are right inside loops and after them.
for i = 1, 2 do local a = i end
for k, v in pairs({}) do local b = v end
local ch
ch:send()  ### "'ch' is nil \\(local\\), can't call its method 'send'"
---
for i, user in ipairs({{}, {}}) do
  print(user.name.first)  ### "field 'name' of 'user' is nil"
end
---
local function each(msg, args)
  local words = {}
  for word in string.gmatch(args, "%a+") do words[#words + 1] = word end
  return msg.author.id  ### "field 'author' of 'msg' is nil"
end
each({}, "a b")
---
local config = {
  token = 1,
}
local guild = config.guild
print(guild.name)  ### "'guild' is nil \\(local\\), can't read its field 'name'"
---
error({code = 50013, message = "no"})  ### "^ \\{code = 50013, message = \"no\"\\}$"
---
error(setmetatable({}, {__tostring = function() return "my error" end}))  ### "^ my error$"
---
error("plain")  ### "^ plain$"
---
local function check(x) error("wrong x", 2) end
check(1)  ### "^ wrong x$"
---
assert(false)  ### "^ assertion failed$"
---
assert(nil, "no luck")  ### "^ no luck$"
---
print(pcall(assert, false, {1}) , select("#", assert(1, 2, 3)))  --> false	3
print(select(2, pcall(error)))  --> nil
---
local t = {{}}
print(t[1][2][3])  ### "^ 't\\[1\\]\\[2\\]' is nil, can't read its field \\[3\\]$"
---
jsn.encode(1)  ### "^ 'jsn' is not defined; did you mean 'json'\\?$"
---
table.sort({1, "x"})  ### "can't compare a string with a number"
---
local function f(co) return coroutine.resume(co) end  ### "resume: argument 1, 'co': thread expected, got nil"
f()
---
local a, b = 1
for i = 1, 3 do
  local c = b
  print(c.x)  ### "'c' is nil \\(local\\)"
end
---
local user = {}
for _, tag in pairs(user.tags) do end  ### "pairs: argument 1, 'user.tags': table expected, got nil"
---
print(({x = 1}).x.y.z)  ### "is a number, can't read its field 'y'$"
