-- A small moderator: /warn, /mute and !purge for those who may, and no invitations to other servers from anybody else. Warnings outlive
-- a restart, and are forgotten 30 days after the first one.

-- The options of a command about somebody, with some of its own between.
local function about(extra)
  local options = {{name = "member", type = "user", required = true, description = "Who"}}
  table.insert(options, extra)
  table.insert(options, {name = "reason", type = "string", description = "Why"})
  return options
end

bot.slash("warn", {description = "Warn somebody; the third warning mutes for an hour", permissions = {"MODERATE_MEMBERS"}, options = about()}, function(ix, options)
  local user = options.member.user
  local key = "warnings:" .. user.id
  local count = store:incr(key)
  if count == 1 then store:set(key, 1, {expires = "30d"}) end
  if count >= 3 then
    options.member:timeout("1h", {reason = "third warning"})
    store:delete(key)
    return ix:reply(user.mention .. " is muted for an hour after three warnings.")
  end
  ix:reply(("%s, this is warning %d of 3: %s"):format(user.mention, count, options.reason or "please mind the rules"))
end)

bot.slash("mute", {description = "Mute somebody for some minutes", permissions = {"MODERATE_MEMBERS"}, options = about{
  name = "minutes", type = "integer", required = true, description = "How long", min_value = 1, max_value = 1440,
}}, function(ix, options)
  local who = options.member.user.mention
  local ok, err = pcall(options.member.timeout, options.member, options.minutes * 60, {reason = options.reason})
  if not ok then return ix:reply(("%s cannot be muted: %s"):format(who, err.message), {ephemeral = true}) end
  ix:reply(("%s is muted for %d minutes."):format(who, options.minutes), {ephemeral = true})
end)

bot.cmd("purge", {description = "delete the last messages: !purge 10", permissions = {"MANAGE_MESSAGES"}, cooldown = 5}, function(msg, args)
  local n = tonumber(args)
  if not n or n < 1 or n > 99 then return msg:reply("How many? !purge 10") end
  local messages = msg:before(n)
  table.insert(messages, msg)
  msg:channel():bulk_delete(messages)
end)

gateway.on("MESSAGE_CREATE", function(msg)
  if msg.author.bot or not msg.guild_id or not msg.content:find("discord%.gg/%w+") then return end
  local channel = msg:channel()
  if msg:guild():permissions(msg.author, channel):has("MANAGE_MESSAGES") then return end
  msg:delete{reason = "an invitation to another server"}
  channel:send(msg.author.mention .. ", please do not advertise other servers here.")
end)

