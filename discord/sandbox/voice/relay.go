package voice

import (
	"bytes"

	"cordial/discord/voice/audio"
	"cordial/discord/voice/rtp"
)

// packet is a packet of a speaker on its way to the others: the payload is an Opus packet, encrypted end to end or not.
type packet struct {
	from    *member
	header  rtp.Header
	payload []byte
}

// relay passes a packet on to everybody else in the call, unless the speaker is muted.
func (s *Server) relay(p *packet) {
	c := p.from.call
	if c == nil || p.from.seat.Mute {
		return
	}
	for _, to := range c.members {
		if to != p.from && !to.seat.Deaf {
			to.transmit(p)
		}
	}
}

// paddedEvery is how rarely a packet is padded. Between 3 and 15 of 100 packets of real clients are.
const paddedEvery = 11

// dress says how a packet is dressed: speech has a header extension with the level of the sound, silence has none, and some packets of
// both are padded. It depends on nothing but the packet.
func (p *packet) dress() (ext []byte, padding int) {
	if p.header.Seq%paddedEvery == 0 {
		padding = 1 + int(p.header.Seq/paddedEvery)%paddedEvery
	}
	if bytes.Equal(p.payload, audio.Silence) {
		return nil, padding
	}
	return audioLevel, padding
}

// audioLevel is an extension of one element with a header of one byte: number 1, one byte long, that tells speech of medium level.
var audioLevel = []byte{0x10, 0x80 | 40, 0, 0}
