local nathan = sandbox.user("nathan")
local said
local m = answer(function() said = nathan:say("general", "!echo hello world") end)
print(m.content, m.message_reference.message_id == said.id)  --> You said: hello world	true
print(answer(function() nathan:dm("!echo psst") end).content)  --> You said: psst
print(answer(function() nathan:say("general", "!echo @everyone") end).mention_everyone)  --> false
