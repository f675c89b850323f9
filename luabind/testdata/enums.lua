-- What Discord numbers can be given by name.
local g = dc:guild("1327046393453613076")
print(g:create_channel("talk", {type = "GUILD_VOICE"}).type, g:create_channel("text", {type = 0}).type, g:create_channel("two", {type = "2"}).type)  --> 2	0	2
print(dc:channel("1327046393453613079"):create_thread("t", {type = "PRIVATE_THREAD", auto_archive_duration = "ONE_DAY"}).type)  --> 12
print(g:edit{verification_level = "LOW"}.verification_level)  --> 1
---
dc:guild("1327046393453613076"):create_channel("x", {type = "GUILD_VOCE"})  ### "Guild:create_channel: type: expected one of \"GUILD_TEXT\", .*did you mean \"GUILD_VOICE\"\\?"
---
dc:guild("1327046393453613076"):create_channel("x", {type = "DM"})  ### "expected one of .*\"GUILD_FORUM\", .*got string \"DM\"$"
---
dc:guild("1327046393453613076"):create_channel("x", {type = true})  ### "Guild:create_channel: type: expected an integer, got true"
---
dc:channel("1327046393453613079"):send("x", {flags = "SUPPRESS"})  ### "flags: expected an integer, got string"
