-- Slash commands: choices, completion, subcommands, private answers, a slow one, and commands in the menus of messages and people.
bot.slash("roll", {description = "Roll dice", options = {
  {name = "sides", type = "integer", description = "How many sides", choices = {4, 6, 8, 12, 20}},
  {name = "count", type = "integer", description = "How many dice", min_value = 1, max_value = 10},
}}, function(ix, options)
  local rolls, sum = {}, 0
  for i = 1, options.count or 1 do
    rolls[i] = math.random(options.sides or 6)
    sum = sum + rolls[i]
  end
  ix:reply(("%s rolls %s = %d"):format(ix.user.mention, table.concat(rolls, " + "), sum))
end)

local cities = {"Berlin", "Bern", "Bologna", "Lisbon", "Oslo", "Tokyo"}

local function cities_like(ix, typed)
  local found = {}
  for _, city in ipairs(cities) do
    if city:lower():find(typed:lower(), 1, true) == 1 then table.insert(found, city) end
  end
  return found
end

bot.slash("weather", {description = "The weather in a city", options = {
  {name = "city", type = "string", required = true, description = "Where", autocomplete = cities_like},
}}, function(ix, options)
  sleep(3) -- a slow weather service: the answer is deferred by itself, and comes when it is ready
  ix:reply("It is lovely in " .. options.city .. ".")
end)

local notes = {}

bot.slash("note add", {description = "Write a note", options = {
  {name = "text", type = "string", required = true, description = "What"},
}}, function(ix, options)
  notes[ix.user.id] = notes[ix.user.id] or {}
  table.insert(notes[ix.user.id], options.text)
  ix:reply("Noted.", {ephemeral = true})
end)

bot.slash("note list", {description = "Show your notes"}, function(ix)
  local mine = notes[ix.user.id] or {}
  ix:reply(#mine > 0 and "- " .. table.concat(mine, "\n- ") or "You have no notes.", {ephemeral = true})
end)

bot.menu("Shout", {type = "message"}, function(ix, message)
  ix:reply(message.content:upper() .. "!")
end)

bot.menu("Who is this?", {type = "user"}, function(ix, member)
  ix:reply(member.name .. " is here since " .. member.joined_at:sub(1, 10) .. ".", {ephemeral = true})
end)
