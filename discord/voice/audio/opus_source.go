package audio

import (
	"errors"
	"fmt"
	"io"
	"math"

	"cordial/discord/voice/audio/ogg"
)

// preRoll is how long before the place sought decoding begins, so that the decoder has settled: 80 ms (RFC 7845, section 4.6).
const preRoll = 3840

// opusSource is an Ogg Opus file whose packets need no gain, decoded or not.
type opusSource struct {
	*source
	raw *opusReader
}

func (s *opusSource) NextPacket() ([]byte, error) {
	for {
		packet, _, err := s.raw.next()
		if err != nil || s.raw.at > s.raw.from { // what ends before the place sought only leads there
			return packet, err
		}
	}
}

// opusReader decodes the packets of an Ogg file. Times are the file's own, in samples with the pre-skip included.
type opusReader struct {
	in      *input
	ogg     *ogg.Reader
	decoder Decoder
	serial  uint32 // of the first stream, in which seek finds its way
	skip    int64  // its pre-skip
	link    int
	gain    float32
	at      int64 // where the next packet begins
	from    int64 // sound before it is not given out
	pcm     [2 * MaxPacketSamples]int16
	ready   []int16
}

func newOpusReader(in *input) (*opusReader, error) {
	decoder, err := NewDecoder(2)
	if err != nil {
		return nil, err
	}
	r := &opusReader{in: in, decoder: decoder}
	return r, r.restart()
}

// restart reads the headers at the start of the file.
func (r *opusReader) restart() error {
	file, err := ogg.NewReader(r.in)
	if err != nil {
		return opusError(err)
	}
	r.ogg, r.serial, r.skip = file, file.Serial(), int64(file.Header().PreSkip)
	r.at, r.from = 0, 0
	return r.begin()
}

// begin takes up a stream whose headers were read. A place sought that lies behind the stream before it is one in this stream.
func (r *opusReader) begin() error {
	header := r.ogg.Header()
	if header.Mapping != 0 {
		return fmt.Errorf("%w: Opus with %d channels", ErrUnknownFormat, header.Channels)
	}
	r.decoder.Reset()
	ahead := max(0, r.from-r.at)
	r.link, r.at, r.from, r.ready = r.ogg.Link(), 0, int64(header.PreSkip)+ahead, nil
	r.gain = float32(math.Pow(10, float64(header.Gain)/256/20)) / 32768
	return nil
}

// next gives the next packet that holds sound, and how much of it.
func (r *opusReader) next() (packet []byte, samples int, err error) {
	for {
		packet, granule, err := r.ogg.Next()
		if err != nil {
			return nil, 0, opusError(err)
		}
		if r.ogg.Link() != r.link {
			if err := r.begin(); err != nil {
				return nil, 0, err
			}
		}
		samples, err := PacketSamples(packet)
		if err != nil {
			return nil, 0, fmt.Errorf("%w: %w", ErrDamaged, err)
		}
		start := r.at
		r.at += int64(samples)
		if granule >= 0 {
			if r.ogg.Ended() {
				samples = int(min(int64(samples), granule-start)) // the file ends within the packet
			}
			r.at = granule
		}
		if samples > 0 {
			return packet, samples, nil
		}
	}
}

func (r *opusReader) layout() (rate, channels int) { return SampleRate, 2 }

func (r *opusReader) read(values []float32) (int, error) {
	for len(r.ready) == 0 {
		packet, samples, err := r.next()
		if err != nil {
			return 0, err
		}
		if _, err := r.decoder.Decode(r.pcm[:], packet); err != nil {
			return 0, fmt.Errorf("%w: %w", ErrDamaged, err)
		}
		before := min(max(0, r.from-(r.at-int64(samples))), int64(samples))
		r.ready = r.pcm[2*before : 2*samples]
	}
	n := min(len(values), len(r.ready))
	for i, v := range r.ready[:n] {
		values[i] = float32(v) * r.gain
	}
	r.ready = r.ready[n:]
	return n, nil
}

func (r *opusReader) seek(sample int64) error {
	target := sample + r.skip
	if r.in.seeker == nil {
		return r.skipTo(target)
	}
	offset, at, err := int64(0), int64(0), error(nil)
	if sample > 0 && r.in.size >= 0 {
		offset, at, err = ogg.Find(r.in.openAt, r.in.size, r.serial, max(0, target-preRoll))
	}
	if err != nil {
		return err
	}
	if err := r.in.goTo(0); err != nil {
		return err
	}
	if err := r.restart(); err != nil {
		return err
	}
	r.from = target
	if offset == 0 {
		return nil
	}
	r.ogg.Resume(offset)
	r.at = at
	return r.in.goTo(offset)
}

// skipTo goes forward in a stream that cannot seek, by decoding.
func (r *opusReader) skipTo(target int64) error {
	if r.at > target {
		return ErrNoSeek
	}
	r.from, r.ready = target, nil
	return nil
}

func (r *opusReader) length() (int64, bool) {
	granule, ok := lastGranule(r.in, r.serial)
	return max(0, granule-r.skip), ok
}

// lastGranule gives the time at which an Ogg file ends, if it can seek, and goes back to where it was.
func lastGranule(in *input, serial uint32) (int64, bool) {
	place, err := in.place()
	if err != nil || in.size < 0 {
		return 0, false
	}
	granule, ok, err := ogg.LastGranule(in.openAt, in.size, serial)
	if err := errors.Join(err, in.goTo(place)); err != nil {
		return 0, false
	}
	return granule, ok
}

func (r *opusReader) close() error {
	r.decoder.Close()
	return r.in.Close()
}

// opusError turns an error of the container into one of this package.
func opusError(err error) error {
	switch {
	case errors.Is(err, io.EOF):
		return io.EOF
	case errors.Is(err, ogg.ErrTruncated):
		return fmt.Errorf("%w: %w", ErrTruncated, err)
	case errors.Is(err, ogg.ErrDamaged):
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	case errors.Is(err, ogg.ErrNoOpus):
		return fmt.Errorf("%w: %w", ErrUnknownFormat, err)
	}
	return err
}
