package sandbox

import (
	"testing"

	"cordial/discord"
)

func TestReadyThenGuildsThenEvents(t *testing.T) {
	r := newRig(t)
	s, ready := r.identify(discord.IntentGuilds | discord.IntentGuildMessages | discord.IntentMessageContent)
	if ready.Get("user.id").String() != string(seedBot) || ready.Get("v").Int() != 10 || ready.Get("resume_gateway_url").String() != r.srv.GatewayURL() ||
		ready.Get("guilds.0.unavailable").Bool() != true || ready.Get("application.id").String() != string(seedBot) || len(ready.Get("session_id").String()) < 16 {
		t.Errorf("READY is %s", ready.Raw)
	}
	guild := s.frame("GUILD_CREATE")
	if guild.Get("s").Int() != 2 || guild.Get("d.id").String() != string(seedGuild) || len(guild.Get("d.channels").Array()) == 0 {
		t.Errorf("GUILD_CREATE is %.300s", guild.Raw)
	}
	s.send(discord.OpHeartbeat, 2)
	s.op(discord.OpHeartbeatACK)
	r.as("nathan", "POST", "/channels/"+string(seedGeneral)+"/messages", map[string]any{"content": "hello"}).ok(200)
	m := s.event("MESSAGE_CREATE")
	if m.Get("content").String() != "hello" || m.Get("guild_id").String() != string(seedGuild) || !m.Get("member.joined_at").Exists() || m.Get("member.user").Exists() {
		t.Errorf("MESSAGE_CREATE is %s", m.Raw)
	}
}
