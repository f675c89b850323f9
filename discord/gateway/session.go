package gateway

import (
	"errors"

	"github.com/tidwall/gjson"

	"cordial/discord"
)

// session is what READY says of a session. Its last sequence number is kept by the shard.
type session struct {
	ID          string            `json:"session_id"`
	URL         string            `json:"resume_gateway_url"` // where it is resumed
	User        discord.Snowflake `json:"user_id"`
	Application discord.Snowflake `json:"application_id"`
	Intents     discord.Intents   `json:"intents"`
}

var errReady = errors.New("READY names no session")

// readSession reads the data of READY, which does not tell the intents.
func readSession(data []byte) (session, error) {
	fields := gjson.GetManyBytes(data, "session_id", "resume_gateway_url", "user.id", "application.id")
	s := session{
		ID:          fields[0].String(),
		URL:         fields[1].String(),
		User:        discord.Snowflake(fields[2].String()),
		Application: discord.Snowflake(fields[3].String()),
	}
	if s.ID == "" {
		return session{}, errReady
	}
	return s, nil
}
