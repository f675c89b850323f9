-- Audit the roles of a server: who may do what is dangerous and through what, bots that are administrators, roles that nobody has.

local kinds = {
  {name = "owner", about = "owns the server and may do everything"},
  {name = "admin-bot", about = "a bot that is an administrator"},
  {name = "bot", about = "a bot with dangerous permissions"},
  {name = "member", about = "a person with dangerous permissions"},
  {name = "everyone", about = "@everyone has dangerous permissions"},
  {name = "mention-everyone", about = "everyone may mention @everyone"},
  {name = "role", about = "a role with dangerous permissions, and how many have it"},
  {name = "unused-role", about = "a role that nobody has"},
  {name = "role-above-bot", about = "a role that the bot cannot give, take away or change"},
}

local kind_names, place_of_kind, legend = {}, {}, {}
for i, kind in ipairs(kinds) do
  kind_names[i], place_of_kind[kind.name] = kind.name, i
  legend[i] = ("  %-17s %s"):format(kind.name, kind.about)
end

local o = args.parse{
  about = "Tells who may do what is dangerous in a server, and through which role or channel. The kinds of lines:\n\n" .. table.concat(legend, "\n"),
  {"--guild", "the server, by name or id, if the bot is in several", value = "SERVER"},
  {"--permission", "look for this permission in place of the usual ones; may be given several times", many = true, value = "NAME"},
  {"--format", "how to write it", choice = {"table", "markdown", "json", "csv"}, default = "table"},
  {"--fail-on", "end with exit code 1 if there are lines of this kind; may be given several times", choice = kind_names, many = true, value = "KIND"},
}

local dangerous = #o.permission > 0 and o.permission or {
  "ADMINISTRATOR", "MANAGE_GUILD", "MANAGE_ROLES", "MANAGE_CHANNELS", "MANAGE_WEBHOOKS", "MANAGE_MESSAGES", "MANAGE_THREADS",
  "MANAGE_GUILD_EXPRESSIONS", "BAN_MEMBERS", "KICK_MEMBERS", "MODERATE_MEMBERS",
}
for _, name in ipairs(dangerous) do
  if not discord.permissions[name] then args.fail("there is no permission " .. name .. "; they are written such as BAN_MEMBERS") end
end

-- What is known --

local function set_of(bits)
  local set = {}
  for _, name in ipairs(discord.permission_names(bits)) do set[name] = true end
  return set
end

-- The dangerous ones among permission bits. An administrator has all others, too.
local function dangers(bits)
  local set, list = set_of(bits), {}
  if set.ADMINISTRATOR and dangerous[1] == "ADMINISTRATOR" then return {"ADMINISTRATOR"} end
  for _, name in ipairs(dangerous) do
    if set[name] or set.ADMINISTRATOR then table.insert(list, name) end
  end
  return list
end

local guild, reason = dc:find_guild(o.guild)
if not guild then args.fail(reason) end
local channels, roles = guild:channels(), {}
for _, role in ipairs(guild:roles()) do
  roles[role.id] = {
    id = role.id, name = role.name, position = role.position, managed = role.managed,
    dangers = dangers(role.permissions), may = set_of(role.permissions),
  }
end
local everyone = roles[guild.id]

-- The members; nil if the bot may not list them.
local function list_members()
  local ok, list = pcall(guild.members, guild)
  if ok then return list end
  if list.status ~= 403 then error(list, 0) end
  io.stderr:write("roles-audit: the bot may not list the members: switch on the Server Members Intent in the developer portal; who has which role is left out\n")
end

local members = list_members()

if not guild:permissions():has("ADMINISTRATOR") then
  io.stderr:write("roles-audit: the bot is no administrator: channels that are hidden from it are left out\n")
end

-- The lines --

local rows = {}

local function add(kind, name, id, permissions, through)
  table.insert(rows, {kind = kind, name = name, id = id, permissions = permissions, through = through})
end

local function channel_title(channel)
  return (channel.type == discord.channel_types.GUILD_CATEGORY and "category " or "#") .. channel.name
end

-- What overwrites of channels allow: id of a role or a person -> list of {channel, permissions}.
local allowed_in = {}
for _, channel in ipairs(channels) do
  for _, overwrite in ipairs(channel.permission_overwrites or {}) do
    local list = dangers(overwrite.allow)
    if #list > 0 then
      allowed_in[overwrite.id] = allowed_in[overwrite.id] or {}
      table.insert(allowed_in[overwrite.id], {channel = channel, permissions = list})
    end
  end
end

-- Whether an overwrite for one person takes all of these permissions away in a channel.
local function denied(channel, user, permissions)
  for _, overwrite in ipairs(channel.permission_overwrites or {}) do
    if overwrite.id == user then
      local deny = set_of(overwrite.deny)
      for _, name in ipairs(permissions) do
        if not deny[name] then return false end
      end
      return true
    end
  end
  return false
end

-- The roles of a member, but for those that were made after the roles were listed.
local function roles_of(member)
  local list = {}
  for _, id in ipairs(member.roles) do table.insert(list, roles[id]) end
  return list
end

local function is_administrator(member)
  for _, role in ipairs(roles_of(member)) do
    if role.may.ADMINISTRATOR then return true end
  end
  return everyone.may.ADMINISTRATOR or false
end

local function audit_channels(kind, member)
  local function audit_grants(id, suffix)
    for _, grant in ipairs(allowed_in[id] or {}) do
      if not denied(grant.channel, member.user.id, grant.permissions) then
        add(kind, member.name, member.user.id, grant.permissions, channel_title(grant.channel) .. suffix)
      end
    end
  end
  for _, role in ipairs(roles_of(member)) do audit_grants(role.id, ", role " .. role.name) end
  audit_grants(member.user.id, "")
