-- Greets who comes, says goodbye to who leaves, and makes a friend of the newcomer who reacts to the greeting.
local function lobby(guild)
  return guild:channel(guild.system_channel_id or "general")
end

gateway.on("GUILD_MEMBER_ADD", function(member)
  local guild = member:guild()
  local greeting = lobby(guild):send("Welcome to " .. guild.name .. ", " .. member.mention .. "! React with 👋 to become a friend.")
  greeting:react("👋")
end)

gateway.on("GUILD_MEMBER_REMOVE", function(member)
  lobby(member:guild()):send(member.user.username .. " has left us.")
end)

gateway.on("MESSAGE_REACTION_ADD", function(reaction)
  if reaction.emoji.name ~= "👋" then return end
  local greeting = reaction:message()
  local greeted = greeting.mentions[1]
  if greeting.author.id == bot.user.id and greeted and greeted.id == reaction.user_id then
    reaction.member:add_role(greeting:guild():role("Friends"), {reason = "said hello"})
  end
end)
