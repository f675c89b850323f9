-- The module time, as docs/modules.md and cordial doc time tell of it. The clock of a test shows Monday, 1 June 2026, 09:00 UTC at first.

local start = 1780304400

test("the page's example", function(t)
  local at = time.parse("2026-03-28 09:00", {tz = "Europe/Berlin"})
  t.eq(time.format(at, {tz = "UTC"}), "2026-03-28T08:00:00+00:00")
  t.eq(time.format(at, "%d.%m.%Y %H:%M", {tz = "America/New_York"}), "28.03.2026 04:00")
  local day = time.table(at, {tz = "Europe/Berlin"})
  day.day = day.day + 1
  t.eq(time.of(day) - at, 82800)
  t.eq(time.duration("1h30m"), 5400)
  t.eq(time.discord_timestamp(at, "R"), "<t:1774684800:R>")
end)

test("now and since follow the clock of the test", function(t)
  t.eq(time.now(), start)
  t.eq(os.time(), start)
  local m = time.monotonic()
  sleep(90.5)
  t.eq(time.now() - start, 90.5)
  t.eq(time.since(start), 90.5)
  t.eq(time.monotonic() - m, 90.5)
  t.eq(time.since("2026-06-01T09:01:00Z"), 30.5)
  t.eq(time.since(time.now() + 60), -60)
  sandbox.clock.advance("24h")
  t.eq(time.now() - start, 86490.5)
end)

test("a time is Unix seconds or a text, such as a message has", function(t)
  local message = sandbox.user("nathan"):say("general", "hello")
  t.eq(time.format(message.timestamp, "%F %R", {tz = "UTC"}), "2026-06-01 09:00")
  sleep("1h")
  t.ok(math.abs(time.since(message.timestamp) - 3600) < 1)
  t.match(time.discord_timestamp(message.timestamp, "R"), "^<t:17803044%d%d:R>$")
end)

test("parse reads dates, dates with times, and RFC 3339", function(t)
  local utc = {tz = "UTC"}
  t.eq(time.parse("2026-06-01", utc), start - 9 * 3600)
  t.eq(time.parse("2026-06-01 09:00", utc), start)
  t.eq(time.parse("2026-06-01 09:00:30", utc), start + 30)
  t.eq(time.parse("2026-06-01T09:00:30.25", utc), start + 30.25)
  t.eq(time.parse("2026-06-01T09:00:00Z"), start)
  t.eq(time.parse("2026-06-01T11:00:00+02:00"), start)
  t.eq(time.parse("2026-06-01T11:00:00+02:00", {tz = "America/New_York"}), start, "the zone of the text wins")
  t.eq(time.parse("2026-06-01 09:00", {tz = "Asia/Tokyo"}), start - 9 * 3600)
end)

test("without tz the zone of the machine counts", function(t)
  local parts = os.date("*t", start)
  t.eq(time.parse(os.date("%Y-%m-%d %H:%M:%S", start)), start)
  t.eq(time.table(start).hour, parts.hour)
  t.eq(time.of{year = parts.year, month = parts.month, day = parts.day, hour = parts.hour, min = parts.min, sec = parts.sec}, start)
  t.eq(time.format(start, "%H:%M"), os.date("%H:%M", start))
  t.eq(time.format(start, "%H:%M", {tz = "local"}), os.date("%H:%M", start))
end)

test("parse with a layout", function(t)
  t.eq(time.parse("16.02.2026 09:00", {layout = "%d.%m.%Y %H:%M", tz = "Europe/Berlin"}), 1771228800)
  t.eq(time.parse("Feb 16, 2026 9:05 PM", {layout = "%b %d, %Y %I:%M %p", tz = "UTC"}), 1771275900)
  t.eq(time.parse("1771228800", {layout = "%s"}), 1771228800)
  t.eq(time.parse("2026-02-16 09:00:00 +0100", {layout = "%F %T %z"}), 1771228800)
end)

test("every directive of format", function(t)
  local at = time.parse("2026-02-06T15:04:05.678912Z")
  local function shows(format, want, tz)
    t.eq(time.format(at, format, {tz = tz or "UTC"}), want, format)
  end
  shows("%Y-%m-%d", "2026-02-06")
  shows("%H:%M:%S", "15:04:05")
  shows("%y %j %e %I %p", "26 037  6 03 PM")
  shows("%a %A %b %B", "Fri Friday Feb February")
  shows("%u %w", "5 5")
  shows("%G-W%V", "2026-W06")
  shows("%L", "678")
  shows("%f", "678912")
  shows("%z %:z %Z", "+0530 +05:30 IST", "Asia/Kolkata")
  shows("%s", "1770390245")
  shows("%F %T", "2026-02-06 15:04:05")
  shows("%R", "15:04")
  shows("%D", "02/06/26")
  shows("%c", "Fri Feb  6 15:04:05 2026")
  shows("100%%", "100%")
  shows("", "")
  t.eq(time.format(at, {tz = "America/New_York"}), "2026-02-06T10:04:05-05:00", "without a format it is RFC 3339")
end)

