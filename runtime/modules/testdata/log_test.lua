-- The module log, as docs/modules.md and cordial doc log tell of it.

-- said gives the lines that were logged, without their times.
local function said(t)
  return (t.output():gsub("time=%S+ ", ""))
end

test("the page's example", function(t)
  log.info("joined", {guild = "otters", members = 12})
  t.match(said(t), "^level=INFO msg=joined guild=otters members=12\n$")
  local job = log.with{job = "backup"}
  job:warn("slow")
  t.eq(said(t), "level=WARN msg=slow job=backup\n")
end)

test("the time stands in front", function(t)
  log.info("x")
  t.match(t.output(), "^time=%d%d%d%d%-%d%d%-%d%dT%d%d:%d%d:%d%d%S* level=INFO msg=x\n$")
end)

test("from info on lines are shown", function(t)
  log.debug("hidden")
  t.eq(said(t), "")
  log.info("a")
  log.warn("b")
  log.error("c")
  t.eq(said(t), "level=INFO msg=a\nlevel=WARN msg=b\nlevel=ERROR msg=c\n")
end)

test("all methods of a logger with fields", function(t)
  local l = log.with{a = 1}:with{b = "two words"}
  l:debug("hidden")
  l:info("i")
  l:warn("w", {c = true})
  l:error("e")
  t.eq(said(t), 'level=INFO msg=i a=1 b="two words"\nlevel=WARN msg=w a=1 b="two words" c=true\nlevel=ERROR msg=e a=1 b="two words"\n')
end)

test("messages and fields of any kind", function(t)
  log.info({1, 2}, json.object{})
  log.info("two\nlines", {list = {1, 2}})
  log.info("t", {t = {a = 1}, n = 1.5, id = "1469779647867781141"})
  local text = said(t)
  t.match(text, 'msg="two\\nlines" list=%[?"?%[1,2%]')
  t.match(text, 'id=1469779647867781141')
  t.match(text, "n=1%.5")
  t.match(text, "{\\\"a\\\":1}")
end)

test("fields keep their order", function(t)
  local fields = json.object()
  fields.z = 1
  fields.a = 2
  log.info("x", fields)
  t.eq(said(t), "level=INFO msg=x z=1 a=2\n")
end)

test("tokens are hidden", function(t)
  log.info("the token is " .. sandbox.info().bot_token)
  t.ok(not said(t):find(sandbox.info().bot_token, 1, true))
end)

test("what is wrong is told", function(t)
  t.raises(function() log.with() end, "log%.with: fields is required")
  t.raises(function() log.info("x", 5) end, "log%.info: fields: expected a table")
  t.raises(function() log:info("x") end, "log%.info: call it with a dot")
end)
