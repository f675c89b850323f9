-- Watch web servers, people and bots; say in a channel what goes down, and when it is back. With --every it stays and watches.

local o = args.parse{
  about = [[
Looks whether web servers answer, and whether people or bots are online. What has failed several times in a row is told, and so is that it
is back: in the channel of --to, or by the webhook whose URL is in the variable UPTIME_WEBHOOK or in a file. Without --every it looks once,
and the exit code is 1 if something is down.]],
  {"targets", "addresses such as https://example.com, or with a name in front: shop=https://…; @name is a person or bot", rest = true},
  {"--to", "tell it there, as the bot: #name or id", value = "CHANNEL"},
  {"--webhook-file", "a file with the URL of the webhook that tells it", value = "FILE"},
  {"--guild", "the server, by name or id, if the bot is in several", value = "SERVER"},
  {"--every", "stay, and look again after this time", type = "duration"},
  {"--after", "how many times in a row it has to fail", type = "integer", default = 3},
  {"--timeout", "how long a server may take to answer", type = "duration", default = "10s"},
  {"--contains", "a text that the answers have to contain", value = "TEXT"},
  {"--summary", 'tell at these times how often each was up: "0 9 * * *"', type = "cron"},
  {"--tz", "the time zone of --summary", type = "timezone"},
}

if o.to and o.webhook_file then args.fail("--to and --webhook-file exclude each other") end
if o.every and o.every < 1 then args.fail("--every is at least 1s") end
if o.after < 1 then args.fail("--after is at least 1") end
if o.timeout <= 0 then args.fail("--timeout is more than 0s") end
if o.summary and not o.every then args.fail("--summary goes with --every") end

-- Who is told --

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

-- The webhook that is to tell, if there is one. Whoever knows its URL can post, so no message shows it.
local function find_webhook()
  local url, place = variable("UPTIME_WEBHOOK"), "UPTIME_WEBHOOK"
  if o.webhook_file then url, place = first_line(o.webhook_file), o.webhook_file elseif url == "" then return nil end
  local webhook, problem = dc:find_webhook(url)
  if not webhook then args.fail(place .. ": " .. problem) end
  return webhook
end

local types = discord.channel_types
local takes_no_messages = {[types.GUILD_CATEGORY] = true, [types.GUILD_FORUM] = true, [types.GUILD_MEDIA] = true}

local function find_channel()
  local channel, problem = dc:find_channel(o.to, {guild = o.guild})
  if not channel then args.fail(problem) end
  if takes_no_messages[channel.type] then args.fail(channel.name .. " is a channel that takes no messages; name another, or a thread by its id") end
  return channel
end

local place -- the channel or webhook that tells; nil for nobody
if o.to then place = find_channel() else place = find_webhook() end

local function tell(text)
  if place then place:send{content = text, allowed_mentions = {parse = {}}} end
end

-- Targets --

local guild -- of the people

local function find_person(name)
  local reason
  if not guild then guild, reason = dc:find_guild(o.guild) end
  if not guild then args.fail(reason) end
  local id = name:match("^%d+$") or guild:find_member(name)
  local found, member
  if id then found, member = pcall(guild.member, guild, id) end
  if not id or not found and member.status == 404 then args.fail("nobody in " .. guild.name .. " is called " .. name) end
  if not found then error(member, 0) end
  return {name = "@" .. member.name, person = id}
end

-- An address as it is shown: without what may be secret.
local function shown(url) return url:gsub("[?#].*", ""):gsub("://[^/@]*@", "://"):sub(1, 200) end

local function read_target(text)
  if text:match("^@") then return find_person(text:sub(2)) end
  local name, url = text:match("^([^:/=]+)=(.*)$")
  url = url or text
  if not url:match("^https?://[^/]") then args.fail(("%q is no address; one begins with https:// or http://"):format(url)) end
  return {name = name or shown(url), url = url}
end

local targets, by_name = {}, {}
for i, text in ipairs(o.targets) do
  local target = read_target(text)
  if by_name[target.name] then args.fail(("two are called %s; give them names: one=https://…"):format(target.name)) end
  target.key = (place and place.id or "nobody") .. " " .. target.name
  targets[i], by_name[target.name] = target, target
end

-- Looking --

local presences -- user id -> status, from the gateway; nil before it has told

local function watch_presences()
  gateway.on("GUILD_CREATE", function(created)
    if created.id ~= guild.id then return end
    presences = {}
    for _, presence in ipairs(created:raw("presences") or {}) do presences[presence.user.id] = presence.status end
  end)
  gateway.on("PRESENCE_UPDATE", function(presence)
    if presences and presence.guild_id == guild.id then presences[presence.user.id] = presence.status end
  end)
end

-- Connects, and waits for the presences.
local function await_presences()
  if gateway.state ~= "ready" then gateway.start() end
  with_timeout(30, function()
    while not presences do sleep(0.1) end
  end)
end

local function look_at_person(id)
  await_presences()
  local status = presences[id] or "offline"
  return status ~= "offline", status
end

