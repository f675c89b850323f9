-- Failure raises an error value.
local ok, err = pcall(dc.channel, dc, "1")
print(ok, err)  --> false	DiscordError(404): [10003] Unknown Channel
print(err.status, err.code, err.message, err.method, err.path)  --> 404	10003	Unknown Channel	GET	/channels/1
---
dc:channel("1")  ### "DiscordError\\(404\\): \\[10003\\] Unknown Channel"
---
-- Field errors are flattened.
local ch = dc:channel("1327046393453613079")
local ok, err = pcall(ch.edit, ch, {permission_overwrites = {{id = "1", type = 7}}})
print(err)  --> DiscordError(400): [50035] Invalid Form Body
print(#err.errors, err.errors[1].path, err.errors[1].code)  --> 1	permission_overwrites[0].type	BASE_TYPE_CHOICES
print(err:detail():find("permission_overwrites%[0%].type") ~= nil)  --> true
---
-- What a message may not have is known before it is sent.
dc:channel("1327046393453613079"):send("x", {embeds = {{title = ("x"):rep(300)}}})  ### "Channel:send: embeds\\[1\\].title: must be 256 or fewer in length, got 300"
---
local ch = dc:channel("1327046393453613079")
local ok, err = pcall(ch.send, ch, "")
print(err)  --> DiscordError(400): [50006] Cannot send an empty message
---
-- Faults of the server are survived where the request may be repeated.
sandbox.fault("get_my_user", {status = 502, times = 2})
print(dc:me().username)  --> DBuddy
sandbox.fault("get_my_user", {scope = "user", retry_after = 0.2})
print(dc:me().username)  --> DBuddy
sandbox.fault("get_my_user", {cut = true})
print(dc:me().username)  --> DBuddy
---
-- So is a message, which is sent once.
local ch = dc:channel("1327046393453613079")
sandbox.fault("create_message", {cut = true})
ch:send("only once", {files = {"a.txt"}})
local n = 0
for _, m in ipairs(ch:messages(10)) do if m.content == "only once" then n = n + 1 end end
print(n, ch:messages(1)[1].attachments[1]:fetch())  --> 1	alpha
---
sandbox.fault("get_my_usr")  ### "did you mean .get_my_user"
---
-- A wait can be cut short.
sandbox.fault("get_my_user", {delay = 60})
print(pcall(with_timeout, 0.1, dc.me))  --> false	TimeoutError: not done after 0.1s
---
print(discord.date_to_snowflake("2026-02-16"))  --> 1472744285798400000
print(discord.safe_file_name("../a:b?.txt"), discord.safe_file_name("cat.png"))  --> _a_b_.txt	cat.png
print(discord.snowflake_time("1494381457928618014"):sub(1, 10))  --> 2026-04-16
print(discord.channel_types.GUILD_FORUM, discord.permissions.BAN_MEMBERS, discord.intents.GUILD_MESSAGES, discord.message_flags.EPHEMERAL)  --> 15	4	512	64
print(table.concat(discord.permission_names("6"), ","))  --> KICK_MEMBERS,BAN_MEMBERS
---
discord.date_to_snowflake("16.2.2026")  ### "expected a date as 'YYYY-MM-DD'"
---
discord.permission_names("BAN_MEMBER")  ### "unknown permission 'BAN_MEMBER', did you mean 'BAN_MEMBERS'\\?"
---
-- Another client.
local info = sandbox.info()
local other = discord.client{token = info.bot_token, base_url = info.api_url, name = "mine", version = "2"}
print(other, other:me(), other.api.get_my_user() == dc:me())  --> Client()	User(id=1361823507679543306, username='DBuddy')	true
---
local wrong = discord.client{token = "bm90aGluZw.x.y", base_url = sandbox.info().api_url}
local ok, err = pcall(wrong.me, wrong)
print(ok, err.kind, err.message:find("DISCORD_BOT_TOKEN") ~= nil)  --> false	auth	true
