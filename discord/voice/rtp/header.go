package rtp

import (
	"encoding/binary"
	"errors"
)

// PayloadOpus is the RTP payload type of Opus audio. Video and its retransmissions have types from 101 on.
const PayloadOpus = 120

// SampleRate is the clock of RTP timestamps, in Hz: 960 ticks are 20 ms.
const SampleRate = 48000

// Header is what an RTP packet says of itself in the clear. Seq and Timestamp wrap.
type Header struct {
	Marker    bool
	Type      uint8 // of the payload, PayloadOpus for audio
	Seq       uint16
	Timestamp uint32 // in samples of SampleRate
	SSRC      uint32 // tells the streams of a connection apart
}

// Sizes in bytes.
const (
	headerSize   = 12
	csrcSize     = 4
	preambleSize = 4 // of a header extension: its profile and its length
	tagSize      = 16
	suffixSize   = 4 // of the nonce that ends a packet
)

// Bits of a packet's first byte, and of its second.
const (
	versionShift = 6
	version      = 2
	paddingBit   = 0x20
	extensionBit = 0x10
	csrcMask     = 0x0F
	markerBit    = 0x80
)

// profileOneByte marks an extension of elements with headers of one byte (RFC 8285), which is what Discord's clients send.
const profileOneByte = 0xBEDE

// ErrNotAudio says that a datagram is none of the audio packets that this package opens: a keepalive, an answer of the discovery,
// RTCP, or video. Whoever reads a voice connection's socket passes over it.
var ErrNotAudio = errors.New("the datagram is not a packet of Opus audio")

// ErrMalformed says that a packet's lengths contradict each other.
var ErrMalformed = errors.New("the RTP packet is malformed")

// ErrAuthentication says that a packet was not encrypted with the key, or was changed on the way.
var ErrAuthentication = errors.New("the RTP packet does not authenticate: another key, or damaged on the way")

// append adds the header's 12 bytes to dst.
func (h Header) append(dst []byte, flags byte) []byte {
	second := h.Type &^ markerBit
	if h.Marker {
		second |= markerBit
	}
	dst = append(dst, version<<versionShift|flags, second)
	dst = binary.BigEndian.AppendUint16(dst, h.Seq)
	dst = binary.BigEndian.AppendUint32(dst, h.Timestamp)
	return binary.BigEndian.AppendUint32(dst, h.SSRC)
}

// parseHeader reads the header at the front of a datagram.
func parseHeader(datagram []byte) (Header, bool) {
	if len(datagram) < headerSize || datagram[0]>>versionShift != version {
		return Header{}, false
	}
	return Header{
		Marker:    datagram[1]&markerBit != 0,
		Type:      datagram[1] &^ markerBit,
		Seq:       binary.BigEndian.Uint16(datagram[2:]),
		Timestamp: binary.BigEndian.Uint32(datagram[4:]),
		SSRC:      binary.BigEndian.Uint32(datagram[8:]),
	}, true
}
