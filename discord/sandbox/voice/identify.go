package voice

import (
	"crypto/rand"
	"encoding/json"
	"net/netip"
	"slices"

	"cordial/discord"
	"cordial/discord/voice/dave"
	"cordial/discord/voice/rtp"
)

// identity is the payload of IDENTIFY.
type identity struct {
	claim
	MaxDAVE int `json:"max_dave_protocol_version"`
}

// ready is the payload of READY.
type ready struct {
	SSRC  uint32     `json:"ssrc"`
	IP    string     `json:"ip"`
	Port  uint16     `json:"port"`
	Modes []rtp.Mode `json:"modes"`
}

// identify begins a session. One that the seat had before ends.
func (c *conn) identify(data json.RawMessage) *closing {
	var id identity
	switch {
	case json.Unmarshal(data, &id) != nil:
		return closeWith(discord.VoiceCloseFailedToDecodePayload, "")
	case !id.complete() || id.UserID == nil || id.MaxDAVE < 0:
		return closeWith(discord.VoiceCloseFailedToDecodePayload, "IDENTIFY needs server_id, user_id, session_id and token.")
	}
	s := c.s
	in, refusal := s.check(&id.claim, c.endpoint)
	if refusal != nil {
		return refusal
	}
	if s.o.DAVE.refuses(in, id.MaxDAVE) {
		return closeWith(discord.VoiceCloseDAVEProtocolRequired, "")
	}
	s.vacate(in, *closeWith(discord.VoiceCloseSessionNoLongerValid, "The client has identified again."))
	n := &session{s: s}
	n.member = s.seatMember(in, n)
	n.member.highest = min(id.MaxDAVE, dave.MaxVersion)
	n.attach(c)
	c.reply(discord.VoiceOpReady, ready{n.member.ssrc, s.address.Addr().String(), s.address.Port(), s.o.Modes})
	return c.meetStrike()
}

// resume gives a session another connection, and the client what it has missed.
func (c *conn) resume(data json.RawMessage) *closing {
	var r struct {
		claim
		SeqAck *int `json:"seq_ack"`
	}
	switch {
	case json.Unmarshal(data, &r) != nil:
		return closeWith(discord.VoiceCloseFailedToDecodePayload, "")
	case !r.complete():
		return closeWith(discord.VoiceCloseFailedToDecodePayload, "RESUME needs server_id, session_id and token.")
	}
	in, refusal := c.s.check(&r.claim, c.endpoint)
	if refusal != nil {
		return refusal
	}
	if in.member == nil {
		return closeWith(discord.VoiceCloseSessionNoLongerValid, "")
	}
	n := in.member.link.(*session)
	missed, ok := n.missed(r.SeqAck)
	if !ok {
		c.s.leave(n.member, cutOff)
		return closeWith(discord.VoiceCloseSessionNoLongerValid, "The messages that were missed are not kept any more.")
	}
	n.attach(c)
	c.reply(discord.VoiceOpResumed, nil)
	for _, m := range missed {
		c.push(m.frame)
	}
	return c.meetStrike()
}

// receiveProtocol answers the choice of an encryption with its key, and takes the client into its call.
func receiveProtocol(n *session, data json.RawMessage) *closing {
	var p struct {
		Protocol *string `json:"protocol"`
		Data     *struct {
			Address string   `json:"address"`
			Port    uint16   `json:"port"`
			Mode    rtp.Mode `json:"mode"`
		} `json:"data"`
	}
	switch {
	case json.Unmarshal(data, &p) != nil:
		return closeWith(discord.VoiceCloseFailedToDecodePayload, "")
	case p.Protocol == nil || *p.Protocol != "udp":
		return closeWith(discord.VoiceCloseUnknownProtocol, "")
	case p.Data == nil:
		return closeWith(discord.VoiceCloseBadRequest, "SELECT PROTOCOL needs data.")
	case !slices.Contains(n.s.o.Modes, p.Data.Mode):
		return closeWith(discord.VoiceCloseUnknownEncryptionMode, "")
	case n.in != nil:
		return closeWith(discord.VoiceCloseBadRequest, "The protocol is selected already.")
	}
	addr, err := netip.ParseAddr(p.Data.Address)
	if err != nil || p.Data.Port == 0 {
		return closeWith(discord.VoiceCloseBadRequest, "SELECT PROTOCOL needs the address and port of the client's UDP socket.")
	}
	n.addr = netip.AddrPortFrom(addr.Unmap(), p.Data.Port)
	rand.Read(n.key[:]) // never fails
	n.mode, n.in, n.out = p.Data.Mode, newCipher(p.Data.Mode, n.key[:]), newCipher(p.Data.Mode, n.key[:])
	n.s.enter(n.member)
	return nil
}

// description is the payload of SESSION DESCRIPTION.
type description struct {
	Mode      rtp.Mode         `json:"mode"`
	SecretKey [rtp.KeySize]int `json:"secret_key"`
	DAVE      int              `json:"dave_protocol_version"`
	Audio     string           `json:"audio_codec"`
	Video     string           `json:"video_codec"`
	MediaID   string           `json:"media_session_id"`
}

// begin implements link: it gives the client its key.
func (n *session) begin(version int) {
	d := description{Mode: n.mode, DAVE: version, Audio: "opus", Video: "H264", MediaID: rand.Text()}
	for i, b := range n.key {
		d.SecretKey[i] = int(b)
	}
	n.tell(discord.VoiceOpSessionDescription, d)
}

// newCipher makes a cipher for one of the modes that the server offers, which Start has checked.
func newCipher(mode rtp.Mode, key []byte) *rtp.Cipher {
	c, _ := rtp.NewCipher(mode, key)
	return c
}
