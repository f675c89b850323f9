-- Run with: cordial test
test("a day passes at once", function(t)
  local begun = os.time()
  sandbox.clock.advance("24h")
  t.eq(os.time() - begun, 24 * 60 * 60)
end)
