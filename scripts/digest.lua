-- Sum up what was new in a server: busy channels and people, new members, best liked messages, links. Posts it every day with --cron.

local o = args.parse{
  about = [[
Sums up what has happened in a server since the last digest: messages by channel, who wrote most, new members, the messages with the
most reactions, links. It goes to the channel of --to, or to the webhook whose URL is in the variable DIGEST_WEBHOOK or in a file.
Without any of these it is only printed. Bots do not count, nor channels that not everybody may see.]],
  {"--guild", "the server, by name or id, if the bot is in several", value = "SERVER"},
  {"--to", "post it there, as the bot: #name or id", value = "CHANNEL"},
  {"--webhook-file", "a file with the URL of the webhook that posts it", value = "FILE"},
  {"--since", "how far back the first digest goes, and one that is only printed", type = "duration", default = "1d"},
  {"--top", "how many channels, people, messages and links to name", type = "integer", default = 5},
  {"--private", "count channels that not everybody may see, too", type = "boolean"},
  {"--cron", 'stay, and do it at these times: "0 9 * * *"', type = "cron"},
  {"--tz", "the time zone of --cron, and of times in the digest", type = "timezone"},
}
if o.top < 1 then args.fail("--top is a number of lines") end
if o.to and o.webhook_file then args.fail("--to and --webhook-file exclude each other") end

-- Where it goes --

local function first_line(path)
  local file, problem = io.open(path)
  if not file then args.fail("--webhook-file: " .. problem) end
  local line = file:read("*l")
  file:close()
  return line or ""
end

-- A variable of the environment: "" without one, and where --deny os keeps it back.
local function variable(name)
  local allowed, value = pcall(function() return env[name] end)
  return allowed and value or ""
end

-- The webhook that is to post, if there is one. Whoever knows its URL can post, so no message shows it.
local function find_webhook()
  local url, place = variable("DIGEST_WEBHOOK"), "DIGEST_WEBHOOK"
  if o.webhook_file then
    url, place = first_line(o.webhook_file), o.webhook_file
  elseif o.to or url == "" then
    return nil
  end
  local webhook, problem = dc:find_webhook(url)
  if not webhook then args.fail(place .. ": " .. problem) end
  return webhook
end

local webhook = find_webhook()
local guild, problem = dc:find_guild(o.guild or webhook and webhook.guild_id)
if not guild then args.fail(problem) end
local types = discord.channel_types
local channel
if o.to then
  channel, problem = dc:find_channel(o.to, {guild = guild})
  if not channel then args.fail(problem) end
  if channel.type == types.GUILD_CATEGORY or channel.type == types.GUILD_FORUM or channel.type == types.GUILD_MEDIA then
    args.fail(channel.name .. " is a channel that takes no messages; name another, or a thread by its id")
  end
end

local function post(embed)
  (channel or webhook):send{embeds = embed, allowed_mentions = {parse = {}}}
end

-- Counting --

local function bit_of(permissions, bit) return math.floor(tonumber(permissions) / bit) % 2 == 1 end

local view = discord.permissions.VIEW_CHANNEL

local function for_everybody(c, everyone)
  for _, overwrite in ipairs(c.permission_overwrites or {}) do
    if overwrite.id == guild.id then
      if bit_of(overwrite.deny, view) then return false end
      if bit_of(overwrite.allow, view) then return true end
    end
  end
  return bit_of(everyone.permissions, view)
end

local function add(counts, key, n) counts[key] = (counts[key] or 0) + (n or 1) end

local function name_of(user) return user.global_name or user.username end

