-- Faults of the gateway: what breaks is resumed, and nothing is lost or heard twice.
local ch = dc:channel("1327046393453613079")
local heard = {}
gateway.on("MESSAGE_CREATE", function(msg) heard[#heard + 1] = msg.content end)
gateway.start()
local session = gateway.session_id
local function say(text)
  local wait = spawn(gateway.wait_for, "MESSAGE_CREATE", {timeout = 20, check = function(m) return m.content == text end}) sleep(0)
  ch:send(text)
  wait:wait()
end
say("before")
sandbox.fault("gateway_drop")
say("after a drop")
sandbox.fault("gateway_close", {code = 4000})
say("after a close")
sandbox.fault("gateway_duplicate", {event = "MESSAGE_CREATE"})
say("sent twice")
say("the end")
print(gateway.session_id == session)  --> true
print(table.concat(heard, ", "))  --> before, after a drop, after a close, sent twice, the end
gateway.stop()
---
sandbox.fault("gateway_dorp")  ### "did you mean .gateway_drop"
---
sandbox.fault("gateway_drop", {status = 502})  ### "gateway_drop does not take the option .status., which is for requests"
---
sandbox.fault("get_guild", {code = 4000})  ### "the option .code. is for faults of the gateway"
---
sandbox.fault("gateway_close", {code = 99})  ### "close codes are from 1000 to 4999, got 99"
---
sandbox.fault("gateway_omit", {event = "MESSAGE_CREAT"})  ### "MESSAGE_CREATE"
