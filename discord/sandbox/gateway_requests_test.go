package sandbox

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"cordial/discord"
)

// crowd adds members to the guild, without events.
func (r *rig) crowd(n int) {
	r.w.mu.Lock()
	defer r.w.mu.Unlock()
	for i := range n {
		u := r.w.addUser(&User{ID: r.w.newID(), Username: fmt.Sprintf("crowd%04d", i)})
		r.w.addMember(r.w.guilds[seedGuild], u, startTime)
	}
}

// members counts the members of the guild.
func (r *rig) members() int {
	r.w.mu.Lock()
	defer r.w.mu.Unlock()
	return len(r.w.guilds[seedGuild].members)
}

func TestAllMembersComeInChunks(t *testing.T) {
	r := gatewayRig(t)
	r.crowd(2100)
	s, _ := r.identify(discord.IntentGuildMembers | discord.IntentGuildPresences)
	everyone := map[string]any{"guild_id": seedGuild, "query": "", "limit": 0, "nonce": "n1", "presences": true}
	s.send(discord.OpRequestGuildMembers, everyone)
	seen := map[string]bool{}
	for i := range 3 {
		c := s.event("GUILD_MEMBERS_CHUNK")
		if c.Get("chunk_index").Int() != int64(i) || c.Get("chunk_count").Int() != 3 || c.Get("nonce").String() != "n1" || len(c.Get("presences").Array()) == 0 {
			t.Errorf("chunk %d is %.300s", i, c.Raw)
		}
		for _, m := range c.Get("members").Array() {
			seen[m.Get("user.id").String()] = true
		}
	}
	if len(seen) != r.members() {
		t.Errorf("%d members come, want %d", len(seen), r.members())
	}
	r.clock.Advance(10 * time.Second)
	s.send(discord.OpRequestGuildMembers, everyone)
	limited := s.event("RATE_LIMITED")
	if limited.Get("opcode").Int() != 8 || limited.Get("retry_after").Float() != 20 || limited.Get("meta.guild_id").String() != string(seedGuild) || limited.Get("meta.nonce").String() != "n1" {
		t.Errorf("RATE_LIMITED is %s", limited.Raw)
	}
	r.clock.Advance(20 * time.Second)
	s.send(discord.OpRequestGuildMembers, everyone)
	s.event("GUILD_MEMBERS_CHUNK")
}

func TestMembersByNameAndId(t *testing.T) {
	r := gatewayRig(t)
	r.crowd(150)
	s, _ := r.identify(0)
	s.send(discord.OpRequestGuildMembers, map[string]any{"guild_id": []any{seedGuild}, "query": "CROWD", "limit": 0, "nonce": strings.Repeat("x", 33), "presences": true})
	if c := s.event("GUILD_MEMBERS_CHUNK"); len(c.Get("members").Array()) != 100 || c.Get("nonce").Exists() || c.Get("presences").Exists() {
		t.Errorf("by name come %d members: %.200s", len(c.Get("members").Array()), c.Raw)
	}
	s.send(discord.OpRequestGuildMembers, map[string]any{"guild_id": seedGuild, "query": "crowd", "limit": 3})
	if c := s.event("GUILD_MEMBERS_CHUNK"); len(c.Get("members").Array()) != 3 {
		t.Errorf("by name come %d members, want 3", len(c.Get("members").Array()))
	}
	s.send(discord.OpRequestGuildMembers, map[string]any{"guild_id": seedGuild, "user_ids": []any{seedNathan, "1234", 123123, seedMika}})
	c := s.event("GUILD_MEMBERS_CHUNK")
	if len(c.Get("members").Array()) != 2 || c.Get("not_found").Raw != `["1234",123123]` {
		t.Errorf("by id come %s", c.Raw)
	}
	s.send(discord.OpRequestGuildMembers, map[string]any{"guild_id": seedGuild, "user_ids": "999"})
	if c := s.event("GUILD_MEMBERS_CHUNK"); c.Get("members").Raw != "[]" || c.Get("chunk_count").Int() != 1 {
		t.Errorf("of nobody come %s", c.Raw)
	}
	s.send(discord.OpRequestGuildMembers, map[string]any{"guild_id": seedGuild, "query": "", "limit": 0})
	s.closed(discord.CloseUnknownOpcode) // all members need their intent
}

