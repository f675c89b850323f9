-- Errors name things as scripts write them.
bot.cmd("roll")  ### "bot.cmd: fn is required: bot.cmd\\(name, {aliases=, bots=, description=, …}, fn\\)"
---
bot.cmd.x = 5  ### "bot.cmd.x: expected a function, or nil to remove the command, got number 5"
---
bot.cmd:echo()  ### "bot.cmd has no method 'echo'"
---
bot.prefx = "!"  ### "bot.prefx cannot be set; did you mean 'prefix'\\?"
---
bot.prefix = {}  ### "bot.prefix: expected one prefix or more, got an empty list"
---
bot.slash("ping", function(ix)
  print(pcall(function() ix:repyl("x") end))
  ix:reply("pong")
end)
bot.start()
bot.sync()
sandbox.user("nathan"):slash("ping")
--> false	testdata/bot_errors.lua:13: an Interaction has no method 'repyl'; did you mean 'reply'?
bot.stop()
---
ui.poll("text")  ### "ui.poll: takes one table: ui.poll\\({question=, answers=, duration=, multiple=}\\)"
