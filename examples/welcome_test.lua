-- The tests of welcome.lua: cordial test examples
local function greeting_of(t, person)
  return t.eventually(function()
    for _, msg in ipairs(dc:guilds()[1]:channel("general"):messages(3)) do
      if msg.raw_content:find(person.mention, 1, true) then return msg end
    end
  end)
end

test("greets who comes and makes a friend of who waves", function(t)
  t.load("welcome.lua")
  local robin = sandbox.add_user("robin"):join()
  local greeting = greeting_of(t, robin)
  t.match(greeting.content, "^Welcome to natedog's server")
  robin:react(greeting, "👋")
  local guild = dc:guilds()[1]
  t.eventually(function() return #guild:member(robin.id).roles == 1 end)
  t.eq(guild:member(robin.id).roles[1], guild:role("Friends").id)
end)

test("says when somebody leaves", function(t)
  t.load("welcome.lua")
  local robin = sandbox.add_user("robin"):join()
  greeting_of(t, robin)
  robin:leave()
  t.eventually(function() return dc:guilds()[1]:channel("general"):messages(1)[1].content == "robin has left us." end)
end)
