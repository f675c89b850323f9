-- Tests share nothing: each has a world, a store, a clock and globals of its own.
local function messages() return dc:guilds()[1]:channel("general"):messages(1) end

local before = messages()[1].id

for _, name in ipairs{"first", "second", "third"} do
  test("the " .. name .. " finds nothing of the others", function(t)
    t.eq({store.get("seen"), keep.seen, seen}, {})
    t.eq(messages()[1].id, before)
    t.eq(#jobs(), 0)
    t.eq(sandbox.clock.now, time.parse("2026-06-01 09:00", {tz = "UTC"}))
    store.set("seen", true)
    keep.seen, seen = true, true
    every("1h", {name = "hourly"}, function() end)
    dc:guilds()[1]:channel("general"):send("seen")
    sandbox.clock.advance("2d")
    t.eq(jobs()[1].runs, 2 * 24)
  end)
end

test("the clock goes on by itself while the test waits", function(t)
  sleep("29d")
  t.eq(sandbox.clock.now, time.parse("2026-06-30 09:00", {tz = "UTC"}))
end)

test("what is due at one moment happens in order, each to its end", function(t)
  local order = {}
  after("2s", function() order[#order + 1] = "second" end)
  after("1s", function() sleep(0) order[#order + 1] = "first" end)
  after("2s", function() order[#order + 1] = "third" end)
  sandbox.clock.advance("2s")
  t.eq(order, {"first", "second", "third"})
end)

test("a fault is met, and the request made again", function(t)
  sandbox.fault("create_message", {status = 503, times = 2})
  local begun = sandbox.clock.now
  dc:guilds()[1]:channel("general"):send("at last")
  t.eq(messages()[1].content, "at last")
  t.ok(sandbox.clock.now > begun, "there is a pause before the next try")
end)
