-- Records a voice channel: "!record General" joins it. "!stop", or that everybody has left, ends it and posts a file with everybody in it.
gateway.need{"GUILDS", "GUILD_VOICE_STATES"} -- asked for by the first join they would begin a new session, and miss what happens meanwhile
local vc

local function finish(msg)
  local ended = vc
  vc = nil
  local rec = ended:stop_recording{mix = true}
  ended:leave()
  local said, files = {}, {rec.mixed, rec.manifest}
  for _, track in pairs(rec.speakers) do
    table.insert(said, ("%s spoke for %d s"):format(track.name, math.floor(track.spoken + 0.5)))
    table.insert(files, track.path)
  end
  table.sort(said)
  msg:reply(#said > 0 and table.concat(said, ", ") .. "." or "Nobody spoke.", {files = {rec.mixed}})
  for _, file in ipairs(files) do os.remove(file) end
end

-- Waits until somebody has come and all have been gone for three seconds: after a lost connection nobody is known for a moment. It ends
-- too when a moderator removes the bot.
local function wait_for_end(joined)
  local empty = -math.huge
  while joined.channel_id and empty < 3 do
    empty = #joined.users > 0 and 0 or empty + 1
    sleep(1)
  end
end

function bot.cmd.record(msg, name)
  if vc then return msg:reply("A recording goes on: !stop ends it.") end
  local channel = msg:guild():channel(name)
  local joined = channel:join{mute = true}
  joined:start_recording(os.tmpname() .. ".ogg")
  vc = joined
  msg:reply(("Everybody in %s is being recorded. !stop ends it."):format(channel.name))
  wait_for_end(joined)
  if vc == joined then finish(msg) end
end

function bot.cmd.stop(msg)
  if not vc then return msg:reply("Nothing is being recorded.") end
  finish(msg)
end
