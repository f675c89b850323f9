-- Back up the structure of a server to a JSON file, and tell what has changed since: roles, channels, permissions, emoji, rules, …

local o = args.parse{
  about = [[
Writes the structure of a server to a JSON file: settings, roles, channels and their permissions, emoji, stickers, sounds, events,
webhooks, auto moderation, welcome screen, onboarding. The same server gives the same file. With --diff it tells what has changed.]],
  {"file", "the file to write, ID.json by default; with --diff a newer backup in the place of the server as it is", optional = true},
  {"--guild", "the server, by name or id, if the bot is in several", value = "SERVER"},
  {"--diff", "an older backup to compare with; the exit code is 1 if something has changed", value = "OLD"},
  {"--images", "a folder for the images of emoji and stickers", value = "FOLDER"},
  {"--cron", 'stay, and do it at these times: "0 3 * * *"', type = "cron"},
  {"--tz", "the time zone of --cron", type = "timezone"},
}
if o.diff and (o.images or o.cron) then args.fail("--images and --cron go with a backup, not with --diff") end

-- The parts of the file besides the server's own settings: what tells them, which permission that needs, and what one thing is called.
local parts = {
  {name = "roles", operation = "list_guild_roles", thing = "role"},
  {name = "channels", operation = "list_guild_channels", thing = "channel"},
  {name = "emojis", operation = "list_guild_emojis", thing = "emoji"},
  {name = "stickers", operation = "list_guild_stickers", thing = "sticker"},
  {name = "soundboard_sounds", operation = "list_guild_soundboard_sounds", thing = "sound"},
  {name = "scheduled_events", operation = "list_guild_scheduled_events", thing = "event"},
  {name = "webhooks", operation = "get_guild_webhooks", needs = "MANAGE_WEBHOOKS", thing = "webhook"},
  {name = "auto_moderation_rules", operation = "list_auto_moderation_rules", needs = "MANAGE_GUILD", thing = "auto moderation rule"},
  {name = "welcome_screen", operation = "get_guild_welcome_screen", needs = "MANAGE_GUILD"},
  {name = "onboarding", operation = "get_guilds_onboarding"},
}

-- Reading --

-- Fields that are secret (token and url of webhooks), stand elsewhere in the file, or change by themselves.
local dropped = {}
for _, name in ipairs{
  "token", "url", "guild_id", "creator", "last_message_id", "last_pin_timestamp", "user_count", "premium_subscription_count",
  "approximate_member_count", "approximate_presence_count",
} do dropped[name] = true end

-- Lists whose order means nothing.
local unordered = {}
for _, name in ipairs{"permission_overwrites", "roles", "features", "exempt_roles", "exempt_channels", "default_channel_ids"} do
  unordered[name] = true
end

-- The order of names and of ids, which are numbers too large for Lua's.
local function before(a, b)
  if a:match("^%d+$") and b:match("^%d+$") and #a ~= #b then return #a < #b end
  return a < b
end

local function id_of(thing) return type(thing) == "table" and (thing.id or thing.sound_id) or tostring(thing) end

local function by_id(list)
  table.sort(list, function(a, b) return before(id_of(a), id_of(b)) end)
  return list
end

local function sorted_keys(t)
  local keys = {}
  for key in pairs(t) do table.insert(keys, key) end
  table.sort(keys, before)
  return keys
end

-- A copy of what Discord has sent as it stands in the file: with sorted keys, and people as ids.
local function plain(value, name)
  if type(value) ~= "table" or next(value) == nil then return value end
  if value[1] ~= nil then
    local list = json.array()
    for i, item in ipairs(value) do list[i] = plain(item) end
    return unordered[name] and by_id(list) or list
  end
  local object = json.object()
  for _, key in ipairs(sorted_keys(value)) do
    if key == "user" then
      object.user_id = value.user.id
    elseif not dropped[key] then
      object[key] = plain(value[key], key)
    end
  end
  return object
end

-- What an operation tells of the guild; nil and the reason if the bot may not know. There may be nothing to know, such as no welcome screen.
local function read(part, guild)
  local ok, answer = pcall(dc.api[part.operation], {guild_id = guild.id})
  if ok then
    answer = json.decode(answer:json())
    return plain(answer.items or answer)
  end
  if answer.status == 404 then return nil end
  if answer.status == 403 and part.needs then return nil, "the bot needs " .. part.needs end
  if answer.status == 403 or answer.status == 501 then return nil, tostring(answer) end
  error(answer, 0)
end

local function read_settings(guild)
  local settings = read({operation = "get_guild"}, guild)
  settings.roles, settings.emojis, settings.stickers = nil, nil, nil
  return settings
