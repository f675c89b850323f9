-- Archive channels or a whole server to JSONL files and SQLite, with threads and attachments. Run again, it adds what is new.

local o = args.parse{
  about = [[
Writes every message of a server, or of some of its channels, to a folder: a JSONL file for each channel and thread, all of it in
archive.db, and the attachments. Run again, it adds what is new. It may be stopped at any time; the next run goes on from there.]],
  {"folder", "where the archive is, or will be", default = "archive"},
  {"--guild", "the server, by name or id, if the bot is in several", value = "SERVER"},
  {"--channel", "only this channel or thread, by name or id; may be given several times", many = true, value = "NAME"},
  {"--since", "of a channel that is new to the archive, only messages from this day on", value = "YYYY-MM-DD"},
  {"--no-threads", "leave out threads, and with them forums", type = "boolean"},
  {"--no-attachments", "leave out the files", type = "boolean"},
  {"--cron", 'stay, and do it at these times: "0 4 * * *"', type = "cron"},
  {"--tz", "the time zone of --cron", type = "timezone"},
}

local page_size = 100      -- Discord gives no more at once
local first = "2015-01-01" -- no message is older

local types = discord.channel_types
local has_messages, has_threads = {}, {}
for _, name in ipairs{
  "GUILD_TEXT", "DM", "GUILD_VOICE", "GROUP_DM", "GUILD_ANNOUNCEMENT", "ANNOUNCEMENT_THREAD", "PUBLIC_THREAD", "PRIVATE_THREAD", "GUILD_STAGE_VOICE",
} do has_messages[types[name]] = true end
for _, name in ipairs{"GUILD_TEXT", "GUILD_ANNOUNCEMENT", "GUILD_FORUM", "GUILD_MEDIA"} do has_threads[types[name]] = true end

local fail = args.fail -- ends the script; a run of --cron ends alone

-- The database --

-- channels is also the ledger: the file of the channel has so many bytes, and ends with the message archived_to. See write_page.
local schema = [[
  CREATE TABLE IF NOT EXISTS guilds (id INTEGER PRIMARY KEY, name TEXT, json TEXT);
  CREATE TABLE IF NOT EXISTS channels (
    id INTEGER PRIMARY KEY, guild_id INTEGER, parent_id INTEGER, type INTEGER, name TEXT, topic TEXT, json TEXT,
    file TEXT, bytes INTEGER NOT NULL DEFAULT 0, archived_to INTEGER
  );
  CREATE TABLE IF NOT EXISTS users (id INTEGER PRIMARY KEY, username TEXT, global_name TEXT, bot INTEGER, json TEXT);
  CREATE TABLE IF NOT EXISTS messages (
    id INTEGER PRIMARY KEY, channel_id INTEGER, author_id INTEGER, type INTEGER, timestamp TEXT, edited_timestamp TEXT, content TEXT, json TEXT
  );
  CREATE INDEX IF NOT EXISTS messages_by_channel ON messages (channel_id, id);
  CREATE TABLE IF NOT EXISTS attachments (
    message_id INTEGER, id INTEGER, filename TEXT, content_type TEXT, size INTEGER, url TEXT, path TEXT, error TEXT, PRIMARY KEY (message_id, id)
  );
  PRAGMA user_version = 1;
]]
local insert_message = "INSERT INTO messages VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
local insert_attachment = "INSERT INTO attachments VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
local put_user = [[
  INSERT INTO users VALUES (?, ?, ?, ?, ?)
  ON CONFLICT (id) DO UPDATE SET username = excluded.username, global_name = excluded.global_name, bot = excluded.bot, json = excluded.json]]
local put_channel = [[
  INSERT INTO channels (id, guild_id, parent_id, type, name, topic, json, file) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (id) DO UPDATE SET parent_id = excluded.parent_id, type = excluded.type, name = excluded.name, topic = excluded.topic, json = excluded.json]]
local put_guild = "INSERT INTO guilds VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET name = excluded.name, json = excluded.json"

local absolute = o.folder:match("^[/\\]") or o.folder:match("^%a:")
local folder = absolute and o.folder or fs.dir .. "/" .. o.folder -- since attachment:save knows no fs.dir

local function try_to_open()
  fs.mkdir(folder)
  local db = sqlite.open(folder .. "/archive.db")
  if db:row("PRAGMA user_version").user_version > 1 then error(folder .. " was written by a newer version of this script", 0) end
  db:exec("PRAGMA locking_mode = EXCLUSIVE")
  db:transaction(function() db:exec(schema) end)
  return db
end

-- Opens the database for this run alone: a second one would write to the same files.
local function open_database()
  local ok, opened = pcall(try_to_open)
  if ok then return opened end
  fail((tostring(opened):gsub("^[^:]+:%d+: [%w_.]+: ", ""))) -- without the line and the function
