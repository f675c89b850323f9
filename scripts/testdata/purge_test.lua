local function general() return dc:channel("1327046393453613079") end

-- The messages that are in a channel, oldest first.
local function texts(channel)
  local list = {}
  for message in channel:history() do table.insert(list, 1, message.content) end
  return list
end

-- A channel with a message of nathan's for each text.
local function channel_with(name, ...)
  local channel = dc:find_guild():create_channel(name)
  local messages = {}
  for i, text in ipairs{...} do messages[i] = sandbox.user("nathan"):say(channel, text) end
  return channel, messages
end

local function purge(t, ...)
  t.load("../purge.lua", ...)
  return t.output()
end

-- Runs it with arguments that it refuses.
local function refused(t, why, ...)
  local arguments = {...}
  t.raises(function() t.load("../purge.lua", unpack(arguments)) end, "os.exit%(2%)")
  t.match(t.output(), why)
end

test("tells what is wrong with the arguments", function(t)
  refused(t, "^purge: CHANNEL is missing")
  refused(t, "no channel #genral; did you mean #general%?", "#genral")
  refused(t, "no server called \"otters\"", "general", "--guild", "otters")
  refused(t, "#ideas is a forum", "ideas")
  refused(t, "is no channel or thread of a server", dc:find_guild():channel("Text Channels").id)
  refused(t, "is no channel or thread of a server", sandbox.user("nathan"):dm("hello").channel_id)
  refused(t, "%-%-older%-than expects a duration such as", "general", "--older-than", "soon")
  refused(t, "older than %-%-older%-than and newer", "general", "--older-than", "2d", "--newer-than", "1d")
  refused(t, "missing closing %]", "general", "--match", "[")
  refused(t, "numbers of messages", "general", "--keep=-1")
  refused(t, "numbers of messages", "general", "--limit", "0")
  refused(t, "%-%-cron needs %-%-yes", "general", "--cron", "@daily")
  refused(t, "there is no time zone \"Berln\"", "general", "--tz", "Berln")
end)

test("shows what would go, and deletes nothing without an answer", function(t)
  local channel = channel_with("logs", "one", "two")
  t.raises(function() t.load("../purge.lua", "logs") end, "os.exit%(2%)")
  local said = t.output()
  t.match(said, "2 messages of #logs looked at, 2 to delete, from 2026%-06%-01 09:00 UTC to 2026%-06%-01 09:00 UTC\n")
  t.match(said, "nathan +two.*nathan +one")
  t.match(said, "nothing was deleted: there is no terminal to ask at; %-%-yes")
  t.eq(texts(channel), {"one", "two"})
end)

test("deletes young messages in bulk and old ones one by one", function(t)
  local channel = general()
  local old = #texts(channel)
  for i = 1, 3 do sandbox.user("nathan"):say(channel, "young " .. i) end
  t.match(purge(t, "general", "--user", "Nathan", "--limit", "7", "--yes", "--reason", "spring"), "\n7 messages deleted\n$")
  t.eq(#texts(channel), old - 4)
  local entries = dc:find_guild():audit_log{action_type = "MESSAGE_BULK_DELETE"}
  t.eq(#entries, 1)
  t.eq({entries[1].reason, entries[1].options.count}, {"spring", "3"})
  t.match(purge(t, "general", "--yes", "--pinned"), (old - 4) .. " messages deleted")
  t.eq(texts(channel), {})
  t.eq(purge(t, "general", "--yes"), "0 messages of #general looked at, none to delete\n")
end)

test("spares pinned messages, and the newest", function(t)
  local channel, messages = channel_with("logs", "pinned", "a", "b", "c")
  messages[1]:pin()
  purge(t, "#logs", "--keep", "2", "--user", "nathan", "--yes")
  t.eq({texts(channel)[1], texts(channel)[2], texts(channel)[3]}, {"pinned", "b", "c"})
  purge(t, "#logs", "--yes", "--pinned")
  t.eq(texts(channel), {})
end)

test("goes by age", function(t)
  local channel = channel_with("logs", "old")
  sandbox.clock.advance("3d")
  sandbox.user("nathan"):say(channel, "older")
  sandbox.clock.advance("2h")
  sandbox.user("nathan"):say(channel, "new")
  t.match(purge(t, "logs", "--older-than", "1h", "--keep", "2", "--yes"), "1 message deleted")
  t.eq(texts(channel), {"older", "new"})
  t.match(purge(t, "logs", "--older-than", "1h", "--yes"), "^1 message of #logs looked at.*1 message deleted")
  t.match(purge(t, "logs", "--newer-than", "1h", "--yes"), "1 message deleted")
  t.eq(texts(channel), {})
end)

test("goes by text, author and attachments", function(t)
  local channel = channel_with("logs", "Buy now", "buy later", "hello")
  channel:send("buy me, says the bot")
  channel:send("", {files = {{name = "a.txt", data = "x"}}})
  t.match(purge(t, "logs", "--match", "(?i)^buy", "--user", "@nathan", "--yes"), "2 messages deleted")
  t.match(purge(t, "logs", "--attachments", "--yes"), "a.txt.*1 message deleted")
  t.match(purge(t, "logs", "--bots", "--yes"), "1 message deleted")
  t.eq(texts(channel), {"hello"})
  t.match(purge(t, "logs", "--user", "natan", "--yes"), 'nobody called "natan" has written any of these')
end)

test("leaves alone what nobody can delete", function(t)
  local channel, messages = channel_with("logs", "topic")
  local thread = messages[1]:create_thread("more")
  sandbox.user("nathan"):say(thread, "inside")
  t.match(purge(t, thread.id, "--yes"), "1 message deleted")
end)

test("tidies up every night", function(t)
  local channel = channel_with("logs", "before")
  local said = purge(t, "logs", "--older-than", "1d", "--yes", "--cron", "0 4 * * *", "--tz", "Europe/Berlin")
  t.eq(said, "Job(name='#logs', next=2026-06-02 04:00 CEST)\n")
  sandbox.clock.advance("18h")
  t.eq(texts(channel), {"before"})
  t.output()
  sandbox.user("nathan"):say(channel, "after")
  sandbox.clock.advance("24h")
  t.eq(texts(channel), {"after"})
  t.eq(t.output(), "1 message of #logs looked at, 1 to delete, from 2026-06-01 11:00 CEST to 2026-06-01 11:00 CEST\n1 message deleted\n")
  channel:delete()
  t.expect_error("Unknown Channel")
  sandbox.clock.advance("48h")
  t.eq(jobs()[1].status, "waiting", "an error of one night does not end it")
end)
