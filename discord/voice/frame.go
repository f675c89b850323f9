package voice

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/coder/websocket"
	"github.com/tidwall/gjson"

	"cordial/discord"
)

// maxFrame bounds what the voice server may send at once, in bytes. Its longest messages are commits and welcomes of large groups,
// with some 300 bytes for each member.
const maxFrame = 4 << 20

// errFrame says that a frame of the voice server's could not be read.
var errFrame = errors.New("the voice server sent something unreadable")

// envelope is a frame of the voice server's.
type envelope struct {
	op     discord.VoiceOpcode
	seq    int // -1 if it has none
	data   gjson.Result
	binary []byte // the payload of a binary frame, nil for JSON
}

// scan reads a frame. Binary ones are u16 seq | u8 op | payload. Both kinds share their numbers.
func scan(kind websocket.MessageType, frame []byte) (envelope, error) {
	if kind == websocket.MessageBinary {
		if len(frame) < 3 {
			return envelope{}, fmt.Errorf("%w: a binary frame of %d bytes", errFrame, len(frame))
		}
		return envelope{op: discord.VoiceOpcode(frame[2]), seq: int(binary.BigEndian.Uint16(frame)), binary: frame[3:]}, nil
	}
	if !gjson.ValidBytes(frame) {
		return envelope{}, fmt.Errorf("%w: no JSON", errFrame)
	}
	all := gjson.ParseBytes(frame)
	op := all.Get("op")
	if op.Type != gjson.Number {
		return envelope{}, fmt.Errorf("%w: it has no op", errFrame)
	}
	e := envelope{op: discord.VoiceOpcode(op.Int()), seq: -1, data: all.Get("d")}
	if seq := all.Get("seq"); seq.Type == gjson.Number {
		e.seq = int(seq.Int())
	}
	return e, nil
}

// encode makes a JSON frame.
func encode(op discord.VoiceOpcode, data any) ([]byte, error) {
	return json.Marshal(struct {
		Op discord.VoiceOpcode `json:"op"`
		D  any                 `json:"d"`
	}{op, data})
}

// identify is the data of VoiceOpIdentify, which begins a session.
type identify struct {
	Server  discord.Snowflake `json:"server_id"` // the guild
	User    discord.Snowflake `json:"user_id"`
	Session string            `json:"session_id"`
	Token   string            `json:"token"`
	MaxDAVE int               `json:"max_dave_protocol_version"`
}

// resume is the data of VoiceOpResume, which goes on with a session.
type resume struct {
	Server  discord.Snowflake `json:"server_id"`
	Session string            `json:"session_id"`
	Token   string            `json:"token"`
	Seq     int               `json:"seq_ack"`
}

// heartbeat is the data of VoiceOpHeartbeat.
type heartbeat struct {
	Nonce int64 `json:"t"`
	Seq   int   `json:"seq_ack"`
}

// selectProtocol is the data of VoiceOpSelectProtocol.
type selectProtocol struct {
	Protocol string       `json:"protocol"`
	Data     selectedData `json:"data"`
}

type selectedData struct {
	Address string `json:"address"`
	Port    uint16 `json:"port"`
	Mode    string `json:"mode"`
}

// speaking is the data of VoiceOpSpeaking.
type speaking struct {
	Flags SpeakingFlags `json:"speaking"`
	Delay int           `json:"delay"`
	SSRC  uint32        `json:"ssrc"`
}

// transition is the data of the DAVE opcodes that name one.
type transition struct {
	ID uint16 `json:"transition_id"`
}

// SpeakingFlags say how someone speaks. 0 means not at all.
type SpeakingFlags int

// The flags of speaking.
const (
	Microphone SpeakingFlags = 1 << iota
	Soundshare               // the sound of a shared screen, without the green ring
	Priority                 // others are turned down; needs PRIORITY_SPEAKER
)
