-- Run with: cordial test
test("answers !ping", function(t)
  t.load("NAME.lua")
  sandbox.user("nathan"):say("general", "!ping")
  t.eventually(function()
    return dc:guilds()[1]:channel("general"):messages(1)[1].content == "pong"
  end)
end)

test("says hello", function(t)
  t.load("NAME.lua")
  local nathan = sandbox.user("nathan")
  t.eq(nathan:slash("hello").content, "Hello, " .. nathan.mention .. "!")
end)
