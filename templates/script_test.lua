-- Run with: cordial test
test("runs to its end", function(t)
  t.load("NAME.lua")
end)
