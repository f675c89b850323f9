package audio

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/mewkiz/flac"
	"github.com/mewkiz/flac/frame"
	"github.com/mewkiz/flac/meta"
)

const (
	flacNearby = 128 << 10 // distance from which on frames are read one by one instead of halving it further, in bytes
	flacHeader = 16        // longest header of a frame, in bytes
)

// flacReader reads a FLAC file.
type flacReader struct {
	in    *input
	info  *meta.StreamInfo
	data  int64 // where the frames begin, in bytes; 0 if the file cannot seek
	frame *frame.Frame
	at    int   // next sample in frame
	next  int64 // sample after frame
	from  int64 // sound before it is not given out
}

func newFLACReader(in *input) (r *flacReader, err error) {
	defer guard(&err)
	stream, err := flac.New(in.Reader)
	if err != nil {
		return nil, fmt.Errorf("%w: read the header of a FLAC file: %w", ErrDamaged, cut(err))
	}
	r = &flacReader{in: in, info: stream.Info}
	if in.seeker != nil {
		r.data, err = in.place()
	}
	return r, err
}

func (r *flacReader) layout() (rate, channels int) {
	return int(r.info.SampleRate), int(r.info.NChannels)
}

func (r *flacReader) read(values []float32) (int, error) {
	for r.frame == nil || r.at >= int(r.frame.BlockSize) {
		if err := r.readFrame(); err != nil {
			return 0, err
		}
	}
	channels := int(r.info.NChannels)
	samples := min(len(values)/channels, int(r.frame.BlockSize)-r.at)
	scale := 1 / float32(int64(1)<<(r.info.BitsPerSample-1))
	for c, sub := range r.frame.Subframes {
		for i, v := range sub.Samples[r.at : r.at+samples] {
			values[i*channels+c] = float32(v) * scale
		}
	}
	r.at += samples
	return samples * channels, nil
}

// readFrame reads the next frame, up to the sound that is wanted.
func (r *flacReader) readFrame() (err error) {
	defer guard(&err)
	r.frame = nil
	f, err := frame.Parse(r.in.Reader)
	missing := int64(r.info.NSamples) - r.next
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		if missing > 0 && r.info.NSamples > 0 || errors.Is(err, io.ErrUnexpectedEOF) {
			return fmt.Errorf("%w: its FLAC frames end at sample %d", ErrTruncated, r.next)
		}
		return io.EOF
	case errors.Is(err, ErrTruncated): // by the server
		return fmt.Errorf("%w, after sample %d", err, r.next)
	case err != nil:
		if r.info.NSamples > 0 && missing <= 0 {
			return io.EOF // tags behind the sound
		}
		return fmt.Errorf("%w: a FLAC frame after sample %d: %w", ErrDamaged, r.next, err)
	case len(f.Subframes) != int(r.info.NChannels):
		return fmt.Errorf("%w: a FLAC frame has %d channels instead of %d", ErrDamaged, len(f.Subframes), r.info.NChannels)
	}
	for _, sub := range f.Subframes {
		if len(sub.Samples) < int(f.BlockSize) {
			return fmt.Errorf("%w: a FLAC frame after sample %d is too short", ErrDamaged, r.next)
		}
	}
	start := r.first(f.Header)
	r.frame, r.next = f, start+int64(f.BlockSize)
	r.at = int(min(max(0, r.from-start), int64(f.BlockSize)))
	return nil
}

// first gives the first sample of a frame. In a file of fixed blocks only the last frame may be shorter.
func (r *flacReader) first(h frame.Header) int64 {
	if h.HasFixedBlockSize {
		return int64(h.Num) * int64(r.info.BlockSizeMax)
	}
	return int64(h.Num)
}

func (r *flacReader) seek(sample int64) error {
	if r.in.seeker == nil {
		return r.skipTo(sample)
	}
	offset, err := r.data, error(nil)
	if sample > 0 && r.in.size >= 0 {
		offset, err = r.find(sample)
	}
	if err != nil {
		return err
	}
	r.frame, r.from, r.next = nil, sample, 0
	return r.in.goTo(offset)
}

// skipTo goes forward in a file that cannot seek.
func (r *flacReader) skipTo(sample int64) error {
	at, start := r.next, r.next
	if r.frame != nil {
		start -= int64(r.frame.BlockSize)
		at = start + int64(r.at)
	}
	if sample < at {
		return ErrNoSeek
	}
	if r.frame != nil {
		r.at = int(min(sample-start, int64(r.frame.BlockSize)))
	}
	r.from = sample
	return nil
}

// find halves its way to a frame that begins at a sample or before, and not far from it.
func (r *flacReader) find(sample int64) (offset int64, err error) {
	low, high := r.data, r.in.size
	lowSample, highSample := int64(0), int64(1)<<62
	for high-low > flacNearby {
		middle := low + (high-low)/2
		at, first, err := r.frameFrom(middle, high, lowSample, highSample)
		switch {
		case err != nil && err != io.EOF:
			return 0, err
		case err == io.EOF:
			high = middle
		case first > sample:
			high, highSample = middle, first
		default:
			low, lowSample = at, first
		}
	}
	return low, nil
}

// frameFrom finds the first frame that begins between two bytes and whose first sample lies between two samples. The error is io.EOF
// if there is none. It trusts the header's checksum; the bounds turn down most of what looks like a header and is none.
func (r *flacReader) frameFrom(offset, limit, lowSample, highSample int64) (at, first int64, err error) {
	if err := r.in.goTo(offset); err != nil {
		return 0, 0, err
	}
	for offset < limit {
		b, err := r.in.Peek(flacHeader)
		if len(b) < flacHeader {
			return 0, 0, endOf(err)
		}
		if b[0] == 0xFF && b[1]&0xFE == 0xF8 {
			if f, err := frame.New(bytes.NewReader(b)); err == nil && f.Channels.Count() == int(r.info.NChannels) {
				if first := r.first(f.Header); first >= lowSample && first <= highSample {
					return offset, first, nil
				}
			}
		}
		if _, err := r.in.Discard(1); err != nil {
			return 0, 0, err
		}
		offset++
	}
	return 0, 0, io.EOF
}

func (r *flacReader) length() (int64, bool) { return int64(r.info.NSamples), r.info.NSamples > 0 }

func (r *flacReader) close() error { return r.in.Close() }
