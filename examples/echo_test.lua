-- The tests of echo.lua: cordial test examples
local function last_in(name)
  return dc:guilds()[1]:channel(name):messages(1)[1]
end

test("answers what was said", function(t)
  t.load("echo.lua")
  sandbox.user("nathan"):say("general", "!echo hello there")
  t.eventually(function() return last_in("general").content == "You said: hello there" end)
end)

test("says nothing by itself", function(t)
  t.load("echo.lua")
  local said = sandbox.user("nathan"):say("general", "echo?")
  sandbox.clock.settle()
  t.eq(last_in("general").id, said.id)
end)
