package audio

import (
	"errors"
	"fmt"
	"time"
)

// The errors of reading are wrapped with what was found.
var (
	// ErrTruncated says that a file ends before it said it would: it was cut. What came before was read.
	ErrTruncated = errors.New("the file is cut off")
	// ErrDamaged says that a file contradicts its own format. What came before was read.
	ErrDamaged = errors.New("the file is damaged")
	// ErrUnknownFormat says that nothing here can read the file.
	ErrUnknownFormat = errors.New("not a sound file that can be read")
	// ErrNoSeek says that a source plays only from where it is: a live stream, or a pipe.
	ErrNoSeek = errors.New("cannot go to another place in this sound")
)

// A Source is sound to be read, as 48 kHz stereo whatever it was. It holds a bounded part of a file at a time. It is not safe for
// use by several goroutines at once; what waits for a stream is ended by the context given to Open.
type Source interface {
	// Read fills pcm, which has room for whole stereo samples, and gives the number of samples per channel. It gives fewer than
	// asked for only together with an error: io.EOF at the end, otherwise what is wrong with the file.
	Read(pcm []int16) (samples int, err error)
	// Seek goes to a time from the start. A time behind the end is the end. Seek(0) starts again, after io.EOF too.
	Seek(at time.Duration) error
	// Duration gives the whole length, if the file says it or it can be found out.
	Duration() (time.Duration, bool)
	// Close ends reading and closes the file.
	Close() error
}

// A PacketSource is a Source that holds Opus packets, which can be passed on without decoding. A reader uses either Read or
// NextPacket between two seeks.
type PacketSource interface {
	Source
	// NextPacket gives the next packet, valid until the call after, or the error that Read would give.
	NextPacket() ([]byte, error)
}

// rawSource is a file as its format stores it. Its values lie between -1 and 1.
type rawSource interface {
	// layout gives the samples per second and the channels.
	layout() (rate, channels int)
	// read gives whole samples, as many as it likes but at least one without an error.
	read(values []float32) (n int, err error)
	// seek goes to a sample, counted at the file's rate.
	seek(sample int64) error
	// length gives the number of samples, at the file's rate.
	length() (int64, bool)
	close() error
}

// The files that are taken for sound: stereoGains mixes up to 8 channels, and no recorder uses rates beyond these.
const (
	maxChannels = 8
	minRate     = 1000
	maxRate     = 384000
)

// blockSamples is how much is read of a file at once.
const blockSamples = 1024

// source makes 48 kHz stereo of a rawSource.
type source struct {
	raw      rawSource
	rate     int
	channels int
	values   []float32 // as read
	stereo   []float32 // mixed
	resample *resampler
	ready    []float32 // resampled, the part that was not given out yet
	err      error     // to give when ready is used up
}

// sourceOf makes a Source of what a format's constructor returned. When it returns an error the file stays open.
func sourceOf[R rawSource](raw R, err error) (Source, error) {
	if err != nil {
		return nil, err
	}
	rate, channels := raw.layout()
	if rate < minRate || rate > maxRate || channels < 1 || channels > maxChannels {
		return nil, fmt.Errorf("%w: it claims %d channels at %d Hz", ErrDamaged, channels, rate)
	}
	s := &source{raw: raw, rate: rate, channels: channels, values: make([]float32, blockSamples*channels)}
	if rate != SampleRate {
		s.resample = newResampler(rate)
	}
	if opus, ok := any(raw).(*opusReader); ok && opus.ogg.Header().Gain == 0 { // its packets are as loud as its sound
		return &opusSource{s, opus}, nil
	}
	return s, nil
}

func (s *source) Read(pcm []int16) (int, error) {
	want := len(pcm) / 2 * 2
	done := 0
	for done < want {
		if len(s.ready) == 0 {
			if s.err != nil {
				return done / 2, s.err
			}
			s.fill()
			continue
		}
		n := min(want-done, len(s.ready))
		for i, v := range s.ready[:n] {
			pcm[done+i] = toInt16(v)
		}
		s.ready = s.ready[n:]
		done += n
	}
	return done / 2, nil
}

// fill reads a block and makes it ready, or learns why there is none.
func (s *source) fill() {
	n, err := s.raw.read(s.values)
	s.stereo = mixToStereo(s.stereo[:0], s.values[:n], s.channels)
	switch {
	case s.resample == nil:
		s.ready, s.err = s.stereo, err
	case err != nil:
		s.ready, s.err = s.resample.finish(s.stereo), err
	default:
		s.ready = s.resample.process(s.stereo)
	}
}

func (s *source) Seek(at time.Duration) error {
	if err := s.raw.seek(samplesAt(max(0, at), s.rate)); err != nil {
		return fmt.Errorf("go to %v: %w", at, err)
	}
	s.ready, s.err = nil, nil
	if s.resample != nil {
		s.resample.reset()
	}
	return nil
}

func (s *source) Duration() (time.Duration, bool) {
	samples, ok := s.raw.length()
	return durationAt(samples, s.rate), ok
}

func (s *source) Close() error { return s.raw.close() }
