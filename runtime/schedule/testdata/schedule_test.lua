-- cron, every, at, after and jobs, as docs/schedules.md tells of them. The clock of a test shows Monday, 1 June 2026, 09:00 UTC at first.

local function now(tz, format) return time.format(time.now(), format or "%F %R", {tz = tz or "UTC"}) end

-- go lets the time pass until a moment, in UTC.
local function go(moment) sandbox.clock.advance(time.parse(moment, {tz = "UTC"}) - time.now()) end

-- noting makes a function that notes when it runs.
local function noting(list, tz, format)
  return function() list[#list + 1] = now(tz, format) end
end

-- runs gives the times at which a spec runs from one moment to another.
local function runs(spec, from, to, tz, format)
  go(from)
  local list = {}
  local job = cron(spec, {tz = tz or "UTC"}, noting(list, tz, format))
  go(to)
  job:cancel()
  return list
end

test("the page's example", function(t)
  local said = {}
  local function say(text) said[#said + 1] = text end
  local morning = cron("0 9 * * mon-fri", {name = "morning", tz = "Europe/Berlin", catch_up = true}, function() say("good morning") end)
  every("10m", {name = "feed", jitter = "30s"}, function() say("feed") end)
  at("2030-12-01 09:00", {tz = "Europe/Berlin"}, function() say("December") end)
  local task = after("5s", function() say("once") end)
  t.eq(tostring(morning), "Job(name='morning', next=2026-06-02 09:00 CEST)")
  t.eq({morning.spec, morning.status, morning.runs}, {"cron 0 9 * * mon-fri", "waiting", 0})
  t.eq(morning.last, nil)
  morning:run():wait()
  t.eq(said, {"good morning"})
  t.eq(morning.runs, 1)
  t.eq(#jobs(), 3, "what after gives is a task, no job")
  t.match(tostring(task), "^Task")
  sandbox.clock.advance("9m")
  t.eq(said, {"good morning", "once"})
  sandbox.clock.advance("2m")
  t.eq(said[3], "feed")
  for _, job in ipairs(jobs()) do job:cancel() end
  t.eq(#jobs(), 0)
end)

test("lists, ranges, steps and names", function(t)
  t.eq(runs("15,45 9 * * *", "2026-06-01 09:00", "2026-06-02 09:30"), {"2026-06-01 09:15", "2026-06-01 09:45", "2026-06-02 09:15"})
  t.eq(runs("*/20 10 * * *", "2026-06-02 10:00", "2026-06-02 12:00", nil, "%R"), {"10:20", "10:40"}, "the moment itself has passed")
  t.eq(runs("10-30/10 13 * * *", "2026-06-02 12:00", "2026-06-02 14:00", nil, "%R"), {"13:10", "13:20", "13:30"})
  t.eq(runs("0 0 1 jan,jul *", "2026-06-02 15:00", "2027-02-01 00:00", nil, "%F"), {"2026-07-01", "2027-01-01"})
  t.eq(runs("0 0 * * Sat-Sun", "2027-02-01 00:00", "2027-02-08 12:00", nil, "%a"), {"Sat", "Sun"})
end)

test("Sunday is 0 or 7", function(t)
  t.eq(runs("0 0 * * 0", "2026-06-01 09:00", "2026-06-15 09:00", nil, "%F"), {"2026-06-07", "2026-06-14"})
  t.eq(runs("0 0 * * 7", "2026-06-15 09:00", "2026-06-29 09:00", nil, "%F"), {"2026-06-21", "2026-06-28"})
  t.eq(runs("0 0 * * 5-7", "2026-06-29 09:00", "2026-07-06 09:00", nil, "%a"), {"Fri", "Sat", "Sun"})
end)

test("if both days are given, one of them has to fit", function(t)
  t.eq(runs("0 0 13 * fri", "2026-06-01 09:00", "2026-06-20 09:00", nil, "%d %a"), {"05 Fri", "12 Fri", "13 Sat", "19 Fri"})
end)

test("names for specs", function(t)
  local function first(spec)
    local job = cron(spec, {tz = "UTC"}, function() end)
    local text = time.format(job.next, "%F %R", {tz = "UTC"})
    job:cancel()
    return text
  end
  t.eq(first("@hourly"), "2026-06-01 10:00")
  t.eq(first("@daily"), "2026-06-02 00:00")
  t.eq(first("@midnight"), "2026-06-02 00:00")
  t.eq(first("@weekly"), "2026-06-07 00:00")
  t.eq(first("@monthly"), "2026-07-01 00:00")
  t.eq(first("@yearly"), "2027-01-01 00:00")
  t.eq(first("0 0 29 2 *"), "2028-02-29 00:00")
end)

test("what is wrong in a spec is refused at the line", function(t)
  for spec, text in pairs{
    ["0 25 * * *"] = 'hour: "25": expected 0 to 23', ["0 9 * *"] = "expected 5 fields", ["0 0 9 * * *"] = "there are no fields for seconds and years",
    ["0 0 L * *"] = "L, W and # are not known", ["0 0 15W * *"] = "L, W and # are not known", ["0 0 * * fri#2"] = "L, W and # are not known",
    ["0 0 * * fry"] = 'did you mean "fri"', ["@dayly"] = 'did you mean "@daily"', ["0 0 31 2 *"] = "cron: spec: ", [""] = "cron: spec: ",
  } do
    local err = t.raises(function() cron(spec, function() end) end)
    t.ok(tostring(err):find(text, 1, true), spec .. " gives " .. tostring(err))
  end
  t.raises(function() cron("0 9 * * *", {tz = "Europe/Berln"}, function() end) end, "Europe/Berln")
  t.raises(function() cron("0 9 * * *") end, "fn is required")
  t.raises(function() cron("0 9 * * *", {overlap = "wait"}, function() end) end, "overlap: expected")
  t.raises(function() cron("0 9 * * *", {catchup = true}, function() end) end, "did you mean 'catch_up'")
  t.raises(function() cron("0 9 * * *", {jitter = "2d"}, function() end) end, "jitter")
end)

test("zones", function(t)
  local list = {}
  for _, tz in ipairs{"Asia/Tokyo", "Europe/Berlin", "America/New_York", "Asia/Kolkata"} do
    cron("0 12 * * *", {tz = tz}, function() list[#list + 1] = tz .. now() end)
  end
  go("2026-06-02 09:00")
  t.eq(list, {"Europe/Berlin2026-06-01 10:00", "America/New_York2026-06-01 16:00", "Asia/Tokyo2026-06-02 03:00", "Asia/Kolkata2026-06-02 06:30"})
end)

-- When the clocks change: the night in UTC, and what each spec does in it.
local nights = {
  ["Europe/Berlin in spring"] = {
    tz = "Europe/Berlin", from = "2027-03-27 23:30", to = "2027-03-28 03:10",
    ["30 2 * * *"] = {"03:00 CEST"}, ["0 1-4 * * *"] = {"01:00 CET", "03:00 CEST", "04:00 CEST"},
    ["0 2 * * *"] = {"03:00 CEST"}, ["*/30 2 * * *"] = {}, ["30 * * * *"] = {"01:30 CET", "03:30 CEST", "04:30 CEST"},
    ["@hourly"] = {"01:00 CET", "03:00 CEST", "04:00 CEST", "05:00 CEST"},
  },
  ["Europe/Berlin in autumn"] = {
    tz = "Europe/Berlin", from = "2026-10-24 22:30", to = "2026-10-25 03:10",
    ["30 2 * * *"] = {"02:30 CEST"}, ["0 1-4 * * *"] = {"01:00 CEST", "02:00 CEST", "03:00 CET", "04:00 CET"},
    ["0 2 * * *"] = {"02:00 CEST"}, ["*/30 2 * * *"] = {"02:00 CEST", "02:30 CEST", "02:00 CET", "02:30 CET"},
    ["30 * * * *"] = {"01:30 CEST", "02:30 CEST", "02:30 CET", "03:30 CET"},
    ["@hourly"] = {"01:00 CEST", "02:00 CEST", "02:00 CET", "03:00 CET", "04:00 CET"},
  },
  ["America/New_York in spring"] = {
    tz = "America/New_York", from = "2027-03-14 05:30", to = "2027-03-14 09:10",
    ["30 2 * * *"] = {"03:00 EDT"}, ["0 1-4 * * *"] = {"01:00 EST", "03:00 EDT", "04:00 EDT"},
    ["0 2 * * *"] = {"03:00 EDT"}, ["*/30 2 * * *"] = {}, ["30 * * * *"] = {"01:30 EST", "03:30 EDT", "04:30 EDT"},
    ["@hourly"] = {"01:00 EST", "03:00 EDT", "04:00 EDT", "05:00 EDT"},
  },
  ["America/New_York in autumn"] = {
    tz = "America/New_York", from = "2026-11-01 04:30", to = "2026-11-01 08:10",
    ["30 1 * * *"] = {"01:30 EDT"}, ["0 1-4 * * *"] = {"01:00 EDT", "02:00 EST", "03:00 EST"},
    ["0 1 * * *"] = {"01:00 EDT"}, ["*/30 1 * * *"] = {"01:00 EDT", "01:30 EDT", "01:00 EST", "01:30 EST"},
    ["30 * * * *"] = {"01:30 EDT", "01:30 EST", "02:30 EST"},
    ["@hourly"] = {"01:00 EDT", "01:00 EST", "02:00 EST", "03:00 EST"},
  },
}

for name, night in pairs(nights) do
  test("when the clocks change: " .. name, function(t)
    go(night.from)
    local noted = {}
    for spec in pairs(night) do
      if spec:find("[*@]") then
        noted[spec] = {}
        cron(spec, {tz = night.tz}, noting(noted[spec], night.tz, "%R %Z"))
      end
    end
    local begun, beats = time.now(), {}
    every("1h", function() beats[#beats + 1] = time.now() - begun end)
    go(night.to)
    for spec, list in pairs(noted) do t.eq(list, night[spec], spec) end
    for i, at in ipairs(beats) do t.eq(at, i * 3600, "every does not notice") end
    t.ok(#beats >= 3)
  end)
end

test("@daily is once a day, whatever the clocks do", function(t)
  for _, change in ipairs{
    {"2026-10-20", "Europe/Berlin"}, {"2026-11-01", "America/New_York"}, {"2027-03-10", "America/New_York"}, {"2027-03-23", "Europe/Berlin"},
  } do
    local from, tz = unpack(change)
    go(from)
    local got, want = {}, {}
    local job = cron("@daily", {tz = tz}, noting(got, tz, "%F %R"))
    local day = time.table(job.next, {tz = tz})
    for i = 1, 12 do
      want[i] = time.format(time.of(day), "%F %R", {tz = tz})
      day.day = day.day + 1
    end
    sandbox.clock.advance("12d")
    t.eq(got, want)
    t.match(got[12], " 00:00$")
    job:cancel()
  end
end)

test("every: seconds or a text, for the first time after one interval", function(t)
  local a, b = {}, {}
  every(90, noting(a, nil, "%T"))
  every("1h30m", noting(b, nil, "%R"))
  sandbox.clock.advance("3h")
  t.eq(#a, 120)
  t.eq({a[1], a[2]}, {"09:01:30", "09:03:00"})
  t.eq(b, {"10:30", "12:00"})
  for _, interval in ipairs{0, "1ns", 1e-6, "-1h"} do
    t.raises(function() every(interval, function() end) end, "every: interval: expected")
  end
end)

test("every gives its arguments to the function", function(t)
  local got
  local job
  job = every(1, function(...) got = {...} job:cancel() end, "a", 2)
  sandbox.clock.advance(1)
  t.eq(got, {"a", 2})
end)

test("at takes a date, RFC 3339 or Unix seconds", function(t)
  local list = {}
  at("2026-06-01 11:30", {tz = "Europe/Berlin"}, noting(list, nil, "a %R"))
  at("2026-06-01T10:00:00Z", noting(list, nil, "b %R"))
  at("2026-06-01T10:00:00-04:00", noting(list, nil, "c %R"))
  at(time.now() + 60.5, noting(list, nil, "d %T.%L"))
  at("2026-06-02", {tz = "UTC"}, noting(list, nil, "e %R"))
  sandbox.clock.advance("1d")
  t.eq(list, {"d 09:01:00.500", "a 09:30", "b 10:00", "c 14:00", "e 00:00"})
end)

test("at: a moment that has passed is an error, unless catch_up is set", function(t)
  local function nothing() end
  t.raises(function() at("2026-06-01 08:59", {tz = "UTC"}, nothing) end, "^[^ ]+ at: ")
  t.raises(function() at(0, nothing) end, "at: ")
  t.raises(function() at("soon", nothing) end, "at: ")
  local ran = 0
  local job = at("2026-05-01", {catch_up = true}, function() ran = ran + 1 end)
  job:wait()
  t.eq(ran, 1)
  t.eq(job.status, "done")
  t.eq(job.next, nil)
end)

test("after is a task that runs once", function(t)
  local got
  local task = after("1m", function(a, b) got = a .. b return "result" end, "x", "y")
  t.eq(task.status, "waiting")
  sandbox.clock.advance("59s")
  t.eq(got, nil)
  sandbox.clock.advance("1s")
  t.eq(got, "xy")
  t.eq(task:wait(), "result")
  local never = after(5, function() got = "never" end)
  never:cancel()
  sandbox.clock.advance(10)
  t.eq(got, "xy")
end)

test("overlap skip: a run that is due meanwhile falls out", function(t)
  local list = {}
  local job = cron("* * * * *", {overlap = "skip"}, function() noting(list, nil, "%R")() sleep(150) end)
  go("2026-06-01 09:02")
  t.eq(job.status, "skipped")
  t.eq(job.skipped, 1)
  go("2026-06-01 09:07")
  t.eq(list, {"09:01", "09:04", "09:07"})
  t.eq(job.skipped, 4)
  job:cancel()
end)

test("overlap queue: one waits, more fall out", function(t)
  local list = {}
  local job = cron("* * * * *", {overlap = "queue"}, function() noting(list, nil, "%T")() sleep(150) end)
  go("2026-06-01 09:03")
  t.eq(job.status, "queued")
  t.eq(job.skipped, 1)
  go("2026-06-01 09:06")
  t.eq(list, {"09:01:00", "09:03:30", "09:06:00"})
  job:cancel()
end)

test("overlap parallel: it runs as well", function(t)
  local most, going = 0, 0
  local job = cron("* * * * *", {overlap = "parallel"}, function()
    going = going + 1
    most = math.max(most, going)
    sleep(150)
    going = going - 1
  end)
  go("2026-06-01 09:10")
  t.eq(most, 3)
  t.eq(job.runs, 10)
  t.eq(job.skipped, 0)
  job:cancel()
end)

test("jitter puts a run off by up to that long, by name and time", function(t)
  local plain, other = {}, {}
  local a = cron("0 * * * *", {jitter = "10m", name = "a"}, noting(plain, nil, "%R:%S.%L"))
  local b = cron("0 * * * *", {jitter = "10m", name = "b"}, noting(other, nil, "%R:%S.%L"))
  go("2026-06-01 14:30")
  t.eq(#plain, 6, "that of 09:00 is put off, too")
  for _, text in ipairs(plain) do t.match(text, "^%d%d:0%d:") end
  t.ne(plain[1]:sub(4), plain[2]:sub(4), "each differs")
  t.ne(plain, other, "each name differs")
  a:cancel()
  b:cancel()
end)

test("names: each once; without one the spec, then #2, #3", function(t)
  local function nothing() end
  local a, b, c = cron("0 9 * * *", nothing), cron("0  9 * * *", nothing), cron("0 9 * * *", nothing)
  t.eq({a.name, b.name, c.name}, {"cron 0 9 * * *", "cron 0 9 * * * #2", "cron 0 9 * * * #3"})
  cron("0 9 * * *", {name = "x"}, nothing)
  t.raises(function() every("1h", {name = "x"}, nothing) end, 'name: there is a job "x" already; cancel it first')
  t.match(tostring(jobs()), "^Name +Next +Last +Runs +Status\n")
end)

test("run, cancel and wait", function(t)
  local n = 0
  local job = cron("0 12 * * *", {tz = "UTC"}, function() n = n + 1 sleep(60) return "done", n end)
  t.eq({job:run():wait()}, {"done", 1})
  t.eq(job.runs, 1)
  t.eq(job.last, time.now() - 60)
  t.eq(time.format(job.next, "%R", {tz = "UTC"}), "12:00", "beside the schedule")
  go("2026-06-01 12:00")
  t.eq(job.status, "running")
  t.raises(function() job:run() end, "Job:run: cron 0 12 %* %* %* runs already")
  local waited
  spawn(function() job:wait() waited = time.now() end)
  job:cancel()
  t.eq(job.status, "running")
  sandbox.clock.advance("10m")
  t.eq(job.status, "cancelled")
  t.eq(n, 2, "a run that goes on comes to its end")
  t.ok(waited)
  t.eq(job.next, nil)
  sandbox.clock.advance("3d")
  t.eq(n, 2)
end)

test("an error of a run is shown, and the next run comes", function(t)
  t.expect_error("the first one")
  local n = 0
  local job = cron("* * * * *", function()
    n = n + 1
    if n == 1 then error("the first one") end
  end)
  go("2026-06-01 09:03")
  t.eq(n, 3)
  t.eq(job.runs, 3)
  job:cancel()
end)

test("a job that runs for days does not lose its times", function(t)
  local list = {}
  local job = cron("0 6 * * *", {tz = "UTC"}, function() noting(list, nil, "%d")() sleep("26h") end)
  go("2026-06-06 00:00")
  t.eq(list, {"02", "04"}, "the run of the next day falls out")
  t.eq(job.skipped, 2)
  job:cancel()
end)
