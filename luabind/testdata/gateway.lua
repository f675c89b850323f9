-- The gateway section of the document: handlers, reconnects that resume and that do not.
local ch = dc:channel("1327046393453613079")
print(gateway)  --> Gateway(state='stopped', intents=0)
gateway.intents = {"GUILDS", "GUILD_MESSAGES", "MESSAGE_CONTENT"}
print(gateway)  --> Gateway(state='stopped', intents=33281)
gateway.on("MESSAGE_CREATE", function(msg)
  if msg.author.bot then print(msg.author.username .. ": " .. msg.content) end
end)
local function heard() gateway.wait_for("MESSAGE_CREATE", {timeout = 10}) end
gateway.start{debug = true}
local session = gateway.session_id
print(gateway.state, #session > 0)  --> ready	true
local wait = spawn(heard) sleep(0)
ch:send("Test our event listener! Otters are awesome 🦦")
wait:wait()  --> DBuddy: Test our event listener! Otters are awesome 🦦
gateway.reconnect{resume = true}
wait = spawn(heard) sleep(0)
ch:send("Houston, do we have a problem?")
wait:wait()  --> DBuddy: Houston, do we have a problem?
print(gateway.session_id == session)  --> true
local again = spawn(gateway.wait_for, "READY", {timeout = 10}) sleep(0)
gateway.reconnect{resume = false}
again:wait()
wait = spawn(heard) sleep(0)
ch:send("Did we re-identify?")
wait:wait()  --> DBuddy: Did we re-identify?
print(gateway.session_id ~= session)  --> true
gateway.stop()
print(gateway.state, gateway.session_id)  --> stopped	nil
---
-- Many handlers per event, in the order of their registration; off and once.
local ch = dc:channel("1327046393453613079")
local first = gateway.on("MESSAGE_CREATE", function(msg) print("first", msg.content) end)
gateway.once("MESSAGE_CREATE", function(msg, event) print("once", event.t, event.op, event.d == msg) end)
gateway.on("MESSAGE_CREATE", function(msg) print("last", msg.content) end)
print(first, first.event, first.active)  --> Subscription(MESSAGE_CREATE)	MESSAGE_CREATE	true
gateway.start()
print(table.concat(gateway.intents, " "))  --> GUILD_MESSAGES DIRECT_MESSAGES MESSAGE_CONTENT
local function heard(text)
  local task = spawn(gateway.wait_for, "MESSAGE_CREATE", {timeout = 30, check = function(m) return m.content == text end})
  sleep(0)
  ch:send(text)
  return task:wait().content
end
heard("one")
first:off()
first:off()
print(first.active, heard("two"))
gateway.stop()
--> first	one
--> once	MESSAGE_CREATE	0	true
--> last	one
--> last	two
--> false	two
---
-- wait_for gives nothing when the time is over, and starts the gateway by itself.
print(gateway.wait_for("GUILD_BAN_ADD", {timeout = 0.05}))  --> nil
print(gateway.state)  --> ready
---
-- Events in a loop, from several names, with the event as the second value.
local ch = dc:channel("1327046393453613079")
spawn(function()
  while gateway.state ~= "ready" do sleep(0.01) end
  local m = ch:send("hello")
  m:edit("hello again")
  m:delete()
end)
for msg, event in gateway.events{"MESSAGE_CREATE", "MESSAGE_UPDATE", "MESSAGE_DELETE"} do
  print(event.t, msg.content)
  if event.t == "MESSAGE_DELETE" then
    print(msg:channel().name, msg.guild_id)
    break
  end
end
--> MESSAGE_CREATE	hello
--> MESSAGE_UPDATE	hello again
--> MESSAGE_DELETE	nil
--> general	1327046393453613076
---
-- One frame after the other. The answer to the first heartbeat (op 11), whose moment is random, may be anywhere among them.
gateway.intents = "GUILDS"
local function receive(timeout)
  local event
  repeat event = gateway.recv_event{timeout = timeout} until not event or event.op ~= 11
  return event
end
local seen = {}
for _ = 1, 3 do
  local event = receive(10)
  seen[#seen + 1] = event.op .. ":" .. event.t .. ":" .. event.s
end
print(table.concat(seen, " "))  --> 10::0 0:READY:1 0:GUILD_CREATE:2
print(receive(0.01))  --> nil
---
-- Events have the kinds of what they are about.
local guild = dc:guild("1327046393453613076")
gateway.intents = {"GUILDS", "GUILD_MESSAGES", "GUILD_MESSAGE_REACTIONS", "GUILD_MODERATION"}
local ready = spawn(gateway.wait_for, "READY", {timeout = 30}) sleep(0)
local created = spawn(gateway.wait_for, "GUILD_CREATE", {timeout = 30})
print(ready:wait().user)  --> User(id=1361823507679543306, username='DBuddy')
local g = created:wait()
local channels = g:raw("channels")
print(g, #channels > 5, channels[1]:guild().name)  --> Guild(id=1327046393453613076, name="natedog's server")	true	natedog's server
local role = spawn(gateway.wait_for, "GUILD_ROLE_CREATE", {timeout = 30}) sleep(0)
guild:create_role{name = "Otters"}
print(role:wait().role.name, role:wait().guild_id)  --> Otters	1327046393453613076
local reaction = spawn(gateway.wait_for, "MESSAGE_REACTION_ADD", {timeout = 30}) sleep(0)
guild:channel("general"):message("1494381457928618014"):react("👍")
local r = reaction:wait()
print(r.emoji.name, r:message().id, r:channel().name, r:user().username)  --> 👍	1494381457928618014	general	DBuddy
---
-- An error in a handler is reported with its place, and the others go on.
local ch = dc:channel("1327046393453613079")
gateway.on("MESSAGE_CREATE", function() error("oops") end)
gateway.on("MESSAGE_CREATE", function() print("still here") end)
gateway.start()
local heard = spawn(gateway.wait_for, "MESSAGE_CREATE", {timeout = 30}) sleep(0)
ch:send("hello")
heard:wait()
sleep(0.05)
gateway.stop()
--> still here
---
-- A handler that waits does not hold up the next event.
local ch = dc:channel("1327046393453613079")
gateway.on("MESSAGE_CREATE", function(msg)
  if msg.content == "slow" then sleep(0.3) end
  print(msg.content)
end)
gateway.start()
local heard = spawn(gateway.wait_for, "MESSAGE_CREATE", {timeout = 30, check = function(m) return m.content == "fast" end}) sleep(0)
ch:send("slow")
ch:send("fast")
heard:wait()
sleep(0.5)
gateway.stop()
--> fast
--> slow
---
-- Members by the gateway.
gateway.intents = {"GUILDS", "GUILD_MEMBERS"}
gateway.start()
local found, missing = gateway.request_members{guild = "1327046393453613076", query = "na"}
print(#found, found[1], #missing)  --> 1	Member(id=346450717025894400, name='nathan', joined=2025-01-09)	0
print(#gateway.request_members{guild = "1327046393453613076"} >= 9)  --> true
local some, none = gateway.request_members{guild = "1327046393453613076", user_ids = {"346450717025894400", "1"}}
print(#some, none[1])  --> 1	1
---
-- Payloads.
print(discord.op.heartbeat(5))  --> {d = 5, op = 1}
print(discord.op.heartbeat().op, discord.op.heartbeat().d)  --> 1	nil
print(json.encode(discord.op.resume{session_id = "abc", seq = 7, token = "t"}))  --> {"d":{"seq":7,"session_id":"abc","token":"t"},"op":6}
print(discord.op.identify("t", {"GUILDS", "GUILD_MESSAGES"}).d.intents)  --> 513
print(json.encode(discord.op.presence_update{status = "idle", activity = "with Lua"}.d.activities))  --> [{"name":"Custom Status","state":"with Lua","type":4}]
print(json.encode(discord.op.voice_state("1327046393453613076", "1327046393453613080", {mute = true})))  --> {"d":{"channel_id":"1327046393453613080","guild_id":"1327046393453613076","self_deaf":false,"self_mute":true},"op":4}
print(json.encode(discord.op.request_guild_members("1327046393453613076", {query = "n", limit = 5}).d))  --> {"guild_id":"1327046393453613076","limit":5,"query":"n"}
gateway.start()
gateway.send(discord.op.presence_update{status = "dnd"})
gateway.send(3, {status = "idle", activities = {}, since = json.null, afk = false})
gateway.presence{status = "online", activity = {type = "watching", name = "the stars"}}
gateway.stop()
---
gateway.send(1, 5)  ### "the gateway is stopped: start it first"
---
gateway.reconnect()  ### "the gateway is stopped"
---
gateway.on("MESSAGE_CRATE", print)  ### "did you mean \"MESSAGE_CREATE\""
---
gateway.on("message", print)  ### "expected the name of an event, .*did you mean \"MESSAGE_CREATE\""
---
gateway.on("messageReactionAdd", print)  ### "did you mean \"MESSAGE_REACTION_ADD\""
---
gateway.on("on_message", print)  ### "did you mean \"MESSAGE_CREATE\""
---
gateway.on("whatever it is", print)  ### "expected the name of an event, such as MESSAGE_CREATE, got string \"whatever it is\""
---
gateway.intents = {"GUILD_MESAGES"}  ### "unknown intent 'GUILD_MESAGES', did you mean 'GUILD_MESSAGES'"
---
gateway.presence{status = "bussy"}  ### "expected one of"
---
gateway.presence{activity = {type = "wathcing", name = "x"}}  ### "did you mean \"watching\""
---
-- An intent that is not switched on ends the start with what to do.
gateway.intents = {"GUILD_PRESENCES"}
gateway.start()  ### "\\[4014\\] .*Presence Intent"
---
local ok, err = pcall(function() gateway.intents = {"GUILD_PRESENCES"} gateway.start() end)
print(ok, err.kind)  --> false	gateway
print(gateway.state)  --> stopped
---
-- A second connection with handlers of its own.
local other = discord.gateway{intents = {"GUILDS", "GUILD_MESSAGES"}}
other:on("MESSAGE_CREATE", function(msg) print("other", msg.author.username) end)
other:start()
gateway.start()
print(#other.intents, #gateway.intents)  --> 2	0
local heard = spawn(function() return other:wait_for("MESSAGE_CREATE", {timeout = 30}) end) sleep(0)
dc:channel("1327046393453613079"):send("hello")
heard:wait()
sleep(0.02)
other:stop()
--> other	DBuddy
---
-- What is listened to later may need more intents: then the session begins anew, and waiting for an event waits for that.
local ch = dc:channel("1327046393453613079")
gateway.start()
print(#gateway.intents, gateway.shards[1].state)  --> 0	ready
local heard = spawn(gateway.wait_for, "MESSAGE_CREATE", {timeout = 30})
repeat sleep(0.05) until #gateway.intents > 0 and gateway.state ~= "ready"
repeat sleep(0.05) until gateway.state == "ready"
ch:send("hello")
print(heard:wait().content)  --> hello
---
-- What an event names can be fetched from its data.
local guild = dc:guild("1327046393453613076")
gateway.need{"GUILD_VOICE_STATES", "GUILD_MESSAGE_TYPING"}
gateway.start()
local state = spawn(gateway.wait_for, "VOICE_STATE_UPDATE", {timeout = 30}) sleep(0)
sandbox.user("nathan"):join("General")
local s = state:wait()
print(s:channel().name, s:guild().name, s:user().username)  --> General	natedog's server	nathan
state = spawn(gateway.wait_for, "VOICE_STATE_UPDATE", {timeout = 30}) sleep(0)
sandbox.user("nathan"):leave()
print(state:wait():channel())  --> nil
print(#gateway.shards, tostring(json.encode(gateway.shards)):sub(1, 2))  --> 1	[{
---
-- Members can be asked for without a handler, once the intent is there.
gateway.need("GUILD_MEMBERS")
gateway.start()
print(#gateway.request_members{guild = "1327046393453613076", query = "na"})  --> 1
---
gateway.start()
gateway.request_members{guild = "1327046393453613076"}  ### "needs GUILD_MEMBERS among the intents: ask for it with gateway.need\\{\"GUILD_MEMBERS\"\\}"
---
-- A loop over events ends when the gateway is stopped, also from inside.
local ch = dc:channel("1327046393453613079")
spawn(function()
  while gateway.state ~= "ready" do sleep(0.01) end
  ch:send("one")
end)
for msg in gateway.events("MESSAGE_CREATE") do
  print(msg.content)
  gateway.stop()
end
print("over")
--> one
--> over
---
-- Whoever waits for an event makes do with one of the intents that bring it.
gateway.need{"DIRECT_MESSAGES", "MESSAGE_CONTENT"}
gateway.start()
local session = gateway.session_id
local heard = spawn(gateway.wait_for, "MESSAGE_CREATE", {timeout = 30}) sleep(0)
sandbox.user("nathan"):dm("psst")
print(heard:wait().content, gateway.session_id == session)  --> psst	true
