-- Delete messages of a channel by age, author or text; shows what would go and asks. With --cron it tidies up every night.

local o = args.parse{
  about = [[
Deletes the messages of a channel that fit all of the options. It shows what would go and asks before it deletes anything.
Without options that is every message but the pinned ones.]],
  {"channel", "the channel or thread: #name or id"},
  {"--guild", "its server, by name or id, if the bot is in several", value = "SERVER"},
  {"--older-than", "only messages older than this", type = "duration"},
  {"--newer-than", "only messages of the last 2h, 3d, …", type = "duration"},
  {"--user", "only messages of this person or bot, by name or id; may be given several times", many = true, value = "NAME"},
  {"--match", "only messages whose text fits a regular expression", value = "REGEX"},
  {"--bots", "only messages of bots and webhooks", type = "boolean"},
  {"--attachments", "only messages with attachments", type = "boolean"},
  {"--keep", "spare the newest N that fit, whatever their age", type = "integer", default = 0},
  {"--limit", "delete N at most, the newest ones", type = "integer"},
  {"--pinned", "pinned messages, too", type = "boolean"},
  {"--reason", "what the audit log says", default = "cordial run purge"},
  {"--yes", "do not ask", type = "boolean"},
  {"--cron", 'stay, and do it at these times: "0 4 * * *"', type = "cron"},
  {"--tz", "the time zone of --cron, and of times in what it shows", type = "timezone"},
}

-- Discord lets nobody delete these.
local types = discord.message_types
local undeletable = {}
for _, name in ipairs{
  "RECIPIENT_ADD", "RECIPIENT_REMOVE", "CALL", "CHANNEL_NAME_CHANGE", "CHANNEL_ICON_CHANGE", "GUILD_DISCOVERY_DISQUALIFIED",
  "GUILD_DISCOVERY_REQUALIFIED", "GUILD_DISCOVERY_GRACE_PERIOD_INITIAL_WARNING", "GUILD_DISCOVERY_GRACE_PERIOD_FINAL_WARNING",
  "THREAD_STARTER_MESSAGE",
} do undeletable[types[name]] = true end

-- What the arguments say --

if o.keep < 0 or o.limit and o.limit < 1 then args.fail("--keep and --limit are numbers of messages") end
if o.older_than and o.newer_than and o.older_than >= o.newer_than then
  args.fail("no message is both older than --older-than and newer than --newer-than")
end
if o.cron and not (o.yes or dc.dry_run) then args.fail("--cron needs --yes: nobody is there to be asked") end

local pattern
if o.match then
  local ok, compiled = pcall(re.compile, o.match)
  if not ok then args.fail("--match: " .. tostring(compiled):gsub("^.-re%.compile: ", "")) end
  pattern = compiled
end

local channel, problem = dc:find_channel(o.channel, {guild = o.guild})
if not channel then args.fail(problem) end
if not channel.guild_id or channel.type == discord.channel_types.GUILD_CATEGORY then
  args.fail(o.channel .. " is no channel or thread of a server that holds messages")
end
if channel.type == discord.channel_types.GUILD_FORUM or channel.type == discord.channel_types.GUILD_MEDIA then
  args.fail("#" .. channel.name .. " is a forum, whose messages are in its threads; name one of them by id")
end

local users = {}  -- name or id in small letters -> how many of the messages looked at are theirs
for _, user in ipairs(o.user) do users[user:gsub("^@", ""):lower()] = 0 end

-- Looking for messages --

-- Whether the author is one of those asked for.
local function by_user(author)
  local found = false
  for _, name in ipairs{author.id, author.username, author.global_name or author.id} do
    name = name:lower()
    if users[name] then
      users[name] = users[name] + 1
      found = true
    end
  end
  return found
end

-- Whether everything fits but the age.
local function fits(message)
  return not undeletable[message.type]
    and (o.pinned or not message.pinned)
    and (not next(users) or by_user(message.author))
    and (not o.bots or message.author.bot or message.webhook_id ~= nil)
    and (not o.attachments or #message.attachments > 0)
    and (not pattern or pattern:test(message.content))
end

-- Walks from the newest message to older ones: {ids=, newest=, oldest=, looked=, samples=}.
local function find()
  local now = time.now()
  local latest = o.older_than and now - o.older_than or math.huge
  local earliest = o.newer_than and now - o.newer_than or 0
  local found, spared, bar = {ids = {}, looked = 0, samples = {}}, 0, term.progress(nil, "looking")
  local start = o.older_than and o.keep == 0 and time.format(latest, {tz = "UTC"}) or nil
  for message in channel:history{before = start} do
    local sent = time.parse(message.timestamp)
    if sent < earliest then break end
    found.looked = found.looked + 1
    bar:add()
    if fits(message) then
      if spared < o.keep then
        spared = spared + 1
      elseif sent < latest then
        table.insert(found.ids, message.id)
        found.newest, found.oldest = found.newest or sent, sent
        if not o.cron and #found.samples < 5 then table.insert(found.samples, message) end
        if #found.ids == o.limit then break end
      end
    end
  end
  bar:done()
  return found
end

-- Deleting --

local function messages(n) return n == 1 and "1 message" or n .. " messages" end

local function date(t) return time.format(t, "%Y-%m-%d %H:%M %Z", {tz = o.tz}) end

local function show(found)
  print(("%s of #%s looked at, %s to delete%s"):format(messages(found.looked), channel.name, #found.ids == 0 and "none" or #found.ids,
    found.newest and (", from %s to %s"):format(date(found.oldest), date(found.newest)) or ""))
  for _, message in ipairs(found.samples) do
    local text = message.content:gsub("[%c%s]+", " ")
    if text == "" then text = #message.attachments > 0 and message.attachments[1].filename or "(no text)" end
    local line = ("  %s  %s  %s"):format(date(time.parse(message.timestamp)), term.fit(message.author.username, 16), term.fit(text, 60))
    print((line:gsub("%s+$", "")))
  end
  if #found.ids > #found.samples and not o.cron then print("  …") end
  for name, n in pairs(users) do
    if n == 0 then print(("nobody called %q has written any of these"):format(name)) end
  end
end

local function confirmed(found)
  if o.yes or dc.dry_run then return true end
  if not term.is_terminal then
    io.stderr:write("purge: nothing was deleted: there is no terminal to ask at; --yes deletes without asking\n")
    os.exit(2)
  end
  io.write(("Delete %s of #%s? [y/N] "):format(messages(#found.ids), channel.name))
  local answer = (io.read() or ""):lower()
  return answer == "y" or answer == "yes"
end

local function purge()
  local found = find()
  show(found)
  if #found.ids == 0 then return end
  if not confirmed(found) then
    print("nothing was deleted")
    return
  end
  local deleted = channel:delete_messages(found.ids, {reason = o.reason, show = true})
  print((dc.dry_run and "%s would have been deleted" or "%s deleted"):format(messages(deleted)))
end

if o.cron then
  print(cron(o.cron, {name = "#" .. channel.name, tz = o.tz, catch_up = true}, purge))
else
  purge()
end
