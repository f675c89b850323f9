-- Polls with buttons: "!poll Tea or coffee? | tea | coffee". The votes are in the message itself, so a restart forgets none.
local function draw(question, answers, voters)
  local fields, buttons = {}, {}
  for i, answer in ipairs(answers) do
    local names = voters[i] or {}
    fields[i] = {name = ("%s: %d"):format(answer, #names), value = #names > 0 and table.concat(names, " ") or "nobody yet"}
    buttons[i] = ui.button(answer, "vote:" .. i)
  end
  return {embeds = {ui.embed{title = question, fields = fields}}, components = buttons}
end

-- What a poll's message shows, as draw takes it.
local function read(msg)
  local embed, answers, voters = msg.embeds[1], {}, {}
  for i, field in ipairs(embed.fields) do
    answers[i], voters[i] = field.name:match("^(.*): %d+$"), {}
    for mention in field.value:gmatch("<@%d+>") do table.insert(voters[i], mention) end
  end
  return embed.title, answers, voters
end

bot.cmd("poll", {description = "!poll question | answer | answer …"}, function(msg, args)
  local parts = {}
  for part in args:gmatch("[^|]+") do table.insert(parts, part:match("^%s*(.-)%s*$")) end
  local question = table.remove(parts, 1)
  if #parts < 2 or #parts > 5 then
    return msg:reply("A poll has a question and two to five answers: !poll Tea or coffee? | tea | coffee")
  end
  msg:channel():send(draw(question, parts, {}))
end)

bot.button("vote:{choice}", function(ix, choice)
  local question, answers, voters = read(ix.message)
  local me = ix.user.mention
  for i, names in ipairs(voters) do
    for n = #names, 1, -1 do
      if names[n] == me then table.remove(names, n) end
    end
    if i == tonumber(choice) then table.insert(names, me) end
  end
  ix:update(draw(question, answers, voters))
end)
