package sandbox

import (
	"context"
	"encoding/json"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/tidwall/gjson"

	"cordial/discord"
	"cordial/discord/sandbox/voice"
	"cordial/discord/voice/audio"
)

// caller is a bot that joins voice: its gateway session, and what the gateway has told it.
type caller struct {
	*socket
	state, server gjson.Result
}

// voiceRig is a rig with a bot that is told of voice.
func voiceRig(t *testing.T) (*rig, *caller) {
	t.Helper()
	r := gatewayRig(t, patient)
	s, _ := r.identify(discord.IntentGuilds | discord.IntentGuildVoiceStates)
	s.event("GUILD_CREATE")
	return r, &caller{socket: s}
}

// join sends VOICE_STATE_UPDATE; no channel leaves.
func (c *caller) join(channel discord.Snowflake) {
	c.Helper()
	c.send(discord.OpVoiceStateUpdate, map[string]any{"guild_id": seedGuild, "channel_id": nullID(channel), "self_mute": false, "self_deaf": false})
}

// arrive takes the events of a join.
func (c *caller) arrive() *caller {
	c.Helper()
	c.state, c.server = c.event("VOICE_STATE_UPDATE"), c.event("VOICE_SERVER_UPDATE")
	return c
}

// call connects to the voice server that the bot was told, and identifies up to READY.
func (c *caller) call() *socket {
	c.Helper()
	ctx, cancel := context.WithTimeout(c.Context(), testTimeout)
	defer cancel()
	ws, _, err := websocket.Dial(ctx, "ws://"+c.server.Get("endpoint").String()+"/?v=8", &websocket.DialOptions{HTTPClient: c.r.client})
	if err != nil {
		c.Fatal(err)
	}
	c.Cleanup(func() { ws.CloseNow() })
	s := &socket{c.T, c.r, ws}
	s.send(discord.Opcode(discord.VoiceOpIdentify), map[string]any{"server_id": seedGuild, "user_id": seedBot,
		"session_id": c.state.Get("session_id").String(), "token": c.server.Get("token").String(), "max_dave_protocol_version": 1})
	s.op(discord.Opcode(discord.VoiceOpReady))
	return s
}

// hungUp wants a voice connection to be closed with a code.
func (s *socket) hungUp(code discord.VoiceCloseCode) {
	s.Helper()
	s.closed(discord.CloseCode(code))
}

func TestVoiceConnectionsEnd(t *testing.T) {
	tests := map[string]struct {
		code discord.VoiceCloseCode
		end  func(r *rig, c *caller)
	}{
		"the bot leaves":           {4014, func(_ *rig, c *caller) { c.join("") }},
		"the bot is disconnected":  {4014, func(r *rig, _ *caller) { r.as("nathan", "PATCH", memberPath(seedBot), obj{"channel_id": nil}).ok(200) }},
		"the bot is kicked":        {4014, func(r *rig, _ *caller) { r.as("nathan", "DELETE", memberPath(seedBot), nil).ok(204) }},
		"the gateway session ends": {4014, func(_ *rig, c *caller) { c.ws.Close(1000, "") }},
		"the bot moves":            {4014, func(r *rig, c *caller) { c.join(r.newChannel(obj{"name": "hall", "type": 2})) }},
		"the channel is deleted":   {4022, func(r *rig, _ *caller) { r.bot("DELETE", "/channels/"+string(seedTalk), nil).ok(200) }},
		"the region changes": {4022, func(r *rig, _ *caller) {
			r.bot("PATCH", "/channels/"+string(seedTalk), obj{"rtc_region": "rotterdam"}).ok(200)
		}},
		"the server crashes": {4015, func(r *rig, _ *caller) { r.srv.FaultVoice(VoiceFault{Kind: VoiceFaultClose}) }},
		"the line breaks":    {0, func(r *rig, _ *caller) { r.srv.FaultVoice(VoiceFault{Kind: VoiceFaultDrop}) }},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			r, c := voiceRig(t)
			c.join(seedTalk)
			s := c.arrive().call()
			test.end(r, c)
			s.hungUp(test.code)
		})
	}
}

// TestCallMoves wants a bot to be told that its server is gone and where the next one is, and to be expected there only.
func TestCallMoves(t *testing.T) {
	r, c := voiceRig(t)
	c.join(seedTalk)
	s := c.arrive().call()
	old := c.server
	r.srv.FaultVoice(VoiceFault{Kind: VoiceFaultMove})
	s.hungUp(discord.VoiceCloseCallTerminated)
	if gone := c.event("VOICE_SERVER_UPDATE"); gone.Get("endpoint").Raw != "null" {
		t.Errorf("first comes %s", gone.Raw)
	}
	c.server = c.event("VOICE_SERVER_UPDATE")
	if c.server.Get("endpoint").String() == old.Get("endpoint").String() || c.server.Get("token").String() == old.Get("token").String() {
		t.Errorf("after %s comes %s", old.Raw, c.server.Raw)
	}
	c.call()
}

