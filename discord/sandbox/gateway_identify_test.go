package sandbox

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"cordial/discord"
)

// everything are all intents.
const everything = discord.Intents(53608447)

func TestAllIntentsAreAssigned(t *testing.T) {
	if discord.AllIntents != everything || unassignedIntents != ^everything {
		t.Errorf("the intents are %b", discord.AllIntents)
	}
}

func TestReadyThenGuildsThenEvents(t *testing.T) {
	r := newRig(t)
	s, ready := r.identify(discord.IntentGuilds | discord.IntentGuildMessages | discord.IntentMessageContent)
	if ready.Get("user.id").String() != string(seedBot) || ready.Get("v").Int() != 10 || ready.Get("resume_gateway_url").String() != r.srv.GatewayURL() ||
		!ready.Get("guilds.0.unavailable").Bool() || ready.Get("application.id").String() != string(seedBot) || len(ready.Get("session_id").String()) < 16 {
		t.Errorf("READY is %s", ready.Raw)
	}
	if ready.Get("shard").Exists() {
		t.Errorf("READY tells of a shard that nobody has named: %s", ready.Get("shard"))
	}
	guild := s.frame("GUILD_CREATE")
	if guild.Get("s").Int() != 2 || guild.Get("d.id").String() != string(seedGuild) || len(guild.Get("d.channels").Array()) == 0 {
		t.Errorf("GUILD_CREATE is %.300s", guild.Raw)
	}
	s.send(discord.OpHeartbeat, 2)
	s.op(discord.OpHeartbeatACK)
	r.as("nathan", "POST", "/channels/"+string(seedGeneral)+"/messages", map[string]any{"content": "hello <3"}).ok(200)
	m := s.event("MESSAGE_CREATE")
	if m.Get("content").String() != "hello <3" || m.Get("guild_id").String() != string(seedGuild) || !m.Get("member.joined_at").Exists() || m.Get("member.user").Exists() {
		t.Errorf("MESSAGE_CREATE is %s", m.Raw)
	}
}

func TestSequenceNumbersCountTheEventsOfOneSession(t *testing.T) {
	r := gatewayRig(t)
	a, _ := r.identify(discord.IntentGuildMessages)
	b, _ := r.identify(discord.IntentGuilds)
	r.bot("POST", "/channels/"+string(seedGeneral)+"/messages", map[string]any{"content": "x"}).ok(200)
	r.bot("PATCH", guildPath, map[string]any{"name": "other"}).ok(200)
	if f := a.frame("MESSAGE_CREATE"); f.Get("s").Int() != 2 {
		t.Errorf("the first session counts %s", f.Get("s").Raw)
	}
	if f := b.frame("GUILD_UPDATE"); f.Get("s").Int() != 3 { // after READY and GUILD_CREATE
		t.Errorf("the second session counts %s", f.Get("s").Raw)
	}
}

