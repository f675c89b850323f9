package ogg

import (
	"encoding/binary"
	"fmt"
)

// DefaultPreSkip is the delay of libopus' encoder at 48 kHz, in samples.
const DefaultPreSkip = 312

// headMagic and tagsMagic begin the two packets before the sound (RFC 7845, section 5).
const (
	headMagic = "OpusHead"
	tagsMagic = "OpusTags"
)

// A Header is what a file of Ogg Opus says about itself in its first packet, OpusHead.
type Header struct {
	Channels  int    // that the file plays with; a packet may hold fewer
	PreSkip   int    // samples to leave out at the start, at 48 kHz
	InputRate uint32 // of the sound before encoding, 0 if unknown; playing is at 48 kHz all the same
	Gain      int16  // to apply when decoding, in 1/256 dB
	Mapping   byte   // channel mapping family: 0 is one stream, mono or stereo; others hold several streams
}

// parseHead reads an OpusHead packet.
func parseHead(packet []byte) (Header, error) {
	if len(packet) < 19 || string(packet[:8]) != headMagic {
		return Header{}, fmt.Errorf("%w: its header has %d bytes, which must be 19 or more", ErrDamaged, len(packet))
	}
	h := Header{
		Channels:  int(packet[9]),
		PreSkip:   int(binary.LittleEndian.Uint16(packet[10:])),
		InputRate: binary.LittleEndian.Uint32(packet[12:]),
		Gain:      int16(binary.LittleEndian.Uint16(packet[16:])),
		Mapping:   packet[18],
	}
	switch {
	case packet[8]&0xF0 != 0:
		return Header{}, fmt.Errorf("%w: its version is %d, which must be below 16", ErrDamaged, packet[8])
	case h.Channels == 0 || h.Mapping == 0 && h.Channels > 2:
		return Header{}, fmt.Errorf("%w: it claims %d channels", ErrDamaged, h.Channels)
	}
	return h, nil
}

// append writes an OpusHead packet of mapping family 0.
func (h Header) append(dst []byte) []byte {
	dst = append(dst, headMagic...)
	dst = append(dst, 1, byte(h.Channels))
	dst = binary.LittleEndian.AppendUint16(dst, uint16(h.PreSkip))
	dst = binary.LittleEndian.AppendUint32(dst, h.InputRate)
	dst = binary.LittleEndian.AppendUint16(dst, uint16(h.Gain))
	return append(dst, 0)
}

// appendTags writes an OpusTags packet: who made the file, and the tags, each "NAME=value".
func appendTags(dst []byte, vendor string, tags []string) []byte {
	dst = append(dst, tagsMagic...)
	dst = binary.LittleEndian.AppendUint32(dst, uint32(len(vendor)))
	dst = append(dst, vendor...)
	dst = binary.LittleEndian.AppendUint32(dst, uint32(len(tags)))
	for _, tag := range tags {
		dst = binary.LittleEndian.AppendUint32(dst, uint32(len(tag)))
		dst = append(dst, tag...)
	}
	return dst
}
