-- The tests of morning.lua: cordial test examples
test("says good morning on working days", function(t)
  t.load("morning.lua")
  sandbox.clock.advance("14d")
  t.eq(dc:guilds()[1]:channel("general"):messages(1)[1].content, "Good morning, day 10!")
end)
