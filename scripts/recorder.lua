-- Record voice channels: a live tree of who is where. Arrows choose, Enter records, s stops, m mixes, q quits.

local o = args.parse{
  about = [[
Records voice channels: a live tree of who is where. The files are a track for each speaker, and a JSON file that says who spoke
when. With m a recording, the one that goes on or else the last one, gets a file with everybody in it.]],
  {"folder", "where the files go", default = "."},
}
local folder = o.folder == "." and "" or o.folder .. "/"

local guilds = {}    -- {id=, name=, channels={id -> channel}, people={user id -> {name=, channel=, note=}}}
local chosen         -- the id of the channel that the cursor is on
local recording      -- {vc=, path=, since=, mix=}
local last           -- the Recording that has ended last
local finished = {}  -- a line for each recording that has ended
local message = ""
local alarm = false  -- the message is about something that went wrong

if not term.is_terminal then
  io.stderr:write("recorder: this needs a terminal; a script of one's own records without one: help \"VoiceClient:start_recording\"\n")
  os.exit(2)
end

-- Shows a message.
local function say(text, wrong)
  message, alarm = text, wrong or false
end

-- The tree --

local function guild_of(id)
  for _, guild in ipairs(guilds) do
    if guild.id == id then return guild end
  end
end

local function is_voice(channel)
  return channel.type == discord.channel_types.GUILD_VOICE or channel.type == discord.channel_types.GUILD_STAGE_VOICE
end

-- Notes where somebody is, from a voice state.
local function place(guild, state, name)
  local user = state.user_id
  local known = guild.people[user]
  if not state.channel_id then
    guild.people[user] = nil
    return
  end
  guild.people[user] = {
    id = user, channel = state.channel_id,
    name = name or state.member and state.member.name or known and known.name or user,
    note = (state.deaf or state.self_deaf) and "deaf" or (state.mute or state.self_mute) and "muted" or state.suppress and "listening" or "",
  }
end

local function take_guild(data)
  local guild = guild_of(data.id)
  if not guild then
    guild = {id = data.id}
    table.insert(guilds, guild)
  end
  guild.name, guild.channels, guild.people = data.name, {}, {}
  for _, channel in ipairs(data:raw("channels") or {}) do guild.channels[channel.id] = channel end
  local names = {}
  for _, member in ipairs(data:raw("members") or {}) do names[member.user.id] = member.name end
  for _, state in ipairs(data:raw("voice_states") or {}) do place(guild, state, names[state.user_id]) end
end

-- The voice channels of a guild as Discord shows them: by category, then by place.
local function channels_of(guild)
  local list = {}
  for _, channel in pairs(guild.channels) do
    if is_voice(channel) then table.insert(list, channel) end
  end
  local function place_of(channel)
    local parent = guild.channels[channel.parent_id or ""]
    return parent and parent.position or -1, channel.position or 0, channel.id
  end
  table.sort(list, function(a, b)
    local a1, a2, a3 = place_of(a)
    local b1, b2, b3 = place_of(b)
    if a1 ~= b1 then return a1 < b1 end
    if a2 ~= b2 then return a2 < b2 end
    return a3 < b3
  end)
  return list
end

local function people_in(guild, channel)
  local list = {}
  for _, person in pairs(guild.people) do
    if person.channel == channel.id then table.insert(list, person) end
  end
  table.sort(list, function(a, b)
    if a.name ~= b.name then return a.name < b.name end
    return a.id < b.id
  end)
  return list
end

-- All voice channels in order, for the cursor.
local function all_channels()
  local list = {}
  for _, guild in ipairs(guilds) do
    for _, channel in ipairs(channels_of(guild)) do table.insert(list, channel) end
  end
  return list
end

local function chosen_channel()
  local list = all_channels()
  for i, channel in ipairs(list) do
    if channel.id == chosen then return channel, i, list end
  end
  chosen = list[1] and list[1].id
  return list[1], 1, list
end

