-- A terminal of the test's own: screen() is what is drawn, press(key) types.
local function terminal(t)
  local real, pressed, lines = term, {}, {}
  term = setmetatable({
    is_terminal = true,
    draw = function(drawn) lines = drawn end,
    style = function(text) return text end,
    size = function() return 100, 30 end,
    restore = function() lines = {} end,
    keys = function()
      return function()
        while #pressed == 0 do sleep(0.01) end
        return table.remove(pressed, 1)
      end
    end,
  }, {__index = real})
  t.cleanup(function() term = real end)
  local function screen() return table.concat(lines, "\n") end
  return screen, function(key) table.insert(pressed, key) end
end

-- Starts the recorder, which stays until q is pressed.
local function start(t)
  local screen, press = terminal(t)
  local folder = fs.temp{folder = true}
  local running = spawn(function() t.load("../recorder.lua", folder) end)
  t.eventually(function() return screen():find("General", 1, true) end)
  return screen, press, folder, running
end

test("wants a terminal, and one folder at the most", function(t)
  t.raises(function() t.load("../recorder.lua") end, "os.exit%(2%)")
  t.match(t.output(), "^recorder: this needs a terminal")
  t.raises(function() t.load("../recorder.lua", "a", "b") end, "os.exit%(2%)")
  t.match(t.output(), "^recorder: .*one argument too many")
end)

test("shows who is in which channel", function(t)
  local screen, press, _, running = start(t)
  local nathan = sandbox.user("nathan"):join("General")
  t.eventually(function() return screen():find("nathan", 1, true) end)
  nathan:leave()
  t.eventually(function() return not screen():find("nathan", 1, true) end)
  press("q")
  running:wait()
  t.eq(screen(), "")
end)

test("says that there is nothing to stop or to mix", function(t)
  local screen, press, _, running = start(t)
  press("s")
  t.eventually(function() return screen():find("nothing is being recorded", 1, true) end)
  press("m")
  t.eventually(function() return screen():find("nothing was recorded yet", 1, true) end)
  press("q")
  running:wait()
end)

test("records the channel that is chosen", function(t)
  local screen, press, folder, running = start(t)
  press("enter")
  t.eventually(function() return screen():find("● recording", 1, true) end)
  press("s")
  t.eventually(function() return screen():find("0 speakers", 1, true) end)
  press("q")
  running:wait()
  t.eq(#fs.list(folder), 1, "the manifest")
end)
