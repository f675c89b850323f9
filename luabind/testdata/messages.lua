-- Windows of messages, oldest first.
local ch = dc:channel("1327046393453613079")
local five = ch:messages(5)
print(#five, five[1].id, five[5].id)  --> 5	1494381457928618014	1494381604842504372
print(ch:messages{limit = 2, before = five[3]}[2] == five[2])  --> true
print(ch:messages{limit = 2, after = five[3]}[1] == five[4])  --> true
print(#ch:messages{limit = 3, around = five[3].id}, ch:messages{limit = 3, around = five[3].id}[2] == five[3])  --> 3	true
print(#ch:messages{after = "1494381456991494145"}, #ch:messages())  --> 5	50
local m = five[3]
print(#m:before(), m:before(2)[2] == five[2], #m:after(), m:after(1)[1] == five[4], #m:around())  --> 5	true	2	true	8
---
dc:channel("1327046393453613079"):messages{before = "2026-01-01", after = "2025-01-01"}  ### "exclude each other"
---
dc:channel("1327046393453613079"):messages{before = 1494381457928618014}  ### "before: expected an id, got the number 149438145792861…; a Lua number loses the last digits of an id, so quote it"
---
dc:channel("1327046393453613079"):messages{before = "last week"}  ### "before: .*expected a date as 'YYYY-MM-DD'"
---
-- The whole history, in both directions.
local ch = dc:channel("1327046393453613079")
local n, last = 0, nil
for m in ch:history{limit = 250} do
  n = n + 1
  assert(not last or #m.id < #last or m.id < last, "newest first")
  last = m.id
end
print(n)  --> 250
local ids = {}
for m in ch:history{after = "1494381457928618014"} do ids[#ids + 1] = m.id end
print(#ids, ids[1])  --> 4	1494381464177999893
print(ch:history{after = 1776358704}().id, ch:messages{before = 1776358704.5, limit = 1}[1].id)  --> 1494381464177999893	1494381457928618014
local count = 0
for m in ch:history{before = "1494381457928618014", after = "1494381456991494145"} do count = count + 1 end
print(count)  --> 0
---
-- Sending.
local ch = dc:channel("1327046393453613079")
local m = ch:send("Hi, from Solveit!")
print(m.content, m.author.username, m.channel_id == ch.id, m.guild_id == ch.guild_id)  --> Hi, from Solveit!	DBuddy	true	true
local r = ch:send("a reply", {reply_id = m})
print(r.type, r.message_reference.message_id == m.id, r.referenced_message == m)  --> 19	true	true
print(m:channel(), m:guild().name, m.url == "https://discord.com/channels/1327046393453613076/1327046393453613079/" .. m.id)  --> Channel(id=1327046393453613079, name='general', type=0)	natedog's server	true
print(m:reply("another").message_reference.message_id == m.id)  --> true
print(m:edit("changed").content, ch:message(m.id).edited_timestamp ~= nil)  --> changed	true
print(m:delete(), m:delete())  --> true	false
---
-- Files, from disk and from memory.
local ch = dc:channel("1327046393453613079")
local m = ch:send("two files", {files = {"a.txt", {name = "note.md", data = "# note", description = "a note", spoiler = true}}})
print(#m.attachments, m.attachments[1].filename, m.attachments[2].description)  --> 2	a.txt	a note
print(m.attachments[1]:fetch(), m.attachments[1]:save("saved.txt"))  --> alpha	saved.txt
print(io.open("saved.txt"):read("*a"))  --> alpha
print((m.attachments[2]:save("."):gsub("\\", "/"):match("[^/]+$")))  --> note.md
print(#ch:send{content = "one", files = "b.txt"}.attachments)  --> 1
print(#ch:send("none", {files = {}}).attachments, #dc.api.create_message{channel_id = ch, content = "none", files = {}}.attachments)  --> 0	0
---
dc:channel("1327046393453613079"):send("x", {files = {"missing.txt"}})  ### "missing.txt"
---
dc:channel("1327046393453613079"):send("x", {files = {{data = "x"}}})  ### "files\\[1\\]: a file with data needs a name"
---
local m = dc:channel("1327046393453613079"):message("1494381464177999893")
print(#m.attachments[1]:fetch(), m.attachments[1]:fetch():sub(1, 16))  --> 28163	# cordslite 🍺
m.attachments[1]:fetch{max = 100}  ### "100"
---
-- Embeds, flags, mentions.
local ch = dc:channel("1327046393453613079")
local m = ch:send{content = "Look", embeds = {{title = "T", fields = {{name = "a", value = "b", inline = true}}}}, silent = true}
print(m.embeds[1].title, m.embeds[1].fields[1].value, m.flags)  --> T	b	4096
local hi = ch:send("Hi <@346450717025894400> and @everyone")
print(hi.content, hi.raw_content, hi.mention_everyone, #hi.mentions)  --> Hi @nathan and @everyone	Hi <@346450717025894400> and @everyone	false	1
print(ch:send("@everyone", {allowed_mentions = {parse = {"everyone"}}}).mention_everyone)  --> true
---
-- Reactions and pins.
local ch = dc:channel("1327046393453613079")
local m = ch:send("react to me")
print(m:react("👍"), m:react("🦦"), m:reactions("👍"))
--> true	true	| ID | Username | Name |
--> |---|---|---|
--> | 1361823507679543306 | DBuddy | DBuddy |
print(#ch:message(m):raw("reactions"), m:unreact("👍"), #ch:message(m):raw("reactions"), m:unreact())  --> 2	true	1	true
print(m:pin(), ch:pins()[1] == m, m:unpin(), ch:pins()[1] ~= m)  --> true	true	true	true
---
-- Threads.
local ch = dc:channel("1327046393453613079")
local m = ch:send("start here")
local t = m:create_thread("About it")
print(t.id == m.id, t.name, t.type, dc:thread(t.id) == t)  --> true	About it	11	true
print(t:send("inside").channel_id == t.id, #ch:threads() >= 1, t:leave(), t:join())  --> true	true	true	true
---
local ch = dc:channel("1327046393453613079")
local t = ch:create_thread("loose")
print(t.type, t:edit{archived = true}.thread_metadata.archived)  --> 11	true
print(t:typing())  --> true
---
-- A file that is gone is an error of Discord's.
local m = dc:channel("1327046393453613079"):send("gone soon", {files = {{name = "a.txt", data = "abc"}}})
local file, path = m.attachments[1], os.tmpname()
m:delete()
local ok, err = pcall(file.save, file, path)
print(ok, err.status, err)  --> false	404	DiscordError(404): [0] Not Found
os.remove(path)
---
-- Archived threads: the public ones, then the private ones.
local ch = dc:channel("1327046393453613079")
for i = 1, 3 do ch:create_thread("public " .. i):edit{archived = true} end
ch:create_thread("hidden", {type = "PRIVATE_THREAD"}):edit{archived = true}
ch:create_thread("active")
local names = {}
for thread in ch:archived_threads() do table.insert(names, thread.name) end
print(table.concat(names, ", "))  --> public 3, public 2, public 1, hidden
---
-- An object as Discord sent it, without what was filled in or assigned.
local m = dc:channel("1327046393453613079"):message("1494381464177999893")
m.note = 5
local raw = m:raw()
print(raw:sub(1, 1), raw:find("\n"), json.decode(raw).id == m.id, json.decode(raw).note, json.decode(m:json()).note)  --> {	nil	true	nil	5
---
-- Deleting.
local ch = dc:channel("1327046393453613079")
local list = {}
for i = 1, 4 do list[i] = ch:send("delete me " .. i) end
print(ch:delete_message(list[1]), ch:delete_message(list[1].id))  --> true	false
print(ch:bulk_delete(list), ch:bulk_delete{ch:send("alone")}, ch:bulk_delete{})  --> 4	1	0
---
local ch = dc:channel("1327046393453613079")
ch:bulk_delete{ch:send("young"), "1494381457928618014"}  ### "older than 14 days in bulk; 1 of these are, the first is 1494381457928618014"
---
local ch = dc:channel("1327046393453613079")
local young, gone = ch:send("young"), ch:send("gone")
gone:delete()
print(ch:delete_messages{young, "1494381457928618014"}, ch:delete_messages({"1494381457928618014", young}, {reason = "again"}), ch:delete_messages{})  --> 2	1	0
---
local ch = dc:channel("1327046393453613079")
for i = 1, 3 do ch:send("purge otters " .. i) end
print(#ch:search_and_delete_all("purge otters", {dry_run = true}))  --> 3
print(ch:search_and_delete_all("purge otters", {delay = 0}))  --> 3
print(ch:search_and_delete_all("purge otters", {delay = 0}))  --> 0
---
dc:channel("1327046393453613079"):search_and_delete_all()  ### "content is required"
---
dc:channel("1327046393453613079"):search_and_delete_all("")  ### "content must not be empty"
