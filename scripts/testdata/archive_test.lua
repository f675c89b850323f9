-- The tests of archive.lua: cordial test scripts. That a run that is killed leaves nothing behind is tested with processes, by go test.

local general = "1327046393453613079"

local function lines(path)
  local list = {}
  for line in fs.lines(path) do table.insert(list, line) end
  return list
end

-- Runs the script with a folder, and gives what it has printed.
local function archive(t, folder, ...)
  t.output()
  t.load("../archive.lua", folder, ...)
  return t.output()
end

local function refused(t, ...)
  local args = {...}
  t.output()
  t.raises(function() t.load("../archive.lua", unpack(args)) end, "os.exit%(2%)")
  return t.output()
end

-- Opens the database of an archive for a look.
local function look(t, folder)
  local db = sqlite.open(folder .. "/archive.db", {readonly = true})
  t.cleanup(function() db:close() end)
  return db
end

-- The JSONL file of a channel.
local function file_of(folder, id) return fs.glob(folder .. "/*-" .. id .. ".jsonl")[1] end

-- A channel with messages of its own.
local function new_channel(t, name, n)
  local channel = dc:guilds()[1]:create_channel(name)
  for i = 1, n do channel:send("message " .. i) end
  return channel
end

test("a whole server, threads and forum posts too", function(t)
  local folder = fs.temp{folder = true}
  local channel = new_channel(t, "plans", 3)
  local forum = dc:guilds()[1]:create_channel("questions", {type = "GUILD_FORUM"})
  local post = forum:create_thread("How?", {message = {content = "Tell me"}})
  local old = forum:create_thread("Old one", {message = {content = "Long ago"}})
  old:edit{archived = true}
  local secret = channel:create_thread("secret", {type = "PRIVATE_THREAD"})
  secret:send("hidden")
  secret:edit{archived = true}
  t.match(archive(t, folder), ": %d+ messages, %d+ files %(.* MB%) new in %d+ channels and %d+ threads\n$")

  local db = look(t, folder)
  for _, c in ipairs{channel, post, old, secret} do
    local written = lines(file_of(folder, c.id))
    local rows = db:rows("SELECT id, json FROM messages WHERE channel_id = ? ORDER BY id", c.id)
    t.eq(#written, #rows)
    t.ok(#rows > 0, c.name)
    for i, row in ipairs(rows) do
      t.eq(written[i], row.json)
      t.eq(written[i], c:message(row.id):raw())
    end
  end
  t.eq(db:row("SELECT content FROM messages WHERE id = ?", post.id).content, "Tell me")
  t.eq(db:row("SELECT parent_id FROM channels WHERE id = ?", old.id).parent_id, forum.id)
  t.eq(db:row("SELECT name FROM channels WHERE id = ?", forum.id).name, "questions")
  t.eq(db:row("SELECT username FROM users WHERE id = ?", dc:me().id).username, dc:me().username)
  t.eq(db:row("SELECT count(*) AS n FROM guilds").n, 1)
end)

test("a second run adds what is new, and nothing else", function(t)
  local folder = fs.temp{folder = true}
  local channel = new_channel(t, "plans", 20)
  t.match(archive(t, folder, "--channel", "plans"), ": 20 messages new in 1 channel and 0 threads\n$")
  t.match(archive(t, folder, "--channel", "plans"), ": 0 messages new")
  channel:send("one more")
  channel:edit{name = "renamed"}
  t.match(archive(t, folder, "--channel", "#Renamed"), ": 1 message new")
  local written = lines(folder .. "/plans-" .. channel.id .. ".jsonl")
  t.eq(#written, 21)
  t.eq(json.decode(written[1]).content, "message 1")
  t.eq(json.decode(written[21]).content, "one more")
  t.eq(look(t, folder):row("SELECT name FROM channels").name, "renamed")
end)

test("the JSONL file is repaired from the database", function(t)
  local folder = fs.temp{folder = true}
  archive(t, folder, "--channel", "general")
  local path = file_of(folder, general)
  local whole = fs.read(path)
  for _, broken in ipairs{"", whole:sub(1, 1000), whole .. '{"id": "half a li'} do
    fs.write(path, broken)
    t.match(archive(t, folder, "--channel", "general"), ": 0 messages new")
    t.eq(fs.read(path) == whole, true)
  end
  fs.remove(path)
  archive(t, folder, "--channel", "general")
  t.eq(fs.read(path) == whole, true)
end)

test("attachments", function(t)
  local folder = fs.temp{folder = true}
  local channel = new_channel(t, "files", 0)
  local m = channel:send("two of a name", {files = {
    {name = "a.txt", data = "first"}, {name = "A.txt", data = "second one"},
  }})
  t.match(archive(t, folder, "--channel", "files"), ": 1 message, 2 files %(0.0 MB%) new")
  local db = look(t, folder)
  local rows = db:rows("SELECT * FROM attachments ORDER BY id")
  t.eq(rows[1].path, "attachments/" .. m.id .. "/a.txt")
  t.eq(rows[2].path, "attachments/" .. m.id .. "/" .. rows[2].id .. "-A.txt")
  t.eq(fs.read(folder .. "/" .. rows[1].path), "first")
  t.eq(fs.read(folder .. "/" .. rows[2].path), "second one")
  t.eq(rows[2].size, 10)

  local other = fs.temp{folder = true}
  t.match(archive(t, other, "--channel", "files", "--no-attachments"), ": 1 message new")
  t.eq(fs.exists(other .. "/attachments"), false)
  t.eq(#look(t, other):rows("SELECT 1 FROM attachments WHERE path IS NULL"), 2)
end)

-- Makes the bot an ordinary member.
local function demote()
  sandbox.user("nathan").dc:guilds()[1]:role("DBuddy"):edit{permissions = {"VIEW_CHANNEL", "READ_MESSAGE_HISTORY"}}
end

test("what the bot may not read is named and left out", function(t)
  local folder = fs.temp{folder = true}
  local guild = dc:guilds()[1]
  local open = new_channel(t, "open", 2)
  local closed = new_channel(t, "no-history", 2)
  closed:edit{permission_overwrites = {{id = guild.id, type = 0, deny = {"READ_MESSAGE_HISTORY"}}}}
  demote()
  t.match(archive(t, folder, "--channel", "open", "--channel", "no-history", "--no-threads"), "2 messages new in 1 channel and 0 threads\n$")
  fs.remove(folder, {recursive = true})
  local said = archive(t, folder)
  t.match(said, "archive: left out #no%-history: the bot may not read its history\n")
  t.match(said, "archive: left out the archived threads of #no%-history: Missing Permissions\n")
  t.eq(#lines(file_of(folder, open.id)), 2)
end)

test("a refusal leaves one channel out, other errors end the run", function(t)
  local folder = fs.temp{folder = true}
  new_channel(t, "one", 1)
  new_channel(t, "two", 1)
  sandbox.fault("list_messages", {status = 403, times = 1})
  local said = archive(t, folder, "--channel", "one", "--channel", "two", "--no-threads")
  t.match(said, "archive: left out #one: ")
  t.match(said, "1 message new in 1 channel")
  sandbox.fault("list_messages", {status = 400, times = 1})
  t.raises(function() t.load("../archive.lua", folder, "--channel", "one") end, {status = 400})
  t.match(archive(t, folder, "--channel", "one"), "1 message new")
end)

test("a thread, a forum and direct messages", function(t)
  local folder = fs.temp{folder = true}
  local nathan = sandbox.user("nathan")
  nathan:dm("hello")
  local dm = dc:create_dm(nathan.id)
  local forum = dc:guilds()[1]:create_channel("questions", {type = "GUILD_FORUM"})
  local post = forum:create_thread("How?", {message = {content = "Tell me"}})
  local thread = new_channel(t, "plans", 1):create_thread("talk")
  thread:send("in it")
  t.match(archive(t, folder, "--channel", dm.id, "--channel", "questions", "--channel", thread.id), "new in 1 channel and 2 threads")
  t.eq(fs.exists(folder .. "/dm-" .. dm.id .. ".jsonl"), true)
  t.eq(json.decode(lines(file_of(folder, dm.id))[1]).content, "hello")
  t.eq(json.decode(lines(file_of(folder, post.id))[1]).content, "Tell me")
  t.eq(#lines(file_of(folder, thread.id)) >= 1, true)
  t.eq(look(t, folder):row("SELECT guild_id FROM channels WHERE id = ?", dm.id).guild_id, nil)
end)

test("every night; one that fails does no harm to the next", function(t)
  local folder = fs.temp{folder = true}
  local channel = new_channel(t, "plans", 1)
  t.match(archive(t, folder, "--channel", "plans", "--cron", "0 4 * * *", "--tz", "UTC"), "^Job%(.*next=2026%-06%-02 04:00 UTC%)\n$")
  t.eq(file_of(folder, channel.id), nil)
  sandbox.fault("list_messages", {status = 400, times = 1})
  t.expect_error("DiscordError%(400%)")
  sandbox.clock.advance("24h")
  sandbox.clock.advance("24h")
  t.match(t.output(), "1 message new")
  channel:send("another")
  sandbox.clock.advance("24h")
  t.match(t.output(), "1 message new")
  t.eq(#lines(file_of(folder, channel.id)), 2)
end)

test("only from a day on, and without threads", function(t)
  local folder = fs.temp{folder = true}
  t.match(archive(t, folder, "--since", "2026-03-01", "--channel", general, "--no-threads"), "new in 1 channel and 0 threads")
  local first = json.decode(lines(file_of(folder, general))[1])
  t.ok(first.timestamp >= "2026-03-01", first.timestamp)
  t.eq(look(t, folder):row("SELECT count(*) AS n FROM channels").n, 1)
end)

test("wrong arguments", function(t)
  t.match(refused(t, "x", "--channel", "genral"), '^archive: .*did you mean.*general')
  t.match(refused(t, "x", "--guild", "nowhere"), "^archive: ")
  t.match(refused(t, "x", "--since", "yesterday"), '^archive: %-%-since expects a day, such as "2026%-02%-16"')
  t.match(refused(t, "x", "--chanel", "general"), "did you mean %-%-channel")
  t.eq(fs.exists("x"), false)
end)

test("mistakes are told before the first night", function(t)
  local nightly = {"--cron", "0 4 * * *"}
  t.match(refused(t, "x", "--channel", "genral", unpack(nightly)), "^archive: .*did you mean.*general")
  t.match(refused(t, "x", "--guild", "nowhere", unpack(nightly)), "^archive: ")
  t.match(refused(t, "/nowhere", unpack(nightly)), "^archive: /nowhere: lies outside of what the script may use: ")
  t.eq(#jobs(), 0)
  t.eq(fs.exists("x"), false)
end)
