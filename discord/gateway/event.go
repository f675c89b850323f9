package gateway

import (
	"encoding/json"

	"cordial/discord"
)

// Event is a frame from the gateway.
type Event struct {
	Shard int
	Op    discord.Opcode  // discord.OpDispatch, or another if Options.Interested wants frames that are no events
	Seq   int64           // the event's number in its session, 0 for a frame that is no event and for the READY of an earlier client's session
	Type  string          // the event's name, "" for a frame that is no event
	Data  json.RawMessage // a copy that belongs to the receiver; nothing writes to it later
}
