//go:build libopus && cgo

package audio

import "gopkg.in/hraban/opus.v2"

// Codec is the name of the Opus codec in this build.
const Codec = "libopus"

// codecDecoder gives libopus slices whose capacity is their length: the binding takes the capacity for the size of the buffer.
type codecDecoder struct {
	*opus.Decoder
	channels int
}

func newCodecDecoder(channels int) (*codecDecoder, error) {
	d, err := opus.NewDecoder(SampleRate, channels)
	return &codecDecoder{d, channels}, err
}

func (d *codecDecoder) decode(pcm []int16, packet []byte) (int, error) {
	return d.Decode(packet, pcm[:len(pcm):len(pcm)])
}

func (d *codecDecoder) conceal(pcm []int16) error { return d.DecodePLC(pcm[:len(pcm):len(pcm)]) }

func (d *codecDecoder) recover(pcm []int16, next []byte) error {
	return d.DecodeFEC(next, pcm[:len(pcm):len(pcm)])
}

// reset makes the decoder anew: the binding has no other way.
func (d *codecDecoder) reset() error {
	fresh, err := opus.NewDecoder(SampleRate, d.channels)
	d.Decoder = fresh
	return err
}

type codecEncoder struct{ *opus.Encoder }

func newCodecEncoder(channels int) (*codecEncoder, error) {
	e, err := opus.NewEncoder(SampleRate, channels, opus.AppAudio)
	return &codecEncoder{e}, err
}

func (e *codecEncoder) encode(dst []byte, pcm []int16) (int, error) {
	return e.Encode(pcm, dst)
}

func (e *codecEncoder) setBitrate(bits int) error { return e.SetBitrate(bits) }