func TestBotIsMovedByOthers(t *testing.T) {
	r, c := voiceRig(t)
	hall := r.newChannel(obj{"name": "hall", "type": 2})
	c.join(seedTalk)
	s := c.arrive().call()
	r.as("nathan", "PATCH", memberPath(seedBot), obj{"channel_id": hall}).ok(200)
	s.hungUp(discord.VoiceCloseDisconnected)
	if c.arrive(); c.state.Get("channel_id").String() != string(hall) {
		t.Errorf("the state is %s", c.state.Raw)
	}
	c.call()
}

// sayAloud has a person say a short sound, to the end.
func (r *rig) sayAloud(person discord.Snowflake) {
	r.Helper()
	done := make(chan error, 1)
	go func() { done <- r.srv.Speak(r.Context(), person, &beep{}) }()
	for {
		select {
		case err := <-done:
			r.must(err)
			return
		case <-time.After(time.Millisecond): // the person waits for the clock, or is on the way to
			r.clock.Advance(20 * time.Millisecond)
		}
	}
}

// beepPackets is how many packets a beep is, without the silence behind it.
const beepPackets = 3

// beep is a sound of beepPackets packets.
type beep struct{ read int }

func (b *beep) Read(pcm []int16) (int, error) {
	n := min(len(pcm)/2, beepPackets*audio.FrameSamples-b.read)
	for i := range pcm[:2*n] {
		pcm[i] = int16(i%96) * 100
	}
	if b.read += n; n < len(pcm)/2 {
		return n, io.EOF
	}
	return n, nil
}

func (*beep) Seek(time.Duration) error        { return audio.ErrNoSeek }
func (*beep) Duration() (time.Duration, bool) { return 0, false }
func (*beep) Close() error                    { return nil }

// hears counts the packets of speech that a person has heard of another one since the last call.
func (r *rig) hears(listener, speaker discord.Snowflake) int {
	r.Helper()
	n := 0
	for _, p := range r.srv.Voice().Heard(listener, speaker) {
		if string(p.Opus) != string(audio.Silence) {
			n++
		}
	}
	ear := [2]discord.Snowflake{listener, speaker}
	before := r.heard[ear]
	r.heard[ear] = n
	return n - before
}

func TestPeopleSpeak(t *testing.T) {
	r := newRig(t)
	if err := r.srv.Speak(t.Context(), seedMika, &beep{}); err == nil || !strings.Contains(err.Error(), "mika is in no voice channel") {
		t.Errorf("who is not in voice: %v", err)
	}
	nathan, mika := Actor{User: seedNathan}, Actor{User: seedMika}
	r.must(r.w.JoinVoice(nathan, seedTalk))
	r.must(r.w.JoinVoice(mika, seedTalk))
	path := filepath.Join(t.TempDir(), "heard.wav")
	if err := r.srv.SaveHeard(seedNathan, seedMika, path); err == nil || err.Error() != "nathan has heard nothing of mika" {
		t.Errorf("without a word: %v", err)
	}
	r.sayAloud(seedMika)
	r.must(r.srv.SaveHeard(seedNathan, seedMika, path))
	in, err := audio.Open(t.Context(), path)
	r.must(err)
	defer in.Close()
	if got, _ := in.Duration(); got != (beepPackets+5)*20*time.Millisecond {
		t.Errorf("the file lasts %v", got)
	}
	if got := r.hears(seedNathan, seedMika); got != beepPackets {
		t.Errorf("%d packets are heard", got)
	}
	r.must(r.w.LeaveVoice(nathan, seedGuild))
	r.sayAloud(seedMika)
	if got := r.hears(seedNathan, seedMika); got != 0 {
		t.Errorf("who has left hears %d packets", got)
	}
}

func TestWhoIsNotHeard(t *testing.T) {
	tests := map[string]func(r *rig){
		"muted by the server":  func(r *rig) { r.bot("PATCH", memberPath(seedMika), obj{"mute": true}).ok(200) },
		"to somebody deafened": func(r *rig) { r.bot("PATCH", memberPath(seedNathan), obj{"deaf": true}).ok(200) },
		"in the channel of those who are away": func(r *rig) {
			r.as("nathan", "PATCH", guildPath, obj{"afk_channel_id": seedTalk}).ok(200)
			r.bot("PATCH", memberPath(seedMika), obj{"mute": false}).ok(200) // it counts from the next change on
		},
		"when nothing arrives": func(r *rig) { r.srv.FaultVoice(VoiceFault{Kind: VoiceFaultNetwork, Network: voice.Network{Loss: 1}}) },
		"in another channel": func(r *rig) {
			r.must(r.w.JoinVoice(Actor{User: seedMika}, r.newChannel(obj{"name": "hall", "type": 2})))
		},
		"without SPEAK": func(r *rig) {
			r.deny(seedTalk, discord.PermissionSpeak)
			r.must(r.w.LeaveVoice(Actor{User: seedMika}, seedGuild)) // it counts from the next join on
			r.must(r.w.JoinVoice(Actor{User: seedMika}, seedTalk))
		},
	}
	for name, do := range tests {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			r.must(r.w.JoinVoice(Actor{User: seedNathan}, seedTalk))
			r.must(r.w.JoinVoice(Actor{User: seedMika}, seedTalk))
			do(r)
			r.sayAloud(seedMika)
			if got := r.hears(seedNathan, seedMika); got != 0 {
				t.Errorf("%d packets are heard", got)
			}
		})
	}
}

