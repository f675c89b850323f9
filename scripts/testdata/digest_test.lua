local nathan, mika = sandbox.user("nathan"), sandbox.user("mika")

local function digest(t, ...)
  t.load("../digest.lua", ...)
  return t.output()
end

-- Runs it with arguments that it refuses.
local function refused(t, why, ...)
  local arguments = {...}
  t.raises(function() t.load("../digest.lua", unpack(arguments)) end, "os.exit%(2%)")
  t.match(t.output(), why)
end

local function general() return dc:find_channel("#general") end

-- The descriptions of the digests in #general, oldest first.
local function posted()
  local list = {}
  for _, message in ipairs(general():messages(100)) do
    local embed = (message.embeds or {})[1]
    if embed and embed.title and embed.title:find("^Digest of ") then table.insert(list, embed.description) end
  end
  return list
end

-- A file with the URL of a new webhook of #general.
local function webhook_file()
  local webhook, path = general():create_webhook("news"), fs.temp()
  fs.write(path, webhook.url .. "\n")
  return path, webhook
end

test("tells what is wrong with the arguments", function(t)
  refused(t, "no channel #genral; did you mean #general%?", "--to", "genral")
  refused(t, "no server called \"otters\"", "--guild", "otters")
  refused(t, "%-%-top is a number of lines", "--top", "0")
  refused(t, "ideas is a channel that takes no messages", "--to", "ideas")
  refused(t, "exclude each other", "--to", "general", "--webhook-file", "x")
  refused(t, "nowhere.txt: no such file", "--webhook-file", "nowhere.txt")
  local path, webhook = webhook_file()
  webhook:delete()
  refused(t, "there is no such webhook any more", "--webhook-file", path)
  for _, text in ipairs{"https://example.com/secret", ""} do
    fs.write(path, text)
    refused(t, "/[^ ]*: it is no URL of a webhook: they begin with https://discord.com/api/webhooks/; ", "--webhook-file", path)
  end
end)

