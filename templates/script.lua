-- NAME: a script. Try it with: cordial run --sandbox NAME.lua
local guild = dc:guilds()[1]
print(guild.name .. " has " .. #guild:channels() .. " channels")