end

-- Reads the server, as the text of the file.
local function read_server(guild)
  local server, left_out = {format = 1, guild = read_settings(guild)}, json.object()
  for _, part in ipairs(parts) do
    local content, reason = read(part, guild)
    server[part.name] = part.thing and content and by_id(content) or content
    left_out[part.name] = reason
  end
  if next(left_out) then server.left_out = left_out end
  if not guild:permissions():has("ADMINISTRATOR") then
    server.only_visible = true -- channels that are hidden from the bot are missing, and the events in them
  end
  return json.pretty(server) .. "\n"
end

-- Writing --

local function read_file(path)
  local file, reason = io.open(path, "rb")
  if not file then return nil, reason end
  local text, why = file:read("*a")
  file:close()
  return text, why
end

local function file_exists(path)
  local file = io.open(path, "rb")
  if file then file:close() end
  return file ~= nil
end

-- Writes a file in one step: what was there stays until the new one is complete.
local function write(path, text)
  if not pcall(os.rename, path, path) then -- --deny os: fs can do it in its folders
    local ok, reason = pcall(fs.write, path, text)
    if not ok then error("cannot write: " .. tostring(reason):gsub("^.-fs%.write: ", ""), 0) end
    return
  end
  local part = path .. ".part"
  local file, reason = io.open(part, "wb")
  if not file then error("cannot write: " .. reason, 0) end
  local written, why = file:write(text)
  file:close()
  if written then written, why = os.rename(part, path) end
  if not written then
    os.remove(part)
    error("cannot write: " .. why, 0)
  end
end

-- Tells now, and not at night, that nothing can be written there.
local function check_place(path)
  if file_exists(path) and not read_file(path) then args.fail(path .. " is no file that can be read and replaced") end
  local trial = path .. ".trial"
  local ok, reason = pcall(write, trial, "")
  if not ok then args.fail(reason) end
  if not pcall(os.remove, trial) then fs.remove(trial) end
end

-- Saves the images that are not in the folder yet. That of an id never changes.
local function save_images(guild, folder)
  local saved = 0
  for _, list in ipairs{guild:emojis(), guild:stickers()} do
    for _, image in ipairs(list) do
      local path = folder .. "/" .. image.image_url:match("[^/]+$")
      if not file_exists(path) then
        image:save(path)
        saved = saved + 1
      end
    end
  end
  print(("%d new images in %s"):format(saved, folder))
end

local function words(name) return (name:gsub("_", " ")) end

local function tell_gaps(server)
  for _, name in ipairs(sorted_keys(server.left_out or {})) do
    io.stderr:write(("backup: left out: %s: %s\n"):format(words(name), server.left_out[name]))
  end
  if server.only_visible then
    io.stderr:write("backup: channels that are hidden from the bot, which is no administrator, are left out, and events in them\n")
  end
end

local function summary(server)
  local counts = {}
  for _, part in ipairs(parts) do
    local n = part.thing and server[part.name] and #server[part.name] or 0
    if n > 0 then table.insert(counts, ("%d %s"):format(n, n == 1 and part.thing or words(part.name))) end
  end
  return table.concat(counts, ", ")
end

local function back_up(guild, path)
  local text = read_server(guild)
  local server = json.decode(text)
  tell_gaps(server)
  local same = read_file(path) == text
  if not same then write(path, text) end
  print(("%s: %s: %s%s"):format(path, guild.name, summary(server), same and " (as before)" or ""))
  if o.images then save_images(guild, o.images) end
end

-- Comparing --

local names = {} -- of roles and channels, by id
local changes = 0

local function say(what, text)
  changes = changes + 1
  print(what .. ": " .. text)
end

-- The keys that one of two tables has, in order.
local function keys_of(a, b)
  local both = {}
  for key in pairs(a) do both[key] = true end
  for key in pairs(b) do both[key] = true end
  return sorted_keys(both)
end

local function is_voice(channel)
  return channel.type == discord.channel_types.GUILD_VOICE or channel.type == discord.channel_types.GUILD_STAGE_VOICE
end

local function is_category(channel) return channel.type == discord.channel_types.GUILD_CATEGORY end

local function title(part, thing)
  local name = thing.name or id_of(thing)
  if part.name == "emojis" then return "emoji :" .. name .. ":" end
  if part.name ~= "channels" then return part.thing .. " " .. name end
  return (is_category(thing) and "category " or is_voice(thing) and "voice channel " or "channel #") .. name
end

