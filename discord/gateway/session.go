package gateway

import (
	"bytes"
	"encoding/json"
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
	// Ready is the data of READY, for the programs that go on with the session later; nil if it is longer than maxReady.
	Ready json.RawMessage `json:"ready,omitempty"`
}

// maxReady bounds the data of READY that is kept, in bytes. It grows with the number of guilds; 2500, which is the most for a shard,
// make some 150 KB.
const maxReady = 1 << 20

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
	if len(data) <= maxReady {
		s.Ready = bytes.Clone(data)
	}
	return s, nil
}
