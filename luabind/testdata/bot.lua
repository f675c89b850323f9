-- Commands answer; the rest of the line is the argument.
function bot.cmd.echo(msg, args) msg:reply("You said: " .. args) end
print(bot, bot.cmd.echo ~= nil, #bot.cmds)  --> Bot(cmds=['echo'])	true	1
bot.start()
local nathan
for _, u in ipairs(sandbox.info().users) do if u.name == "nathan" then nathan = discord.client{user_token = u.token} end end
local function say(text)
  local answer = spawn(gateway.wait_for, "MESSAGE_CREATE", {timeout = 5, check = function(m) return m.author.bot and m.content ~= "" end})
  sleep(0) -- until it waits
  nathan:request("POST", "/channels/1327046393453613079/messages", {json = {content = text}, use_user = true})
  return answer:wait()
end
print(say("!echo hello world").content)  --> You said: hello world
print(say("!help").content)
--> **Commands**
--> `!echo`
bot.stop()
