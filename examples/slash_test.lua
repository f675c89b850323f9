-- The tests of slash.lua: cordial test examples
test("rolls dice", function(t)
  t.load("slash.lua")
  local reply = sandbox.user("nathan"):slash("roll", {sides = 6, count = 2})
  local a, b, sum = t.match(reply.content, "rolls (%d) %+ (%d) = (%d+)")
  t.eq(a + b, tonumber(sum))
end)

test("has the weather after a while", function(t)
  t.load("slash.lua")
  local begun = sandbox.clock.now
  local reply = sandbox.user("nathan"):slash("weather", {city = "Oslo"})
  t.eq(reply.status, "deferred")
  t.eq(reply:wait().content, "It is lovely in Oslo.")
  t.ok(sandbox.clock.now - begun >= 3, "the weather service is slow")
end)

test("keeps notes to those who wrote them", function(t)
  t.load("slash.lua")
  local nathan, jeremy = sandbox.user("nathan"), sandbox.user("jeremyhoward")
  t.ok(nathan:slash("note add", {text = "buy milk"}).ephemeral)
  t.eq(nathan:slash("note list").content, "- buy milk")
  t.eq(jeremy:slash("note list").content, "You have no notes.")
end)
