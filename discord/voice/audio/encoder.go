package audio

import (
	"fmt"
	"slices"

	"cordial/discord/voice/audio/ogg"
)

// The bit rates that Opus knows, and what an encoder takes when none is asked for, in bits per second.
const (
	MinBitrate           = 6000
	MaxBitrate           = 510000
	DefaultMonoBitrate   = 64000
	DefaultStereoBitrate = 128000
)

// EncoderDelay is how far an encoder's sound lies behind what it was given, in samples: the decoder gives as many samples too much
// at the start (Ogg's pre-skip).
const EncoderDelay = ogg.DefaultPreSkip

// MaxFrame is the longest that one frame of Opus with its table-of-contents byte can be, in bytes (RFC 6716, section 3.4).
const MaxFrame = 1276

// An Encoder turns PCM into the Opus packets of one stream. It is not safe for use by several goroutines at once.
type Encoder interface {
	// Encode appends the packet of one frame to dst: pcm must hold FrameSamples for each channel.
	Encode(dst []byte, pcm []int16) ([]byte, error)
	// SetBitrate changes the bit rate from the next frame on, in bits per second.
	SetBitrate(bits int) error
}

// NewEncoder returns an encoder for music and speech with one or two channels. A bit rate of 0 is DefaultMonoBitrate or
// DefaultStereoBitrate.
func NewEncoder(channels, bitrate int) (Encoder, error) {
	if channels != 1 && channels != 2 {
		return nil, fmt.Errorf("audio: an encoder has 1 or 2 channels, not %d", channels)
	}
	if bitrate == 0 {
		bitrate = []int{DefaultMonoBitrate, DefaultStereoBitrate}[channels-1]
	}
	codec, err := newCodecEncoder(channels)
	if err != nil {
		return nil, fmt.Errorf("create an Opus encoder: %w", err)
	}
	e := &encoder{channels: channels, codec: codec}
	return e, e.SetBitrate(bitrate)
}

type encoder struct {
	channels int
	codec    *codecEncoder
}

func (e *encoder) Encode(dst []byte, pcm []int16) ([]byte, error) {
	if len(pcm) != FrameSamples*e.channels {
		return dst, fmt.Errorf("audio: a frame of %d channels has %d values, not %d", e.channels, FrameSamples*e.channels, len(pcm))
	}
	dst = slices.Grow(dst, MaxFrame)
	n, err := e.codec.encode(dst[len(dst):len(dst)+MaxFrame], pcm)
	if err != nil {
		return dst, fmt.Errorf("encode a frame: %w", err)
	}
	return dst[:len(dst)+n], nil
}

func (e *encoder) SetBitrate(bits int) error {
	if bits < MinBitrate || bits > MaxBitrate {
		return fmt.Errorf("audio: a bit rate lies between %d and %d bits per second, not %d", MinBitrate, MaxBitrate, bits)
	}
	return e.codec.setBitrate(bits)
}