func TestCloseCodesOfIdentify(t *testing.T) {
	guild, err := discord.ParseSnowflake(string(seedGuild))
	if err != nil {
		t.Fatal(err)
	}
	other := int(guild.Uint()>>22%4+1) % 4
	for _, c := range []struct {
		name   string
		change func(r *rig, d map[string]any)
		code   discord.CloseCode // 0 for READY
	}{
		{"as it should be", func(*rig, map[string]any) {}, 0},
		{"properties of old", func(_ *rig, d map[string]any) { d["properties"] = map[string]any{"$os": "linux"} }, 0},
		{"no presence", func(_ *rig, d map[string]any) { d["presence"] = nil }, 0},
		{"a shard", func(_ *rig, d map[string]any) { d["shard"] = []int{other, 4} }, 0},
		{"everything", func(_ *rig, d map[string]any) { d["intents"] = everything }, 0},
		{"no token", func(_ *rig, d map[string]any) { delete(d, "token") }, discord.CloseUnknownOpcode},
		{"no properties", func(_ *rig, d map[string]any) { delete(d, "properties") }, discord.CloseUnknownOpcode},
		{"a large_threshold of 49", func(_ *rig, d map[string]any) { d["large_threshold"] = 49 }, discord.CloseUnknownOpcode},
		{"a large_threshold of 251", func(_ *rig, d map[string]any) { d["large_threshold"] = 251 }, discord.CloseUnknownOpcode},
		{"a presence that is none", func(_ *rig, d map[string]any) { d["presence"] = map[string]any{"status": "here"} }, discord.CloseUnknownOpcode},
		{"a wrong token", func(_ *rig, d map[string]any) { d["token"] = "nobody" }, discord.CloseAuthenticationFailed},
		{"the word Bot", func(r *rig, d map[string]any) { d["token"] = "Bot " + r.srv.BotToken() }, discord.CloseAuthenticationFailed},
		{"a person's token", func(r *rig, d map[string]any) { d["token"] = tokenOf(seedNathan) }, discord.CloseAuthenticationFailed},
		{"a shard past the last", func(_ *rig, d map[string]any) { d["shard"] = []int{1, 1} }, discord.CloseInvalidShard},
		{"a shard before the first", func(_ *rig, d map[string]any) { d["shard"] = []int{-1, 1} }, discord.CloseInvalidShard},
		{"a shard of none", func(_ *rig, d map[string]any) { d["shard"] = []int{0, 0} }, discord.CloseInvalidShard},
		{"half a shard", func(_ *rig, d map[string]any) { d["shard"] = []int{0} }, discord.CloseInvalidShard},
		{"too many guilds", func(r *rig, d map[string]any) { r.srv.gateway.limits.GuildsPerShard = 0 }, discord.CloseShardingRequired},
		{"no intents", func(_ *rig, d map[string]any) { delete(d, "intents") }, discord.CloseInvalidIntents},
		{"null intents", func(_ *rig, d map[string]any) { d["intents"] = nil }, discord.CloseInvalidIntents},
		{"intents in a text", func(_ *rig, d map[string]any) { d["intents"] = "513" }, discord.CloseInvalidIntents},
		{"negative intents", func(_ *rig, d map[string]any) { d["intents"] = -1 }, discord.CloseInvalidIntents},
		{"intents that are not switched on", func(r *rig, d map[string]any) {
			r.w.ConfigureApplication(func(a *Application) { a.GuildMembers = false })
			d["intents"] = discord.IntentGuildMembers
		}, discord.CloseDisallowedIntents},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := gatewayRig(t)
			s := r.connect()
			s.send(discord.OpIdentify, s.identity(discord.IntentGuilds, func(d map[string]any) { c.change(r, d) }))
			if c.code == 0 {
				s.event("READY")
				return
			}
			s.closed(c.code)
		})
	}
	for _, bit := range []int{17, 18, 19, 22, 23, 26, 40} {
		t.Run(fmt.Sprintf("the intent of bit %d", bit), func(t *testing.T) {
			s := newRig(t).connect()
			s.send(discord.OpIdentify, s.identity(1<<bit))
			s.closed(discord.CloseInvalidIntents)
		})
	}
}

func TestCloseCodesOfFrames(t *testing.T) {
	for _, c := range []struct {
		name     string
		identify bool
		frame    string
		code     discord.CloseCode
	}{
		{"no JSON", false, `hello`, discord.CloseDecodeError},
		{"a list", false, `[]`, discord.CloseDecodeError},
		{"no opcode", true, `{"d":null}`, discord.CloseDecodeError},
		{"an opcode in a text", true, `{"op":"1"}`, discord.CloseDecodeError},
		{"too long a frame", true, `{"op":1,"d":"` + strings.Repeat("x", maxClientFrame) + `"}`, discord.CloseDecodeError},
		{"an unknown opcode", true, `{"op":99,"d":null}`, discord.CloseUnknownOpcode},
		{"an opcode of servers", true, `{"op":10,"d":null}`, discord.CloseUnknownOpcode},
		{"a presence before the session", false, `{"op":3,"d":{"since":null,"activities":[],"status":"online","afk":false}}`, discord.CloseNotAuthenticated},
		{"a request for members before the session", false, `{"op":8,"d":{}}`, discord.CloseNotAuthenticated},
		{"an unknown opcode before the session", false, `{"op":99,"d":null}`, discord.CloseNotAuthenticated},
		{"IDENTIFY twice", true, `{"op":2,"d":{}}`, discord.CloseAlreadyAuthenticated},
		{"RESUME in a session", true, `{"op":6,"d":{}}`, discord.CloseAlreadyAuthenticated},
		{"IDENTIFY with nothing", false, `{"op":2}`, discord.CloseUnknownOpcode},
		{"RESUME with nothing", false, `{"op":6,"d":{"token":"x"}}`, discord.CloseUnknownOpcode},
		{"a presence of no status", true, `{"op":3,"d":{"activities":[]}}`, discord.CloseUnknownOpcode},
		{"an activity without a name", true, `{"op":3,"d":{"status":"idle","activities":[{"type":0}]}}`, discord.CloseUnknownOpcode},
		{"a voice state without a guild", true, `{"op":4,"d":{"channel_id":null}}`, discord.CloseUnknownOpcode},
		{"a voice state without a channel", true, `{"op":4,"d":{"guild_id":"1"}}`, discord.CloseUnknownOpcode},
		{"members of no guild", true, `{"op":8,"d":{"query":"","limit":0}}`, discord.CloseUnknownOpcode},
		{"members by nothing", true, `{"op":8,"d":{"guild_id":"1"}}`, discord.CloseUnknownOpcode},
		{"members by both", true, `{"op":8,"d":{"guild_id":"1","query":"a","limit":1,"user_ids":["1"]}}`, discord.CloseUnknownOpcode},
		{"members by name without a limit", true, `{"op":8,"d":{"guild_id":"1","query":"a"}}`, discord.CloseUnknownOpcode},
		{"too many members", true, `{"op":8,"d":{"guild_id":"1","user_ids":[` + strings.Repeat(`"1",`, 100) + `"1"]}}`, discord.CloseUnknownOpcode},
		{"sounds of nothing", true, `{"op":31,"d":{}}`, discord.CloseUnknownOpcode},
		{"channel info of nothing", true, `{"op":43,"d":{"guild_id":"1"}}`, discord.CloseUnknownOpcode},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := gatewayRig(t)
			s := r.connect()
			if c.identify {
				s.send(discord.OpIdentify, s.identity(everything))
				s.event("READY")
			}
			s.sendText(c.frame)
			s.closed(c.code)
		})
	}
}

