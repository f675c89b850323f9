print(dc:me())  --> User(id=1361823507679543306, username='DBuddy')
print(dc:guilds())
--> | ID | Name |
--> |---|---|
--> | 1327046393453613076 | natedog's server |
print(#dc:guilds(1), #dc:guilds{after = "1327046393453613076"})  --> 1	0
---
print(dc:user("346450717025894400"))  --> User(id=346450717025894400, username='nathan')
print(dc:channel("1327046393453613079"))  --> Channel(id=1327046393453613079, name='general', type=0)
---
-- Direct messages.
local dm = dc:create_dm("346450717025894400")
print(dm.type, dm.guild_id, dm.recipients[1])  --> 1	nil	User(id=346450717025894400, username='nathan')
print(dc:create_dm(dm.recipients[1]) == dm)  --> true
print(dm:send("Hello!").content)  --> Hello!
print(dm.url == "https://discord.com/channels/@me/" .. dm.id)  --> true
---
local dm = dc:create_dm("346450717025894400")
dm:guild()  ### "not in a guild"
---
-- Any request.
local g = dc:request("GET", "/guilds/1327046393453613076", {query = {with_counts = true}})
print(g, g.approximate_member_count > 5)  --> Guild(id=1327046393453613076, name="natedog's server")	true
local made = dc:request("POST", "/channels/1327046393453613079/messages", {json = {content = "raw"}})
print(made.content)  --> raw
print(dc:request("DELETE", "/channels/1327046393453613079/messages/" .. made.id, {reason = "test"}))  --> true
print(g:request("GET", "/users/@me"))  --> User(id=1361823507679543306, username='DBuddy')
local up = dc:request("POST", "/channels/1327046393453613079/messages", {json = {content = "with files"}, files = {"a.txt", {name = "c.txt", data = "gamma"}}})
print(#up.attachments, up.attachments[2]:fetch())  --> 2	gamma
---
dc:request("GET", "users/@me")  ### "path: expected one like"
---
dc:request("FETCH", "/users/@me")  ### "expected one of .*GET"
---
dc:request("GET", "/users/@me", {use_user = true})  ### "no token for this request: set DISCORD_USER_TOKEN"
---
-- Every operation by its id.
local role = dc.api.get_guild_role{guild_id = "1327046393453613076", role_id = "1327046393453613076"}
print(role.name)  --> @everyone
print(dc.api.list_guild_channels{guild_id = dc:guilds()[1]}[1])  --> Channel(id=1327046393453613077, name='Text Channels', type=4)
---
dc.api.get_guild_rol{}  ### "unknown function 'get_guild_rol', did you mean 'get_guild_role'"
---
dc.api.get_guild_role{guild_id = "1327046393453613076"}  ### "dc.api.get_guild_role: role_id is required"
---
dc.api.get_guild_role{guild_id = "1", rol_id = "2"}  ### "unknown option 'rol_id', did you mean 'role_id'\\?"
---
dc.api.create_message{channel_id = "1327046393453613079", embeds = {{titel = "x"}}}  ### "embeds\\[1\\]: unknown field 'titel', did you mean 'title'\\?"
---
dc.api.create_message{channel_id = "1327046393453613079", attachments = {id = "0"}}  ### "put it in braces"
---
dc.api.create_message{channel_id = "1327046393453613079", embeds = {{fields = {{name = "a", value = "b"}, {name = "a", vlue = "b"}}}}}  ### "embeds\\[1\\].fields\\[2\\]: unknown field 'vlue'"
---
-- What the sandbox does not serve says so.
local ok, err = pcall(dc.api.get_public_keys)
print(ok, err.status, tostring(err):find("get_public_keys") ~= nil)  --> false	501	true
---
-- Statistics.
dc:me()
local s = dc:stats()
print(type(s), s.requests >= 1)  --> table	true
---
-- A guild as a person names it.
print(dc:find_guild() == dc:find_guild("Natedog's SERVER"), dc:find_guild("1327046393453613076").name)  --> true	natedog's server
print(dc:find_guild("nowhere"))  --> nil	the bot is in no server called "nowhere"; it is in natedog's server (1327046393453613076)
print(dc:find_guild("1327046393453613079"))  --> nil	the bot is in no server with the id 1327046393453613079
---
-- A channel as a person names it.
print(dc:find_channel("#off-topic") == dc:find_channel("OFF-topic"), dc:find_channel("1327046393453613079").name)  --> true	general
print(dc:find_channel("genral"))  --> nil	the bot sees no channel #genral; did you mean #general?
print(dc:find_channel("general", {guild = "nowhere"}))  --> nil	the bot is in no server called "nowhere"; it is in natedog's server (1327046393453613076)
print(dc:find_channel("1327046393453613076"))  --> nil	the bot sees no channel with the id 1327046393453613076
dc:find_guild():create_channel("general")
print((select(2, dc:find_channel("#general")):gsub("%d+", "N")))  --> several channels are called #general; use the id: N, N
print(dc.dry_run)  --> false
---
-- A webhook by its URL, which no text repeats.
local hook = dc:find_channel("#off-topic"):create_webhook("news")
local found = dc:find_webhook(" " .. hook.url .. "\n")
print(found == hook, found:send("hello").webhook_id == hook.id)  --> true	true
print(dc:find_webhook(hook.url .. "x"))  --> nil	there is no such webhook any more, or its URL has changed
hook:delete()
print(dc:find_webhook(hook.url))  --> nil	there is no such webhook any more, or its URL has changed
print(dc:find_webhook("https://example.com/secret"))  --> nil	it is no URL of a webhook: they begin with https://discord.com/api/webhooks/