end

-- One run --

local db, bar
local count -- {channels=, threads=}, and of what is new {messages=, files=, bytes=}

local function leave_out(what, reason) io.stderr:write(("archive: left out %s: %s\n"):format(what, reason)) end

-- Calls a function. Where Discord refuses that to the bot, or has nothing there, it notes so and gives nil and why; other errors are
-- those of the run.
local function unless_refused(what, fn, ...)
  local ok, result = pcall(fn, ...)
  if ok then return result end
  local status = type(result) == "userdata" and result.status
  if status ~= 403 and status ~= 404 and status ~= 410 then error(result, 0) end
  leave_out(what, result.message)
  return nil, tostring(result)
end

-- Attachments --

-- Those of a message, and of one that it forwards.
local function attachments_of(message)
  local list = {}
  for _, attachment in ipairs(message.attachments or {}) do table.insert(list, attachment) end
  for _, snapshot in ipairs(message.message_snapshots or {}) do
    for _, attachment in ipairs(snapshot.message.attachments or {}) do table.insert(list, attachment) end
  end
  return list
end

-- Saves a file, unless an earlier run has. It is complete as soon as it has its name. Without the file it gives nil and why.
local function save(attachment, path)
  local full = folder .. "/" .. path
  if fs.exists(full) and fs.stat(full).size == attachment.size then return path end
  local saved, reason = unless_refused(path, attachment.save, attachment, full)
  if not saved then return nil, reason end
  count.files, count.bytes = count.files + 1, count.bytes + attachment.size
  return path
end

-- Removes what a run that was killed has left of files.
local function remove_parts(dir)
  for _, name in ipairs(fs.list(dir)) do
    if name:match("%.part$") then fs.remove(dir .. "/" .. name) end
  end
end

-- Saves the files of a message. Gives the rows for them.
local function save_attachments(message, rows)
  local list = attachments_of(message)
  if #list == 0 then return end
  local place, taken = "attachments/" .. message.id, {}
  if not o.no_attachments then
    fs.mkdir(folder .. "/" .. place)
    remove_parts(folder .. "/" .. place)
  end
  for _, a in ipairs(list) do
    local name = discord.safe_file_name(a.filename)
    if taken[name:lower()] then name = a.id .. "-" .. name end
    taken[name:lower()] = true
    local path, reason
    if not o.no_attachments then path, reason = save(a, place .. "/" .. name) end
    table.insert(rows, {message.id, a.id, a.filename, a.content_type, a.size, a.url, path, reason})
  end
end

-- Messages --

-- Adds lines to a JSONL file. Gives their length in bytes.
local function append(path, lines)
  local text = table.concat(lines, "\n") .. "\n"
  fs.append(path, text)
  return #text
end