test("counts what people have written", function(t)
  local liked = nathan:say("general", "otters [are] https://example.com/otters. *really*")
  mika:react(liked, "👍")
  nathan:react(liked, "🦦")
  nathan:say("off-topic", "again (https://example.com/otters)")
  mika:say("off-topic", "hi")
  general():send("a bot counts for nothing https://example.com/bot")
  sandbox.add_user("robin"):join()
  local inside = liked:create_thread("more")
  mika:say(inside, "in a thread")
  sandbox.clock.advance("1s")
  t.eq(digest(t), [[
Digest of natedog's server
4 messages of 2 people, from 2026-05-31 09:00 UTC to 2026-06-01 09:00 UTC

**Channels**
#general: 2
#off-topic: 2

**People**
Mika: 2
nathan: 2

**1 new member**
robin

**Reactions**
2: [otters \[are\] https://example.com/otters. \*really\*](]] .. liked.url .. [[) by nathan

**Links**
https://example.com/otters (2 times)
]])
  inside:edit{archived = true}
  t.match(digest(t), "#general: 2", "a thread that was put away counts as well")
  t.eq(posted(), {})
end)

test("tells channels of one name apart", function(t)
  local guild = dc:find_guild()
  local one, two = guild:create_channel("twins"), guild:create_channel("twins")
  nathan:say(one, "one")
  nathan:say(two, "two")
  mika:say(two, "three")
  sandbox.clock.advance("1s")
  t.match(digest(t), "\n#twins: 2\n#twins: 1\n")
end)

test("goes on when a channel is deleted meanwhile", function(t)
  nathan:say("general", "one")
  nathan:say("off-topic", "two")
  sandbox.clock.advance("1s")
  for _, operation in ipairs{"list_messages", "list_public_archived_threads"} do
    sandbox.fault(operation, {status = 404, body = '{"code": 10003, "message": "Unknown Channel"}'})
  end
  local said = digest(t)
  t.match(said, "\n1 message of 1 person")
  t.ok(not said:find("may not read", 1, true))
end)

test("shows links without control characters", function(t)
  nathan:say("general", "https://example.com/\27]0;title\7 https://example.com/a\127b")
  sandbox.clock.advance("1s")
  t.match(digest(t), "%*%*Links%*%*\nhttps://example.com/\nhttps://example.com/a\n$")
end)

test("keeps to what everybody may see", function(t)
  nathan:say("private", "psst https://example.com/secret")
  sandbox.clock.advance("1s")
  t.match(digest(t), "\n0 messages of 0 people")
  t.match(digest(t, "--private"), "#private: 1.*https://example.com/secret")
end)

test("keeps private threads apart, active or archived", function(t)
  local old = general():create_thread("old")
  old:edit{archived = true}
  sandbox.clock.advance("3d")
  local thread = general():create_thread("secret", {type = "PRIVATE_THREAD"})
  thread:add_member(nathan.id)
  nathan:say(thread, "psst")
  sandbox.clock.advance("1s")
  for _, archived in ipairs{false, true} do
    if archived then thread:edit{archived = true} end
    t.match(digest(t), "\n0 messages of 0 people")
    t.match(digest(t, "--private"), "#general: 1")
  end
end)

test("counts nothing twice, and catches up what it has missed", function(t)
  nathan:say("general", "one")
  sandbox.clock.advance("1s")
  digest(t, "--to", "#general")
  digest(t, "--to", "#general")
  sandbox.clock.advance("3d")
  mika:say("general", "two")
  sandbox.clock.advance("3d")
  nathan:say("off-topic", "three")
  sandbox.clock.advance("1s")
  digest(t, "--to", "#general")
  local list = posted()
  t.eq(#list, 2, "a digest without anything in it is not posted")
  t.match(list[1], "^1 message of 1 person, from 2026%-05%-31 09:00 UTC to 2026%-06%-01 09:00 UTC")
  t.match(list[2], "^2 messages of 2 people, from 2026%-06%-01 09:00 UTC to 2026%-06%-07 09:00 UTC")
end)

test("counts again what could not be posted", function(t)
  nathan:say("general", "one")
  sandbox.clock.advance("1s")
  sandbox.fault("create_message", {status = 403})
  t.raises(function() digest(t, "--to", "general") end, "403")
  t.eq(posted(), {})
  digest(t, "--to", "general")
  t.match(posted()[1], "^1 message of 1 person")
end)

test("posts through a webhook, and mentions nobody", function(t)
  local path, webhook = webhook_file()
  nathan:say("general", "@everyone <@" .. mika.id .. "> look: https://example.com")
  sandbox.clock.advance("1s")
  local said = digest(t, "--webhook-file", path)
  t.ok(not said:find(webhook.token, 1, true))
  local message = general():messages(1)[1]
  t.eq({message.webhook_id, message.author.username}, {webhook.id, "news"})
  t.eq({#message.mentions, message.mention_everyone, message.content}, {0, false, ""})
  sandbox.clock.advance("1d")
  t.match(digest(t, "--webhook-file", path), "0 messages", "its own messages do not count")
end)

test("stays within what a message may hold", function(t)
  for i = 1, 60 do nathan:react(nathan:say("general", ("ü"):rep(150) .. " https://example.com/" .. ("x"):rep(100) .. i), "👍") end
  sandbox.clock.advance("1h")
  digest(t, "--to", "general", "--top", "60")
  local text = posted()[1]
  t.ok(#text > 3500 and #text <= 4096, "it has " .. #text .. " bytes")
  t.match(text, "\n…$")
end)

test("posts every morning", function(t)
  local said = digest(t, "--to", "general", "--cron", "0 9 * * *", "--tz", "Europe/Berlin")
  t.eq(said, "Job(name=\"natedog's server\", next=2026-06-02 09:00 CEST)\n")
  nathan:say("general", "one")
  sandbox.clock.advance("23h")
  t.match(posted()[1], "^1 message of 1 person, from 2026%-06%-01 09:00 CEST to 2026%-06%-02 09:00 CEST")
  nathan:say("general", "two")
  sandbox.clock.advance("1d")
  t.match(posted()[2], "^1 message of 1 person, from 2026%-06%-02 09:00 CEST to 2026%-06%-03 09:00 CEST")
  t.eq(#posted(), 2)
end)

test("goes on without what the bot may not see", function(t)
  sandbox.allow_intents{"MESSAGE_CONTENT"}
  nathan:say("general", "one")
  nathan:say("off-topic", "two")
  sandbox.clock.advance("1s")
  sandbox.fault("list_messages", {status = 403})
  local said = digest(t)
  t.match(said, "new members are left out: the bot has not the intent GUILD_MEMBERS")
  t.match(said, "digest: the bot may not read #")
  t.match(said, "\n1 message of 1 person")
end)