func TestMembersOfGuildCreate(t *testing.T) {
	r := gatewayRig(t)
	r.crowd(60)
	r.must(r.w.JoinVoice(Actor{User: seedNathan}, seedTalk))
	for _, c := range []struct {
		name           string
		intents        discord.Intents
		threshold      int
		members        int
		large, present bool
	}{
		{"without presences only the bot and who is in voice", discord.IntentGuilds, 50, 2, true, false},
		{"with presences everybody who is there", discord.IntentGuilds | discord.IntentGuildPresences, 250, r.members(), false, true},
	} {
		s, _ := r.identify(c.intents, func(d map[string]any) { d["large_threshold"] = c.threshold })
		g := s.event("GUILD_CREATE")
		if len(g.Get("members").Array()) != c.members || g.Get("large").Bool() != c.large || len(g.Get("presences").Array()) > 0 != c.present ||
			g.Get("member_count").Int() != int64(r.members()) || g.Get("voice_states.0.user_id").String() != string(seedNathan) {
			t.Errorf("%s: %d members, large %v, voice states %s", c.name, len(g.Get("members").Array()), g.Get("large").Bool(), g.Get("voice_states").Raw)
		}
	}
}

func TestPresences(t *testing.T) {
	r := gatewayRig(t)
	watcher := r.connect()
	watcher.send(discord.OpIdentify, watcher.identity(discord.IntentGuildPresences, func(d map[string]any) { d["token"] = tokenOf(seedUtilBot) }))
	watcher.event("READY")
	status := func() string { t.Helper(); return watcher.event("PRESENCE_UPDATE").Get("status").String() }
	s, _ := r.identify(0, func(d map[string]any) {
		d["presence"] = map[string]any{"status": "dnd", "activities": []any{}, "since": nil, "afk": false}
	})
	if got := status(); got != "dnd" {
		t.Errorf("the bot comes as %s", got)
	}
	set := func(status string) {
		s.send(discord.OpPresenceUpdate, map[string]any{"since": nil, "status": status, "afk": false,
			"activities": []any{map[string]any{"name": "chess", "type": 0, "url": "https://twitch.tv/x"}}})
	}
	set("idle")
	p := watcher.event("PRESENCE_UPDATE")
	if p.Get("user.id").String() != string(seedBot) || p.Get("status").String() != "idle" || p.Get("activities.0.name").String() != "chess" || p.Get("activities.0.url").String() != "" {
		t.Errorf("PRESENCE_UPDATE is %s", p.Raw)
	}
	set("invisible")
	if got := status(); got != "offline" {
		t.Errorf("an invisible bot is %s", got)
	}
	for range 3 {
		set("online")
		status()
	}
	set("dnd") // one too many, and dropped
	s.send(discord.OpHeartbeat, nil)
	s.op(discord.OpHeartbeatACK)
	r.clock.Advance(20 * time.Second)
	set("idle")
	if got := status(); got != "idle" {
		t.Errorf("after too many changes the bot is %s", got)
	}
	s.ws.Close(1000, "")
	if got := status(); got != "offline" {
		t.Errorf("a bot whose session has ended is %s", got)
	}
}

func TestVoiceOfABot(t *testing.T) {
	r := gatewayRig(t)
	s, _ := r.identify(discord.IntentGuilds | discord.IntentGuildVoiceStates)
	s.event("GUILD_CREATE")
	join := func(channel any) {
		s.send(discord.OpVoiceStateUpdate, map[string]any{"guild_id": seedGuild, "channel_id": channel, "self_mute": false, "self_deaf": true})
	}
	join(seedTalk)
	state, server := s.event("VOICE_STATE_UPDATE"), s.event("VOICE_SERVER_UPDATE")
	if state.Get("channel_id").String() != string(seedTalk) || !state.Get("self_deaf").Bool() || state.Get("session_id").String() == "" || state.Get("member.user.id").String() != string(seedBot) {
		t.Errorf("the state is %s", state.Raw)
	}
	if server.Get("token").String() == "" || server.Get("guild_id").String() != string(seedGuild) || !strings.Contains(server.Get("endpoint").String(), ":") {
		t.Errorf("the server is %s", server.Raw)
	}
	other := r.newChannel(obj{"name": "hall", "type": 2, "user_limit": 1})
	s.event("CHANNEL_CREATE")
	join(other)
	if moved := s.event("VOICE_SERVER_UPDATE"); moved.Get("token").String() == server.Get("token").String() {
		t.Error("a move brings the same token")
	}
	s.send(discord.OpRequestChannelInfo, map[string]any{"guild_id": seedGuild, "fields": []string{"status", "voice_start_time"}})
	if info := s.event("CHANNEL_INFO"); info.Get("channels.0.id").String() != string(other) || info.Get("channels.0.voice_start_time").Int() != r.clock.Now().Unix() {
		t.Errorf("CHANNEL_INFO is %s", info.Raw)
	}
	join(nil)
	if left := s.event("VOICE_STATE_UPDATE"); left.Get("channel_id").Raw != "null" {
		t.Errorf("after leaving the state is %s", left.Raw)
	}
	r.must(r.w.JoinVoice(Actor{User: seedMika}, other))
	s.pending()
	r.powerless()
	join(other) // full, and not answered
	if got := s.sync(); len(got) > 0 {
		t.Errorf("a full channel is answered with %q", got)
	}
	s.send(discord.OpRequestSoundboardSounds, map[string]any{"guild_ids": []any{seedGuild, "1"}})
	if sounds := s.event("SOUNDBOARD_SOUNDS"); sounds.Get("soundboard_sounds").Raw != "[]" {
		t.Errorf("SOUNDBOARD_SOUNDS is %s", sounds.Raw)
	}
}

