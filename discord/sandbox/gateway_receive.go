package sandbox

import (
	"encoding/json"
	"net/url"
	"slices"

	"cordial/discord"
)

// gatewayVersions are the versions of the gateway that are served, all alike.
var gatewayVersions = []string{"8", "9", "10"}

// checkQuery reads the query of a connection's address, and says how the connection ends if it asks for what does not exist. Unknown
// keys are fine.
func checkQuery(q url.Values, c *conn) *closing {
	if !slices.Contains(gatewayVersions, q.Get("v")) {
		return closeWith(discord.CloseInvalidAPIVersion, "")
	}
	if encoding := q.Get("encoding"); encoding != "" && encoding != "json" {
		return closeWith(discord.CloseInvalidAPIVersion, "cordial's sandbox speaks encoding=json only.")
	}
	switch q.Get("compress") {
	case "":
	case "zlib-stream":
		c.packer = newZlibStream(c.g.limits.SplitBytes)
	case "zstd-stream":
		c.packer = newZstdStream()
	default:
		return closeWith(discord.CloseInvalidAPIVersion, "compress is zlib-stream or zstd-stream.")
	}
	return nil
}

// clientFrame is a frame of a client.
type clientFrame struct {
	Op *discord.Opcode `json:"op"`
	D  json.RawMessage `json:"d"`
}

// receiver acts on a frame of a session, and says how the connection ends if it is a wrong one.
type receiver func(c *conn, s *session, data json.RawMessage) *closing

// receivers are for the opcodes that clients send in a session.
var receivers = map[discord.Opcode]receiver{
	discord.OpPresenceUpdate:          receivePresence,
	discord.OpVoiceStateUpdate:        receiveVoiceState,
	discord.OpRequestGuildMembers:     receiveMembersRequest,
	discord.OpRequestSoundboardSounds: receiveSoundsRequest,
	discord.OpRequestChannelInfo:      receiveChannelInfoRequest,
}

// handle acts on a frame, and says how the connection ends if it is a wrong one.
func (c *conn) handle(text []byte) *closing {
	if !c.frames.take(c.g.limits.Frames, c.g.w.clock.Now()) {
		return closeWith(discord.CloseRateLimited, "")
	}
	var f clientFrame
	if json.Unmarshal(text, &f) != nil || f.Op == nil {
		return closeWith(discord.CloseDecodeError, "")
	}
	s := c.session.Load()
	switch op := *f.Op; op {
	case discord.OpHeartbeat:
		c.beat()
		return nil
	case discord.OpIdentify, discord.OpResume:
		if s != nil {
			return closeWith(discord.CloseAlreadyAuthenticated, "")
		}
		if op == discord.OpResume {
			return c.g.resume(c, f.D)
		}
		return c.g.identifyAs(c, f.D)
	default:
		receive := receivers[op]
		switch {
		case s == nil:
			return closeWith(discord.CloseNotAuthenticated, "")
		case receive == nil:
			return closeWith(discord.CloseUnknownOpcode, "")
		}
		return receive(c, s, f.D)
	}
}

// beat answers a heartbeat and gives the client the time until the next one.
func (c *conn) beat() {
	c.deadline.Reset(c.g.limits.silence())
	if !c.noAcks.Load() {
		c.reply(discord.OpHeartbeatACK, nil)
	}
}

// badPayload ends a connection whose frame has no meaning for its opcode.
func badPayload() *closing {
	return closeWith(discord.CloseUnknownOpcode, "Invalid payload for the opcode.")
}
