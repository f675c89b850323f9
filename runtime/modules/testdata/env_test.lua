-- The module env, as docs/modules.md and cordial doc env tell of it.

local function write(text)
  local file = fs.temp{suffix = ".env"}
  fs.write(file, text)
  return file
end

test("the page's example", function(t)
  env.load(write("F_API_KEY=abc   # of the weather\n"))
  t.eq(env.require("F_API_KEY"), "abc")
  t.eq(env.F_NONE, nil)
  t.eq(env("F_COLOUR", "blue"), "blue")
end)

test("a file with all kinds of lines", function(t)
  local names = env.load(write([[
# a comment
F_PLAIN=some words

export F_EXPORTED=yes
F_SINGLE='as $it is # here'
F_DOUBLE="two\nlines \"quoted\""
F_EMPTY=
F_LONG="first
second"
]]))
  t.eq(names, {"F_PLAIN", "F_EXPORTED", "F_SINGLE", "F_DOUBLE", "F_EMPTY", "F_LONG"})
  t.eq(env.F_PLAIN, "some words")
  t.eq(env.F_EXPORTED, "yes")
  t.eq(env.F_SINGLE, "as $it is # here")
  t.eq(env.F_DOUBLE, 'two\nlines "quoted"')
  t.eq(env.F_EMPTY, "")
  t.eq(env.F_LONG, "first\nsecond")
end)

test("what is set stays, and os.getenv sees it", function(t)
  t.eq(env.load(write("F_ONE=1\nF_TWO=2\n")), {"F_ONE", "F_TWO"})
  t.eq(env.load(write("F_ONE=other\nF_THREE=3\n")), {"F_THREE"})
  t.eq(env.F_ONE, "1")
  t.eq(os.getenv("F_THREE"), "3")
  local path = env.PATH
  t.ok(path, "PATH is set")
  env.load(write("PATH=changed\n"))
  t.eq(env.PATH, path)
end)

test("nothing of one test is left in another", function(t)
  t.eq(env.F_ONE, nil)
end)

test("require gives all, or names all that are missing or empty", function(t)
  env.load(write("F_A=1\nF_B=2\nF_EMPTY=\n"))
  t.eq({env.require("F_A", "F_B")}, {"1", "2"})
  t.raises(function() env.require("F_A", "F_NONE", "F_EMPTY", "F_OTHER") end,
    "env%.require: not set: F_NONE, F_EMPTY, F_OTHER; set them before the start, or in a file for env%.load")
end)

test("the default counts only for what is not set", function(t)
  env.load(write("F_EMPTY=\n"))
  t.eq(env("F_EMPTY", "x"), "")
  t.eq(env("F_NONE", 5), 5)
  t.eq(env("F_NONE"), nil)
end)

test("no script gets the bot's token", function(t)
  t.raises(function() return env.DISCORD_BOT_TOKEN end, "env%.DISCORD_BOT_TOKEN: a token is not given to scripts; dc uses it already")
  t.raises(function() env("DISCORD_USER_TOKEN", "x") end, "a token is not given to scripts")
  t.raises(function() env.require("DISCORD_BOT_TOKEN") end, "a token is not given to scripts")
end)

test("what is wrong is told with the line", function(t)
  t.raises(function() env.load(write("A=1\n\nB\n")) end, 'env%.load: .*:3: expected NAME=value, got "B"')
  t.raises(function() env.load(write("A='x\ny'\nB=\"x\n")) end, ':3: B: the quote " is not closed')
  t.raises(function() env.load(write("A='x' y\n")) end, ':1: A: "y" stands behind the value')
  t.raises(function() env.load("none.env") end, "env%.load: none%.env: there is no such file")
  t.raises(function() env.load("../.env") end, "env%.load: %.%./%.env: lies outside")
  t.raises(function() env.load() end, "env%.load: %.env: there is no such file")
  t.raises(function() env.X = "1" end, "env%.X cannot be set")
end)

test("a token in a file comes too late", function(t)
  t.eq(env.load(write("DISCORD_BOT_TOKEN=x\n")), {})
  t.match(t.output(), "DISCORD_BOT_TOKEN comes too late there; set it before cordial starts")
end)
