package voice

import (
	"encoding/json"

	"github.com/coder/websocket"

	"cordial/discord"
)

// clientFrame is a JSON frame of a client.
type clientFrame struct {
	Op *discord.VoiceOpcode `json:"op"`
	D  json.RawMessage      `json:"d"`
}

// receiver acts on a frame of a session, and says how the connection ends if it is a wrong one.
type receiver func(n *session, data json.RawMessage) *closing

// receivers are for the opcodes that clients send in a session.
var receivers = map[discord.VoiceOpcode]receiver{
	discord.VoiceOpSelectProtocol: receiveProtocol,
	discord.VoiceOpSpeaking:       receiveSpeaking,

	discord.VoiceOpDAVETransitionReady:         receiveTransitionReady,
	discord.VoiceOpDAVEMLSInvalidCommitWelcome: receiveInvalidCommit,
}

// receive acts on a frame. It is false if the connection ends with it.
func (c *conn) receive(typ websocket.MessageType, frame []byte) bool {
	c.s.lock()
	defer c.s.unlock()
	if c.finished {
		return false
	}
	if refusal := c.handle(typ, frame); refusal != nil {
		c.refuse(refusal)
		return false
	}
	return true
}

// handle acts on a frame, and says how the connection ends if it is a wrong one.
func (c *conn) handle(typ websocket.MessageType, frame []byte) *closing {
	if !c.admits() {
		return closeWith(discord.VoiceCloseRateLimited, "")
	}
	if typ == websocket.MessageBinary {
		return c.handleBinary(frame)
	}
	var f clientFrame
	if json.Unmarshal(frame, &f) != nil || f.Op == nil {
		return closeWith(discord.VoiceCloseFailedToDecodePayload, "")
	}
	switch op := *f.Op; op {
	case discord.VoiceOpHeartbeat:
		return c.beat(f.D)
	case discord.VoiceOpIdentify, discord.VoiceOpResume:
		if c.session != nil {
			return closeWith(discord.VoiceCloseAlreadyAuthenticated, "")
		}
		if op == discord.VoiceOpResume {
			return c.resume(f.D)
		}
		return c.identify(f.D)
	default:
		receive := receivers[op]
		switch {
		case receive == nil:
			return closeWith(discord.VoiceCloseUnknownOpcode, "")
		case c.session == nil:
			return closeWith(discord.VoiceCloseNotAuthenticated, "")
		}
		return receive(c.session, f.D)
	}
}

// admits counts a frame, and reports whether the client may send it.
func (c *conn) admits() bool {
	now := c.s.clock.Now()
	if now.Sub(c.window) >= c.s.limits.FrameWindow {
		c.window, c.frames = now, 0
	}
	c.frames++
	return c.frames <= c.s.limits.Frames
}

// beat answers a heartbeat and gives the client the time until the next one. What it acknowledges need not be kept any more.
func (c *conn) beat(data json.RawMessage) *closing {
	var b struct {
		T      *int64 `json:"t"`
		SeqAck *int   `json:"seq_ack"`
	}
	if json.Unmarshal(data, &b) != nil || b.T == nil {
		return closeWith(discord.VoiceCloseFailedToDecodePayload, "Version 8 beats with {t, seq_ack}.")
	}
	c.deadline.Reset(c.s.limits.Heartbeat + c.s.limits.Heartbeat/2)
	if c.session != nil {
		c.session.ack(b.SeqAck)
	}
	if !c.noAcks {
		c.reply(discord.VoiceOpHeartbeatACK, map[string]int64{"t": *b.T})
	}
	return nil
}

// The flags of SPEAKING.
const speakingFlags = 1 | 2 | 4 // microphone, sound of the screen, priority

// receiveSpeaking notes that a client begins to speak, or stops. Without it no sound is taken.
func receiveSpeaking(n *session, data json.RawMessage) *closing {
	var p struct {
		Speaking *int    `json:"speaking"`
		Delay    int     `json:"delay"`
		SSRC     *uint32 `json:"ssrc"`
	}
	switch {
	case json.Unmarshal(data, &p) != nil:
		return closeWith(discord.VoiceCloseFailedToDecodePayload, "")
	case p.Speaking == nil || *p.Speaking&^speakingFlags != 0:
		return closeWith(discord.VoiceCloseBadRequest, "speaking is a sum of 1, 2 and 4.")
	case p.SSRC == nil || *p.SSRC != n.member.ssrc:
		return closeWith(discord.VoiceCloseBadRequest, "Invalid SSRC.")
	}
	n.member.speak(*p.Speaking)
	return nil
}

// handleBinary acts on a binary frame, u8 op | payload, and says how the connection ends if it is a wrong one.
func (c *conn) handleBinary(frame []byte) *closing {
	if len(frame) == 0 {
		return closeWith(discord.VoiceCloseFailedToDecodePayload, "")
	}
	op := discord.VoiceOpcode(frame[0])
	switch {
	case op != discord.VoiceOpDAVEMLSKeyPackage && op != discord.VoiceOpDAVEMLSCommitWelcome:
		return closeWith(discord.VoiceCloseUnknownOpcode, "")
	case c.session == nil:
		return closeWith(discord.VoiceCloseNotAuthenticated, "")
	}
	return c.session.member.takeMLS(op, frame[1:])
}
