local nathan, mika = sandbox.user("nathan"), sandbox.user("mika")
print(answer(function() nathan:say("general", "!poll Tea?") end).content)  --> A poll has a question and two to five answers: !poll Tea or coffee? | tea | coffee
local poll = answer(function() nathan:say("general", "!poll Tea or coffee? | tea | coffee") end)
print(poll.embeds[1].title, poll.components[1].components[2].label)  --> Tea or coffee?	coffee
local function counts(message)
  return message.embeds[1].fields[1].name, message.embeds[1].fields[2].name
end
print(counts(nathan:click(poll, "vote:1").message))  --> tea: 1	coffee: 0
local reply = mika:click(poll, "coffee")
print(reply.status, counts(reply.message))  --> updated	tea: 1	coffee: 1
print(counts(nathan:click(poll, "vote:2").message))  --> tea: 0	coffee: 2
print(poll:channel():message(poll.id).embeds[1].fields[2].value == mika.mention .. " " .. nathan.mention)  --> true