-- Writes a page: first the files of its messages, then its lines in the channel's JSONL file, and in the end one transaction with all of
-- its rows and the new length of the file. If the script is killed before that, none of it counts: the next run finds the files that are
-- complete, cuts the JSONL file back to the length in the database, and asks Discord for the same page again.
local function write_page(entry, page)
  local lines, attachments, authors = {}, {}, {}
  for i, message in ipairs(page) do
    lines[i] = message:raw()
    save_attachments(message, attachments)
    authors[message.author.id] = message.author
  end
  entry.bytes, entry.archived_to = entry.bytes + append(entry.path, lines), page[#page].id
  db:transaction(function()
    for i, m in ipairs(page) do
      db:exec(insert_message, m.id, entry.id, m.author.id, m.type, m.timestamp, m.edited_timestamp, m.raw_content, lines[i])
    end
    for id, user in pairs(authors) do db:exec(put_user, id, user.username, user.global_name, user.bot or false, user:raw()) end
    for _, row in ipairs(attachments) do db:exec(insert_attachment, unpack(row, 1, 8)) end
    db:exec("UPDATE channels SET bytes = ?, archived_to = ? WHERE id = ?", entry.bytes, entry.archived_to, entry.id)
  end)
  count.messages = count.messages + #page
  bar:add(#page)
end

-- Writes the JSONL file of a channel anew, from the database.
local function rebuild(entry)
  fs.write(entry.path, "")
  local lines, bytes = {}, 0
  for row in db:each("SELECT json FROM messages WHERE channel_id = ? ORDER BY id", entry.id) do
    table.insert(lines, row.json)
    if #lines == page_size then bytes, lines = bytes + append(entry.path, lines), {} end
  end
  if #lines > 0 then bytes = bytes + append(entry.path, lines) end
  entry.bytes = bytes
end

-- Makes the JSONL file what the database says: without what was begun after it, and whole if somebody has removed it.
local function repair(entry)
  local size = fs.exists(entry.path) and fs.stat(entry.path).size or 0
  if size > entry.bytes then fs.truncate(entry.path, entry.bytes) end
  if size < entry.bytes then rebuild(entry) end
end

-- What the database knows of a channel. A channel keeps its file when it gets another name.
local function entry_of(channel)
  local file = ("%s-%s.jsonl"):format(discord.safe_file_name(channel.name or "dm"), channel.id)
  db:exec(put_channel, channel.id, channel.guild_id, channel.parent_id, channel.type, channel.name, channel.topic, channel:raw(), file)
  local entry = db:row("SELECT id, file, bytes, archived_to FROM channels WHERE id = ?", channel.id)
  entry.path = folder .. "/" .. entry.file
  return entry
end

-- Discord shows an empty channel to who may not read its history.
local function may_read(guild, channel)
  return not guild or guild:permissions(nil, channel):has{"VIEW_CHANNEL", "READ_MESSAGE_HISTORY"}
end

-- Tells whether the bot may read them.
local function archive_messages(guild, channel, title)
  local entry = entry_of(channel)
  repair(entry)
  if channel.last_message_id == entry.archived_to then return true end
  local begun = entry.archived_to
  repeat
    local page = channel:messages{limit = page_size, after = entry.archived_to or o.since or first}
    if #page > 0 then write_page(entry, page) end
  until #page < page_size
  if entry.archived_to ~= begun or may_read(guild, channel) then return true end
  leave_out(title, "the bot may not read its history")
end

-- Channels --

local archive_threads

local function archive_channel(guild, channel, active)
  local is_thread = channel.parent_id ~= nil and channel.thread_metadata ~= nil
  local title = (is_thread and "" or "#") .. (channel.name or channel.id)
  bar:label(title)
  if has_messages[channel.type] and unless_refused(title, archive_messages, guild, channel, title) then
    local kind = is_thread and "threads" or "channels"
    count[kind] = count[kind] + 1
  end
  if has_threads[channel.type] and not o.no_threads then archive_threads(guild, channel, active, title) end
end

-- The threads of a channel; active are those of the guild that are not archived.
function archive_threads(guild, channel, active, title)
  if not has_messages[channel.type] then entry_of(channel) end -- a forum, which its posts refer to
  for _, thread in ipairs(active) do
    if thread.parent_id == channel.id then archive_channel(guild, thread, active) end
  end
  unless_refused("the archived threads of " .. title, function()
    for thread in channel:archived_threads() do archive_channel(guild, thread, active) end
  end)
end

-- The channels to archive, with their guild, which direct messages have not.
local function chosen()
  if #o.channel == 0 then
    local guild, reason = dc:find_guild(o.guild)
    if not guild then fail(reason) end
    return {{guild = guild, channels = guild:channels()}}
  end
  local list = {}
  for _, name in ipairs(o.channel) do
    local channel, reason = dc:find_channel(name, {guild = o.guild})
    if not channel then fail(reason) end
    if not has_messages[channel.type] and not has_threads[channel.type] then fail(name .. " is a channel that holds no messages") end
    table.insert(list, {guild = channel.guild_id and dc:guild(channel.guild_id), channels = {channel}})
  end
  return list
end

local function plural(n, thing) return ("%d %s%s"):format(n, thing, n == 1 and "" or "s") end

local function summary()
  local files = count.files > 0 and (", %s (%.1f MB)"):format(plural(count.files, "file"), count.bytes / 1e6) or ""
  print(("%s: %s%s new in %s and %s"):format(o.folder, plural(count.messages, "message"), files, plural(count.channels, "channel"), plural(count.threads, "thread")))
end

local function archive_all(parts)
  for _, part in ipairs(parts) do
    if part.guild then db:exec(put_guild, part.guild.id, part.guild.name, part.guild:raw()) end
    local active = part.guild and not o.no_threads and part.guild:threads() or {}
    for _, channel in ipairs(part.channels) do archive_channel(part.guild, channel, active) end
  end
end

local function archive()
  local parts = chosen()
  db = open_database()
  count = {channels = 0, threads = 0, messages = 0, files = 0, bytes = 0}
  bar = term.progress(nil, "archiving")
  local ok, err = pcall(archive_all, parts)
  bar:done()
  db:close() -- for the next run of --cron
  if not ok then error(err, 0) end
  summary()
end

if o.since and not pcall(discord.date_to_snowflake, o.since) then args.fail('--since expects a day, such as "2026-02-16"') end
if not o.cron then return archive() end

-- Mistakes are told now, and not at night.
chosen()
open_database():close()
function fail(message) error(message, 0) end
print(cron(o.cron, {name = folder, tz = o.tz, catch_up = true}, archive))
