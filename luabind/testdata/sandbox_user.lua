local nathan = sandbox.user("nathan")
print(nathan, nathan.name, nathan.id, sandbox.user("Mika").name)  --> SandboxUser(name='nathan')	nathan	346450717025894400	mika
local m = nathan:say("general", "!ping")
print(m.author.username, m.content, m:channel().name)  --> nathan	!ping	general
print(nathan:edit(m, "!pong").content, nathan:react(m, "👍") == nathan)  --> !pong	true
print(m:channel():message(m.id):raw("reactions")[1].count, nathan:unreact(m, "👍") == nathan)  --> 1	true
print(nathan:say("general", "with a file", {reply_to = m, files = {"a.txt"}}).attachments[1].filename)  --> a.txt
print(nathan:delete(m) == nathan, (pcall(m.channel(m).message, m:channel(), m.id)))  --> true	false
print(nathan:dm("hello bot").guild_id)  --> nil
---
sandbox.user("natan")  ### "there is no person named \"natan\", did you mean \"nathan\"?"
---
sandbox.user("nathan"):say("generl", "x")  ### "nathan sees no channel \"generl\", did you mean \"general\"?"
---
sandbox.user("nathan"):slash("nothing")  ### "nathan: there is no command \"nothing\" here"
---
sandbox.user("sam_rivera"):delete(sandbox.user("nathan"):say("general", "mine"))  ### "sam_rivera: 403: \\[50013\\] Missing Permissions"
---
sandbox.user("nathan"):say("general", ("x"):rep(2001))  ### "nathan: 400: \\[50035\\] Invalid Form Body: content: Must be 2000 or fewer in length"
---
-- A new person joins, talks, and leaves.
local robin = sandbox.add_user("robin")
print((pcall(robin.say, robin, "general", "hello?")))  --> false
print(robin:join():say("general", "hello!").content, robin:leave() == robin)  --> hello!	true
print(sandbox.user("mika"):join("General"):leave().name)  --> mika
---
local ch = dc:channel("1327046393453613079")
local poll = dc.api.create_message{channel_id = ch.id, poll = {question = {text = "Tea?"}, answers = {{poll_media = {text = "yes"}}, {poll_media = {text = "no"}}}}}
sandbox.user("mika"):vote(poll, 2)
print(ch:message(poll.id).poll.results.answer_counts[1].id)  --> 2
sandbox.user("mika"):vote(poll, "yes")
print(ch:message(poll.id).poll.results.answer_counts[1].id)  --> 1
sandbox.user("mika"):vote(poll, "noo")  ### "mika: there is no answer \"noo\", did you mean \"no\"?"
---
-- A person's own client does what the person may do.
local nathan, sam = sandbox.user("nathan"), sandbox.user("sam_rivera")
local post = nathan.dc:channel("1467460721049600006"):create_thread("How do I start?", {message = {content = "I am new."}})
print(nathan.dc:me().username, post.owner_id == nathan.id, nathan.dc == nathan.dc)  --> nathan	true	true
print(post:messages()[1].author.username, post:messages()[1]:pin())  --> nathan	true
print(sam.dc:request("GET", "/users/@me", {use_user = true}).username, (pcall(post.delete, sam.dc:channel(post.id))))  --> sam_rivera	false
---
-- The bot answers commands, and what follows from the answers.
local app = dc:me().id
dc.api.bulk_set_application_commands{application_id = app, body = {
  {name = "echo", description = "x", options = {{type = 3, name = "text", description = "x", required = true}, {type = 6, name = "who", description = "x"}}},
  {name = "slow", description = "x"}, {name = "ask", description = "x"}, {name = "tickets", description = "x", options = {{type = 1, name = "close", description = "x"}}},
  {name = "find", description = "x", options = {{type = 3, name = "city", description = "x", autocomplete = true}}},
  {name = "Report", type = 3}, {name = "Avatar", type = 2}, {name = "silent", description = "x"},
}}
local function answer(ix, kind, data) dc.api.create_interaction_response{interaction_id = ix.id, interaction_token = ix.token, type = kind, data = data} end
local answers = {}
function answers.echo(ix)
  answer(ix, 4, {content = ix.data.options[1].value .. (ix.data.options[2] and ix.data.options[2].value or ""), flags = 64, components = {
    {type = 1, components = {{type = 2, style = 1, label = "More", custom_id = "more"}}},
    {type = 1, components = {{type = 3, custom_id = "color", options = {{label = "Red", value = "r"}, {label = "Blue", value = "b"}}}}}}})
