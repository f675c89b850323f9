-- channel:delete_messages, when it does not come to its end.

local channel = dc:guilds()[1]:channel("general")

test("it says how far it came when it is cancelled", function(t)
  local task = spawn(function() channel:delete_messages(channel:messages(20), {delay = 10}) end) -- old ones, one by one
  sleep(25)
  task:cancel()
  t.raises(function() task:wait() end, "cancelled")
  t.eq(t.output(), "Channel:delete_messages: ended after 3 of 20 messages\n")
end)

test("it says how far it came when a request fails", function(t)
  local list = channel:messages(5)
  local task = spawn(function() channel:delete_messages(list, {delay = 10}) end)
  sleep(15)
  sandbox.fault("delete_message", {status = 400})
  t.raises(function() task:wait() end, {status = 400})
  t.eq(t.output(), "Channel:delete_messages: ended after 2 of 5 messages\n")
end)

test("it says nothing when nothing was deleted", function(t)
  sandbox.fault("delete_message", {status = 400})
  t.raises(function() channel:delete_messages(channel:messages(5)) end, {status = 400})
  t.eq(t.output(), "")
end)
