-- A bot at work, and what it shows of itself.
function bot.cmd.echo(msg, args) msg:reply("You said: " .. args) end
bot.cmd("roll", {description = "Rolls a die", cooldown = 5, permissions = {"SEND_MESSAGES"}}, function(msg) msg:reply("4") end)
bot.slash("ping", {description = "Answers"}, function(ix) ix:reply("pong") end)
local vote = bot.button("vote:{id}", function(ix, id) ix:update("Voted " .. id) end)
print(bot)  --> Bot(cmds=['echo', '/ping', 'roll'])
print(bot.cmd, bot.cmd.nothing, bot.cmd.echo ~= nil)  --> Commands(echo, roll)	nil	true
print(#bot.cmds, bot.cmds[3], bot.cmds[3].cooldown, bot.cmds[3].permissions[1])  --> 3	Command(name='roll', kind='prefix')	5	SEND_MESSAGES
print(vote, bot.prefix, bot.errors)  --> Command(name='vote:{id}', kind='button')	!	{}
bot.start()
bot.sync()
local nathan = sandbox.user("nathan")
local function answer() return gateway.wait_for("MESSAGE_CREATE", {timeout = 10, check = function(m) return m.author.bot end}) end
local said = spawn(answer)
sleep(0)
nathan:say("general", "!echo hello world")
print(said:wait().content)  --> You said: hello world
print(nathan:slash("ping").content)  --> pong
local msg = dc:channel("1327046393453613079"):send{content = "Vote", components = {ui.button("Yes", "vote:yes")}}
local reply = nathan:click(msg, "vote:yes")
print(reply.status, reply.message.content)  --> updated	Voted yes
vote:off()
bot.cmd.echo = nil
print(bot)  --> Bot(cmds=['/ping', 'roll'])
bot.stop()
---
-- What an interaction has.
bot.slash("show", {options = {{name = "text"}, {name = "whole", type = "integer"}, {name = "yes", type = "boolean"}, {name = "who", type = "user"}, {name = "where", type = "channel"}}}, function(ix, options)
  print(ix.command, ix.user.username, ix.member.name, ix:channel().name, ix:guild().name, ix.target, #ix.values)
  print(options.text, options.whole, options.yes, options.who, options.where.name, ix.options.nothing)
  print(ix.options.who.guild_id == ix.guild_id)
  local first = ix:reply("first")
  local second = ix:follow_up("second")
  print(first.content, second.content, ix:edit("changed").content, ix:edit{content = "changed too", message = second}.content)
  print(pcall(ix.modal, ix, ui.modal{id = "x", title = "t", ui.input{id = "i", label = "l"}}))
  print(pcall(ix.update, ix, "x"))
  print(pcall(ix.reply, ix))
  ix:delete{message = second}
end)
bot.start()
bot.sync()
sandbox.user("nathan"):slash("show", {text = "a", whole = 5, yes = true, who = "nathan", where = "general"}):wait{timeout = 10}
--> show	nathan	nathan	general	natedog's server	nil	0
--> a	5	true	Member(id=346450717025894400, name='nathan', joined=2025-01-09)	general	nil
--> true
--> first	second	changed	changed too
--> false	testdata/bot.lua:35: modal: the interaction is answered: a modal must be the first answer, within two seconds; show it before anything that waits
--> false	testdata/bot.lua:36: update: the interaction is answered: there is no component's message to change; reply in its place
--> false	testdata/bot.lua:37: there is nothing to send: give a text, or embeds, components or files
bot.stop()
---
-- An interaction can be answered without the bot, too.
bot.slash("later", function() end):off()
dc.api.create_application_command{application_id = dc:me().id, name = "plain", description = "d"}
gateway.on("INTERACTION_CREATE", function(ix) ix:reply("plain answer to " .. ix.command, {ephemeral = true}) end)
gateway.start()
local reply = sandbox.user("nathan"):slash("plain")
print(reply.content, reply.ephemeral)  --> plain answer to plain	true
gateway.stop()
