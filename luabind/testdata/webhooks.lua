local ch = dc:channel("1327046393453613079")
local w = ch:create_webhook("CI")
print(w.name, w.channel_id == ch.id, dc:webhook(w.id) == w)  --> CI	true	true
print(w.url:find(w.token, 1, true) ~= nil)  --> true
local m = w:send("Build passed", {username = "Builder", embeds = {{title = "ok"}}, files = {"a.txt"}})
print(m.author.username, m.webhook_id == w.id, #m.attachments, m.embeds[1].title)  --> Builder	true	1	ok
print(w:message(m).content, w:edit_message(m, "Build failed").content, w:delete_message(m))  --> Build passed	Build failed	true
print(w:edit{name = "CI2"}.name)  --> CI2
local ok, err = pcall(function() return w:send("again"):edit("changed") end)
print(ok, err.code, err.hint:match("edit_message of the webhook"))  --> false	50005	edit_message of the webhook
local listed = false
for _, x in ipairs(ch:webhooks()) do listed = listed or x == w end
print(listed, w:delete())  --> true	true
local ok, err = pcall(dc.webhook, dc, w.id)
print(err.code)  --> 10015
---
local ch = dc:channel("1327046393453613079")
local w = ch:create_webhook("threads")
local t = ch:create_thread("for the webhook")
print(w:send("inside", {thread = t}).channel_id == t.id)  --> true
---
dc:channel("1327046393453613079"):create_webhook("clyde")  ### "50035"
---
local ch = dc:channel("1327046393453613079")
local invite = ch:invite{max_age = 3600, max_uses = 1, unique = true}
print(invite.max_uses, dc:invite(invite.code).channel.name, invite.url == "https://discord.gg/" .. invite.code)  --> 1	general	true
print(#ch:invites() >= 1, invite:delete().code == invite.code)  --> true	true
local ok, err = pcall(dc.invite, dc, invite.code)
print(err.code)  --> 10006
---
-- An image from a file becomes a data URI.
local g = dc:guild("1327046393453613076")
local w = g:channel("general"):create_webhook("pic", {avatar = "pixel.gif"})
print(type(w.avatar))  --> string
---
dc:channel("1327046393453613079"):create_webhook("pic", {avatar = "a.txt"})  ### "avatar: a.txt is neither an image nor a sound"
