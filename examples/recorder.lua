-- Records a voice channel: "!record General" joins it, "!stop" leaves and posts a file with everybody in it.
local vc

function bot.cmd.record(msg, name)
  if vc then return msg:reply("A recording goes on: !stop ends it.") end
  local channel = msg:guild():channel(name)
  local joined = channel:join{mute = true}
  joined:start_recording(os.tmpname() .. ".ogg")
  vc = joined
  msg:reply(("Everybody in %s is being recorded. !stop ends it."):format(channel.name))
end

function bot.cmd.stop(msg)
  if not vc then return msg:reply("Nothing is being recorded.") end
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
