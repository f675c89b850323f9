-- The tests of backup.lua: cordial test scripts
local function temporary(t)
  local path = os.tmpname()
  t.cleanup(function() os.remove(path) end)
  return path
end

local function content(path)
  local file = assert(io.open(path, "rb"))
  local text = file:read("*a")
  file:close()
  return text
end

local function backed_up(t)
  local path = temporary(t)
  t.load("../backup.lua", path)
  t.output()
  return path
end

-- The lines of what has changed, without those about parts that cannot be compared.
local function changes(t, ...)
  t.output()
  local args = {...}
  t.raises(function() t.load("../backup.lua", "--diff", unpack(args)) end, "os.exit%(1%)")
  local lines = {}
  for line in t.output():gmatch("[^\n]+") do
    if not line:match("^backup: ") then table.insert(lines, line) end
  end
  return table.concat(lines, "\n")
end

local function refused(t, ...)
  local args = {...}
  t.output()
  t.raises(function() t.load("../backup.lua", unpack(args)) end, "os.exit%(2%)")
  return t.output()
end

test("the same server gives the same file, without secrets", function(t)
  local one, two = backed_up(t), backed_up(t)
  t.eq(content(one), content(two))
  local server = json.decode(content(one))
  t.eq({server.guild.name, #server.roles, #server.channels, #server.webhooks}, {"natedog's server", 7, 7, 1})
  t.eq(server.only_visible, nil)
  for _, secret in ipairs{dc:find_guild():webhooks()[1].token, "token", "http"} do
    t.eq(content(one):find(secret, 1, true), nil, secret)
  end
  t.load("../backup.lua", "--diff", one)
  t.load("../backup.lua", "--diff", one, two)
end)

test("messages and pins change nothing", function(t)
  local old = backed_up(t)
  dc:find_guild():channel("general"):send("hello"):pin()
  t.load("../backup.lua", "--diff", old)
end)

test("roles: added, removed, renamed, permissions, colours", function(t)
  local guild = dc:find_guild()
  local doomed = guild:create_role("Doomed")
  local old = backed_up(t)
  doomed:delete()
  guild:role("Moderators"):edit{permissions = {"KICK_MEMBERS"}}
  local middle = backed_up(t)
  guild:role("Moderators"):edit{permissions = {"BAN_MEMBERS"}}
  guild:role("Friends"):edit{name = "Pals", color = 255}
  guild:create_role("Helpers")
  t.match(changes(t, old, middle), "role Doomed: removed")
  t.eq(changes(t, middle), [[
role Moderators: permissions + BAN_MEMBERS, - KICK_MEMBERS
role Friends: colors primary color #1abc9c -> #0000ff
role Friends: renamed to Pals
role Helpers: added]])
end)

test("tags in another order", function(t)
  local ideas = dc:find_guild():channel("ideas")
  local old, tags = backed_up(t), ideas:raw("available_tags")
  ideas:edit{available_tags = {tags[2], tags[1], tags[3]}}
  t.eq(changes(t, old), "channel #ideas, available tags: in another order")
  ideas:edit{available_tags = {tags[2], {name = "new"}, tags[3]}}
  local text = changes(t, old)
  t.match(text, "available tags new: added")
  t.ok(not text:find("order", 1, true), "what is left stands as it stood")
end)

test("channels: topics, tags, permissions, categories", function(t)
  local guild, old = dc:find_guild(), backed_up(t)
  guild:channel("private"):set_permissions(guild:role("Friends"), {allow = {"VIEW_CHANNEL"}, deny = {"SEND_MESSAGES"}})
  guild:channel("private"):set_permissions(guild:member(guild:find_member("mika")), {deny = {"VIEW_CHANNEL"}})
  guild:channel("ideas"):edit{available_tags = {{id = "1467460972707840011", name = "robots"}, {name = "new"}}, parent_id = json.null}
  guild:channel("off-topic"):edit{topic = "Otters"}
  guild:create_channel("talk", {type = "GUILD_VOICE"})
  local mika = guild:find_member("mika")
  t.eq(changes(t, old), ([[
channel #private: for Friends: SEND_MESSAGES not set -> denied, VIEW_CHANNEL not set -> allowed
channel #private: for user %s: VIEW_CHANNEL not set -> denied
channel #off-topic: topic "Everything that is not about bots" -> "Otters"
channel #ideas, available tags bot: renamed to robots
channel #ideas, available tags server: removed
channel #ideas, available tags done: removed
channel #ideas, available tags new: added
voice channel talk: added
channel #ideas: moved from Text Channels to no category]]):format(mika))
end)

test("names what was moved, and not what made way", function(t)
  local guild, old = dc:find_guild(), backed_up(t)
  local function place(name, position) return {id = guild:channel(name).id, position = position} end
  dc:request("PATCH", "/guilds/" .. guild.id .. "/channels", {json = {place("ideas", 0), place("general", 1), place("private", 2), place("off-topic", 3)}})
  t.eq(changes(t, old), "channel #ideas: moved to the top")
  dc:request("PATCH", "/guilds/" .. guild.id .. "/channels", {json = {place("private", 0), place("off-topic", 1), place("general", 2), place("ideas", 3)}})
  t.eq(changes(t, old), "channel #general: moved below #off-topic")
end)

test("settings, emoji, events and webhooks", function(t)
  local guild, old = dc:find_guild(), backed_up(t)
  guild:edit{name = "Otters", system_channel_id = guild:channel("off-topic"), verification_level = 2}
  guild:emojis()[1]:edit{name = "seal"}
  guild:events()[1]:delete()
  guild:webhooks()[1]:edit{name = "Deploy"}
  t.eq(changes(t, old), [[
server: renamed to Otters
server: system channel id #general -> #off-topic
server: verification level 0 -> 2
emoji :otter:: renamed to seal
event World Otter Day: removed
webhook Build: renamed to Deploy]])
end)

-- A file with some parts of a backup.
local function written(t, server)
  server.format, server.guild = 1, {id = "1", name = "Otters"}
  local path = temporary(t)
  local file = assert(io.open(path, "wb"))
  file:write(json.encode(server))
  file:close()
  return path
end

test("compares what the sandbox does not have", function(t)
  local channels = {{id = "5", name = "rules", type = 0, position = 0}, {id = "6", name = "hall", type = 2, position = 0}}
  local old = written(t, {
    channels = channels,
    auto_moderation_rules = {{id = "7", name = "Words", enabled = true, trigger_metadata = {keyword_filter = {"bad", "worse"}}, exempt_channels = {"5"}}},
    onboarding = {enabled = true, prompts = {{id = "8", title = "Why?", options = {{id = "9", title = "Fun", channel_ids = {"5"}}}}}},
    soundboard_sounds = {{sound_id = "10", name = "quack", volume = 1}},
  })
  local new = written(t, {
    channels = channels,
    auto_moderation_rules = {{id = "7", name = "Words", enabled = false, trigger_metadata = {keyword_filter = {"worse", "ugly"}}, exempt_channels = {"6"}}},
    onboarding = {enabled = true, prompts = {{id = "8", title = "Why?", options = {{id = "9", title = "Fun", channel_ids = {"5", "6"}}, {id = "11", title = "Work"}}}}},
    soundboard_sounds = {{sound_id = "10", name = "quack", volume = 0.5}, {sound_id = "12", name = "splash"}},
    welcome_screen = {description = "Hello", welcome_channels = {{channel_id = "5", description = "read this"}}},
  })
  t.eq(changes(t, old, new), [[
sound quack: volume 1 -> 0.5
sound splash: added
auto moderation rule Words: enabled true -> false
auto moderation rule Words: exempt channels - #rules, + hall
auto moderation rule Words: trigger metadata keyword filter - "bad", + "ugly"
welcome screen: description nothing -> "Hello"
welcome screen: welcome channels + {"channel_id":"5","description":"read this"}
onboarding, prompts Why?, options Fun: channel ids + hall
onboarding, prompts Why?, options Work: added]])
end)

test("names what the bot may not read", function(t)
  local old, path = backed_up(t), temporary(t)
  local nathan = sandbox.user("nathan").dc:find_guild()
  nathan:channel("private"):clear_permissions(nathan:role("DBuddy"))
  nathan:role("DBuddy"):edit{permissions = {"MANAGE_GUILD"}}
  t.load("../backup.lua", path)
  local said = t.output()
  t.match(said, "left out: webhooks: the bot needs MANAGE_WEBHOOKS")
  t.match(said, "hidden from the bot")
  local server = json.decode(content(path))
  t.eq(server.webhooks, nil)
  t.eq(server.left_out, {webhooks = "the bot needs MANAGE_WEBHOOKS"})
  t.eq(server.only_visible, true)
  t.match(changes(t, old, path), "channel #private: removed, or hidden from the bot")
end)

test("keeps the old file when a request fails", function(t)
  local path = backed_up(t)
  local before = content(path)
  dc:find_guild():create_role("Helpers")
  sandbox.fault("get_guild_webhooks", {status = 500, times = 100})
  t.raises(function() t.load("../backup.lua", path) end, "DiscordError%(500%)")
  t.eq(content(path), before)
end)

test("saves images once", function(t)
  local folder = fs.temp() .. ".d"
  local function saved()
    t.load("../backup.lua", temporary(t), "--images", folder)
    return t.match(t.output(), "(%d) new images")
  end
  t.eq(saved(), "1")
  t.eq(content(folder .. "/1468214437478400009.png"):sub(2, 4), "PNG")
  t.eq(saved(), "0")
  t.match(refused(t, "--diff", folder, "--images", folder), "%-%-images and %-%-cron go with a backup")
end)

test("backs up every night", function(t)
  local path = temporary(t)
  t.load("../backup.lua", path, "--cron", "0 3 * * *", "--tz", "Europe/Berlin")
  t.match(t.output(), "^Job%(.*next=2026%-06%-02 03:00 CEST%)\n$")
  t.eq(io.open(path), nil)
  sandbox.clock.advance("24h")
  t.match(content(path), '"name": "natedog\'s server"')
  t.eq(jobs()[1].runs, 1)
end)

test("tells where it cannot write", function(t)
  t.raises(function() t.load("../backup.lua", "/nowhere/new.json") end, "cannot write: .*new.json")
  t.match(refused(t, "/nowhere/new.json", "--cron", "0 3 * * *"), "^backup: cannot write: .*new.json")
  t.match(refused(t, temporary(t), "--images", "/nowhere/images"), "^backup: cannot write: .*/nowhere/images")
  local folder = fs.temp{folder = true}
  t.match(refused(t, folder, "--cron", "0 3 * * *"), " is no file that can be read and replaced")
  t.match(refused(t, "--guild", "nowhere", "--cron", "0 3 * * *"), "^backup: .*no server")
  t.eq(#jobs(), 0)
end)

test("says what is wrong with its arguments", function(t)
  t.match(refused(t, "--guild", "Nowhere"), 'no server called "Nowhere"; it is in natedog\'s server')
  t.match(refused(t, "--diff", "/nowhere/old.json"), "cannot read: .*old.json")
  t.match(refused(t, "--diff", fs.temp{folder = true}), "cannot read: ")
  local half = fs.temp()
  fs.write(half, '{"format": 1}')
  t.match(refused(t, "--diff", half), "is no backup that this version can read")
  local path = temporary(t)
  local file = io.open(path, "wb")
  file:write('{"format": 1, "guild": {"id": "1", "name": "Other"}}')
  file:close()
  t.match(refused(t, "--diff", path, backed_up(t)), "two servers: Other and natedog's server")
  t.match(refused(t, "--diff", "backup_test.lua"), "cannot read")
end)