func TestQueriesOfTheAddress(t *testing.T) {
	r := newRig(t)
	for query, code := range map[string]discord.CloseCode{
		"v=5&encoding=json":               discord.CloseInvalidAPIVersion,
		"encoding=json":                   discord.CloseInvalidAPIVersion,
		"v=10&encoding=etf":               discord.CloseInvalidAPIVersion,
		"v=10&encoding=json&compress=lz4": discord.CloseInvalidAPIVersion,
	} {
		r.dial(query).closed(code)
	}
	for _, query := range []string{"v=10", "v=9&encoding=json", "v=10&encoding=json&colour=red"} {
		if f := r.dial(query).read(); f.Get("op").Int() != int64(discord.OpHello) {
			t.Errorf("?%s is answered with %s", query, f.Raw)
		}
	}
}

func TestTooManyFrames(t *testing.T) {
	r := newRig(t)
	s, _ := r.identify(0)
	for range 119 { // with IDENTIFY, 120
		s.send(discord.OpHeartbeat, nil)
		s.op(discord.OpHeartbeatACK)
	}
	r.clock.Advance(time.Minute)
	for range 120 {
		s.send(discord.OpHeartbeat, nil)
		s.op(discord.OpHeartbeatACK)
	}
	s.send(discord.OpHeartbeat, nil)
	s.closed(discord.CloseRateLimited)
}

func TestAClientThatDoesNotBeat(t *testing.T) {
	r := newRig(t)
	s, _ := r.identify(0)
	r.clock.Advance(50 * time.Second)
	s.send(discord.OpHeartbeat, nil)
	s.op(discord.OpHeartbeatACK)
	r.clock.Advance(61 * time.Second) // since the beat, less than one and a half intervals
	s.send(discord.OpHeartbeat, nil)
	s.op(discord.OpHeartbeatACK)
	r.clock.Advance(62 * time.Second)
	s.closed(discord.CloseSessionTimedOut)
}

func TestAClientThatMayBeSilent(t *testing.T) {
	r := gatewayRig(t, func(l *GatewayLimits) { l.Silence = time.Hour })
	s, _ := r.identify(0)
	for range 2 {
		r.clock.Advance(59 * time.Minute)
		s.send(discord.OpHeartbeat, nil)
		s.op(discord.OpHeartbeatACK)
	}
	r.clock.Advance(time.Hour)
	s.closed(discord.CloseSessionTimedOut)
}

func TestConcurrency(t *testing.T) {
	r := newRig(t, func(o *Options) {
		limits := DefaultGatewayLimits()
		limits.Concurrency = 2
		o.Gateway = &limits
	})
	shard := func(n int) func(map[string]any) { return func(d map[string]any) { d["shard"] = []int{n, 4} } }
	r.identify(0, shard(0))
	r.identify(0, shard(1))
	s := r.connect()
	s.send(discord.OpIdentify, s.identity(0, shard(2)))
	if s.op(discord.OpInvalidSession).Bool() {
		t.Error("a session that has not begun can be resumed")
	}
	r.clock.Advance(5 * time.Second)
	s.send(discord.OpIdentify, s.identity(0, shard(2)))
	s.event("READY")
}

func TestSessionStarts(t *testing.T) {
	r := gatewayRig(t, func(l *GatewayLimits) { l.Starts = Limit{2, 24 * time.Hour} })
	first, _ := r.identify(0)
	r.clock.Advance(time.Minute)
	r.identify(0)
	limit := r.bot("GET", "/gateway/bot", nil).ok(200).get("session_start_limit")
	if limit.Get("total").Int() != 2 || limit.Get("remaining").Int() != 0 || limit.Get("reset_after").Int() != (24*time.Hour-time.Minute).Milliseconds() {
		t.Errorf("the limit is %s", limit.Raw)
	}
	old := r.srv.BotToken()
	s := r.connect()
	s.send(discord.OpIdentify, s.identity(0))
	s.closed(discord.CloseAuthenticationFailed)
	first.closed(discord.CloseAuthenticationFailed)
	if a := r.send(r.request("GET", "/users/@me", nil, "Bot "+old)); a.status != 401 {
		t.Errorf("the old token is answered with %d", a.status)
	}
	r.bot("GET", "/users/@me", nil).ok(200)
}
