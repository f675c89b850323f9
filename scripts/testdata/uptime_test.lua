-- The tests of uptime.lua: cordial test scripts

-- What the script has said in #general, oldest first.
local function said()
  local texts = {}
  for _, message in ipairs(dc:find_guild():channel("general"):messages(20)) do
    if message.content:match("^🔴") or message.content:match("^🟢") or message.content:match("^%*%*Uptime") then
      table.insert(texts, message.content)
    end
  end
  return texts
end

-- A server that answers what site.status says, and counts.
local function play(t, at)
  local site = {status = 200, asked = 0, body = "all is well"}
  site.url = t.serve(function()
    site.asked = site.asked + 1
    return {status = site.status, body = site.body}
  end, {at = at})
  return site
end

local function ends_with(t, code, ...)
  local arguments = {...}
  t.output()
  t.raises(function() t.load("../uptime.lua", unpack(arguments)) end, "os.exit%(" .. code .. "%)")
  return t.output()
end

test("tells once what is down, and that it is back", function(t)
  local site = play(t, "https://shop.example.com")
  t.load("../uptime.lua", site.url .. "/health?key=secret", "--to", "general", "--every", "1m")
  sandbox.clock.advance("10m")
  t.eq(site.asked, 10)
  t.eq(said(), {})
  site.status = 503
  sandbox.clock.advance("2m")
  t.eq(said(), {})
  sandbox.clock.advance("20m")
  t.eq(#said(), 1)
  t.match(said()[1], "^🔴 %*%*https://shop.example.com/health%*%* is down since <t:1780305060>: it answers with status 503%.$")
  site.status = 200
  sandbox.clock.advance("5m")
  t.eq(said()[2], "🟢 **https://shop.example.com/health** is back after 22 min.")
  t.eq(#said(), 2)
end)

test("a short failure is not told", function(t)
  local site = play(t)
  t.load("../uptime.lua", "shop=" .. site.url, "--to", "general", "--every", "1m", "--after", "2")
  for _ = 1, 5 do
    site.status = 500
    sandbox.clock.advance("1m")
    site.status = 200
    sandbox.clock.advance("1m")
  end
  t.eq(said(), {})
end)

test("knows after a restart what was told", function(t)
  local site = play(t)
  site.status = 500
  local arguments = {"shop=" .. site.url, "--to", "general", "--after", "2"}
  ends_with(t, 1, unpack(arguments))
  t.eq(said(), {})
  t.match(ends_with(t, 1, unpack(arguments)), "down  shop  it answers with status 500")
  ends_with(t, 1, unpack(arguments))
  t.eq(#said(), 1)
  site.status = 200
  sandbox.clock.advance("3h")
  t.load("../uptime.lua", unpack(arguments))
  t.load("../uptime.lua", unpack(arguments))
  t.eq(said()[2], "🟢 **shop** is back after 3.0 h.")
  t.eq(#said(), 2)
end)

test("watches many side by side, whatever is wrong with them", function(t)
  local site = play(t)
  local arguments = {}
  for i = 1, 100 do arguments[i] = ("s%d=%s/%d"):format(i, site.url, i) end
  table.insert(arguments, "gone=http://127.0.0.1:9/")
  local printed = ends_with(t, 1, unpack(arguments))
  t.eq(site.asked, 100)
  t.match(printed, "\nup    s100  200 after")
  t.match(printed, "down  gone  nothing listens at 127.0.0.1:9")
end)

test("a slow server takes no time from others", function(t)
  local url = t.serve(function()
    sleep(8)
    return "slow"
  end)
  local arguments = {}
  for i = 1, 120 do arguments[i] = url .. "/" .. i end
  t.load("../uptime.lua", unpack(arguments))
  t.match(t.output(), "\nup    http://[%d.:]+/120  200 after 8.00 s")
end)

test("wants a text in the answer", function(t)
  local site = play(t)
  t.load("../uptime.lua", site.url, "--contains", "is well")
  t.match(ends_with(t, 1, site.url, "--contains", "is (well)"), '"is %(well%)" is missing in the answer')
end)

test("tells again later what could not be told", function(t)
  local site = play(t)
  site.status = 500
  t.load("../uptime.lua", "shop=" .. site.url, "--to", "general", "--every", "1m", "--after", "1")
  sandbox.fault("create_message", {status = 403, times = 1})
  t.expect_error("DiscordError%(403%)")
  sandbox.clock.advance("1m")
  t.eq(said(), {})
  sandbox.clock.advance("5m")
  t.eq(#said(), 1)
end)

test("sums up", function(t)
  local site, other = play(t), play(t)
  t.load("../uptime.lua", "shop=" .. site.url, "blog=" .. other.url, "--to", "general", "--every", "6h", "--summary", "5 9 * * *", "--tz", "UTC")
  sandbox.clock.advance("18h")
  site.status = 500
  sandbox.clock.advance("6h10m")
  t.match(t.output(), "\nshop: 75.00 %% of 4, down since 2026%-06%-02 09:00 UTC\n")
  t.eq(#said(), 2) -- the first summary came before the first look
  t.match(said()[2], "^%*%*Uptime%*%*\nshop: 75.00 %% of 4, down since <t:%d+>\nblog: 100.00 %% of 4$")
  site.status = 200
  sandbox.clock.advance("24h")
  t.match(said()[3], "shop: 100.00 %% of 4\nblog: 100.00 %% of 4$")
  t.eq(#jobs(), 2)
end)

test("sums up while it looks for the first time", function(t)
  local site = play(t)
  t.load("../uptime.lua", "shop=" .. site.url, "--to", "general", "--every", "1h", "--summary", "0 * * * *", "--tz", "UTC")
  sandbox.clock.advance("2h30m")
  t.match(said()[2], "shop: 100.00 %% of [12]$")
end)

test("tells in short what a server does not do", function(t)
  local url = t.serve(function()
    sleep("1m")
    return "late"
  end)
  t.match(ends_with(t, 1, url .. "/a page", "--to", "general", "--after", "1"), "down  http://%S+ page  not done within 10s\n")
  t.match(said()[1], "is down since <t:%d+>: not done within 10s%.$")
end)

test("sums up many in several messages", function(t)
  local site, arguments = play(t), {"--to", "general", "--every", "1h", "--summary", "30 10 * * *", "--tz", "UTC"}
  for i = 1, 100 do table.insert(arguments, ("server number %d=%s"):format(i, site.url)) end
  t.load("../uptime.lua", unpack(arguments))
  sandbox.clock.advance("2h")
  local lines = 0
  for _, message in ipairs(dc:find_guild():channel("general"):messages(3)) do
    for _ in message.content:gmatch("server number %d+: 100.00 %% of 1") do lines = lines + 1 end
  end
  t.eq(lines, 100)
end)

test("tells a webhook", function(t)
  local site, hook = play(t), dc:find_guild():channel("general"):create_webhook("Ops")
  site.status = 500
  local file = fs.temp()
  fs.write(file, "UPTIME_WEBHOOK=" .. hook.url)
  env.load(file)
  ends_with(t, 1, "shop=" .. site.url, "--after", "1")
  local last = dc:find_guild():channel("general"):messages(1)[1]
  t.eq(last.webhook_id, hook.id)
  t.match(last.content, "shop%*%* is down")
end)

test("watches people and bots", function(t)
  sandbox.allow_intents{"GUILD_PRESENCES"}
  local printed = ends_with(t, 1, "@nathan", "@SearchBuddy")
  t.match(printed, "\nup    @nathan  online")
  t.match(printed, "\ndown  @SearchBuddy  offline")
end)

test("sees a bot go and come", function(t)
  sandbox.allow_intents{"GUILD_PRESENCES"}
  local token
  for _, user in ipairs(sandbox.info().users) do
    if user.name == "SearchBuddy" then token = user.token end
  end
  local buddy = discord.gateway{client = discord.client{token = token}, intents = {"GUILDS"}}
  t.load("../uptime.lua", "@SearchBuddy", "--to", "general", "--every", "1m", "--after", "1")
  sandbox.clock.advance("1m")
  t.match(said()[1], "@SearchBuddy%*%* is down since <t:%d+>: offline%.$")
  buddy:start()
  sandbox.clock.advance("1m")
  t.eq(said()[2], "🟢 **@SearchBuddy** is back after 60 s.")
  buddy:stop()
  sandbox.clock.advance("5m") -- its session may be resumed for a while
  t.match(said()[3], "is down")
end)

test("says that it may not know who is online", function(t)
  sandbox.allow_intents{}
  local site = play(t)
  t.raises(function() t.load("../uptime.lua", "@nathan", site.url) end, "Presence Intent")
  t.eq(site.asked, 1)
end)

test("says what is wrong with its arguments", function(t)
  for _, case in ipairs{
    {"TARGETS is missing"},
    {"\"otters.example\" is no address", "otters.example"},
    {"two are called http://a/; give them names", "http://a/?x=1", "http://a/?x=2"},
    {"nobody in natedog's server is called otter", "@otter"},
    {"nobody in natedog's server is called 4711", "@4711"},
    {"%-%-summary goes with %-%-every", "http://a/", "--summary", "@daily"},
    {"%-%-to and %-%-webhook%-file exclude", "http://a/", "--to", "general", "--webhook-file", "X"},
    {"uptime_test.lua: it is no URL of a webhook", "http://a/", "--webhook-file", (debug.getinfo(1).source:gsub("^@", ""))},
    {"no such file", "http://a/", "--webhook-file", "/nowhere/file"},
    {"no channel", "http://a/", "--to", "nowhere"},
    {"ideas is a channel that takes no messages", "http://a/", "--to", "ideas"},
    {"Text Channels is a channel that takes no messages", "http://a/", "--to", dc:find_guild():channel("Text Channels").id},
    {"%-%-after is at least 1", "http://a/", "--after", "0"},
  } do
    t.match(ends_with(t, 2, unpack(case, 2)), case[1])
  end
end)
