local nathan, zoe = sandbox.user("nathan"), sandbox.user("mika")
local post = answer(function() nathan:say("general", "!tickets") end)
print(post.components[1].components[1].label)  --> Open a ticket
local form = zoe:click(post, "ticket:open")
print(form.status, form.modal.title)  --> modal	Open a ticket
local ticket, reply
ticket = answer(function() reply = form:submit{subject = "The lights are out", details = "Since Monday."} end, function(m) return #m.embeds == 1 end)
print(ticket.embeds[1].title, ticket.embeds[1].description, ticket:channel().name)  --> The lights are out	Since Monday.	ticket-mika
print(reply.ephemeral, reply.content == "Your ticket is <#" .. ticket.channel_id .. ">.")  --> true	true
local gone = spawn(gateway.wait_for, "CHANNEL_DELETE", {timeout = 15}) sleep(0)
print(zoe:click(ticket, "Close").content)  --> Closed. This channel goes in five seconds.
print(gone:wait().name)  --> ticket-mika
---
-- Not everybody may post the button.
local sam = sandbox.user("sam_rivera")
print(answer(function() sam:say("general", "!tickets") end).content)  --> You need the permission Manage Channels to use !tickets.
