-- The tests of roles-audit.lua: cordial test scripts

-- The rows of a kind, each as "name: permissions: through".
local function audit(t, kind, ...)
  t.output()
  t.load("../roles-audit.lua", "--format", "json", ...)
  local lines = {}
  for _, row in ipairs(json.decode(t.output():match("{.*")).rows) do
    if row.kind == kind then table.insert(lines, ("%s: %s: %s"):format(row.name, table.concat(row.permissions, " "), row.through)) end
  end
  return lines
end

local function ends_with(t, code, ...)
  local arguments = {...}
  t.output()
  t.raises(function() t.load("../roles-audit.lua", unpack(arguments)) end, "os.exit%(" .. code .. "%)")
  return t.output()
end

-- The guild as its owner has it.
local function owned() return sandbox.user("nathan").dc:find_guild() end

local moderation = "MANAGE_MESSAGES MANAGE_THREADS BAN_MEMBERS KICK_MEMBERS MODERATE_MEMBERS"

test("names who has dangerous permissions, and through what", function(t)
  t.eq(audit(t, "owner"), {"nathan: : the server is theirs"})
  t.eq(audit(t, "admin-bot"), {"DBuddy: ADMINISTRATOR: role DBuddy"})
  t.eq(audit(t, "bot"), {"Dizcord Util Bot: MANAGE_MESSAGES: role Dizcord Util Bot"})
  t.eq(audit(t, "member"), {"Jeremy Howard: " .. moderation .. ": role Moderators", "Mika: " .. moderation .. ": role Moderators"})
  t.eq(audit(t, "everyone"), {})
  t.eq(audit(t, "mention-everyone"), {"@everyone: MENTION_EVERYONE: the server"})
  t.eq(audit(t, "role")[3], "Moderators: " .. moderation .. ": 2 members")
end)

test("sees what channels allow, but for whom they deny it again", function(t)
  local guild = owned()
  local jeremy, sam, mika = guild:find_member("jeremyhoward"), guild:find_member("sam_rivera"), guild:find_member("mika")
  guild:channel("general"):set_permissions(guild:role("Friends"), {allow = {"MANAGE_WEBHOOKS"}})
  guild:channel("general"):set_permissions(mika, {deny = {"MANAGE_WEBHOOKS"}})
  guild:channel("Text Channels"):set_permissions(sam, {allow = {"MANAGE_ROLES", "VIEW_CHANNEL"}})
  guild:channel("off-topic"):set_permissions(guild.id, {allow = {"MANAGE_MESSAGES"}})
  local people = audit(t, "member")
  table.sort(people)
  t.eq(people, {
    "Jeremy Howard: " .. moderation .. ": role Moderators",
    "Mika: " .. moderation .. ": role Moderators",
    "Sam: MANAGE_ROLES: category Text Channels",
    "priya 🦦: MANAGE_WEBHOOKS: #general, role Friends",
  })
  t.eq(audit(t, "everyone"), {"@everyone: MANAGE_MESSAGES: #off-topic"})
end)

test("knows administrators, also of other permissions", function(t)
  local guild = owned()
  guild:member(guild:find_member("sam_rivera")):add_role(guild:create_role("Chiefs", {permissions = {"ADMINISTRATOR", "BAN_MEMBERS"}}))
  t.eq(audit(t, "member")[3], "Sam: ADMINISTRATOR: role Chiefs")
  t.eq(audit(t, "member", "--permission", "MUTE_MEMBERS"), {"Sam: MUTE_MEMBERS: role Chiefs"})
end)

test("finds roles that nobody has, and those above the bot", function(t)
  local guild = owned()
  t.eq(audit(t, "unused-role"), {})
  t.eq(audit(t, "role-above-bot"), {})
  local spare = guild:create_role("Spare", {permissions = {"BAN_MEMBERS"}})
  t.eq(audit(t, "unused-role"), {"Spare: BAN_MEMBERS: "})
  guild:request("PATCH", "/guilds/" .. guild.id .. "/roles", {json = {{id = spare.id, position = 7}}, use_user = true})
  t.eq(audit(t, "role-above-bot"), {"Spare: BAN_MEMBERS: above DBuddy"})
end)

test("sees who may mention everyone in one channel", function(t)
  local guild = owned()
  guild:role("@everyone"):edit{permissions = {"VIEW_CHANNEL"}}
  t.eq(audit(t, "mention-everyone"), {})
  guild:channel("general"):set_permissions(guild.id, {allow = {"MENTION_EVERYONE"}})
  t.eq(audit(t, "mention-everyone"), {"@everyone: MENTION_EVERYONE: #general"})
end)

test("writes a table, Markdown and CSV", function(t)
  t.load("../roles-audit.lua")
  t.match(t.output(), "\nbot +Dizcord Util Bot +MANAGE_MESSAGES +role Dizcord Util Bot\n")
  owned():role("Moderators"):edit{name = "a|b"}
  t.load("../roles-audit.lua", "--format=markdown")
  t.match(t.output(), "| role | a\\|b | [A-Z_, ]+ | 2 members |\n")
  t.load("../roles-audit.lua", "--format=csv")
  local rows = csv.decode(t.output(), {header = true})
  t.eq({rows[2].kind, rows[2].name, rows[2].permissions}, {"admin-bot", "DBuddy", "ADMINISTRATOR"})
end)

test("writes names with characters that nobody sees", function(t)
  local guild = owned()
  for i, name in ipairs{"in\226\128\139visible", "Cafe\204\129", "\226\128\174turned", "tab\there", "漢字"} do
    guild:create_role(name, {permissions = {"KICK_MEMBERS"}})
  end
  t.load("../roles-audit.lua")
  local text = t.output()
  for _, name in ipairs{"invisible", "Cafe\204\129", "turned", "tab    here", "漢字"} do t.match(text, "\nrole +" .. name .. " +KICK_MEMBERS +0 members\n") end
end)

test("fails on what it is told to", function(t)
  ends_with(t, 1, "--fail-on", "admin-bot")
  t.load("../roles-audit.lua", "--fail-on", "everyone", "--fail-on", "unused-role")
  ends_with(t, 1, "--fail-on", "everyone", "--fail-on", "mention-everyone")
end)

test("says what is missing without the members", function(t)
  sandbox.fault("list_guild_members", {status = 403, times = 9})
  t.eq(audit(t, "member"), {})
  t.eq(audit(t, "owner"), {owned().owner_id .. ": : the server is theirs"})
  t.eq(audit(t, "role")[1], "DBuddy: ADMINISTRATOR: not known who")
  t.load("../roles-audit.lua")
  t.match(t.output(), "Server Members Intent")
  t.match(ends_with(t, 2, "--fail-on", "admin-bot"), "cannot be told without the members")
  t.load("../roles-audit.lua", "--fail-on", "everyone")
end)

test("tells that channels may be hidden from the bot", function(t)
  owned():role("DBuddy"):edit{permissions = {"VIEW_CHANNEL"}}
  t.load("../roles-audit.lua")
  t.match(t.output(), "channels that are hidden from it are left out")
end)

test("says what is wrong with its arguments", function(t)
  t.match(ends_with(t, 2, "--permission", "BAN"), "there is no permission BAN")
  t.match(ends_with(t, 2, "--guild", "nowhere"), 'no server called "nowhere"')
  t.match(ends_with(t, 2, "--fail-on", "admin"), "expects owner, admin%-bot")
end)