end
function answers.slow(ix)
  answer(ix, 5)
  sleep(0.01)
  dc.api.update_original_webhook_message{webhook_id = app, webhook_token = ix.token, content = "done"}
  dc.api.execute_webhook{webhook_id = app, webhook_token = ix.token, content = "and more"}
end
function answers.ask(ix)
  answer(ix, 9, {custom_id = "form", title = "Why?", components = {{type = 18, label = "Reason", component = {type = 4, custom_id = "reason", style = 1, max_length = 10}}}})
end
function answers.find(ix) answer(ix, 8, {choices = {{name = "Berlin", value = "berlin"}}}) end
function answers.tickets(ix) answer(ix, 4, {content = ix.data.options[1].name}) end
function answers.Report(ix) answer(ix, 4, {content = ix.data.resolved.messages[ix.data.target_id].content, flags = 64}) end
function answers.Avatar(ix) answer(ix, 4, {content = ix.data.resolved.users[ix.data.target_id].username}) end
gateway.on("INTERACTION_CREATE", function(ix)
  if ix.type == 3 then answer(ix, 7, {content = ix.data.custom_id .. " " .. (ix.data.values and ix.data.values[1] or ""), components = {}})
  elseif ix.type == 5 then answer(ix, 4, {content = ix.data.components[1].component.value})
  elseif answers[ix.data.name] then answers[ix.data.name](ix) end
end)
gateway.start()
local nathan = sandbox.user("nathan")
local reply = nathan:slash("echo", {text = "hi ", who = "mika"})
print(reply.status, reply.content, reply.ephemeral, reply.message.author.username)  --> answered	hi 1467605424537600002	true	DBuddy
print(reply:click("More").content, nathan:slash("echo", {text = "x"}):select("color", "Blue").content)  --> more	color b
local slow = nathan:slash("slow", nil, {channel = "off-topic"})
print(slow.status, slow:wait{timeout = 10}.content)  --> deferred	done
while #slow:messages() == 0 do sleep(0.01) end
print(slow:messages()[1].content, slow.ephemeral, slow)  --> and more	false	SandboxReply(status='answered', content="done")
local form = nathan:slash("ask")
print(form.status, form.modal.title, form.modal)  --> modal	Why?	SandboxModal(title='Why?')
print((pcall(nathan.submit, nathan, form.modal, {reason = "far too long a reason"})), nathan:submit(form.modal, {Reason = "because"}).content)  --> false	because
print(nathan:autocomplete("find", "city", "ber")[1].value)  --> berlin
print(nathan:slash("tickets close").content, nathan:menu("Report", nathan:say("general", "bad")).content)  --> close	bad
print(nathan:menu("Avatar", "DBuddy").content)  --> DBuddy
dc.api.create_application_command{application_id = app, name = "settings", description = "x", name_localizations = {de = "einstellungen"},
  options = {{type = 3, name = "theme", description = "x", name_localizations = {de = "farbe"}, required = true}}}
function answers.settings(ix) answer(ix, 4, {content = ix.locale .. " " .. ix.data.options[1].name .. " " .. ix.data.options[1].value}) end
local lena = sandbox.add_user("lena", {locale = "de"}):join()
print(lena:slash("einstellungen", {farbe = "rot"}).content, nathan:slash("settings", {theme = "red"}).content)  --> de theme rot	en-US theme red
print(lena.dc:request("GET", "/users/@me").locale, (pcall(nathan.slash, nathan, "einstellungen", {theme = "red"})))  --> de	false
gateway.stop()
---
sandbox.add_user("x", {locale = "deu"})  ### "Discord has no language \"deu\", did you mean \"de\"?"
---
-- A bot that does not answer has failed after three seconds.
dc.api.create_application_command{application_id = dc:me().id, name = "silent", description = "x"}
local reply = sandbox.user("nathan"):slash("silent")
print(reply.status, reply.error, reply.content)  --> failed	The application did not respond	nil
---
-- The switches of the developer portal.
local g = dc:guild("1327046393453613076")
sandbox.allow_intents{}
print(pcall(g.members, g, 1))  --> false	DiscordError(403): [50001] Missing Access
sandbox.allow_intents{"GUILD_MEMBERS", "GUILD_PRESENCES"}
print(#g:members(1))  --> 1
gateway.on("PRESENCE_UPDATE", function() end)
gateway.start()
print(gateway.state)  --> ready
gateway.stop()