local function learn_names(server)
  for _, role in ipairs(server.roles or {}) do names[role.id] = role.name end
  for _, channel in ipairs(server.channels or {}) do
    names[channel.id] = (is_category(channel) or is_voice(channel)) and channel.name or "#" .. channel.name
  end
end

local function shown(value, key)
  if value == nil then return "nothing" end
  if key:match("color") and type(value) == "number" then return ("#%06x"):format(value) end
  return names[value] or json.encode(value)
end

local function same(a, b)
  if a == nil or b == nil then return a == b end
  return json.encode(a) == json.encode(b)
end

local function index(list)
  local by = {}
  for _, thing in ipairs(list) do by[id_of(thing)] = thing end
  return by
end

-- What a set has gained and lost: "+ A, - B".
local function difference(old, new)
  local list = {}
  for _, key in ipairs(keys_of(old, new)) do
    if not old[key] then table.insert(list, "+ " .. key) elseif not new[key] then table.insert(list, "- " .. key) end
  end
  return #list > 0 and table.concat(list, ", ") or "in another order"
end

local function set_of(list, key)
  local set = {}
  for _, value in ipairs(list) do set[shown(value, key)] = true end
  return set
end

local function permission_set(bits)
  local set = {}
  for _, name in ipairs(discord.permission_names(bits)) do set[name] = true end
  return set
end

local function compare_permissions(what, old, new)
  local gained = difference(permission_set(old), permission_set(new))
  say(what, "permissions " .. (gained:match("^[+-]") and gained or old .. " -> " .. new)) -- bits without a name yet
end

-- What an overwrite says of permissions, by their names.
local function states(overwrite)
  local set = {}
  for name in pairs(permission_set(overwrite and overwrite.allow or "0")) do set[name] = "allowed" end
  for name in pairs(permission_set(overwrite and overwrite.deny or "0")) do set[name] = "denied" end
  return set
end

local function compare_overwrites(what, old, new)
  old, new = index(old), index(new)
  for _, id in ipairs(keys_of(old, new)) do
    local a, b, list = states(old[id]), states(new[id]), {}
    for _, name in ipairs(keys_of(a, b)) do
      if a[name] ~= b[name] then table.insert(list, ("%s %s -> %s"):format(name, a[name] or "not set", b[name] or "not set")) end
    end
    if #list > 0 then say(what, ("for %s: %s"):format(names[id] or "user " .. id, table.concat(list, ", "))) end
  end
end

-- Tells that what two lists have in common, such as tags, stands in another order.
local function compare_order(what, old, new)
  local function common(list, other)
    local ids = {}
    for _, thing in ipairs(list) do
      if other[id_of(thing)] then table.insert(ids, id_of(thing)) end
    end
    return ids
  end
  if not same(common(old, index(new)), common(new, index(old))) then say(what, "in another order") end
end

local compare_lists, compare_fields

local function compare_values(what, key, old, new)
  if same(old, new) then return end
  if type(old or new) == "table" and type(new or old) == "table" then old, new = old or {}, new or {} end
  local both = type(old) == "table" and type(new) == "table"
  local list = both and (old[1] or new[1])
  if key == "permissions" then
    compare_permissions(what, old, new)
  elseif key == "permission_overwrites" then
    compare_overwrites(what, old, new)
  elseif type(list) == "table" and list.id then
    compare_lists(old, new, function(thing) return ("%s, %s %s"):format(what, words(key), thing.name or thing.title or thing.id) end)
    compare_order(what .. ", " .. words(key), old, new)
  elseif list then
    say(what, words(key) .. " " .. difference(set_of(old, key), set_of(new, key)))
  elseif both then
    compare_fields(what, old, new, key .. " ")
  elseif key == "name" and new then
    say(what, "renamed to " .. new)
  else
    say(what, ("%s %s -> %s"):format(words(key), shown(old, key), shown(new, key)))
  end
end

-- Fields that are told in another way: places below, colours in "colors".
local told = {id = true, position = true, parent_id = true, color = true}

function compare_fields(what, old, new, path)
  for _, key in ipairs(keys_of(old, new)) do
    if not told[key] then compare_values(what, (path or "") .. key, old[key], new[key]) end
  end
end

function compare_lists(old, new, title_of, gone)
  old, new = index(old), index(new)
  for _, id in ipairs(keys_of(old, new)) do
    local a, b = old[id], new[id]
    if not a then
      say(title_of(b), "added")
    elseif not b then
      say(title_of(a), gone or "removed")
    else
      compare_fields(title_of(a), a, b)
    end
  end
end

-- Places --

