package audio

import (
	"errors"
	"fmt"
)

// MaxPacketSamples is the longest that one Opus packet may last: 120 ms (RFC 6716, section 3.2.5).
const MaxPacketSamples = 5760

// ErrPacket is wrapped by every error about bytes that are no Opus packet.
var ErrPacket = errors.New("not an Opus packet")

// PacketSamples gives the length of an Opus packet in samples per channel at 48 kHz. It reads only the table-of-contents byte
// and the frame count that may follow it (RFC 6716, section 3.1 and 3.2), so a packet it accepts may still fail to decode.
func PacketSamples(packet []byte) (int, error) {
	if len(packet) == 0 {
		return 0, fmt.Errorf("%w: it is empty", ErrPacket)
	}
	frames := 1
	switch packet[0] & 3 {
	case 1, 2:
		frames = 2
	case 3:
		if len(packet) < 2 {
			return 0, fmt.Errorf("%w: its frame count is missing", ErrPacket)
		}
		frames = int(packet[1] & 0x3F)
	}
	samples := frames * tocFrameSamples(packet[0])
	if samples == 0 || samples > MaxPacketSamples {
		return 0, fmt.Errorf("%w: it claims to last %v, which must lie between 2.5 ms and 120 ms", ErrPacket, Duration(int64(samples)))
	}
	return samples, nil
}

// tocFrameSamples is the length of one frame, from the configuration number in the upper five bits.
func tocFrameSamples(toc byte) int {
	size := int(toc >> 3 & 3)
	switch {
	case toc&0x80 != 0: // CELT: 2.5, 5, 10, 20 ms
		return 120 << size
	case toc&0x60 == 0x60: // hybrid: 10, 20 ms
		return 480 << (size & 1)
	case size == 3: // SILK: 60 ms
		return 2880
	}
	return 480 << size // SILK: 10, 20, 40 ms
}

// Channels gives the number of channels that an Opus packet was encoded with, 1 or 2. An empty packet counts as mono. A decoder
// gives either number out of both kinds.
func Channels(packet []byte) int {
	if len(packet) > 0 && packet[0]&4 != 0 {
		return 2
	}
	return 1
}
