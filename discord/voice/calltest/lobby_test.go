package calltest

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"

	"cordial/discord"
	sandbox "cordial/discord/sandbox/voice"
	"cordial/discord/voice"
)

// Who and where.
const (
	bot     discord.Snowflake = "1001"
	ada     discord.Snowflake = "1002"
	grace   discord.Snowflake = "1003"
	alan    discord.Snowflake = "1004"
	edith   discord.Snowflake = "1005"
	witness discord.Snowflake = "1099" // whose packets show how far the bot has come
	guild   discord.Snowflake = "2001"
	lounge  discord.Snowflake = "3001"
)

// lobby is a gateway that gives the bot its seats at a voice server and tells its manager of them. It knows no permissions.
type lobby struct {
	server  *sandbox.Server
	manager *voice.Manager
	plain   bool // calls are those of stages, without end-to-end encryption

	mu     sync.Mutex
	tokens int
}

// UpdateVoiceState implements [voice.Gateway].
func (l *lobby) UpdateVoiceState(_ context.Context, guild, channel discord.Snowflake, _, _ bool) error {
	state := map[string]any{"guild_id": guild, "channel_id": nil, "user_id": bot, "session_id": "session"}
	if channel == "" {
		l.server.Expel(guild, bot, discord.VoiceCloseDisconnected)
		return l.tell("VOICE_STATE_UPDATE", state)
	}
	l.mu.Lock()
	l.tokens++
	token := fmt.Sprint("token ", l.tokens)
	l.mu.Unlock()
	state["channel_id"] = channel
	l.server.Admit(sandbox.Seat{Guild: guild, User: bot, Channel: channel, Session: "session", Token: token, Plain: l.plain})
	if err := l.tell("VOICE_STATE_UPDATE", state); err != nil {
		return err
	}
	return l.tell("VOICE_SERVER_UPDATE", map[string]any{"guild_id": guild, "token": token, "endpoint": l.server.Endpoint(0)})
}

func (l *lobby) tell(event string, data any) error {
	text, err := json.Marshal(data)
	if err == nil {
		l.manager.Handle(event, text)
	}
	return err
}

// seat has a person sit in a channel.
func (l *lobby) seat(guild, channel, user discord.Snowflake) {
	l.server.Admit(sandbox.Seat{Guild: guild, User: user, Channel: channel, Session: "person", Token: "person", Person: true, Plain: l.plain})
}
