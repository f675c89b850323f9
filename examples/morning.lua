-- Says good morning on working days: cordial run examples/morning.lua
cron("0 9 * * mon-fri", {name = "morning", tz = "Europe/Berlin", catch_up = true}, function()
  local day = store.incr("days")
  dc:guilds()[1]:channel("general"):send("Good morning, day " .. day .. "!")
end)
