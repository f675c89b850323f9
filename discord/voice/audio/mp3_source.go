package audio

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/hajimehoshi/go-mp3"
)

// mp3PreRoll is how many frames are decoded before the place sought: a frame may lean on up to nine before it.
const mp3PreRoll = 10

// mp3Reader reads an MP3 file. It hands the decoder frame after frame, so that it knows where the file is cut or damaged, which
// the decoder keeps to itself.
type mp3Reader struct {
	in      *input
	frames  *mp3Frames
	held    []byte // of a frame, for the decoder
	decoder *mp3.Decoder
	info    mp3Info
	buf     []byte
	start   int64 // samples of the frames before the sound begins
	at      int64 // next sample from the decoder, in those terms
	from    int64 // where to begin
	end     int64 // where to end, -1 if unknown
}

func newMP3Reader(in *input) (*mp3Reader, error) {
	r := &mp3Reader{in: in, buf: make([]byte, 4*blockSamples), end: -1}
	if err := r.rewind(); err != nil {
		return nil, err
	}
	if r.info.gapless {
		r.start = int64(r.info.delay + mp3DecoderDelay)
		if r.info.frames > 0 {
			r.end = r.info.frames*int64(r.frames.first.samples) - int64(r.info.padding) + mp3DecoderDelay
		}
	}
	r.from = r.start
	return r, r.decode()
}

// rewind begins with the first frame of sound.
func (r *mp3Reader) rewind() error {
	r.frames = &mp3Frames{in: r.in}
	frame, h, err := r.frames.next()
	if errors.Is(err, io.EOF) || errors.Is(err, ErrDamaged) {
		return fmt.Errorf("%w: there is no frame of MPEG 1 or 2, layer III", ErrUnknownFormat)
	}
	if err != nil {
		return err
	}
	info, ok := parseMP3Info(frame, h)
	r.held = frame
	if ok {
		r.info, r.held = info, nil
	}
	return nil
}

// decode starts a decoder at the next frame.
func (r *mp3Reader) decode() (err error) {
	defer guard(&err)
	r.decoder = nil
	decoder, err := mp3.NewDecoder(feed{r})
	switch {
	case err == nil:
		r.decoder = decoder
		return nil
	case r.frames.failed != nil:
		return r.frames.failed
	}
	return fmt.Errorf("%w: %w", ErrDamaged, err)
}

// feed is what the decoder reads: one frame after the other.
type feed struct{ r *mp3Reader }

func (f feed) Read(p []byte) (int, error) {
	if len(f.r.held) == 0 {
		frame, _, err := f.r.frames.next()
		if err != nil {
			return 0, err
		}
		f.r.held = frame
	}
	n := copy(p, f.r.held)
	f.r.held = f.r.held[n:]
	return n, nil
}

func (r *mp3Reader) layout() (rate, channels int) { return r.frames.first.rate, 2 }

func (r *mp3Reader) read(values []float32) (int, error) {
	for {
		b, err := r.readBlock(len(values) / 2)
		n := int64(len(b) / 4)
		first := min(max(0, r.from-r.at), n)
		last := n
		if r.end >= 0 {
			last = max(first, min(n, r.end-r.at))
		}
		r.at += n
		for i, b := 0, b[4*first:4*last]; len(b) > 0; i, b = i+1, b[2:] {
			values[i] = float32(int16(binary.LittleEndian.Uint16(b))) / (1 << 15)
		}
		if err == nil && r.end >= 0 && r.at >= r.end {
			err = io.EOF
		}
		if last > first || err != nil {
			return int(last-first) * 2, err
		}
	}
}

// readBlock decodes up to a number of stereo samples.
func (r *mp3Reader) readBlock(samples int) (b []byte, err error) {
	defer guard(&err)
	if r.decoder == nil {
		return nil, r.frames.failed
	}
	n, err := io.ReadAtLeast(r.decoder, r.buf[:min(len(r.buf), 4*samples)], 4)
	switch failed := r.frames.failed; {
	case err == nil:
	case failed != nil && !errors.Is(failed, io.EOF):
		err = failed
	case !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF):
		err = fmt.Errorf("%w: %w", ErrDamaged, err)
	default:
		err = io.EOF
	}
	return r.buf[:n-n%4], err
}

func (r *mp3Reader) seek(sample int64) error {
	target := sample + r.start
	if r.in.seeker == nil {
		if target < r.at {
			return ErrNoSeek
		}
		r.from = target
		return nil
	}
	if err := r.in.goTo(0); err != nil {
		return err
	}
	if err := r.rewind(); err != nil {
		return err
	}
	size := int64(r.frames.first.samples)
	first := max(0, target/size-mp3PreRoll)
	for range first {
		if r.held != nil {
			r.held = nil // the first frame
		} else if _, _, err := r.frames.next(); err != nil {
			break // reading will say what it is
		}
	}
	r.at, r.from = first*size, target
	return r.rejoin(size)
}

// rejoin starts a decoder in the middle of a file. It may fail on frames that lean on those before them.
func (r *mp3Reader) rejoin(size int64) error {
	for range mp3PreRoll {
		err := r.decode()
		if err == nil || r.frames.failed != nil {
			return nil // reading will say what it is
		}
		r.held = nil
		r.at += size
	}
	return fmt.Errorf("%w: its MP3 frames cannot be decoded", ErrDamaged)
}

// length counts the frames if the file does not say how many there are.
func (r *mp3Reader) length() (int64, bool) {
	switch {
	case r.end >= 0:
		return max(0, r.end-r.start), true
	case r.info.frames == 0 && !r.count():
		return 0, false
	}
	return r.info.frames*int64(r.frames.first.samples) - r.start, true
}

// count reads through the file, if that costs little, and goes back to where it was.
func (r *mp3Reader) count() bool {
	place, err := r.in.place()
	if err != nil || !r.in.local {
		return false
	}
	r.held = slices.Clone(r.held) // it lies in the buffer
	if err := r.in.goTo(0); err != nil {
		return false
	}
	all := &mp3Frames{in: r.in}
	for {
		frame, h, err := all.next()
		if err != nil {
			break
		}
		if _, ok := parseMP3Info(frame, h); !ok {
			r.info.frames++
		}
	}
	return r.in.goTo(place) == nil && r.info.frames > 0
}

func (r *mp3Reader) close() error { return r.in.Close() }
