local g = dc:guild("1327046393453613076")
print(g:channel("general"), g:channel("1327046393453613080"), g:channel("nowhere"))  --> Channel(id=1327046393453613079, name='general', type=0)	Channel(id=1327046393453613080, name='General', type=2)	nil
print(g:role("@everyone"), g:role("nobody"))  --> Role(id=1327046393453613076, name='@everyone')	nil
print(g:member("346450717025894400"))  --> Member(id=346450717025894400, name='nathan', joined=2025-01-09)
print(g:members(2))
--> | ID | Name | Joined | Roles |
--> |---|---|---|---|
--> | 346450717025894400 | nathan | 2025-01-09 | 0 |
--> | 1327047896436178954 | SearchBuddy | 2025-01-09 | 1 |
print(#g:members() > 5, #g:member_names() == #g:members())  --> true	true
print(g:find_member("nobody at all"), type(g:find_member("jeremyhoward")))  --> nil	string
---
g = dc:guild("1327046393453613076")
g:channel(5)  ### "quote it"
---
-- Channels and roles, made and changed.
local g = dc:guild("1327046393453613076")
local ch = g:create_channel("news", {topic = "What is new", parent_id = g:channel("Text Channels")})
print(ch.name, ch.topic, ch.type, ch.guild_id == g.id)  --> news	What is new	0	true
print(ch:edit{name = "old-news", rate_limit_per_user = 5}.name)  --> old-news
print(ch:guild() == g, ch.mention == "<#" .. ch.id .. ">")  --> true	true
local role = g:create_role("helper", {permissions = {"MANAGE_MESSAGES", "KICK_MEMBERS"}, color = 0x57F287, reason = "spring"})
print(role.name, role.permissions, role.color)  --> helper	8194	5763719
print(role:edit{permissions = "BAN_MEMBERS"}.permissions, role.mention == "<@&" .. role.id .. ">")  --> 4	true
print(ch:set_permissions(role, {deny = {"SEND_MESSAGES"}}), dc:channel(ch.id).permission_overwrites[1].deny)  --> true	2048
print(ch:set_permissions(role.id, {allow = {"SEND_MESSAGES"}}), dc:channel(ch.id).permission_overwrites[1].type)  --> true	0
local nathan = g:member("346450717025894400")
print(ch:set_permissions(nathan, {deny = {"SEND_MESSAGES"}}), ch:set_permissions(nathan.id, {deny = "0"}), #dc:channel(ch.id).permission_overwrites)  --> true	true	2
print(ch:clear_permissions(nathan.id), ch:clear_permissions(role), #dc:channel(ch.id).permission_overwrites)  --> true	true	0
print(g:audit_log(1)[1].user_id == dc:me().id)  --> true
print(role:delete(), g:role("helper"))  --> true	nil
print(ch:delete().id == ch.id, g:channel("old-news"))  --> true	nil
---
-- Permissions by name, also wrong ones.
dc:guild("1327046393453613076"):create_role("x", {permissions = {"MANAGE_MESSAGE"}})  ### "permissions\\[1\\]: unknown permission 'MANAGE_MESSAGE', did you mean 'MANAGE_MESSAGES'\\?"
---
-- Members.
local g = dc:guild("1327046393453613076")
local jeremy = g:member(g:find_member("jeremyhoward"))
local role = g:create_role("reader")
print(jeremy:add_role(role), #g:member(jeremy).roles - #jeremy.roles)  --> true	1
print(jeremy:remove_role(role), #g:member(jeremy).roles - #jeremy.roles)  --> true	0
print(jeremy:edit{nick = "Jeremy"}.name, jeremy.mention == "<@" .. jeremy.id .. ">")  --> Jeremy	true
print(jeremy:timeout("10m").communication_disabled_until ~= nil)  --> true
print(jeremy:timeout(0).communication_disabled_until)  --> nil
print(jeremy:dm().type, jeremy.user.username, jeremy:guild() == g)  --> 1	jeremyhoward	true
print(jeremy:kick(), g:find_member("jeremyhoward"))  --> true	nil
---
local g = dc:guild("1327046393453613076")
local uid = g:find_member("jeremyhoward")
print(g:ban(uid, {delete_message_seconds = 3600, reason = "test"}), #g:bans(), g:bans()[1].reason or g:bans()[2].reason)  --> true	2	test
print(g:unban(uid), #g:bans())  --> true	1
---
-- Hierarchy and the owner.
local g = dc:guild("1327046393453613076")
local ok, err = pcall(g.kick, g, g.owner_id)
print(err.status, err.code)  --> 403	50013
---
local g = dc:guild("1327046393453613076")
local mine = g:permissions()
print(mine:has("SEND_MESSAGES"), mine:has{"SEND_MESSAGES", "VIEW_CHANNEL"}, type(mine.value), #mine.names > 5)  --> true	true	number	true
print(g:permissions(g.owner_id):has("ADMINISTRATOR"))  --> true
print(g:permissions(nil, g:channel("general")):has("SEND_MESSAGES"))  --> true
---
local g = dc:guild("1327046393453613076")
local lines = {}
for line in tostring(g:tree{members = true, member_limit = 2}):gmatch("[^\n]+") do lines[#lines + 1] = line end
print(lines[1])  --> natedog's server (1327046393453613076)
print(lines[#lines - 2], lines[#lines])  --> └── Members (2)	    └── SearchBuddy (1327047896436178954)
print(tostring(g:tree{members = false}):find("# general (1327046393453613079)", 1, true) ~= nil)  --> true
print(tostring(g:tree{members = false}):find("🔊 General (1327046393453613080)", 1, true) ~= nil)  --> true
---
local g = dc:guild("1327046393453613076")
print(g:edit{name = "renamed", reason = "test"}.name, dc:guild(g).name)  --> renamed	renamed
print(type(g:webhooks()), type(g:emojis()), type(g:invites()), type(g:threads()), type(g:roles()))  --> table	table	table	table	table
---
-- Scheduled events.
local g = dc:guild("1327046393453613076")
print(#g:events() >= 1, g:events()[1].guild_id == g.id)  --> true	true
local e = g:create_event("Otter night", {
  entity_type = 3, privacy_level = 2, entity_metadata = {location = "The river"},
  scheduled_start_time = os.time() + 3600, scheduled_end_time = os.time() + 7200,
})
print(e.name, e.status)  --> Otter night	1
print(e:edit{status = 2}.status, type(e:users()), e:delete())  --> 2	table	true
---
dc:guild("1327046393453613076"):create_event("Otter night", {entity_type = 3, entity_metadata = {place = "x"}})  ### "entity_metadata: unknown field 'place'|entity_metadata.*location"
---
-- The files of emoji.
local emoji = dc:guild("1327046393453613076"):emojis()[1]
print(emoji.image_url:match("/emojis/.*"), emoji:fetch():sub(2, 4))  --> /emojis/1468214437478400009.png	PNG