-- The things as Discord shows them: roles from the top, in a category text channels before voice channels.
local function in_order(list)
  local function place(thing)
    if not thing.type then return -thing.position end
    return thing.position + (is_category(thing) and 2e6 or is_voice(thing) and 1e6 or 0)
  end
  local things = {unpack(list)}
  table.sort(things, function(a, b)
    if place(a) ~= place(b) then return place(a) < place(b) end
    return before(a.id, b.id)
  end)
  return things
end

-- The ids that have kept their order: a longest run of the new ones that stands in the same order among the old ones.
local function kept(old, new)
  local place, ends, previous = {}, {}, {} -- ends[n]: where the run of n that ends first among the old ones ends among the new ones
  for i, id in ipairs(old) do place[id] = i end
  for i, id in ipairs(new) do
    local low, high = 1, #ends + 1
    while low < high do
      local middle = math.floor((low + high) / 2)
      if place[new[ends[middle]]] < place[id] then low = middle + 1 else high = middle end
    end
    ends[low], previous[i] = i, ends[low - 1]
  end
  local set, last = {}, ends[#ends]
  while last do
    set[new[last]] = true
    last = previous[last]
  end
  return set
end

-- The ids of each category in order, of those that both backups have in it; roles have none.
local function by_parent(list, old, new)
  local groups = {}
  for _, thing in ipairs(in_order(list)) do
    local a, b = old[thing.id], new[thing.id]
    if a and b and a.parent_id == b.parent_id then
      local parent = thing.parent_id or ""
      groups[parent] = groups[parent] or {}
      table.insert(groups[parent], thing.id)
    end
  end
  return groups
end

local function compare_places(part, old, new)
  local a, b = index(old), index(new)
  for _, thing in ipairs(new) do
    local was = a[thing.id]
    if was and was.parent_id ~= thing.parent_id then
      say(title(part, was), ("moved from %s to %s"):format(names[was.parent_id] or "no category", names[thing.parent_id] or "no category"))
    end
  end
  local then_, now = by_parent(old, a, b), by_parent(new, a, b)
  for _, parent in ipairs(sorted_keys(now)) do
    local still = kept(then_[parent], now[parent])
    for i, id in ipairs(now[parent]) do
      if not still[id] then say(title(part, a[id]), i == 1 and "moved to the top" or "moved below " .. names[now[parent][i - 1]]) end
    end
  end
end

local function compare_part(part, old, new)
  if not part.thing then return compare_fields(words(part.name), old[part.name] or {}, new[part.name] or {}) end
  local a, b = old[part.name] or {}, new[part.name] or {}
  local hidden = new.only_visible and (part.name == "channels" or part.name == "scheduled_events")
  compare_lists(a, b, function(thing) return title(part, thing) end, hidden and "removed, or hidden from the bot")
  if part.name == "roles" or part.name == "channels" then compare_places(part, a, b) end
end

local function compare_servers(old, new)
  learn_names(old)
  learn_names(new)
  compare_fields("server", old.guild, new.guild)
  for _, part in ipairs(parts) do
    local reason = (old.left_out or {})[part.name] or (new.left_out or {})[part.name]
    if reason then
      io.stderr:write(("backup: not compared: %s: %s\n"):format(words(part.name), reason))
    else
      compare_part(part, old, new)
    end
  end
end

-- Reads a backup from a file.
local function load_backup(path)
  local text, reason = read_file(path)
  if not text then args.fail("cannot read: " .. reason) end
  local ok, server = pcall(json.decode, text)
  if not ok or type(server) ~= "table" or server.format ~= 1 or type(server.guild) ~= "table" then args.fail(path .. " is no backup that this version can read") end
  return server
end

local function find_guild(which)
  local guild, reason = dc:find_guild(which)
  if not guild then args.fail(reason) end
  return guild
end

local function tell_changes(old_path, new_path)
  local old = load_backup(old_path)
  local new = new_path and load_backup(new_path) or json.decode(read_server(find_guild(o.guild or old.guild.id)))
  if old.guild.id ~= new.guild.id then args.fail(("these are two servers: %s and %s"):format(old.guild.name, new.guild.name)) end
  compare_servers(old, new)
  if changes > 0 then os.exit(1) end
end

if o.diff then return tell_changes(o.diff, o.file) end
local guild = find_guild(o.guild)
local path = o.file or guild.id .. ".json"
local function now() back_up(guild, path) end
if o.images then
  pcall(fs.mkdir, o.images) -- outside of fs's folders it must be there already
  check_place(o.images .. "/image")
end
if not o.cron then return now() end
check_place(path)
print(cron(o.cron, {name = path, tz = o.tz, catch_up = true}, now))
