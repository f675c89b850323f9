package voice

import (
	"encoding/binary"
	"net/netip"

	"github.com/coder/websocket"
	"github.com/jonboulle/clockwork"

	"cordial/discord"
	"cordial/discord/voice/rtp"
)

// session is the link of a client: its websocket, which it may lose and find again, and its UDP address.
type session struct {
	s      *Server
	member *member
	conn   *conn           // nil while there is none
	expiry clockwork.Timer // ends the session; nil while it has a connection

	// Messages are numbered from 1 on. The newest ones are kept for a resume, bounded by the limits; on the wire the number wraps.
	last     uint64
	messages []message
	acked    uint64 // everything up to this one has reached the client

	mode    rtp.Mode
	key     [rtp.KeySize]byte
	in, out *rtp.Cipher    // nil until the client has chosen an encryption
	addr    netip.AddrPort // where the client hears; not valid until it is known
	buffer  []byte         // of the datagram that is sent
	early   int            // packets that came before the first SPEAKING
}

// message is a numbered message as it was sent.
type message struct {
	number uint64
	frame  outgoing
}

// tell implements link.
func (n *session) tell(op discord.VoiceOpcode, data any) {
	seq := uint16(n.last + 1)
	n.keep(encode(op, data, &seq))
}

// tellBinary implements link. The form is u16 seq | u8 op | payload.
func (n *session) tellBinary(op discord.VoiceOpcode, payload []byte) {
	data := make([]byte, 0, 3+len(payload))
	data = append(binary.BigEndian.AppendUint16(data, uint16(n.last+1)), byte(op))
	n.keep(outgoing{typ: websocket.MessageBinary, data: append(data, payload...)})
}

// keep numbers a message, keeps it for a resume and sends it.
func (n *session) keep(frame outgoing) {
	n.last++
	n.messages = append(n.messages, message{n.last, frame})
	if len(n.messages) > n.s.limits.Replay {
		n.messages = n.messages[1:]
	}
	if n.conn != nil {
		n.conn.push(frame)
	}
}

// ack forgets the messages that have reached the client, up to the number that it tells. A number that cannot be is ignored.
func (n *session) ack(seq *int) {
	if upTo, ok := n.numbered(seq); ok {
		for len(n.messages) > 0 && n.messages[0].number <= upTo {
			n.messages = n.messages[1:]
		}
		n.acked = max(n.acked, upTo)
	}
}

// numbered finds the full number of a message from the one on the wire, which has wrapped; nil and -1 are before the first one.
func (n *session) numbered(seq *int) (uint64, bool) {
	if seq == nil || *seq < 0 {
		return 0, n.last <= 0xFFFF
	}
	behind := uint64(uint16(n.last) - uint16(*seq))
	return n.last - behind, *seq <= 0xFFFF && behind <= n.last && n.last-behind >= n.acked
}

// missed lists what a client has not seen since a message. It is false if that is not kept any more.
func (n *session) missed(seq *int) ([]message, bool) {
	seen, ok := n.numbered(seq)
	oldest := n.last + 1
	if len(n.messages) > 0 {
		oldest = n.messages[0].number
	}
	if !ok || seen+1 < oldest {
		return nil, false
	}
	return n.messages[seen+1-oldest:], true
}

// attach gives the session a connection. One that it had is closed.
func (n *session) attach(c *conn) {
	if n.expiry != nil {
		n.expiry.Stop()
		n.expiry = nil
	}
	if n.conn != nil {
		n.conn.session = nil
		n.conn.shut(*closeWith(discord.VoiceCloseSessionNoLongerValid, "The session was resumed on another connection."))
	}
	n.conn, c.session = c, n
}

// detach leaves the session without a connection: its member goes on to speak and hear, and waits for the client to come back.
func (n *session) detach() {
	n.conn = nil
	var timer clockwork.Timer
	timer = n.s.clock.AfterFunc(n.s.limits.ResumeWindow, func() {
		n.s.lock()
		defer n.s.unlock()
		if n.expiry == timer {
			n.s.leave(n.member, cutOff)
		}
	})
	n.expiry = timer
}

// end implements link.
func (n *session) end(why closing) {
	if n.expiry != nil {
		n.expiry.Stop()
		n.expiry = nil
	}
	if n.conn != nil {
		n.conn.session = nil
		n.conn.shut(why)
		n.conn = nil
	}
}