test("table has all parts, and of takes them back", function(t)
  local d = time.table(start + 0.5, {tz = "Europe/Berlin"})
  t.eq(d, {year = 2026, month = 6, day = 1, hour = 11, min = 0, sec = 0.5, wday = 2, yday = 152, isdst = true, zone = "CEST",
    offset = 7200, tz = "Europe/Berlin"})
  t.eq(time.of(d), start + 0.5)
  t.eq(time.of{year = 2026, tz = "UTC"}, time.parse("2026-01-01T00:00:00Z"), "defaults")
  t.eq(time.of{year = 2026, month = 1, day = 32, tz = "UTC"}, time.parse("2026-02-01T00:00:00Z"), "32 is a day of the next month")
  t.eq(time.table(time.of{year = 2024, month = 2, day = 30, tz = "UTC"}, {tz = "UTC"}).month, 3)
end)

-- The gap and the hour that comes twice, in both zones.
local changes = {
  {tz = "Europe/Berlin", gap = "2026-03-29 02:30", after = "03:30 CEST", back = "2026-10-25 02:30", first = "CEST", second = "CET"},
  {tz = "America/New_York", gap = "2026-03-08 02:30", after = "03:30 EDT", back = "2026-11-01 01:30", first = "EDT", second = "EST"},
}

for _, c in ipairs(changes) do
  test("a time that the clocks of " .. c.tz .. " leave out is moved on by as much", function(t)
    local zone = {tz = c.tz}
    local at = time.parse(c.gap, zone)
    t.eq(time.format(at, "%H:%M %Z", zone), c.after)
    local d = time.table(time.parse(c.gap:sub(1, 10), zone), zone)
    d.hour, d.min = 2, 30
    t.eq(time.of(d), at)
    t.eq(time.table(at - 1800 - 1, zone).isdst, false)
    t.eq(time.table(at, zone).isdst, true)
  end)

  test("of a time that comes twice in " .. c.tz .. " the first counts", function(t)
    local zone = {tz = c.tz}
    local at = time.parse(c.back, zone)
    t.eq(time.format(at, "%F %R %Z", zone), c.back .. " " .. c.first)
    t.eq(time.format(at + 3600, "%F %R %Z", zone), c.back .. " " .. c.second)
  end)
end

test("durations", function(t)
  for text, seconds in pairs{["90s"] = 90, ["1h30m"] = 5400, ["2d"] = 172800, ["1w"] = 604800, ["250ms"] = 0.25, ["1.5h"] = 5400} do
    t.eq(time.duration(text), seconds, text)
  end
  t.eq(time.duration(2.5), 2.5)
  for _, bad in ipairs{"soon", "1x", "", true} do
    t.raises(function() time.duration(bad) end, "time%.duration: duration: expected a duration")
  end
end)

test("discord_timestamp knows all styles", function(t)
  t.eq(time.discord_timestamp(start), "<t:1780304400>")
  for style in ("tTdDfFsSR"):gmatch(".") do
    t.eq(time.discord_timestamp(start + 0.9, style), "<t:1780304400:" .. style .. ">")
  end
  t.raises(function() time.discord_timestamp(start, "q") end, "style: expected one of")
end)

test("what is wrong is told", function(t)
  t.raises(function() time.parse("tomorrow") end, 'time%.parse: "tomorrow" is no time')
  t.raises(function() time.parse("2026-02-30") end, "there is no such day")
  t.raises(function() time.parse("2026-06-01 25:00") end, "time%.parse: ")
  t.raises(function() time.parse("16.02.26", {layout = "%Y-%m-%d"}) end, "does not fit")
  t.raises(function() time.format(start, "%Q") end, "unknown directive %%Q")
  t.raises(function() time.format(start * 1000) end, "may be milliseconds")
  t.raises(function() time.format(start, {tz = "Europe/Berln"}) end, 'there is no time zone "Europe/Berln"')
  t.raises(function() time.table("never") end, "time%.table: t: ")
  t.raises(function() time.of{month = 1} end, "time%.of: year is required")
  t.raises(function() time.of{year = 2026, hours = 1} end, "did you mean 'hour'")
  t.raises(function() time.since() end, "time%.since: t is required")
end)
