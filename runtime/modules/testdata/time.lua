print(time.now(), time.now() == os.time())  --> 946684800	true
sleep(1.5)
print(time.now() - 946684800, time.since(946684800), time.monotonic())  --> 1.5	1.5	1.5
print(time.format(0), time.format(0, {tz = "UTC"}))  --> 1970-01-01T01:00:00+01:00	1970-01-01T00:00:00+00:00
print(time.format(1771228800.25, "%d.%m.%y %H:%M:%S.%L %z %Z", {tz = "America/New_York"}))  --> 16.02.26 03:00:00.250 -0500 EST
print(time.format("2026-02-16T09:05:03Z", "%F %T|%R|%D|%e|%j|%I%p|%a %A|%b %B|%u%w|%G-W%V|%f|%s|%%|%n", {tz = "UTC"}))
--> 2026-02-16 09:05:03|09:05|02/16/26|16|047|09AM|Mon Monday|Feb February|11|2026-W08|000000|1771232703|%|
-->
print(time.format("2026-02-16", "%c"))  --> Mon Feb 16 00:00:00 2026
---
print(time.parse("2026-02-16T09:00:00Z"), time.parse("2026-02-16 10:00"), time.parse("2026-02-16 10:00:00.5", {tz = "UTC"}) - 1771236000)  --> 1771232400	1771232400	0.5
print(time.parse("2026-02-16T10:00:00,25+01:00") - 1771232400, time.parse("2026-02-16"), time.parse("2026-02-16", {tz = "utc"}))  --> 0.25	1771196400	1771200000
print(time.parse("16. Feb 2026, 9:05 pm", {layout = "%d. %b %Y, %I:%M %p", tz = "UTC"}))  --> 1771275900
print(time.parse("Monday 16/2/26 12 AM +0130", {layout = "%A %d/%m/%y %I %p %z"}))  --> 1771194600
print(time.parse("20260216090503", {layout = "%Y%m%d%H%M%S", tz = "UTC"}), time.parse("2026 047", {layout = "%Y %j", tz = "UTC"}))  --> 1771232703	1771200000
print(time.parse("-5", {layout = "%s"}), time.parse("2026-02-16 GMT", {layout = "%F %Z"}), time.parse("x%  2026", {layout = "x%% %Y", tz = "UTC"}))  --> -5	1771200000	1767225600
---
-- A month of days across both changes of the clock: the same time of day.
for _, zone in ipairs{"Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC"} do
  local day = time.table(time.parse("2026-03-01 09:00", {tz = zone}), {tz = zone})
  for i = 1, 300 do
    day.day = day.day + 1
    assert(time.format(time.of(day), "%H:%M", {tz = zone}) == "09:00")
  end
end
local gap = time.of{year = 2026, month = 3, day = 29, hour = 2, min = 30, tz = "Europe/Berlin"}
print(time.format(gap, "%H:%M %Z"), time.format(gap - 1801, "%H:%M:%S %Z"))  --> 03:30 CEST	01:59:59 CET
---
print(time.format(time.of{year = 2026, month = 10, day = 25, hour = 2, min = 30}, "%H:%M %Z"))  --> 02:30 CEST
print(time.format(time.of{year = 2026, month = 11, day = 1, hour = 1, min = 30, tz = "America/New_York"}, "%R %Z", {tz = "America/New_York"}))  --> 01:30 EDT
print(time.format(time.of{year = 2026, month = 14, day = 0, sec = -0.5, tz = "UTC"}, "%F %T.%L", {tz = "UTC"}))  --> 2027-01-30 23:59:59.500
local d = time.table(1771232703.5)
print(d.year, d.month, d.day, d.hour, d.min, d.sec, d.wday, d.yday, d.isdst, d.zone, d.offset, d.tz)  --> 2026	2	16	10	5	3.5	2	47	false	CET	3600	Europe/Berlin
print(time.of(d) == 1771232703.5, time.table(0, {tz = "Asia/Kathmandu"}).offset)  --> true	19800
---
print(time.duration("1h30m"), time.duration("1w2d"), time.duration(0.5))  --> 5400	777600	0.5
print(time.discord_timestamp(1771232703.9), time.discord_timestamp("2026-02-16T09:05:03Z", "R"))  --> <t:1771232703>	<t:1771232703:R>
print(require("cordial.time") == time)  --> true
---
time.parse("2026-13-01")  ### "time.parse: \"2026-13-01\" is no time: expected a month from 1 to 12"
---
time.parse("yesterday")  ### "\"yesterday\" is no time such as 2026-02-16, .*; a layout says"
---
time.parse("2026-02-30")  ### "there is no such day"
---
time.parse("2026-02-16 9", {layout = "%Y-%m-%d"})  ### "does not fit .*: \" 9\" is left"
---
time.parse("16 Foo 2026", {layout = "%d %b %Y"})  ### "at character 4: expected the name of a month"
---
time.parse("09:00", {layout = "%H:%M"})  ### "a layout needs a year"
---
time.parse("CET 2026", {layout = "%Z %Y"})  ### "short names of zones are not unique"
---
time.format(0, "%Q")  ### "time.format: the format \"%Q\" has the unknown directive %Q"
---
time.format(0, "%")  ### "ends in a %; %% is a per cent sign"
---
time.format(0, {tz = "Europe/Berln"})  ### "time.format: tz: there is no time zone \"Europe/Berln\"; \"UTC\", \"local\""
---
time.format(0, {tz = "../../etc/passwd"})  ### "there is no time zone"
---
time.format(1771232703000)  ### "expected Unix seconds, got number 1.771232703e\\+12, which may be milliseconds"
---
time.format(0/0)  ### "t: expected a time"
---
time.of{month = 2}  ### "time.of: year is required"
---
time.of{year = 2026, hours = 3}  ### "unknown option 'hours', did you mean 'hour'"
---
time.of{year = 2026, month = 1e15}  ### "too large for a part of a time"
---
time.of{year = 12000}  ### "the year 12000 is not one from 1 to 9999"
---
time.discord_timestamp(0, "x")  ### "style: expected one of"
