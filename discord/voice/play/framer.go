package play

import (
	"io"
	"time"

	"cordial/discord/voice/audio"
)

// channels of everything that is decoded and encoded here.
const channels = 2

// framer makes packets of 20 ms of a source.
type framer struct {
	source  audio.Source
	packets audio.PacketSource // the source, if it is Opus already
	bitrate int
	decoder audio.Decoder // made when the first packet cannot be passed through
	encoder audio.Encoder // made when the first frame must be encoded
	gain    float64       // at the end of the last frame; negative before the first

	pcm     []int16 // one frame, and what a longer packet has left over
	pending int     // samples per channel that pcm holds

	base    time.Duration // where the source was sought to
	samples int64         // made since then
}

func newFramer(source audio.Source, bitrate int, at time.Duration) *framer {
	f := &framer{source: source, bitrate: bitrate, gain: -1, base: at}
	f.packets, _ = source.(audio.PacketSource)
	f.pcm = make([]int16, channels*(audio.FrameSamples+audio.MaxPacketSamples))
	return f
}

// next appends the packet of the next 20 ms to dst. At the end of the source the last packet is filled with silence, and io.EOF follows.
func (f *framer) next(dst []byte, volume float64) ([]byte, error) {
	for f.pending < audio.FrameSamples {
		passed, err := f.read(dst, volume == 1)
		if len(passed) > len(dst) {
			f.gain = volume
			f.samples += audio.FrameSamples
			return passed, nil
		}
		if err == io.EOF && f.pending > 0 {
			clear(f.pcm[channels*f.pending : channels*audio.FrameSamples])
			f.pending = audio.FrameSamples
			break
		}
		if err != nil {
			return dst, err
		}
	}
	return f.encode(dst, volume)
}

// read adds to pcm, or, if it may and need not be changed, appends a whole packet to dst.
func (f *framer) read(dst []byte, pass bool) ([]byte, error) {
	if f.packets == nil {
		n, err := f.source.Read(f.pcm[channels*f.pending : channels*audio.FrameSamples])
		f.pending += n
		if n > 0 {
			return dst, nil // an error comes again with the next call
		}
		return dst, err
	}
	packet, err := f.packets.NextPacket()
	if err != nil {
		return dst, err
	}
	samples, err := audio.PacketSamples(packet)
	if err != nil {
		return dst, err
	}
	if pass && f.pending == 0 && samples == audio.FrameSamples {
		return append(dst, packet...), nil
	}
	return dst, f.decode(packet)
}

// decode adds the sound of a packet to pcm.
func (f *framer) decode(packet []byte) (err error) {
	if f.decoder == nil {
		if f.decoder, err = audio.NewDecoder(channels); err != nil {
			return err
		}
	}
	n, err := f.decoder.Decode(f.pcm[channels*f.pending:], packet)
	f.pending += n
	return err
}

func (f *framer) encode(dst []byte, volume float64) ([]byte, error) {
	if f.encoder == nil {
		encoder, err := audio.NewEncoder(channels, f.bitrate)
		if err != nil {
			return dst, err
		}
		f.encoder = encoder
	}
	frame := f.pcm[:channels*audio.FrameSamples]
	if f.gain < 0 {
		f.gain = volume
	}
	amplify(frame, f.gain, volume)
	f.gain = volume
	packet, err := f.encoder.Encode(dst, frame)
	if err != nil {
		return dst, err
	}
	f.pending -= audio.FrameSamples
	copy(f.pcm, f.pcm[channels*audio.FrameSamples:channels*(audio.FrameSamples+f.pending)])
	f.samples += audio.FrameSamples
	return packet, nil
}

// seek goes to a place of the source.
func (f *framer) seek(to time.Duration) error {
	if err := Seek(f.source, to); err != nil {
		return err
	}
	f.base, f.samples, f.pending = to, 0, 0
	if f.decoder != nil {
		f.decoder.Reset()
	}
	return nil
}

// close gives back what the framer has made. The source is not its own.
func (f *framer) close() {
	if f.decoder != nil {
		f.decoder.Close()
	}
}

// position is the place in the source behind the packets made.
func (f *framer) position() time.Duration {
	return f.base + audio.Duration(f.samples)
}
