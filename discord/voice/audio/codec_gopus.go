//go:build !libopus || !cgo

package audio

import "github.com/thesyncim/gopus"

// Codec is the name of the Opus codec in this build.
const Codec = "gopus"

// maxDecodable is the largest packet that is decoded, in bytes: 120 ms at the highest bit rate take half of it.
const maxDecodable = 16 << 10

type codecDecoder struct {
	*gopus.Decoder
	float []float32 // of recover, which gopus has for floating point only
}

func newCodecDecoder(channels int) (*codecDecoder, error) {
	config := gopus.DefaultDecoderConfig(SampleRate, channels)
	config.MaxPacketBytes = maxDecodable
	d, err := gopus.NewDecoder(config)
	return &codecDecoder{Decoder: d}, err
}

func (d *codecDecoder) decode(pcm []int16, packet []byte) (n int, err error) {
	defer guard(&err)
	return d.DecodeInt16(packet, pcm)
}

func (d *codecDecoder) conceal(pcm []int16) (err error) {
	defer guard(&err)
	_, err = d.DecodeInt16(nil, pcm)
	return err
}

func (d *codecDecoder) recover(pcm []int16, next []byte) (err error) {
	defer guard(&err)
	if len(d.float) < len(pcm) {
		d.float = make([]float32, len(pcm))
	}
	if _, err := d.DecodeWithFEC(next, d.float[:len(pcm)], true); err != nil {
		return err
	}
	for i := range pcm {
		pcm[i] = toInt16(d.float[i])
	}
	return nil
}

func (d *codecDecoder) reset() error {
	d.Reset()
	return nil
}

type codecEncoder struct{ *gopus.Encoder }

func newCodecEncoder(channels int) (*codecEncoder, error) {
	e, err := gopus.NewEncoder(gopus.EncoderConfig{SampleRate: SampleRate, Channels: channels, Application: gopus.ApplicationAudio})
	return &codecEncoder{e}, err
}

func (e *codecEncoder) encode(dst []byte, pcm []int16) (int, error) { return e.EncodeInt16(pcm, dst) }

func (e *codecEncoder) setBitrate(bits int) error { return e.SetBitrate(bits) }
