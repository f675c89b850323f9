-- The module store, as docs/store.md and cordial doc store tell of it. Each test has a store of its own.

test("the first example", function(t)
  store.greeting = "hello"
  t.eq(store.greeting, "hello")
  t.eq(store.missing, nil)
  store.greeting = nil
  t.eq(store.greeting, nil)
  t.eq(store:incr("visits"), 1)
  t.eq(store:incr("visits", 5), 6)
  t.eq(store:get("color", "blue"), "blue")
  store:set("code", "1234", {expires = "1h"})
  t.eq(#store, 2)
end)

test("nothing is left of another test", function(t)
  t.eq(#store, 0)
end)

test("the second example", function(t)
  store.config = {channels = {"1469779647867781141"}, muted = {}, topic = json.null}
  local config = store.config
  config.muted.nathan = true
  store.config = config
  t.eq(json.encode(store.config.muted), '{"nathan":true}')
  t.eq(store.config.topic, json.null)
  t.eq(store.config.channels, {"1469779647867781141"})
end)

test("the third example", function(t)
  local scores = store("scores")
  local function score(name, points)
    return scores:update("user:" .. name, function(old)
      old = old or {points = 0, games = 0}
      return {points = old.points + points, games = old.games + 1}
    end)
  end
  score("nathan", 10)
  t.eq(score("nathan", 5).points, 15)
  score("alice", 7)
  local seen = {}
  for key, s in scores:each("user:") do seen[#seen + 1] = key .. s.points .. s.games end
  t.eq(seen, {"user:alice71", "user:nathan152"})
end)

test("namespaces are apart", function(t)
  store("a").x = 1
  store("b").x = 2
  t.eq(store("a").x, 1)
  t.eq(store("b").x, 2)
  t.eq(store.x, nil)
  t.match(tostring(store("a")), '^Store%("a"%)$')
end)

test("a key that is the name of a method", function(t)
  for _, name in ipairs{"get", "set", "delete", "incr", "update", "each", "keys", "count", "clear"} do
    store:set(name, name .. "!")
    t.eq(store:get(name), name .. "!")
    t.eq(type(store[name]), "function")
  end
  t.eq(#store, 9)
end)

test("get gives the value, else the default, else nil", function(t)
  store.no = false
  t.eq(store:get("no", 5), false)
  t.eq(store:get("none", 5), 5)
  t.eq(store:get("none"), nil)
end)

test("set with nil takes the key away; delete tells whether it was there", function(t)
  store.a, store.b = 1, 2
  store:set("a", nil)
  t.eq(store.a, nil)
  t.eq(store:delete("b"), true)
  t.eq(store:delete("b"), false)
end)

test("keys expire by the clock", function(t)
  store:set("code", 1, {expires = "1h"})
  store:set("kept", 1)
  sandbox.clock.advance("59m")
  t.eq(store.code, 1)
  t.eq(store:incr("code"), 2, "a sum leaves the time as it is")
  sandbox.clock.advance("2m")
  t.eq(store.code, nil)
  t.eq(#store, 1)
  t.eq(store:keys(), {"kept"})
  t.eq(store:incr("code"), 1)
  sandbox.clock.advance("30d")
  t.eq(store.code, 1, "a new one stays")
  store:set("again", 1, {expires = 60})
  store.again = 2
  sandbox.clock.advance("1h")
  t.eq(store.again, 2, "setting it without expires keeps it for ever")
end)

test("each, keys and count go by bytes, pairs and # too", function(t)
  for _, key in ipairs{"b:2", "a", "b:10", "B", "ü", "b"} do store[key] = key end
  t.eq(store:keys(), {"B", "a", "b", "b:10", "b:2", "ü"})
  t.eq(store:keys("b:"), {"b:10", "b:2"})
  t.eq(store:count(), 6)
  t.eq(store:count("b"), 3)
  t.eq(store:count("x"), 0)
  local walked, paired = {}, {}
  for key, value in store:each("b") do walked[#walked + 1] = key == value and key or "wrong" end
  for key in pairs(store) do paired[#paired + 1] = key end
  t.eq(walked, {"b", "b:10", "b:2"})
  t.eq(paired, store:keys())
  t.eq(store:clear("b:"), 2)
  t.eq(#store, 4)
  t.eq(store:clear(), 4)
  t.eq(#store, 0)
end)

test("each lets you change what you walk over", function(t)
  for i = 1, 250 do store[("k%03d"):format(i)] = i end
  local n = 0
  for key, value in store:each() do
    n = n + 1
    if value % 2 == 0 then store[key] = nil else store[key] = 0 end
  end
  t.eq(n, 250)
  t.eq(#store, 125)
end)

test("values of all kinds come back", function(t)
  local values = {1, -0.5, 0, 2 ^ 53, "", "text", "bytes \0\255", true, false, {1, {2, {3}}}, {a = {b = {}}}, json.object(), {1, json.null, 3}}
  for i, value in ipairs(values) do
    store.v = value
    t.eq(store.v, value, "value " .. i)
  end
  store.null = json.null
  t.eq(store.null, json.null)
  store.big = "1469779647867781141"
  t.eq(store.big, "1469779647867781141")
end)

test("tables are copies", function(t)
  local list = {1}
  store.list = list
  table.insert(list, 2)
  table.insert(store.list, 3)
  t.eq(store.list, {1})
end)

test("functions and objects of Discord are refused", function(t)
  t.raises(function() store.f = print end, "function")
  t.raises(function() store.u = dc:me() end, "id")
  t.raises(function() store.t = {deep = {print}} end, "deep")
  t.raises(function() store.n = 0 / 0 end)
  local loop = {}
  loop.loop = loop
  t.raises(function() store.loop = loop end)
  t.eq(#store, 0)
end)

test("sizes are bounded", function(t)
  store[("k"):rep(512)] = 1
  t.raises(function() store[("k"):rep(513)] = 1 end, {kind = "bad_key"})
  t.raises(function() store[""] = 1 end, {kind = "bad_key"})
  t.ok(store(("n"):rep(128)))
  t.raises(function() return store(("n"):rep(129)) .x end, {kind = "bad_key"})
  store.large = ("x"):rep(1000000)
  t.eq(#store.large, 1000000)
  t.raises(function() store.large = ("x"):rep(1100000) end, {kind = "too_large"})
  t.eq(#store.large, 1000000, "what was there stays")
end)

test("incr needs a number", function(t)
  store.s = "text"
  local err = t.raises(function() store:incr("s") end, {kind = "not_number"})
  t.eq(tostring(err), 'store: "s" has a string, which cannot be added to')
  t.eq(store.s, "text")
  t.eq(store:incr("n", -2.5), -2.5)
  t.eq(store:incr("n", 2.5), 0)
end)

test("every call is atomic for tasks", function(t)
  local jobs = {}
  for i = 1, 100 do
    jobs[i] = function()
      store:incr("n")
      store:update("m", function(m) return (m or 0) + 1 end)
      store:update("slow", function(m) if i % 25 == 0 then sleep(1) end return (m or 0) + 1 end)
    end
  end
  gather(unpack(jobs))
  t.eq(store.n, 100)
  t.eq(store.m, 100)
  t.eq(store.slow, 100)
end)

test("update: what the function returns, nil takes away, an error changes nothing", function(t)
  t.eq(store:update("k", function(old) t.eq(old, nil) return 1 end), 1)
  t.eq(store:update("k", function(old) return {old} end), {1})
  t.raises(function() store:update("k", function() error("mine") end) end, "mine")
  t.eq(store.k, {1})
  t.eq(store:update("k", function() end), nil)
  t.eq(#store, 0)
end)

test("update calls the function again if the key was changed meanwhile, up to 1000 times", function(t)
  local calls = 0
  t.eq(store:update("k", function(old)
    calls = calls + 1
    if calls == 1 then store.k = 10 end
    return (old or 0) + 1
  end), 11)
  t.eq(calls, 2)
  calls = 0
  t.raises(function()
    store:update("k", function() calls = calls + 1 store.k = calls return 0 end)
  end, {kind = "conflict"})
  t.eq(calls, 1000)
end)

test("what is wrong is told", function(t)
  t.raises(function() store:set() end, "key is required")
  t.raises(function() store:get({}) end)
  t.raises(function() store:set("k", 1, {expire = 1}) end, "did you mean 'expires'")
  t.raises(function() store:set("k", 1, {expires = "soon"}) end, "expires: expected a duration")
  t.raises(function() store:set("k", 1, {expires = -1}) end)
  t.raises(function() store:update("k") end, "fn is required")
  t.raises(function() store.keyed[1] = 1 end)
end)
