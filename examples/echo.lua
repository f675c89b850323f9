-- Answers "!echo some words" with what was said.
function bot.cmd.echo(msg, args)
  msg:reply("You said: " .. args)
end
