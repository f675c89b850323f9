local purge = {
  about = "Deletes the old messages of a channel.",
  {"channel", "the channel: #name or id"},
  {"folder", "where the files go", default = "."},
  {"files", "which ones", rest = true, optional = true},
  {"--older-than", "only messages older than this", type = "duration", default = "14d"},
  {"--limit", "at most so many", type = "integer"},
  {"--ratio", "how many of them", type = "number", default = 0.5},
  {"--format", "how to write it", choice = {"text", "json"}, default = "text"},
  {"--user", "whose messages; may be given several times", many = true},
  {"--prefix", "what to write in front", empty = true, default = "> "},
  {"--yes", "do not ask", type = "boolean"},
}
local o = args.parse(purge, {"general"})
print(o.channel, o.folder, #o.files, o.older_than, o.limit, o.ratio, o.format, #o.user, o.yes)  --> general	.	0	1209600	nil	0.5	text	0	false
o = args.parse(purge, {"--user", "ann", "general", "--limit=5", "out", "--older-than", "90m", "a", "--user=b=c", "--yes", "--", "--limit"})
print(o.channel, o.folder, table.concat(o.files, " "), o.older_than, o.limit, table.concat(o.user, " "), o.yes)  --> general	out	a --limit	5400	5	ann b=c	true
o = args.parse(purge, {"-", "-5", "--ratio", "-1e3", "--yes=false", "--format=json", "--prefix="})
print(o.channel, o.folder, o.ratio, o.yes, o.format, o.prefix == "")  --> -	-5	-1000	false	json	true

local function wrong(...) print((select(2, pcall(args.parse, purge, {...})):gsub("^.-%d: ", ""))) end
wrong()                            --> CHANNEL is missing: the channel: #name or id
wrong("")                          --> channel expects a text, got ""
wrong("x", "y", "z", "")           --> files expects a text, got ""
wrong("x", "--user", "")           --> --user expects a text, got ""
wrong("x", "--limit", "1.5")       --> --limit expects a whole number, got "1.5"
wrong("x", "--limit=nan")          --> --limit expects a whole number, got "nan"
wrong("x", "--limit", "")          --> --limit expects a whole number, got ""
wrong("x", "--ratio", "much")      --> --ratio expects a number, got "much"
wrong("x", "--older-than", "90")   --> --older-than expects a duration such as 90m, 12h or 14d, got "90"
wrong("x", "--older-than", "-1h")  --> --older-than expects a duration such as 90m, 12h or 14d, got "-1h"
wrong("x", "--limit")              --> --limit needs a value: a whole number
wrong("x", "--limit", "--yes")     --> --limit needs a value: a whole number
wrong("x", "--limt", "3")          --> there is no option --limt (did you mean --limit?)
wrong("x", "--older", "2w")        --> there is no option --older (did you mean --older-than?)
wrong("x", "---", "2w")            --> there is no option ---
wrong("x", "-v")                   --> there is no option -v
wrong("x", "--format", "jsn")      --> --format expects text or json, got "jsn" (did you mean json?)
wrong("x", "--yes=maybe")          --> --yes expects true or false, got "maybe"
wrong("x", "--yes", "--yes")       --> --yes is given twice

io.write(args.usage(purge))
--> Deletes the old messages of a channel.
--> 
--> Usage: cordial run testdata/args.lua CHANNEL [FOLDER] [FILES…] [options]
--> 
-->   CHANNEL                the channel: #name or id
-->   FOLDER                 where the files go (.)
-->   FILES                  which ones
-->   --older-than DURATION  only messages older than this (14d)
-->   --limit N              at most so many
-->   --ratio N              how many of them (0.5)
-->   --format text|json     how to write it (text)
-->   --user TEXT            whose messages; may be given several times
-->   --prefix TEXT          what to write in front (> )
-->   --yes                  do not ask
-->   --help                 show this
---
args.parse({{"--spec", "when", value = "CRON"}}, {"--help"})  ### "^ Usage: cordial run testdata/args.lua \\[options\\]\n\n  --spec CRON  when\n  --help       show this\n$"
---
args.parse({}, {"x"})  ### "^ \"x\" is one argument too many$"
---
print(next(args.parse{}))  --> nil
arg = nil
args.parse{}  ### "args.parse: no script runs here that could have arguments"
---
arg = nil
args.fail("no script would end")  ### "^ no script would end$"
---
-- What is wrong with a declaration is an error of the script.
local function wrong(item) print((select(2, pcall(args.parse, {item}, {})):gsub("^.-argument 1: ", ""))) end
wrong("--limit")                                              --> expected a table such as {"--limit", "at most so many"}, got string "--limit"
wrong{"--limit"}                                              --> it begins with its name and a text for --help: {"--limit", "at most so many"}
wrong{"--limit", "x", defult = 3}                             --> --limit: there is no field defult (did you mean default?); known are type, default, choice, optional, rest, many, empty, value
wrong{"--limit", "x", "y"}                                    --> --limit: there is no field 3; known are type, default, choice, optional, rest, many, empty, value
wrong{"-l", "x"}                                              --> "-l" is no name: an option is --word or --two-words, an argument is word
wrong{"--help", "x"}                                          --> --help is there already
wrong{"--limit", "x", type = "int"}                           --> --limit: type: expected one of "string", "integer", "number", "boolean", "duration", "cron", "timezone", got string "int"
wrong{"--limit", "x", type = "integer", default = "many"}     --> --limit: default: expected an integer, got string "many"
wrong{"--format", "x", choice = {"a", "b"}, default = "c"}    --> --format: default: expected one of "a", "b", got string "c"
wrong{"--format", "x", choice = {}}                           --> --format: choice is a list of texts, for an argument of type string
wrong{"--files", "x", rest = true}                            --> --files: rest and optional are for positional arguments; options may be left out anyway
wrong{"--limit", "x", type = "integer", empty = true}         --> --limit: empty is for arguments of type string
wrong{"files", "x", many = true}                              --> files: many is for options; rest = true takes all arguments that are left
wrong{"--yes", "x", type = "boolean", many = true}            --> --yes: an option of type boolean is given once
---
local spec = {{"--cron", "when", type = "cron"}, {"--tz", "where", type = "timezone"}}
print(args.parse(spec, {"--cron", "0 4 * * *", "--tz", "Europe/Berlin"}).cron)  --> 0 4 * * *
local function wrong(...) print((select(2, pcall(args.parse, spec, {...})):gsub("^.-%d: ", ""))) end
wrong("--cron", "0 4 * *")     --> --cron: expected 5 fields (minute, hour, day of month, month, day of week), got 4
wrong("--cron", "0 25 * * *")  --> --cron: hour: "25": expected 0 to 23
wrong("--tz", "Berlin")        --> --tz: there is no time zone "Berlin"; did you mean "Europe/Berlin"?
---
args.parse({abuot = "x"}, {})  ### "there is no field abuot \\(did you mean about\\?\\); known are about"
---
args.parse({{"older_than", "x"}, {"--older-than", "y"}}, {})  ### "older_than and --older-than would have the same name, older_than"
---
args.parse({{"a", "x", rest = true}, {"b", "y"}}, {})  ### "b stands behind a, which takes all that are left"
---
args.parse({{"a", "x", default = "1"}, {"b", "y"}}, {})  ### "b must be given, but stands behind a, which may be left out"
