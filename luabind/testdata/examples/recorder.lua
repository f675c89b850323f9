-- A second of a buzz, as a WAV file.
local function buzz()
  local function number(n) return string.char(n % 256, math.floor(n / 256) % 256, math.floor(n / 65536) % 256, 0) end
  local data = (("\0\16"):rep(50) .. ("\0\240"):rep(50)):rep(480)
  local path = os.tmpname()
  local file = io.open(path, "wb")
  file:write("RIFF", number(36 + #data), "WAVEfmt ", number(16), "\1\0\1\0", number(48000), number(96000), "\2\0\16\0", "data", number(#data), data)
  file:close()
  return path
end

local nathan = sandbox.user("nathan")
local function tell(text) return answer(function() nathan:say("general", text) end) end
print(tell("!stop").content)  --> Nothing is being recorded.
nathan:join("General")
print(tell("!record General").content)  --> Everybody in General is being recorded. !stop ends it.
print(tell("!record General").content)  --> A recording goes on: !stop ends it.
local file = buzz()
nathan:speak(file)
local m = tell("!stop")
print(m.content, #m.attachments, m.attachments[1].filename:match("_mixed%.ogg$"))  --> nathan spoke for 1 s.	1	_mixed.ogg

tell("!record General")
nathan:speak(file)
os.remove(file)
local posted = spawn(gateway.wait_for, "MESSAGE_CREATE", {timeout = 60, check = function(m) return m.author.bot end})
sleep(0)
nathan:leave()
print(posted:wait().content)  --> nathan spoke for 1 s.
