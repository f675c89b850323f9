-- The module args, as docs/modules.md and cordial doc args tell of it.

-- declaration is one with arguments of all kinds.
local declaration = {
  about = "Counts the messages of a channel.",
  {"channel", "the channel: #name or id"},
  {"--since", "how far back", type = "duration", default = "1d"},
  {"--limit", "at most so many", type = "integer"},
  {"--ratio", "how many of them", type = "number"},
  {"--format", "how to write it", choice = {"text", "json"}, default = "text"},
  {"--user", "whose; may be given several times", many = true},
  {"--dry-count", "only say how long it would take", type = "boolean"},
}

local function parse(...) return args.parse(declaration, {...}) end

test("the page's example", function(t)
  local o = parse("general", "--limit=5", "--user", "ann", "--dry-count")
  t.eq({o.channel, o.since, o.limit, o.format, o.user[1], o.dry_count}, {"general", 86400, 5, "text", "ann", true})
end)

test("what is not given has its default, nil, an empty list or false", function(t)
  local o = parse("general")
  t.eq(o, {channel = "general", since = 86400, format = "text", user = {}, dry_count = false})
end)

test("options stand anywhere, in both spellings, until --", function(t)
  local o = args.parse({{"a", "x"}, {"more", "y", rest = true, optional = true}, {"--n", "z", type = "integer"}}, {"--n", "1", "first", "--", "--n", "2"})
  t.eq(o, {a = "first", more = {"--n", "2"}, n = 1})
  t.eq(parse("--since", "90m", "c").since, 5400)
  t.eq(parse("c", "--since=90m").since, 5400)
  t.eq(parse("c", "--user=a=b", "--user", "c").user, {"a=b", "c"})
  t.eq(parse("c", "--ratio", "-0.5").ratio, -0.5)
  t.eq(parse("c", "--dry-count=false").dry_count, false)
end)

test("positional arguments: default, optional, rest", function(t)
  local list = {{"a", "x"}, {"b", "x", default = "B"}, {"c", "x", optional = true}}
  t.eq(args.parse(list, {"1"}), {a = "1", b = "B"})
  t.eq(args.parse(list, {"1", "2", "3"}), {a = "1", b = "2", c = "3"})
  t.raises(function() args.parse({{"files", "x", rest = true}}, {}) end, "FILES")
  t.eq(args.parse({{"files", "x", rest = true}}, {"1", "2"}).files, {"1", "2"})
end)

test("the types cron and timezone", function(t)
  local list = {{"--cron", "when", type = "cron"}, {"--tz", "where", type = "timezone"}}
  t.eq(args.parse(list, {"--cron", "0 4 * * *", "--tz", "Europe/Berlin"}), {cron = "0 4 * * *", tz = "Europe/Berlin"})
  t.raises(function() args.parse(list, {"--cron", "0 25 * * *"}) end, '%-%-cron: hour: "25": expected 0 to 23')
  t.raises(function() args.parse(list, {"--tz", "Berlin"}) end, 'did you mean "Europe/Berlin"')
end)

test("what is wrong is told", function(t)
  local function wrong(text, ...)
    local list = {...}
    t.raises(function() args.parse(declaration, list) end, text)
  end
  wrong("CHANNEL is missing: the channel: #name or id")
  wrong('%-%-limit expects a whole number, got "x"', "c", "--limit", "x")
  wrong('%-%-ratio expects a number, got "x"', "c", "--ratio=x")
  wrong('%-%-since expects a duration such as .*, got "soon"', "c", "--since", "soon")
  wrong('%-%-format expects text or json, got "jsn" %(did you mean json%?%)', "c", "--format", "jsn")
  wrong("%-%-limit needs a value", "c", "--limit")
  wrong("there is no option %-%-limt %(did you mean %-%-limit%?%)", "c", "--limt", "3")
  wrong("%-%-since is given twice", "c", "--since=1h", "--since=2h")
  wrong('"d" is one argument too many', "c", "d")
end)

test("a malformed declaration is an error of the script", function(t)
  t.raises(function() args.parse({{"--limit"}}, {}) end, "it begins with its name and a text for %-%-help")
  t.raises(function() args.parse({{"--limit", "x", defult = 3}}, {}) end, "did you mean default")
  t.raises(function() args.parse({{"--limit", "x", type = "int"}}, {}) end, "type: expected one of")
  t.raises(function() args.parse({abuot = "x"}, {}) end, "did you mean about")
  t.raises(function() args.parse() end, "declaration is required")
end)

test("usage is the text of --help", function(t)
  local text = args.usage(declaration)
  t.match(text, "^Counts the messages of a channel%.\n\nUsage: cordial run .* CHANNEL %[options%]\n")
  t.match(text, "\n  CHANNEL +the channel: #name or id\n")
  t.match(text, "\n  %-%-since DURATION +how far back %(1d%)\n")
  t.match(text, "\n  %-%-format text|json +how to write it %(text%)\n")
  t.match(text, "\n  %-%-help +show this\n$")
  t.match(args.usage{{"--cron", "when", value = "SPEC"}}, "%-%-cron SPEC +when")
  t.raises(function() args.parse(declaration, {"--help"}) end, "Usage: cordial run")
end)

-- script writes a script that parses its own arguments.
local function script(text)
  local file = fs.temp{suffix = ".lua"}
  fs.write(file, text)
  return file
end

test("a script has its own arguments", function(t)
  t.load(script 'local o = args.parse{{"who", "whom to greet"}, {"--loud", "shout", type = "boolean"}} print("hi " .. o.who, o.loud)', "ann", "--loud")
  t.eq(t.output(), "hi ann\ttrue\n")
end)

test("--help prints the usage and ends the script", function(t)
  for _, option in ipairs{"--help", "-h"} do
    t.load(script 'args.parse{about = "Greets.", {"who", "whom to greet"}} print("not reached")', option)
    local said = t.output()
    t.match(said, "^Greets%.\n\nUsage: cordial run ")
    t.ok(not said:find("not reached"))
  end
end)

test("wrong arguments end the script with exit code 2 and a line that names --help", function(t)
  local file = script 'args.parse{{"who", "whom to greet"}} print("not reached")'
  t.raises(function() t.load(file) end, "2")
  local said = t.output()
  t.match(said, "WHO is missing: whom to greet; cordial run .* %-%-help says more\n$")
  t.ok(not said:find("not reached"))
end)

test("fail ends the script in the same way", function(t)
  t.raises(function() t.load(script 'args.parse{} args.fail("--cron needs --yes") print("not reached")') end, "2")
  t.match(t.output(), "%-%-cron needs %-%-yes; cordial run .* %-%-help says more\n$")
end)
