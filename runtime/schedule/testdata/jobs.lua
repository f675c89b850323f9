-- every: no overlap, missed ticks fall out, an error does not end it.
local runs, start = {}, os.time()
local t
t = every(10, function(tag)
  runs[#runs + 1] = tag .. (os.time() - start)
  if #runs == 1 then sleep(25) end
  if #runs == 2 then error("once") end
  if #runs == 4 then t:cancel() end
end, "at ")
pcall(t.wait, t)
print(table.concat(runs, ", "))  --> at 10, at 40, at 50, at 60
---
every(0, print)  ### "every: interval: expected 1ms or more"
---
local runs = 0
local t
t = every(1, function() runs = runs + 1 if runs == 3 then t:cancel() end error("each time") end)
pcall(t.wait, t)
print(runs, t.status)  --> 3	cancelled
---
-- Midnight of January 1st 2000, a Saturday, in UTC.
local ran = {}
local job = cron("30 9 * * *", {name = "daily"}, function() ran[#ran + 1] = os.date("!%d %H:%M") end)
print(job)  --> Job(name='daily', next=2000-01-01 09:30 UTC)
print(job.name, job.spec, job.next == os.time() + 9.5 * 3600, job.last, job.runs, job.status)  --> daily	cron 30 9 * * *	true	nil	0	waiting
sleep("3d")
print(table.concat(ran, ", "), job.runs, job.last == os.time() - 14.5 * 3600)  --> 01 09:30, 02 09:30, 03 09:30	3	true
print(job:run():wait(), #ran, job.runs)  --> nil	4	4
job:cancel()
job:cancel()
print(job, job.next, job.status)  --> Job(name='daily', status='cancelled')	nil	cancelled
job:wait()
job:run()  ### "Job:run: daily is cancelled"
---
-- A zone, names without name=, and the list.
local berlin = cron("0 9 * * 1-5", {tz = "Europe/Berlin"}, print)
local second = cron("0  9 * * 1-5", {tz = "America/New_York"}, print)
local later = at("2000-12-01 09:00", {tz = "Europe/Berlin"}, print)
local often = every("1h30m", print)
print(berlin)  --> Job(name='cron 0 9 * * 1-5', next=2000-01-03 09:00 CET)
print(second)  --> Job(name='cron 0 9 * * 1-5 #2', next=2000-01-03 09:00 EST)
print(later, often)  --> Job(name='at 2000-12-01 09:00 CET', next=2000-12-01 09:00 CET)	Job(name='every 1h30m', next=2000-01-01 01:30 UTC)
print(jobs())  --> Name                     Next                  Last  Runs  Status
               --> cron 0 9 * * 1-5         2000-01-03 09:00 CET  -     0     waiting
               --> cron 0 9 * * 1-5 #2      2000-01-03 09:00 EST  -     0     waiting
               --> at 2000-12-01 09:00 CET  2000-12-01 09:00 CET  -     0     waiting
               --> every 1h30m              2000-01-01 01:30 UTC  -     0     waiting
for _, job in ipairs(jobs()) do job:cancel() end
print(#jobs())  --> 0
---
-- at, in every spelling.
local base = os.time()
local function noted(moment, options)
  at(moment, options or {}, function() print(os.time() - base) end)
end
noted(base + 10.5)
noted("2000-01-01 00:01")
noted("2000-01-01T00:02:30+00:00")
noted("2000-01-01 01:05", {tz = "Europe/Berlin"})
local past = at("1999-12-31", {catch_up = true}, function() print("caught up") end)
past:wait()   --> caught up
print(past.status, past.runs)  --> done	1
                               --> 10
                               --> 60
                               --> 150
                               --> 300
---
-- overlap: a run that is due meanwhile falls out ...
local log, start = {}, os.time()
local function slow() log[#log + 1] = os.time() - start sleep(25) end
local job = every(10, {overlap = "skip"}, slow)
sleep(22)
print(job.status, job.skipped)  --> skipped	1
sleep(16)
print(job.status, job.skipped)  --> waiting	2
job:cancel()
sleep(60)
print(table.concat(log, " "))  --> 10
---
-- ... or waits, but only one ...
local log, start = {}, os.time()
local job = every(10, {overlap = "queue"}, function() log[#log + 1] = os.time() - start sleep(25) end)
sleep(32)
print(job.status, job.skipped)  --> queued	1
job:cancel()
sleep(60)
print(table.concat(log, " "), job.status)  --> 10	cancelled
---
-- ... or runs as well.
local log, start = {}, os.time()
local job = every(10, {overlap = "parallel"}, function() log[#log + 1] = os.time() - start sleep(25) end)
sleep(45)
job:cancel()
print(table.concat(log, " "), job.skipped, job.runs)  --> 10 20 30 40	0	4
---
-- Jitter puts off, by the same for the same name.
local job = cron("0 * * * *", {jitter = "10m", name = "j"}, function() end)
local off = job.next - os.time()
print(off > 0 and off < 600, off % 1 ~= 0)  --> true	true
sleep("1h10m")
print(job.runs)  --> 2
job:cancel()
---
-- An error is reported, and the next run comes; a run that goes on cannot be started again.
local n = 0
local job
job = cron("* * * * *", function() n = n + 1 if n == 1 then error("once") end sleep(30) end)
sleep(130)
print(n, job.runs, pcall(job.run, job))  --> 2	2	false	testdata/jobs.lua:109: Job:run: cron * * * * * runs already
job:cancel()
---
cron("0 9 * * *", {name = "a"}, print)
cron("0 8 * * *", {name = "a"}, print)  ### "^ cron: name: there is a job \"a\" already; cancel it first"
---
cron("0 25 * * *", print)  ### "^ cron: spec: hour: \"25\": expected 0 to 23$"
---
cron("61 * * * *", print)  ### "^ cron: spec: minute: \"61\": expected 0 to 59$"
---
cron("0 9 * *", print)  ### "expected 5 fields \\(minute, hour, day of month, month, day of week\\), got 4$"
---
cron("0 0 9 * * *", print)  ### "got 6; there are no fields for seconds and years"
---
cron("0 0 L * *", print)  ### "day of month: \"L\": L, W and # are not known here; run on all the days"
---
cron("0 0 * * fry", print)  ### "day of week: \"fry\": did you mean \"fri\"\\?"
---
cron("0 0 * * monday", print)  ### "did you mean \"mon\"\\?"
---
cron("0 0 * foo *", print)  ### "month: \"foo\": expected 1 to 12 or jan, feb, mar"
---
cron("0 0 30-10 * *", print)  ### "day of month: \"30-10\" ends before it begins; write the two parts with a comma"
---
cron("*/0 * * * *", print)  ### "minute: \"\\*/0\": the step after / is a number from 1 to 59"
---
cron("0 */1x * * *", print)  ### "hour: \"\\*/1x\": the step"
---
cron("0 1,,2 * * *", print)  ### "hour: a number is missing"
---
cron("? * * * *", print)  ### "minute: \"\\?\": write \\*"
---
cron("*5 * * * *", print)  ### "a \\* stands alone"
---
cron("+5 * * * *", print)  ### "minute: \"\\+5\": expected 0 to 59, \\*, a range"
---
cron("@dayly", print)  ### "spec: there is no \"@dayly\"; did you mean \"@daily\"\\?"
---
cron("@every 5m", print)  ### "write every\\(\"5m\", fn\\)"
---
cron("@reboot", print)  ### "call the function at the end of the script"
---
cron("TZ=UTC 0 9 * * *", print)  ### "the zone is the option tz"
---
cron("0 0 30 2 *", print)  ### "cron: spec: there is no such day: \"0 0 30 2 \\*\""
---
cron(5, print)  ### "spec: expected a cron spec such as"
---
cron("@daily", {tz = "Europe/Berln"}, print)  ### "^ cron: tz: there is no time zone \"Europe/Berln\"; did you mean \"Europe/Berlin\"\\?"
---
cron("@daily", {tz = ""}, print)  ### "expected a name such as \"Europe/Berlin\" or \"UTC\""
---
cron("@daily", {overlap = "skp"}, print)  ### "overlap: .* did you mean \"skip\"\\?"
---
cron("@daily", {jitter = "25h"}, print)  ### "cron: jitter: expected 24h at the most"
---
cron("@daily", {catchup = true}, print)  ### "unknown option 'catchup', did you mean 'catch_up'\\?"
---
cron("@daily", {name = ""}, print)  ### "name: expected a name of up to 100 bytes in one line"
---
cron("@daily")  ### "fn is required: cron\\(spec, {tz=, catch_up=, overlap=, …}, fn\\)"
---
every()  ### "interval is required: every\\(interval, {tz=, catch_up=, overlap=, …}, fn, ...\\)"
---
every(10, {jitter = 20}, print)  ### "every: jitter: expected no more than the interval"
---
at("1999-12-31 09:00", print)  ### "^ at: 1999-12-31 09:00 UTC has passed; catch_up = true runs it now"
---
at("tomorrow", print)  ### "^ at: moment: expected a time such as \"2026-12-01 09:00\", got \"tomorrow\""
---
at(0/0, print)  ### "expected Unix seconds"
---
at("2000-02-30 09:00", print)  ### "expected a time such as"
---
-- A name with a quote in it.
local job = at("2000-12-01 09:00", {name = "natedog's server"}, print)
print(job)  --> Job(name="natedog's server", next=2000-12-01 09:00 UTC)
job:cancel()
print(job)  --> Job(name="natedog's server", status='cancelled')
