local zoe = sandbox.add_user("zoe")
local greeting = answer(function() zoe:join() end)
print(greeting.content)  --> Welcome to natedog's server, @zoe! React with 👋 to become a friend.
local member
local updated = spawn(gateway.wait_for, "GUILD_MEMBER_UPDATE", {timeout = 10}) sleep(0)
sandbox.user("nathan"):react(greeting, "👋") -- not the newcomer
zoe:react(greeting, "👋")
local guild = greeting:guild()
print(updated:wait().user.username, updated:wait().roles[1] == guild:role("Friends").id)  --> zoe	true
print(guild:audit_log{limit = 1}[1].reason)  --> said hello
print(answer(function() zoe:leave() end).content)  --> zoe has left us.
