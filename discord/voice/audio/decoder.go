package audio

import (
	"errors"
	"fmt"
	"sync"
)

// ErrClosed is returned by a decoder or a file that was used after its Close.
var ErrClosed = errors.New("audio: used after Close: open or create it anew")

// concealStep is the shortest length that loss concealment works in, 2.5 ms.
const concealStep = 120

// A Decoder turns the Opus packets of one stream into PCM. It remembers the packets before, so each speaker needs one of their
// own. It is not safe for use by several goroutines at once.
type Decoder interface {
	// Decode writes the packet's sound into pcm and gives its length in samples per channel. MaxPacketSamples for each channel
	// are always room enough. A packet that is damaged gives an error and leaves the decoder usable; the caller conceals it.
	Decode(pcm []int16, packet []byte) (samples int, err error)
	// Conceal fills pcm with a continuation of what came before, in place of packets that were lost.
	Conceal(pcm []int16) (samples int, err error)
	// Recover fills pcm, which stands for what was lost directly before next, from the copy that next may carry of it (in-band
	// forward error correction). Without a copy it conceals. Call it before Decode(next).
	Recover(pcm []int16, next []byte) (samples int, err error)
	// Reset forgets the packets before: what follows is another stream.
	Reset()
	// Close gives the decoder's memory back for the next one. It may be called twice; the other methods fail after it.
	Close()
}

// NewDecoder returns a decoder that gives PCM with one or two channels, whatever the packets hold. Its memory, about half a
// megabyte, is taken on the first packet, from decoders that were closed if there are any.
func NewDecoder(channels int) (Decoder, error) {
	if channels != 1 && channels != 2 {
		return nil, fmt.Errorf("audio: a decoder has 1 or 2 channels, not %d", channels)
	}
	return &decoder{channels: channels}, nil
}

// decoder decodes a stream in a mono codec until its first stereo packet, and in a stereo codec from then on. Not all of a mono
// stream comes out right in a stereo codec (hybrid packets of super-wideband); and half the work is saved.
type decoder struct {
	channels int
	codec    *codecDecoder // nil before the first packet
	wide     bool          // codec is stereo
	closed   bool
}

// codecDecoders keep closed decoders for the next ones, by channels-1. The garbage collector empties them.
var codecDecoders [2]sync.Pool

func (d *decoder) Decode(pcm []int16, packet []byte) (int, error) {
	samples, err := PacketSamples(packet)
	if err != nil {
		return 0, err
	}
	if len(pcm) < samples*d.channels {
		return 0, fmt.Errorf("audio: a packet of %d samples does not fit into %d", samples, len(pcm)/d.channels)
	}
	if err := d.prepare(d.channels == 2 && Channels(packet) == 2); err != nil {
		return 0, err
	}
	n, err := d.codec.decode(pcm[:samples*d.codecChannels()], packet)
	if err != nil {
		return 0, fmt.Errorf("decode an Opus packet of %d bytes: %w", len(packet), err)
	}
	d.spread(pcm, n)
	return n, nil
}

func (d *decoder) Conceal(pcm []int16) (int, error) {
	if err := d.prepare(false); err != nil {
		return 0, err
	}
	samples := len(pcm) / d.channels
	out := pcm[:samples*d.codecChannels()]
	for step := FrameSamples * d.codecChannels(); len(out) >= concealStep*d.codecChannels(); {
		n := min(step, len(out)-len(out)%(concealStep*d.codecChannels()))
		if err := d.codec.conceal(out[:n]); err != nil {
			return 0, fmt.Errorf("conceal %d samples: %w", samples, err)
		}
		out = out[n:]
	}
	clear(out) // less than 2.5 ms
	d.spread(pcm, samples)
	return samples, nil
}

func (d *decoder) Recover(pcm []int16, next []byte) (int, error) {
	samples := len(pcm) / d.channels
	length, err := PacketSamples(next)
	if err != nil || samples%concealStep != 0 || d.channels == 2 && !d.wide && Channels(next) == 2 {
		return d.Conceal(pcm)
	}
	if samples > length {
		rest := (samples - length) * d.channels
		if _, err := d.Conceal(pcm[:rest]); err != nil {
			return 0, err
		}
		_, err := d.Recover(pcm[rest:], next)
		return samples, err
	}
	if err := d.prepare(false); err != nil {
		return 0, err
	}
	if err := d.codec.recover(pcm[:samples*d.codecChannels()], next); err != nil {
		return 0, fmt.Errorf("recover %d samples from the packet after them: %w", samples, err)
	}
	d.spread(pcm, samples)
	return samples, nil
}

func (d *decoder) Reset() {
	if d.codec != nil {
		d.release()
	}
}

func (d *decoder) Close() {
	d.Reset()
	d.closed = true
}

// prepare makes sure that there is a codec, and that it is a stereo one if a stereo packet asks for that.
func (d *decoder) prepare(stereo bool) error {
	if d.closed {
		return ErrClosed
	}
	if d.codec != nil && (d.wide || !stereo) {
		return nil
	}
	d.Reset()
	channels := 1
	if stereo {
		channels = 2
	}
	d.wide = stereo
	if pooled, ok := codecDecoders[channels-1].Get().(*codecDecoder); ok {
		d.codec = pooled
		return nil
	}
	codec, err := newCodecDecoder(channels)
	if err != nil {
		return fmt.Errorf("create an Opus decoder: %w", err)
	}
	d.codec = codec
	return nil
}

// release puts the codec back, forgetting its stream.
func (d *decoder) release() {
	if d.codec.reset() == nil {
		codecDecoders[d.codecChannels()-1].Put(d.codec)
	}
	d.codec, d.wide = nil, false
}

func (d *decoder) codecChannels() int {
	if d.wide {
		return 2
	}
	return 1
}

// spread doubles the mono sound of a narrow codec when two channels were asked for.
func (d *decoder) spread(pcm []int16, samples int) {
	if d.channels == d.codecChannels() {
		return
	}
	for i := samples - 1; i >= 0; i-- {
		pcm[2*i], pcm[2*i+1] = pcm[i], pcm[i]
	}
}
