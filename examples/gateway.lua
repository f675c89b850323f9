-- The gateway and bot parts of the notebook that cordial grew from, in its order. Run it on the sandbox:
--   cordial run --sandbox examples/gateway.lua
local ch = dc:channel("1327046393453613079")

-- What Discord is asked for. Without this line it follows from the handlers.
gateway.intents = {"GUILDS", "GUILD_MESSAGES", "MESSAGE_CONTENT"}
print(gateway)

-- The payloads that go over the connection are plain tables.
print(discord.op.heartbeat(5))

-- Frames one by one, as they come: HELLO, READY, and a GUILD_CREATE for each server.
for _ = 1, 3 do print(gateway.recv_event().t) end

-- Handlers, several for an event if need be.
gateway.on("MESSAGE_CREATE", function(msg)
  if msg.author.bot then print(msg.author.username .. ": " .. msg.content) end
end)

-- Does something and waits until the gateway has told of the message that comes of it.
local function until_heard(text, act)
  local told = spawn(gateway.wait_for, "MESSAGE_CREATE", {timeout = 30, check = function(msg) return msg.content == text end})
  sleep(0) -- let it begin to wait
  act()
  told:wait()
end
local function send(text) until_heard(text, function() ch:send(text) end) end
send("Test our event listener! Otters are awesome 🦦")

-- A reconnect that goes on with the session, and one that begins a new one.
gateway.reconnect{resume = true}
send("Houston, do we have a problem?")

local ready = spawn(gateway.wait_for, "READY", {timeout = 30})
gateway.reconnect{resume = false}
ready:wait()
send("Did we re-identify?")

-- Commands can be added at any time.
function bot.cmd.echo(msg, args) msg:channel():send("You said: " .. args) end
print(bot)

-- Errors in commands are kept, and handed to who wants to know. The bot goes on.
bot.on_error(function(msg, err) print("error") end)
function bot.cmd.err(msg) error("test") end

-- On the sandbox somebody is there to use them.
if sandbox then
  local nathan = sandbox.user("nathan")
  until_heard("You said: hello world", function() nathan:say("general", "!echo hello world") end)
  nathan:say("general", "!err")
  repeat sleep(0.05) until #bot.errors > 0
  print(bot.errors[1].command)
end

gateway.stop()
