-- A bot joins, is spoken to, records, plays, and leaves.
local general = dc:channel("1327046393453613080")
local nathan = sandbox.user("nathan"):join("General")
local vc = general:join()
print(vc.state, vc.channel_id == general.id, vc.guild_id == general.guild_id)  --> ready	true	true
print(voice, voice.clients[1] == vc)  --> Voice(1 connection)	true
print(vc.e2ee.version, #vc.e2ee.code)  --> 1	30
vc:start_recording("meeting.ogg")
print(vc.recording)  --> true
nathan:speak("hello.wav")
local playback = vc:play("hello.wav", {volume = 0.5})
print(playback.state, playback.duration)  --> playing	1
playback:wait()
print(playback.state, playback.position)  --> ended	1
local rec = vc:stop_recording{mix = true}
local track = rec.speakers[nathan.id]
print(track.name, track.path, #track.segments, track.lost)  --> nathan	meeting_346450717025894400.ogg	1	0
print(rec.duration > 2, math.abs(track.spoken - 1) < 0.05, rec.mixed, rec.manifest)  --> true	true	meeting_mixed.ogg	meeting.json
rec:report("meeting.html")
print(io.open("meeting.html"):read("*a"):find("nathan") ~= nil)  --> true
nathan:heard("heard.wav")
local size = io.open("heard.wav"):seek("end")
print(size > 4 * 48000 * 0.5)  --> true
print(vc.users[1].username, vc.stats[nathan.id].received > 50, vc.stats[nathan.id].failed)  --> nathan	true	0
vc:leave()
print(vc.state, vc.channel_id, #voice.clients)  --> closed	nil	0
gateway.stop()
---
-- The same by the bot's functions; a second join in the guild is the same connection.
local general = dc:channel("1327046393453613080")
local vc = bot.join_voice(general, {mute = true})
print(bot.join_voice(general) == vc, #voice.clients)  --> true	1
bot.leave_voice()
print(#voice.clients)  --> 0
gateway.stop()
---
-- What was recorded is there after the end of the connection, once.
local vc = bot.join_voice("1327046393453613080")
vc:start_recording("short.ogg")
vc:leave()
print(vc.recording, vc:stop_recording().manifest)  --> false	short.json
vc:stop_recording()  ### "nothing is being recorded"
---
-- Mixes that are asked for at once are written one after the other.
local nathan = sandbox.user("nathan"):join("General")
local vc = bot.join_voice("1327046393453613080")
vc:start_recording("mixes.wav")
nathan:speak("hello.wav")
local rec = vc:stop_recording()
local function mix(path) return function() return (pcall(rec.mix, rec, path)) end end
local first, second, a, b = gather(mix(nil), mix(nil), mix("a.wav"), mix("b.wav"), function()
  while not rec.mixed do sleep(0.001) end
end)
print(first ~= second, a, b)  --> true	true	true
local manifest = json.decode(io.open(rec.manifest):read("*a"))
print(#manifest.mixed, manifest.mixed[1] == rec.mixed)  --> 1	true
vc:leave()
gateway.stop()
---
-- Without a path it is recording.mp3, of which none replaces another. A mix that fails leaves what was recorded.
local nathan = sandbox.user("nathan"):join("General")
local vc = bot.join_voice("1327046393453613080")
print(vc:start_recording())  --> recording.mp3
nathan:speak("hello.wav")
with_timeout(20, function() while not os.remove("recording_" .. nathan.id .. ".mp3") do sleep(0.05) end end)
local _, err = pcall(vc.stop_recording, vc, {mix = true})
print((tostring(err):gsub("^.-recording_%d+", "")))  --> .mp3: no such file or directory; vc:stop_recording() gives what was recorded
print(vc.recording, vc:stop_recording().manifest, (pcall(vc.stop_recording, vc)))  --> false	recording.json	false
print(vc:start_recording())  --> recording-2.mp3
vc:stop_recording()
print(vc:start_recording{overwrite = true})  --> recording.mp3
vc:stop_recording()
print(vc:start_recording{format = "ogg", mix = true})  --> recording-3.ogg
print(vc:stop_recording{mix = true}.mixed)  --> recording-3_mixed.ogg
local function again()
  vc:start_recording("again.ogg", {overwrite = true})
  return vc:stop_recording{mix = true}.mixed
end
print(again(), again())  --> again_mixed.ogg	again_mixed.ogg
vc:leave()
gateway.stop()
---
-- Who was in the channel before the bot has a name without a request, however long the gateway was there before.
gateway.on("VOICE_STATE_UPDATE", function() end)
sandbox.fault("get_user", {status = 503, times = 100})
gateway.start()
sandbox.user("nathan"):join("General")
local vc = bot.join_voice("1327046393453613080")
with_timeout(20, function() while #vc.users == 0 do sleep(0.01) end end)
print(vc.users[1].username)  --> nathan
vc:leave()
gateway.stop()
---
-- The same for those who were there before the gateway.
gateway.on("VOICE_STATE_UPDATE", function() end)
sandbox.fault("get_user", {status = 503, times = 100})
sandbox.user("nathan"):join("General")
gateway.start()
local vc = bot.join_voice("1327046393453613080")
with_timeout(20, function() while #vc.users == 0 do sleep(0.01) end end)
print(vc.users[1].username)  --> nathan
vc:start_recording("named.ogg")
sandbox.user("nathan"):speak("hello.wav")
print(vc:stop_recording().speakers["346450717025894400"].name)  --> nathan
vc:play("hello.wav"):wait()
print(vc.totals.sent + vc.totals.unsent, vc.totals.foreign)  --> 55	0
vc:leave()
gateway.stop()
---
-- Who leaves is gone when the gateway tells of it, and who comes back is there again.
gateway.need{"GUILDS", "GUILD_VOICE_STATES"}
local nathan, gone = sandbox.user("nathan"):join("General"), nil
local vc = bot.join_voice("1327046393453613080")
local handler = gateway.on("VOICE_STATE_UPDATE", function(state)
  if state.user_id == nathan.id and not state.channel_id then gone = #vc.users end
end)
with_timeout(20, function() while #vc.users == 0 do sleep(0.01) end end)
nathan:leave()
with_timeout(20, function() while not gone do sleep(0.01) end end)
print(gone)  --> 0
handler:off()
nathan:join("General")
with_timeout(20, function() while #vc.users == 0 do sleep(0.01) end end)
print(vc.users[1].username)  --> nathan
vc:leave()
gateway.stop()
---
-- What people say, piece by piece.
local nathan = sandbox.user("nathan"):join("General")
local vc = bot.join_voice("1327046393453613080")
local said, same, long
local handler = vc:on("utterance", {pause = 0.2}, function(user, clip) said = {user, clip} end)
local second = vc:on("utterance", {pause = 0.2}, function(_, clip) same = clip end)
local third = vc:on("utterance", {pause = 20, max = 60}, function(_, clip) long = clip end)
print(handler, handler.active)  --> VoiceHandler(utterance)	true
nathan:speak("hello.wav")
with_timeout(20, function() while not (said and same) do sleep(0.05) end end)
local user, clip = said[1], said[2]
print(same == clip, clip.path == same.path, long)  --> true	true	nil
print(user.username, math.abs(clip.duration - 1) < 0.05, clip.stop > clip.start, clip.cut)  --> nathan	true	true	false
print(#clip:bytes("wav") > 90000, clip:bytes():sub(1, 4), clip.path:match("%.ogg$"))  --> true	OggS	.ogg
clip:save("said.flac")
print(io.open("said.flac"):read(4))  --> fLaC
handler:off()
print(handler.active, second.active)  --> false	true
second:off()
said, same = nil, nil
nathan:speak("hello.wav")
vc:leave() -- what is being said is an utterance, too
with_timeout(20, function() while not long do sleep(0.05) end end)
print(long.duration > 2, said, same)  --> true	nil	nil
print(third.active)  --> false
third:off()
gateway.stop()
---
-- Samples and packets of the script's own.
local nathan = sandbox.user("nathan"):join("General")
local vc = bot.join_voice("1327046393453613080")
vc:send_pcm(("\0\16\0\16"):rep(9600))
vc:send_opus{"\248\255\254", "\248\255\254"}
nathan:heard("heard.wav")
print(io.open("heard.wav"):read(4))  --> RIFF
local loop = vc:play("hello.wav", {loop = true, seek = 0.5})
loop:pause()
print(loop.state)  --> paused
loop:volume(2)
loop:seek("0.2s")
loop:resume()
print((select(2, pcall(loop.seek, loop, 100))):match("cannot.*"))  --> cannot go to 1m40s: the sound is 1s long
print((select(2, pcall(vc.play, vc, "hello.wav", {seek = 1.5}))):match("cannot.*"))  --> cannot go to 1.5s: the sound is 1s long
-- Of two that begin at once one takes the place of the other.
local function begin() return vc:play("hello.wav", {loop = true}) end
local a, b = gather(begin, begin)
print(loop.state, a.state ~= b.state, a.state == "ended" or b.state == "ended")  --> ended	true	true
-- A connection that ends takes with it what is being played, which says so.
local going = a.state == "ended" and b or a
dc.api.update_guild_member{guild_id = vc.guild_id, user_id = dc:me().id, channel_id = json.null}
print(pcall(with_timeout, 20, going.wait, going))  --> false	the voice connection has ended: join the channel again
vc:leave()
gateway.stop()
---
-- What is refused says why.
local function refused(fn, ...)
  print((tostring(select(2, pcall(fn, ...))):gsub("^%S+ ", "")))
end
local text = dc:channel("1327046393453613079")
refused(text.join, text)  --> Channel(id=1327046393453613079, name='general', type=0) is no voice channel: join one of type 2 (voice) or 13 (stage)
local vc = bot.join_voice("1327046393453613080")
refused(vc.stop_recording, vc)  --> nothing is being recorded: vc:start_recording(path) begins
refused(vc.start_recording, vc, "a.xyz")  --> record to a.xyz: ".xyz" is no format that can be recorded: use one of .flac, .mp3, .ogg, .wav
refused(vc.start_recording, vc, "a.wav", {encoder = "ffmpeg"})  --> record to a.wav: encoder is "ffmpeg", which writes .mp3, and no file of this recording is one: leave it out, or record or mix to .mp3
refused(vc.start_recording, vc, "a.mp3", {encoder = "lame"})  --> VoiceClient:start_recording: encoder: expected one of "ffmpeg", got string "lame"
refused(vc.play, vc, "missing.mp3")  --> open missing.mp3: no such file or directory
print(select(2, pcall(vc.play, vc, "README.md")):find("README.md: not a sound file") ~= nil)  --> true
refused(vc.play, vc, "hello.wav", {volume = 3})  --> VoiceClient:play: volume: expected 0 to 2, where 1 is as loud as the file; got 3
refused(vc.send_pcm, vc, "abc")  --> pcm: expected whole samples of 4 bytes, got 3 bytes
refused(vc.send_opus, vc, {""})  --> packets[1]: expected an Opus packet of 20 ms
refused(vc.send_opus, vc, {"\248\255\254", "\248" .. ("x"):rep(2000)})  --> packets[2]: has 2001 bytes, and Opus needs no more than 1276 for 20 ms
refused(vc.play, vc, "hello.wav", {bitrate = 64})  --> bitrate is 64: Opus has 6000 to 510000 bits per second
refused(vc.on, vc, "speaking", {pause = 1}, print)  --> pause and max say how utterances are cut: leave them out with "speaking"
vc:start_recording("a.wav")
refused(vc.start_recording, vc, "b.wav")  --> it is being recorded already: vc:stop_recording() ends that
refused(vc.stop_recording, vc, {encoder = "ffmpeg"})  --> encoder is for the mix, and none is asked for: add mix=true
refused(vc.stop_recording, vc, {mix_path = "b.xyz"})  --> mix a.json: ".xyz" is no format that can be recorded: use one of .flac, .mp3, .ogg, .wav
refused(vc.stop_recording, vc, {mix = true, encoder = "ffmpeg"})  --> mix a.json: encoder is "ffmpeg", which writes .mp3, and no file of this recording is one: leave it out, or record or mix to .mp3
print(vc.recording)  --> true
local recorded = vc:stop_recording()
refused(recorded.mix, recorded, "b.wav", {encoder = "ffmpeg"})  --> mix a.json: encoder is "ffmpeg", which writes .mp3, and no file of this recording is one: leave it out, or record or mix to .mp3
print(io.open("b.wav"))  --> nil	open b.wav: no such file or directory	1
refused(vc.start_recording, vc, "a.wav")  --> record to a.wav: a.json: there is a recording of that name already: choose another name, or ask to overwrite it
vc:leave()
refused(vc.start_recording, vc, "c.wav")  --> the voice connection has ended: join the channel again
refused(vc.on, vc, "speaking", print)  --> the voice connection has ended: join the channel again
refused(vc.play, vc, "hello.wav")  --> the voice connection has ended: join the channel again
refused(vc.send_pcm, vc, ("\0"):rep(9600))  --> the voice connection has ended: join the channel again
refused(vc.send_opus, vc, {"\248\255\254"})  --> the voice connection has ended: join the channel again
local nathan = sandbox.user("nathan")
refused(nathan.speak, nathan, "hello.wav")  --> nathan is in no voice channel: whoever speaks joins one first
refused(nathan.heard, nathan, "heard.wav")  --> nathan has heard nothing of DBuddy
gateway.stop()
---
-- What goes wrong is mended: a lost connection, another server, a network that loses packets, broken keys.
local general = dc:channel("1327046393453613080")
local nathan = sandbox.user("nathan"):join("General")
local vc = general:join()
vc:start_recording("meeting.wav")
sandbox.fault("voice_network", {loss = 0.05, reorder = 0.02, duplicate = 0.02})
nathan:speak("hello.wav")
local function back()
  pcall(with_timeout, 1, function() while vc.state == "ready" do sleep(0.01) end end) -- it may be too fast to be seen
  with_timeout(20, function() while vc.state ~= "ready" do sleep(0.01) end end)
end
for _, fault in ipairs{"voice_drop", "voice_close", "voice_move"} do
  local waiting = spawn(back) sleep(0)
  sandbox.fault(fault)
  waiting:wait()
end
sandbox.fault("voice_network")
nathan:speak("hello.wav")
local rec = vc:stop_recording()
local track = rec.speakers[nathan.id]
print(#track.segments >= 2, track.segments[#track.segments].stop > track.segments[1].stop + 0.9)  --> true	true
vc:leave()
gateway.stop()
sandbox.fault("voice_network", {loss = 2})  ### "sandbox.fault: loss: expected a chance from 0 to 1, got 2"
---
print(discord.op.voice.speaking{ssrc = 5})  --> {d = {delay = 0, speaking = 1, ssrc = 5}, op = 5}
print(discord.op.voice.heartbeat{t = 7, seq_ack = 3})  --> {d = {seq_ack = 3, t = 7}, op = 3}
print(json.encode(discord.op.voice.identify{guild = "1", user = "2", session_id = "s", token = "t"}))  --> {"d":{"max_dave_protocol_version":1,"server_id":"1","session_id":"s","token":"t","user_id":"2"},"op":0}
print(json.encode(discord.op.voice.resume{guild = "1", session_id = "s", token = "t", seq_ack = 9}))  --> {"d":{"seq_ack":9,"server_id":"1","session_id":"s","token":"t"},"op":7}
print(json.encode(discord.op.voice.select_protocol{address = "127.0.0.1", port = 5}.d.data))  --> {"address":"127.0.0.1","mode":"aead_aes256_gcm_rtpsize","port":5}
---
-- On a stage the bot is in the audience until it becomes a speaker; nothing is encrypted end to end there.
local guild = dc:guilds()[1]
local general = dc:channel("1327046393453613079")
guild:edit{features = {"COMMUNITY"}, rules_channel_id = general.id, public_updates_channel_id = general.id, verification_level = 1, explicit_content_filter = 2}
local stage = guild:create_channel("Stage", {type = 13})
local vc = stage:join()
print(vc.e2ee.version, vc.state)  --> 0	ready
local function own() return dc.api.get_self_voice_state{guild_id = guild.id} end
print(own().suppress, vc.suppressed, vc.server_muted)  --> true	true	false
vc:ask_to_speak()
print(own().request_to_speak_timestamp ~= nil)  --> true
vc:ask_to_speak(false)
print(own().request_to_speak_timestamp)  --> nil
vc:become_speaker()
print(own().suppress)  --> false
with_timeout(10, function() while vc.suppressed do sleep(0.01) end end)
vc:become_speaker(false)
print(own().suppress)  --> true
local function becomes(field, value)
  with_timeout(10, function() while own()[field] ~= value do sleep(0.01) end end)
end
vc:mute()
becomes("self_mute", true)
vc:mute(false)
vc:deaf()
becomes("self_deaf", true)
becomes("self_mute", false)
vc:move("1327046393453613080")
print(vc.channel_id ~= stage.id, vc.e2ee.version)  --> true	1
dc.api.update_guild_member{guild_id = guild.id, user_id = dc:me().id, mute = true}
with_timeout(10, function() while not vc.server_muted do sleep(0.01) end end)
vc:leave()
gateway.stop()