// TestStage wants the audience to be heard only after being made speakers, and the bot to be told of a call without encryption.
func TestStage(t *testing.T) {
	r, c := voiceRig(t)
	r.w.mu.Lock()
	g := *r.w.guilds[seedGuild].Guild
	g.Features = append(g.Features, "COMMUNITY")
	r.w.guilds[seedGuild].Guild = &g
	r.w.mu.Unlock()
	stage := r.newChannel(obj{"name": "stage", "type": 13})
	r.must(r.w.JoinVoice(Actor{User: seedNathan}, stage))
	r.must(r.w.JoinVoice(Actor{User: seedMika}, stage))
	c.pending()
	c.join(stage)
	c.arrive()
	if !c.state.Get("suppress").Bool() {
		t.Errorf("on a stage the bot begins with %s", c.state.Raw)
	}
	heard := func(want int, when string) {
		t.Helper()
		r.sayAloud(seedMika)
		if got := r.hears(seedNathan, seedMika); got != want {
			t.Errorf("%s %d packets are heard, want %d", when, got, want)
		}
	}
	heard(0, "in the audience")
	mika := guildPath + "/voice-states/" + string(seedMika)
	r.bot("PATCH", mika, obj{"channel_id": stage, "suppress": false}).ok(204)
	heard(0, "before the invitation is accepted")
	r.must(r.w.ModifyVoiceState(Actor{User: seedMika}, seedGuild, seedMika, VoiceStateParams{RequestToSpeak: Field[Timestamp]{Set: true, Null: true}}))
	heard(beepPackets, "on the stage")
	r.bot("PATCH", mika, obj{"channel_id": stage, "suppress": true}).ok(204)
	heard(0, "back in the audience")
	r.bot("PATCH", guildPath+"/voice-states/@me", obj{"channel_id": stage, "suppress": false}).ok(204)
	if state := c.event("VOICE_STATE_UPDATE"); state.Get("user_id").String() == string(seedBot) && state.Get("suppress").Bool() {
		t.Errorf("as a speaker the bot is %s", state.Raw)
	}
	s := c.call()
	s.send(discord.Opcode(discord.VoiceOpSelectProtocol), map[string]any{"protocol": "udp",
		"data": map[string]any{"address": "127.0.0.1", "port": 9, "mode": "aead_aes256_gcm_rtpsize"}})
	if d := s.op(discord.Opcode(discord.VoiceOpSessionDescription)); d.Get("dave_protocol_version").Int() != 0 {
		t.Errorf("the version is %s", d.Get("dave_protocol_version").Raw)
	}
}

// TestVoiceIsServedAgain has people be in voice before their world is served, and bots be told of a server when there is one.
func TestVoiceIsServedAgain(t *testing.T) {
	r := newRig(t)
	r.must(r.w.JoinVoice(Actor{User: seedNathan}, seedTalk))
	r.must(r.w.JoinVoice(Actor{User: seedMika}, seedTalk))
	second, err := Start(Options{World: r.w, Voice: voice.Options{Seed: 1}})
	r.must(err)
	first := r.srv
	defer first.Close()
	r.srv = second // which the rig closes
	r.sayAloud(seedMika)
	if got := r.hears(seedNathan, seedMika); got != beepPackets {
		t.Errorf("%d packets are heard", got)
	}
}

// TestVoiceFaults orders each fault once: none is unknown, and after ClearFaults people hear each other.
func TestVoiceFaults(t *testing.T) {
	r := newRig(t)
	r.must(r.w.JoinVoice(Actor{User: seedNathan}, seedTalk))
	for _, kind := range VoiceFaultKinds() {
		r.srv.FaultVoice(VoiceFault{Kind: kind, Network: voice.Network{Loss: 1}})
	}
	r.srv.ClearFaults()
	r.must(r.w.JoinVoice(Actor{User: seedMika}, seedTalk))
	r.sayAloud(seedMika)
	if got := r.hears(seedNathan, seedMika); got != beepPackets {
		t.Errorf("%d packets are heard", got)
	}
}

func memberPath(user discord.Snowflake) string { return guildPath + "/members/" + string(user) }

// TestVoiceTokensStayInside wants the token of a voice state to be in nothing that is handed out.
func TestVoiceTokensStayInside(t *testing.T) {
	r, c := voiceRig(t)
	c.join(seedTalk)
	c.arrive()
	state, err := r.w.VoiceStateOf(Actor{User: seedNathan}, seedGuild, seedBot)
	r.must(err)
	text, err := json.Marshal(state)
	r.must(err)
	if strings.Contains(string(text), c.server.Get("token").String()) {
		t.Error("the voice state shows the token")
	}
}