local function move(by)
  local _, i, list = chosen_channel()
  local next_one = list[math.max(1, math.min(#list, i + by))]
  chosen = next_one and next_one.id
end

-- The screen --

local bar_width = 20

local function bar(level)
  local full = math.floor(math.max(0, math.min(1, level)) * bar_width + 0.5)
  return term.style(string.rep("█", full), full > bar_width * 0.8 and "red" or "green") .. term.style(string.rep("·", bar_width - full), "dim")
end

local function clock(seconds)
  return ("%d:%02d:%02d"):format(math.floor(seconds / 3600), math.floor(seconds / 60) % 60, seconds % 60)
end

local function person_line(person, levels)
  local level = levels and levels[person.id]
  return "      " .. term.fit(person.name, 24) .. " " .. (levels and bar(level or 0) or "") .. term.style(person.note ~= "" and " " .. person.note or "", "dim")
end

-- The lines of the tree, and which of them the cursor is on.
local function tree()
  local lines, cursor = {}, 1
  local at = chosen_channel()
  for _, guild in ipairs(guilds) do
    table.insert(lines, term.style(guild.name or guild.id, "bold"))
    for _, channel in ipairs(channels_of(guild)) do
      local here = at and channel.id == at.id
      local recorded = recording and recording.vc.channel_id == channel.id
      if here then cursor = #lines + 1 end
      local line = (here and "▸ " or "  ") .. "🔊 " .. channel.name
      table.insert(lines, term.style(line, unpack(here and {"reverse"} or {})) .. (recorded and term.style("  ● recording", "red", "bold") or ""))
      for _, person in ipairs(people_in(guild, channel)) do
        table.insert(lines, person_line(person, recorded and recording.vc.levels or nil))
      end
    end
  end
  if not at then table.insert(lines, term.style("there are no voice channels that the bot can see", "dim")) end
  return lines, cursor
end

local function status()
  if not recording then return "" end
  local state = recording.vc.state == "ready" and "" or " (" .. recording.vc.state .. ")"
  local mixed = recording.mix and ", with a mix" or ""
  return term.style("● " .. clock(os.time() - recording.since), "red", "bold") .. " " .. recording.path .. mixed .. state
end

-- The message in as many lines as it takes.
local function told(columns)
  local lines, line = {}, ""
  for word in message:gmatch("%S+") do
    if line ~= "" and #line + 1 + #word > columns then
      table.insert(lines, line)
      line = word
    else
      line = line == "" and word or line .. " " .. word
    end
  end
  table.insert(lines, line)
  if alarm then
    for i, text in ipairs(lines) do lines[i] = term.style(text, "red") end
  end
  return lines
end

local function draw()
  local columns, rows = term.size()
  local lines, cursor = tree()
  local below = told(columns)
  local room = math.max(1, rows - 3 - #below)
  local first = math.max(1, math.min(cursor - math.floor(room / 2), #lines - room + 1))
  local screen = {term.style("recorder", "bold") .. "  " .. status(), ""}
  for i = first, math.min(#lines, first + room - 1) do table.insert(screen, lines[i]) end
  while #screen < rows - 1 - #below do table.insert(screen, "") end
  for _, line in ipairs(below) do table.insert(screen, line) end
  table.insert(screen, term.style("↑↓ choose   Enter record   s stop   m mix   q quit", "dim"))
  term.draw(screen)
end

-- Recording --

-- A name that every file system takes, and that no recording has.
local function file_name(channel)
  local name = channel.name:gsub('[%c/\\:*?"<>|%s]+', "_")
  local stem = ("%s%s-%s"):format(folder, name, os.date("%Y%m%d-%H%M%S"))
  local free, n = stem, 1
  while true do
    local taken = io.open(free .. ".json")
    if not taken then return free .. ".ogg" end
    taken:close()
    n = n + 1
    free = stem .. "-" .. n
  end
end

-- A line about a recording that has ended.
local function summary(path, rec)
  local speakers = 0
  for _ in pairs(rec.speakers) do speakers = speakers + 1 end
  local line = ("%s: %d %s, %s"):format(path, speakers, speakers == 1 and "speaker" or "speakers", clock(math.floor(rec.duration)))
  return rec.mixed and line .. ", mixed in " .. rec.mixed or line
end

local function stop()
  if not recording then return say("nothing is being recorded") end
  local ended = recording
  recording = nil
  local ok, result = pcall(ended.vc.stop_recording, ended.vc, {mix = ended.mix})
  last = ok and result or ended.vc:stop_recording() -- without the mix there are still the tracks
  local line = summary(ended.path, last) .. (ok and "" or ", but " .. tostring(result))
  table.insert(finished, line)
  say(line, not ok)
  if ended.vc.channel_id then ended.vc:leave() end
end

local function mix()
  if recording then
    recording.mix = not recording.mix
  elseif last then
    say("mixing …")
    draw()
    say("mixed in " .. last:mix())
    table.insert(finished, message)
  else
    say("nothing was recorded yet")
  end
end

local function record(channel)
  if recording and recording.vc.channel_id == channel.id then return end
  if recording then stop() end
  say("joining " .. channel.name .. " …")
  draw()
  local vc = channel:join{mute = true}
  local ok, path = pcall(vc.start_recording, vc, file_name(channel))
  if not ok then
    vc:leave()
    error(path, 0)
  end
  recording = {vc = vc, path = path, since = os.time(), mix = false}
  vc:on("left", function()
    if recording and recording.vc == vc then stop() end
    draw()
  end)
  say("")
end

-- What each key does. --

local keys = {
  up = function() move(-1) end,
  down = function() move(1) end,
  home = function() move(-math.huge) end,
  ["end"] = function() move(math.huge) end,
  enter = function()
    local channel = chosen_channel()
    if channel then record(channel) end
  end,
  s = stop,
  m = mix,
}
keys.k, keys.j = keys.up, keys.down

gateway.on("GUILD_CREATE", function(guild) take_guild(guild) draw() end)
gateway.on("GUILD_DELETE", function(gone)
  for i, guild in ipairs(guilds) do
    if guild.id == gone.id then table.remove(guilds, i) break end
  end
  draw()
end)
for _, event in ipairs{"CHANNEL_CREATE", "CHANNEL_UPDATE", "CHANNEL_DELETE"} do
  gateway.on(event, function(channel)
    local guild = guild_of(channel.guild_id)
    if guild then guild.channels[channel.id] = event ~= "CHANNEL_DELETE" and channel or nil end
    draw()
  end)
end
gateway.on("VOICE_STATE_UPDATE", function(state)
  local guild = guild_of(state.guild_id)
  if guild then place(guild, state) end
  draw()
end)

say("connecting …")
draw()
gateway.start()
say("")
draw()
local ticker = spawn(function() -- the clock and the levels
  while true do
    sleep(0.1)
    if recording then draw() end
  end
end)

for key in term.keys() do
  if key == "q" or key == "ctrl-c" then break end
  if keys[key] then
    local ok, err = pcall(keys[key])
    if not ok then say(tostring(err), true) end
  end
  draw()
end

ticker:cancel()
if recording then stop() end
term.restore()
for _, line in ipairs(finished) do print(line) end
gateway.stop()