-- Errors of ours, which say nothing of the server.
local ours = {url = true, denied = true}

local function look_at_server(url)
  local ok, answer = pcall(http.get, url, {timeout = o.timeout})
  if not ok and (not answer.kind or ours[answer.kind]) then error(answer, 0) end
  if not ok then return false, answer.message:match("^HTTPError%b(): %u+ .-: ([^;]*)") end -- without what a script could do
  if not answer.ok then return false, "it answers with status " .. answer.status end
  if o.contains and not answer.body:find(o.contains, 1, true) then return false, ("%q is missing in the answer"):format(o.contains) end
  return true, ("%d after %.2f s"):format(answer.status, answer.elapsed)
end

-- What is known of a target is in the store: checks and good ones since the last summary, failures in a row, since= the first of them,
-- told= whether that was told.
local function count(target, up)
  return store:update(target.key, function(known)
    known = known or {checks = 0, good = 0, failures = 0}
    known.checks = known.checks + 1
    if up then
      known.good, known.failures = known.good + 1, 0
      if not known.told then known.since = nil end
    else
      known.failures, known.since = known.failures + 1, known.since or time.now()
    end
    return known
  end)
end

local function set_told(target, told)
  store:update(target.key, function(known)
    known.told = told
    if not told then known.since = nil end
    return known
  end)
end

local function lasting(seconds)
  if seconds < 120 then return ("%d s"):format(seconds) end
  if seconds < 7200 then return ("%d min"):format(seconds / 60) end
  return ("%.1f h"):format(seconds / 3600)
end

-- Told first and noted then: what cannot be told now is told after the next look.
local function report(target, known, up, reason)
  if up and known.told then
    tell(("🟢 **%s** is back after %s."):format(target.name, lasting(time.now() - known.since)))
    set_told(target, nil)
  elseif not up and not known.told and known.failures >= o.after then
    tell(("🔴 **%s** is down since %s: %s."):format(target.name, time.discord_timestamp(known.since), reason))
    set_told(target, true)
  end
end

local function look_at(target)
  local look = target.url and look_at_server or look_at_person
  local up, reason = look(target.url or target.person)
  local known = count(target, up)
  if not o.every or known.failures == 1 or up and known.told then print(("%-4s  %s  %s"):format(up and "up" or "down", target.name, reason)) end
  report(target, known, up, reason)
  return up
end

-- How many are looked at side by side: fewer than http asks at a time, because waiting for a turn counts for the timeout.
local side_by_side = 50

-- Looks at all of them, and tells whether all are up. One error does not keep it from the others.
local function look_at_all()
  local begun, all_up, failed = 0, true, nil
  local function work()
    while begun < #targets do
      begun = begun + 1
      local ok, up = pcall(look_at, targets[begun])
      if not ok then failed = up elseif not up then all_up = false end
    end
  end
  local workers = {}
  for i = 1, math.min(#targets, side_by_side) do workers[i] = work end
  gather(unpack(workers))
  if failed then error(failed, 0) end
  return all_up
end

-- Summary --

-- A time as it stands at a terminal, where Discord's own marks mean nothing.
local function in_words(moment) return time.format(moment, "%Y-%m-%d %H:%M %Z", {tz = o.tz}) end

local function summary_line(target, known, written)
  if not known or known.checks == 0 then return target.name .. ": not looked at" end
  local line = ("%s: %.2f %% of %d"):format(target.name, 100 * known.good / known.checks, known.checks)
  return known.since and ("%s, down since %s"):format(line, written(known.since)) or line
end

local function summary_lines(seen, written)
  local lines = {"**Uptime**"}
  for i, target in ipairs(targets) do lines[i + 1] = summary_line(target, seen[i], written) end
  return lines
end

local longest = 2000 -- of a message

local function tell_lines(lines)
  local text = lines[1]
  for i = 2, #lines do
    if #text + #lines[i] + 1 > longest then
      tell(text)
      text = lines[i]
    else
      text = text .. "\n" .. lines[i]
    end
  end
  tell(text)
end

local function summarize()
  local seen = {}
  for i, target in ipairs(targets) do seen[i] = store:get(target.key) end
  print(table.concat(summary_lines(seen, in_words), "\n"))
  tell_lines(summary_lines(seen, time.discord_timestamp))
  for i, target in ipairs(targets) do
    store:update(target.key, function(known)
      if not known or not seen[i] then return known end -- not looked at yet, or for the first time meanwhile
      known.checks, known.good = known.checks - seen[i].checks, known.good - seen[i].good
      return known
    end)
  end
end

if guild then watch_presences() end
if o.every then
  local job = every(o.every, {name = "check"}, look_at_all)
  if job.next then print(("%d watched, the next look is at %s"):format(#targets, time.format(job.next, "%H:%M:%S"))) end
  if o.summary then cron(o.summary, {name = "summary", tz = o.tz, catch_up = true}, summarize) end
else
  local all_up = look_at_all()
  if guild then gateway.stop() end
  if not all_up then os.exit(1) end
end
