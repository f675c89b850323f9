-- NAME: a bot. Try it with: cordial run --sandbox NAME.lua
function bot.cmd.ping(msg)
  msg:reply("pong")
end

bot.slash("hello", {description = "Says hello"}, function(ix)
  ix:reply("Hello, " .. ix.user.mention .. "!")
end)