func TestVoiceEndsWithTheSession(t *testing.T) {
	r := gatewayRig(t)
	s, _ := r.identify(discord.IntentGuildVoiceStates)
	s.send(discord.OpVoiceStateUpdate, map[string]any{"guild_id": seedGuild, "channel_id": seedTalk, "self_mute": false, "self_deaf": false})
	s.event("VOICE_SERVER_UPDATE")
	r.bot("GET", guildPath+"/voice-states/@me", nil).ok(200)
	s.ws.Close(1000, "")
	r.awaitDetached()
	r.bot("GET", guildPath+"/voice-states/@me", nil).refused(404, 10065)
}

// TestVoiceOfARestartedBot wants the end of a lost session to leave alone what the bot has joined with the next one.
func TestVoiceOfARestartedBot(t *testing.T) {
	r := gatewayRig(t, patient)
	join := func() *socket {
		s, _ := r.identify(discord.IntentGuildVoiceStates)
		s.send(discord.OpVoiceStateUpdate, map[string]any{"guild_id": seedGuild, "channel_id": nil})
		s.send(discord.OpVoiceStateUpdate, map[string]any{"guild_id": seedGuild, "channel_id": seedTalk})
		s.event("VOICE_SERVER_UPDATE")
		return s
	}
	lost := join()
	lost.ws.CloseNow()
	r.awaitDetached()
	join()
	r.clock.Advance(DefaultGatewayLimits().ResumeWindow)
	for r.sessions() > 1 {
		time.Sleep(time.Millisecond) // the clock's goroutine ends the session
	}
	r.bot("GET", guildPath+"/voice-states/@me", nil).ok(200)
}

func TestMembersInVoiceAreModerated(t *testing.T) {
	r := gatewayRig(t)
	mika := guildPath + "/members/" + string(seedMika)
	r.bot("PATCH", mika, obj{"mute": true}).refused(400, 40032)
	r.must(r.w.JoinVoice(Actor{User: seedMika}, seedTalk))
	state := func(path string) string {
		return r.bot("GET", guildPath+"/voice-states/"+string(seedMika), nil).ok(200).get(path).String()
	}
	r.bot("PATCH", mika, obj{"mute": true, "deaf": true}).ok(200)
	if state("mute") != "true" || state("deaf") != "true" {
		t.Error("the member is not muted")
	}
	hall := r.newChannel(obj{"name": "hall", "type": 2})
	r.bot("PATCH", mika, obj{"channel_id": seedGeneral}).refused(400, 50024)
	r.bot("PATCH", mika, obj{"channel_id": hall}).ok(200)
	if state("channel_id") != string(hall) {
		t.Errorf("the member is in %s", state("channel_id"))
	}
	r.bot("DELETE", "/channels/"+string(hall), nil).ok(200)
	r.bot("GET", guildPath+"/voice-states/"+string(seedMika), nil).refused(404, 10065)
	r.must(r.w.JoinVoice(Actor{User: seedMika}, seedTalk))
	r.bot("PATCH", mika, obj{"channel_id": nil}).ok(200)
	r.bot("GET", guildPath+"/voice-states/"+string(seedMika), nil).refused(404, 10065)
}
