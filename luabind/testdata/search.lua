local g = dc:guild("1327046393453613076")
local found = g:search{after = "2026-04-16", limit = 5}
print(#found, found[1].id, found[5].id)  --> 5	1494381604842504372	1494381457928618014
print(#g:search{before = found[3], after = found[5], limit = 25})  --> 1
print(g:search("Houston")[1].id)  --> 1494381547586064515
---
local g = dc:guild("1327046393453613076")
local uid = g:find_member("jeremyhoward")
local found = g:search{author_id = uid, limit = 5}
print(#found, found[1].author.username, found[1].guild_id == g.id)  --> 5	jeremyhoward	true
print(#g:search{author_id = {uid, dc:me()}, limit = 25})  --> 25
---
local ch = dc:channel("1327046393453613079")
print(ch:search{has = "file", limit = 1}[1].id)  --> 1494381464177999893
for _, m in ipairs(ch:search{limit = 25}) do assert(m.channel_id == ch.id) end
---
dc:guild("1327046393453613076"):search{autor_id = "1"}  ### "Guild:search: unknown option 'autor_id', did you mean 'author_id'\\?"
---
local ok, err = pcall(function() return dc:guild("1327046393453613076"):search{limit = 26} end)
print(err.code, err.errors[1].path)  --> 50035	limit
---
-- All pages, without a message twice.
local g = dc:guild("1327046393453613076")
local all = g:search_all{limit = math.huge, delay = 0}
local seen, twice = {}, 0
for _, m in ipairs(all) do
  if seen[m.id] then twice = twice + 1 end
  seen[m.id] = true
end
print(#all > 100, twice, #g:search_all{limit = 30, delay = 0})  --> true	0	30
print(#g:search_all{max_age_days = 0.0001, delay = 0})  --> 0
---
-- Messages in threads are left out unless they are wanted.
local ch = dc:channel("1327046393453613079")
local t = ch:create_thread("quiet corner")
t:send("corner otter")
local g = ch:guild()
print(#g:search("corner otter"), #g:search("corner otter", {nothread = false}), #t:search("corner otter"))  --> 0	1	1
---
-- A limit of zero gives nothing, and none below it is taken.
local g = dc:guild("1327046393453613076")
local ch = g:channel("general")
print(#g:members(0), #g:channels(0), #g:search_all{limit = 0}, #g:members(math.huge) == #g:members())  --> 0	0	0	true
for m in ch:history{limit = 0} do print(m) end
---
dc:guild("1327046393453613076"):members(-1)  ### "Guild:members: limit: expected a number of zero or more, got -1"
---
-- Other clients talk to the same server unless they are told otherwise.
print(discord.client{token = sandbox.info().bot_token}:me())  --> User(id=1361823507679543306, username='DBuddy')
