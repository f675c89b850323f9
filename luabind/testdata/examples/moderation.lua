local mika, sam = sandbox.user("mika"), sandbox.user("sam_rivera") -- a moderator, and somebody who is none
local function warn(reason) return mika:slash("warn", {member = sam, reason = reason}).content end
print((warn("too loud"):gsub(sam.mention, "Sam")))  --> Sam, this is warning 1 of 3: too loud
print((warn():gsub(sam.mention, "Sam")))  --> Sam, this is warning 2 of 3: please mind the rules
print((warn():gsub(sam.mention, "Sam")))  --> Sam is muted for an hour after three warnings.
print(dc:guilds()[1]:member(sam.id).communication_disabled_until ~= nil)  --> true
---
-- Who may not use the commands, and whom nobody can mute.
local sam, mika, nathan, priya = sandbox.user("sam_rivera"), sandbox.user("mika"), sandbox.user("nathan"), sandbox.user("priya")
local reply = mika:slash("mute", {member = sam, minutes = 5, reason = "noise"})
print((reply.content:gsub(sam.mention, "Sam")), reply.ephemeral)  --> Sam is muted for 5 minutes.	true
print((mika:slash("mute", {member = nathan, minutes = 5}).content:gsub(nathan.mention, "Nathan")))  --> Nathan cannot be muted: Missing Permissions
priya:slash("mute", {member = mika, minutes = 5})  ### "may not use \"mute\": it needs MODERATE_MEMBERS"
---
-- Invitations to other servers.
local sam, mika = sandbox.user("sam_rivera"), sandbox.user("mika")
local said
local m = answer(function() said = sam:say("general", "join discord.gg/otters now") end)
print(m.content)  --> @Sam, please do not advertise other servers here.
print(pcall(m:channel().message, m:channel(), said.id))  --> false	DiscordError(404): [10008] Unknown Message
print(mika:say("general", "discord.gg/otters is fine here").content == m:channel():messages(1)[1].content)  --> true
---
-- Purging, and a cooldown for who does it too often.
local mika, sam = sandbox.user("mika"), sandbox.user("sam_rivera")
sam:say("general", "one")
sam:say("general", "two")
local gone = spawn(gateway.wait_for, "MESSAGE_DELETE_BULK", {timeout = 10}) sleep(0)
mika:say("general", "!purge 2")
print(#gone:wait().ids)  --> 3
print((answer(function() mika:say("general", "!purge 2") end).content:gsub("%d+", "N")))  --> Please wait N seconds before you use !purge again.