local a_link = re.compile([=[https?://[^\s[:cntrl:]<>"]*[^\s[:cntrl:]<>"().,;:!?'*_|]]=])

-- Counts a message of a channel, or of a thread in it.
local function count_message(d, c, message)
  d.messages = d.messages + 1
  add(d.channels, c.id)
  d.names[c.id] = c.name
  add(d.people, message.author.id)
  d.names[message.author.id] = name_of(message.author)
  for _, link in ipairs(a_link:find_all(message.content)) do add(d.links, link[0]) end
  local reactions = 0
  for _, reaction in ipairs(message:raw("reactions") or {}) do reactions = reactions + reaction.count end
  if reactions > 0 then
    table.insert(d.liked, {message = message, reactions = reactions})
    table.sort(d.liked, function(a, b)
      if a.reactions ~= b.reactions then return a.reactions > b.reactions end
      return a.message.timestamp < b.message.timestamp
    end)
    if #d.liked > o.top then table.remove(d.liked) end
  end
end

local written = {[discord.message_types.DEFAULT] = true, [discord.message_types.REPLY] = true}

-- Walks something of a channel, which the bot may not read, or which is deleted meanwhile. Tells whether it may.
local function may_read(walk)
  local ok, err = pcall(walk)
  if not ok and err.status ~= 403 and err.status ~= 404 then error(err, 0) end
  return ok or err.status == 404
end

-- Counts the messages of a channel or thread, those of a thread for the channel that it is in.
local function count_channel(d, c, parent)
  if not c.last_message_id or time.parse(discord.snowflake_time(c.last_message_id)) < d.from then return end
  local readable = may_read(function()
    for message in c:history{after = time.format(d.from - 1, {tz = "UTC"})} do
      local sent = time.parse(message.timestamp)
      if sent >= d.to then break end
      if sent >= d.from and written[message.type] and not message.author.bot and not message.webhook_id then count_message(d, parent, message) end
    end
  end)
  if not readable then table.insert(d.unread, "#" .. parent.name) end
end

local with_messages = {[types.GUILD_TEXT] = true, [types.GUILD_ANNOUNCEMENT] = true, [types.GUILD_VOICE] = true, [types.GUILD_STAGE_VOICE] = true}
local with_threads = {[types.GUILD_TEXT] = true, [types.GUILD_ANNOUNCEMENT] = true, [types.GUILD_FORUM] = true, [types.GUILD_MEDIA] = true}

-- Counts a thread for its channel, unless it was counted when it was in the other of two lists.
local function count_thread(d, thread, parent)
  if d.threads[thread.id] or thread.type == types.PRIVATE_THREAD and not o.private then return end
  d.threads[thread.id] = true
  count_channel(d, thread, parent)
end

-- Counts threads that were archived meanwhile. The one archived last comes first; behind the public ones of a text channel come the private ones.
local function count_archived(d, c)
  local all = o.private and c.type == types.GUILD_TEXT
  may_read(function()
    for thread in c:archived_threads() do
      if not all and time.parse(thread.thread_metadata.archive_timestamp) < d.from then break end
      count_thread(d, thread, c)
    end
  end)
end

local function count_channels(d)
  local everyone, seen, channels = guild:role(guild.id), {}, guild:channels()
  local bar = term.progress(#channels, "channels")
  for _, c in ipairs(channels) do
    if o.private or for_everybody(c, everyone) then
      seen[c.id] = c
      if with_messages[c.type] then count_channel(d, c, c) end
      if with_threads[c.type] then count_archived(d, c) end
    end
    bar:add()
  end
  for _, thread in ipairs(guild:threads()) do
    if seen[thread.parent_id] then count_thread(d, thread, seen[thread.parent_id]) end
  end
  bar:done()
end

-- The names of those who have joined. Without the GUILD_MEMBERS intent Discord does not tell.
local function count_members(d)
  local last
  repeat
    local ok, page = pcall(dc.api.list_guild_members, {guild_id = guild.id, limit = 1000, after = last})
    if not ok then
      if page.status ~= 403 then error(page, 0) end
      io.stderr:write("digest: new members are left out: the bot has not the intent GUILD_MEMBERS\n")
      return
    end
    for _, member in ipairs(page) do
      local joined = time.parse(member.joined_at)
      if joined >= d.from and joined < d.to and not member.user.bot then table.insert(d.members, member.name) end
      last = member.user.id
    end
  until #page < 1000
end

local function count(from, to)
  local d = {from = from, to = to, messages = 0, channels = {}, people = {}, names = {}, threads = {}, links = {}, liked = {}, members = {}, unread = {}}
  count_channels(d)
  count_members(d)
  if #d.unread > 0 then io.stderr:write("digest: the bot may not read ", table.concat(d.unread, ", "), "\n") end
  return d
end

-- Writing --

local function counted(n, noun) return ("%d %s%s"):format(n, noun, n == 1 and "" or "s") end

local function plain(text, length)
  text = text:gsub("[%c%s]+", " ")
  if length then
    local short = re.match("^.{0," .. length .. "}", text)[0]
    text = #short < #text and short .. "…" or text
  end
  return (text:gsub("[\\*_~`|>#%[%]<@]", "\\%0"))
end

-- The keys with the highest counts: {key=, n=}.
local function top(counts)
  local list = {}
  for key, n in pairs(counts) do table.insert(list, {key = key, n = n}) end
  table.sort(list, function(a, b)
    if a.n ~= b.n then return a.n > b.n end
    return a.key < b.key
  end)
  for i = #list, o.top + 1, -1 do list[i] = nil end
  return list
end

-- A heading, and a line for each of a list, if there is any.
local function section(lines, title, list, line_of)
  if #list == 0 then return end
  table.insert(lines, "\n**" .. title .. "**")
  for _, item in ipairs(list) do table.insert(lines, line_of(item)) end
end

local limit = 4096  -- of an embed's description, in characters; counted in bytes, which are more

local function join(lines)
  local text = ""
  for _, line in ipairs(lines) do
    if #text + #line + #"\n…" > limit then return text .. "\n…" end
    text = text .. (text == "" and "" or "\n") .. line
  end
  return text
end

local function date(t) return time.format(t, "%Y-%m-%d %H:%M %Z", {tz = o.tz}) end

local function describe(d)
  local people = 0
  for _ in pairs(d.people) do people = people + 1 end
  local lines = {("%s of %s, from %s to %s"):format(counted(d.messages, "message"), people == 1 and "1 person" or people .. " people", date(d.from), date(d.to))}
  section(lines, "Channels", top(d.channels), function(c) return ("#%s: %d"):format(plain(d.names[c.key]), c.n) end)
  section(lines, "People", top(d.people), function(p) return ("%s: %d"):format(plain(d.names[p.key]), p.n) end)
  if #d.members > 0 then
    local names = {}
    for i = 1, math.min(#d.members, 4 * o.top) do names[i] = plain(d.members[i]) end
    local more = #d.members - #names
    section(lines, counted(#d.members, "new member"), {table.concat(names, ", ") .. (more > 0 and (" and %d more"):format(more) or "")}, tostring)
  end
  section(lines, "Reactions", d.liked, function(l)
    local text = l.message.content ~= "" and plain(l.message.content, 80) or "(no text)"
    return ("%d: [%s](%s) by %s"):format(l.reactions, text, l.message.url, plain(name_of(l.message.author)))
  end)
  section(lines, "Links", top(d.links), function(l) return l.n == 1 and l.key or ("%s (%d times)"):format(l.key, l.n) end)
  return join(lines)
end

-- A digest --

local function digest()
  local to = math.floor(time.now())
  local target = channel or webhook
  local key = target and guild.id .. ":" .. target.id
  local from = key and store:get(key) or to - o.since
  local d = count(from, to)
  local embed = {title = "Digest of " .. guild.name, description = describe(d), color = 0x5865F2}
  print(embed.title .. "\n" .. embed.description)
  if not target then return end
  if d.messages + #d.members > 0 then post(embed) end
  store:set(key, to)  -- where the next one begins
end

if o.cron then
  print(cron(o.cron, {name = guild.name, tz = o.tz, catch_up = true}, digest))
else
  digest()
end