end

local function audit_member(member)
  if member.user.id == guild.owner_id then return add("owner", member.name, member.user.id, {}, "the server is theirs") end
  local admin = is_administrator(member)
  local kind = member.user.bot and (admin and "admin-bot" or "bot") or "member"
  for _, role in ipairs(roles_of(member)) do
    if #role.dangers > 0 then add(kind, member.name, member.user.id, role.dangers, "role " .. role.name) end
  end
  if not admin then audit_channels(kind, member) end
end

local function audit_everyone()
  if #everyone.dangers > 0 then add("everyone", "@everyone", guild.id, everyone.dangers, "the server") end
  for _, grant in ipairs(allowed_in[guild.id] or {}) do
    add("everyone", "@everyone", guild.id, grant.permissions, channel_title(grant.channel))
  end
  local mentions = {"MENTION_EVERYONE"}
  if everyone.may.MENTION_EVERYONE then
    add("mention-everyone", "@everyone", guild.id, mentions, "the server")
    return
  end
  for _, channel in ipairs(channels) do
    for _, overwrite in ipairs(channel.permission_overwrites or {}) do
      if overwrite.id == guild.id and set_of(overwrite.allow).MENTION_EVERYONE then
        add("mention-everyone", "@everyone", guild.id, mentions, channel_title(channel))
      end
    end
  end
end

-- How many members have each role.
local function holders()
  local count = {}
  for _, member in ipairs(members or {}) do
    for _, id in ipairs(member.roles) do count[id] = (count[id] or 0) + 1 end
  end
  return count
end

-- Of roles in the same place the older one counts more. Ids are numbers too large for Lua's.
local function is_above(a, b)
  if a.position ~= b.position then return a.position > b.position end
  if #a.id ~= #b.id then return #a.id < #b.id end
  return a.id < b.id
end

-- The highest role of the bot.
local function own_role()
  local top = everyone
  for _, role in ipairs(roles_of(guild:member(dc:me()))) do
    if is_above(role, top) then top = role end
  end
  return top
end

local function audit_role(role, count, top)
  local many = members and ("%d %s"):format(count, count == 1 and "member" or "members") or "not known who"
  if #role.dangers > 0 then add("role", role.name, role.id, role.dangers, many) end
  if members and count == 0 and not role.managed then add("unused-role", role.name, role.id, role.dangers, "") end
  if is_above(role, top) then add("role-above-bot", role.name, role.id, role.dangers, "above " .. top.name) end
end

local function audit()
  if not members then add("owner", guild.owner_id, guild.owner_id, {}, "the server is theirs") end
  for _, member in ipairs(members or {}) do audit_member(member) end
  audit_everyone()
  local count, top = holders(), own_role()
  for id, role in pairs(roles) do
    if id ~= guild.id then audit_role(role, count[id] or 0, top) end
  end
  table.sort(rows, function(a, b)
    if a.kind ~= b.kind then return place_of_kind[a.kind] < place_of_kind[b.kind] end
    if a.name ~= b.name then return a.name < b.name end
    if a.id ~= b.id then return a.id < b.id end
    return a.through < b.through
  end)
end

-- Writing --

local columns = {"kind", "name", "permissions", "through"}

local function cells(row)
  return {row.kind, row.name, #row.permissions > 0 and table.concat(row.permissions, ", ") or "-", row.through}
end

local function write_table()
  local lines, widths = {columns}, {}
  for _, row in ipairs(rows) do table.insert(lines, cells(row)) end
  for _, line in ipairs(lines) do
    for i, text in ipairs(line) do widths[i] = math.max(widths[i] or 0, term.width(text)) end
  end
  for _, line in ipairs(lines) do
    local texts = {}
    for i, text in ipairs(line) do texts[i] = term.fit(text, widths[i]) end
    print((table.concat(texts, "  "):gsub("%s+$", "")))
  end
end

local function write_markdown()
  print("| " .. table.concat(columns, " | ") .. " |")
  print("|" .. ("---|"):rep(#columns))
  for _, row in ipairs(rows) do
    local texts = cells(row)
    for i, text in ipairs(texts) do texts[i] = text:gsub("|", "\\|") end
    print("| " .. table.concat(texts, " | ") .. " |")
  end
end

local writers = {
  table = write_table,
  markdown = write_markdown,
  json = function()
    for _, row in ipairs(rows) do json.array(row.permissions) end
    print(json.pretty{guild = {id = guild.id, name = guild.name}, members_listed = members ~= nil, rows = json.array(rows)})
  end,
  csv = function()
    local list = {}
    for _, row in ipairs(rows) do
      table.insert(list, {kind = row.kind, name = row.name, id = row.id, permissions = table.concat(row.permissions, " "), through = row.through})
    end
    io.write(csv.encode(list, {header = {"kind", "name", "id", "permissions", "through"}}))
  end,
}

-- The exit code, from what --fail-on names.
local function verdict()
  local need_members = {["admin-bot"] = true, bot = true, member = true, ["unused-role"] = true}
  for _, kind in ipairs(o.fail_on) do
    if need_members[kind] and not members then
      io.stderr:write("roles-audit: --fail-on " .. kind .. " cannot be told without the members\n")
      return 2
    end
    for _, row in ipairs(rows) do
      if row.kind == kind then return 1 end
    end
  end
  return 0
end

audit()
writers[o.format]()
local code = verdict()
if code ~= 0 then os.exit(code) end
