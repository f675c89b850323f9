-- Answers "!echo some words" in #general with what was said, by asking for new messages every two seconds.
local general = dc:guilds()[1]:channel("general")
local last = general:messages(1)[1].id

every(2, function()
  for _, msg in ipairs(general:messages{after = last, limit = 100}) do
    last = msg.id
    local words = msg.raw_content:match("^!echo%s+(.+)")
    if words and not msg.author.bot then msg:reply("You said: " .. words) end
  end
end)
