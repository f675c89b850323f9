local nathan, mika = sandbox.user("nathan"), sandbox.user("mika")
-- Choices and numbers.
local roll = nathan:slash("roll", {sides = 4, count = 2})
print(roll.status, roll.content:match("rolls %d %+ %d = %d") ~= nil, roll.ephemeral)  --> answered	true	false
print(nathan:slash("roll").content:match("rolls %d = %d") ~= nil)  --> true
-- Completion, and an answer that takes longer than Discord waits.
local choices = nathan:autocomplete("weather", "city", "be")
print(#choices, choices[1].value, choices[2].value)  --> 2	Berlin	Bern
local weather = nathan:slash("weather", {city = "Berlin"})
print(weather.status)  --> deferred
print(weather:wait().content)  --> It is lovely in Berlin.
-- Subcommands with private answers.
print(nathan:slash("note add", {text = "milk"}).ephemeral)  --> true
print(nathan:slash("note add", {text = "bread"}).content)  --> Noted.
print(nathan:slash("note list").content)
--> - milk
--> - bread
print(mika:slash("note list").content)  --> You have no notes.
-- Menus.
local said = mika:say("general", "hello there")
print(nathan:menu("Shout", said).content)  --> HELLO THERE!
print(nathan:menu("Who is this?", mika).content)  --> Mika is here since 2026-02-01.
