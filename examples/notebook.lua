-- The REST part of the notebook that cordial grew from, in its order. Run it on the sandbox:
--   cordial run --sandbox examples/notebook.lua

-- A guild, its channels, its messages.
local gid = "1327046393453613076"
local gld = dc:guild(gid)
print(gld)

local chs = gld:channels(5)
print(chs)

local chid = "1327046393453613079"
local ch = dc:channel(chid)
print(ch)

local msgs = ch:messages(5)
print(msgs)

-- Searching. Dates stand for the ids that Discord wants.
print(gld:search{after = "2026-02-16", limit = 5})

local uid = gld:find_member("jeremyhoward")
assert(uid)
print(gld:search{author_id = uid, limit = 5})

local names = gld:member_names()
print(table.concat(names, ", ", 1, 5))

-- Sending.
local msg = ch:send("Hi, from Solveit!")
print(msg)

local reply_msg = ch:send("I'm replying to myself 🤓", {reply_id = msg.id})
print(reply_msg)

print(msg:channel())

msg = ch:send("Here is a file!", {files = {"README.md"}})
print(msg)

-- Attachments.
print(ch:search{has = "file", limit = 1})

local atts = msg.attachments
print(atts)

local readme = atts[1]:fetch()
print(readme:sub(1, 16))

-- Direct messages are ordinary channels.
local dm = dc:create_dm("346450717025894400") -- nathan
dm:send("Hello from DMs!")

-- Members are users inside a guild.
local mems = gld:members(5)
print(mems)

-- More than one page.
local r = ch:search_all{delay = 0}
print(#r <= 500)

-- Threads, and deleting.
local thread = msg:create_thread("About the file")
print(dc:thread(thread.id))

local old = ch:send("to be deleted")
ch:delete_message(old.id)
reply_msg:delete()
ch:bulk_delete{ch:send("one"), ch:send("two")}

for _ = 1, 3 do ch:send("otter spam") end
print(ch:search_and_delete_all("otter spam", {delay = 0}))
