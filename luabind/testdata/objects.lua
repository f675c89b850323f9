-- Fields are attributes; unknown ones and null are nil.
local g = dc:guild("1327046393453613076")
print(g.id, g["id"], g.name)  --> 1327046393453613076	1327046393453613076	natedog's server
print(g.no_such_field, g.description)  --> nil	nil
print(type(g), type(g.features), type(g:raw("roles")), g:raw("roles")[1])  --> userdata	table	table	Role(id=1327046393453613076, name='@everyone')
print(g.url)  --> https://discord.com/channels/1327046393453613076
---
-- A method wins over a field of its name; raw reads the field.
local g = dc:guild("1327046393453613076")
print(type(g.roles), type(g:raw("roles")))  --> function	table
---
-- Nested objects know their kind and stay the same value.
local m = dc:channel("1327046393453613079"):message("1494381464177999893")
print(m.author)  --> User(id=1361823507679543306, username='DBuddy')
print(m.attachments)  --> [Attachment(filename='README.md', size=28163, type=text/markdown; charset=utf-8)]
print(rawequal(m.author, m.author), rawequal(m.attachments, m.attachments))  --> true	true
---
-- The same thing fetched twice is equal.
local a, b = dc:user("346450717025894400"), dc:user("346450717025894400")
print(a == b, rawequal(a, b), a == dc:me())  --> true	false	false
---
-- Assignment overrides, for fields old and new.
local u = dc:user("346450717025894400")
u.username = "nate"
u.mine = {1, 2}
print(u, u.mine[2], #u.mine)  --> User(id=346450717025894400, username='nate')	2	2
u.username = nil
print(u.username)  --> nil
---
-- pairs walks the fields.
local u = dc:user("346450717025894400")
local seen = {}
for k, v in pairs(u) do seen[k] = v end
print(seen.id, seen.username, seen.bot)  --> 346450717025894400	nathan	nil
---
-- JSON.
local ch = dc:channel("1327046393453613079")
print(json.decode(ch:json()).name, json.decode(json.encode(ch)).id)  --> general	1327046393453613079
---
-- Lists are ordinary tables.
local chs = dc:guild("1327046393453613076"):channels(5)
print(#chs, type(chs), chs[3].name)  --> 5	table	general
table.sort(chs, function(a, b) return a.name < b.name end)
table.remove(chs)
print(chs)
--> | ID | Name | Type |
--> |---|---|---|
--> | 1327046393453613080 | General | 2 |
--> | 1327046393453613077 | Text Channels | 4 |
--> | 1327046393453613078 | Voice Channels | 4 |
--> | 1327046393453613079 | general | 0 |
local names = {}
for i, ch in ipairs(chs) do names[i] = ch.name end
print(table.concat(names, ","))  --> General,Text Channels,Voice Channels,general
---
local chs = dc:guild("1327046393453613076"):channels(1)
print((chs:html():gsub("\n", "")))  --> <table><thead><tr><th>ID</th><th>Name</th><th>Type</th></tr></thead><tbody><tr><td>1327046393453613077</td><td>Text Channels</td><td>4</td></tr></tbody></table>
local back = json.decode(chs:json())
print(#back, back[1].name)  --> 1	Text Channels
---
print(dc:guild("1327046393453613076"):channels(0))
--> | ID | Name | Type |
--> |---|---|---|
---
-- Ids are strings; an object is taken wherever an id is.
local me = dc:me()
print(dc:user(me) == me)  --> true
---
dc:user(346450717025894400)  ### "dc:user: user_id: expected an? user or its id, got the number 346450717025894…; .* quote it"
---
dc:user("nathan")  ### "dc:user: user_id: expected an? user or its id, got string .nathan."
---
dc:user(dc:guild("1327046393453613076"))  ### "expected an? user or its id, got a Guild"
---
local m = dc:guild("1327046393453613076"):member("346450717025894400")
print(dc:user(m).username)  --> nathan
---
-- What is not there is explained.
local ch = dc:channel("1327046393453613079")
ch:sned("hi")  ### "sned.*did you mean 'send'"
---
local ch = dc:channel("1327046393453613079")
ch.send("hi")  ### "Channel.send: call it with a colon, channel:send\\("
---
local ch = dc:channel("1327046393453613079")
ch:send("hi", {file = "a.txt"})  ### "Channel:send: unknown option 'file', did you mean 'files'\\?"
---
local ch = dc:channel("1327046393453613079")
ch:messages({limt = 3})  ### "Channel:messages: unknown option 'limt', did you mean 'limit'\\?"
---
local ch = dc:channel("1327046393453613079")
dc:guild("1327046393453613076").channels(ch)  ### "expected a Guild before the colon, got a Channel"
---
-- dc takes a dot as well as a colon.
print(dc.me() == dc:me(), dc.guild("1327046393453613076"))  --> true	Guild(id=1327046393453613076, name="natedog's server")
---
-- pairs and fields also have what a method hides, and lists on one line.
local g = dc:guild("1327046393453613076")
for k, v in pairs(g) do if k == "roles" then print(type(v), #v > 1) end end  --> table	true
local lines = {}
for line in tostring(fields(g)):gmatch("[^\n]+") do lines[line:match("^%S+")] = line:match("^%S+%s+(.*)") end
print(lines.name, lines.roles:match("^list of Role, %d+ long") ~= nil, lines.features)  --> "natedog's server"	true	{}
---
print(dc:channel("1327046393453613079").permission_overwrites)  --> []
