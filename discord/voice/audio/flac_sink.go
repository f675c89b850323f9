package audio

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/mewkiz/flac"
	"github.com/mewkiz/flac/frame"
	"github.com/mewkiz/flac/meta"
)

// The lengths of FLAC's blocks, in samples. Only the last block of a file may be shorter than the least.
const (
	flacBlock    = 4096
	flacMinBlock = 16
)

// flacFrame is more than the longest frame takes, in bytes, so that each is written at once and a killed process leaves whole ones.
const flacFrame = 2*2*flacBlock + 4096

// flacSink writes 16-bit FLAC. Blocks have any length, so that a Flush can end one; their length and checksum of the whole are
// filled in at the end, and readers do without.
type flacSink struct {
	file    *os.File
	out     *bufio.Writer
	encoder *flac.Encoder
	frames  framer
	frame   frame.Frame
	folded  [flacBlock]uint32 // for predict
	err     error
}

func newFLACSink(file *os.File, f Format) (Sink, error) {
	s := &flacSink{file: file, out: bufio.NewWriterSize(file, flacFrame)}
	info := &meta.StreamInfo{
		BlockSizeMin: flacMinBlock, BlockSizeMax: flacBlock, SampleRate: SampleRate, NChannels: uint8(f.Channels), BitsPerSample: 16,
	}
	encoder, err := flac.NewEncoder(flacFile{s.out, file}, info)
	if err != nil {
		return nil, fmt.Errorf("write the header of a FLAC file: %w", err)
	}
	encoder.EnablePredictionAnalysis(false)
	s.encoder = encoder
	s.frame.Header = frame.Header{SampleRate: SampleRate, BitsPerSample: 16, Channels: frame.ChannelsMono}
	if f.Channels == 2 {
		s.frame.Channels = frame.ChannelsLR
	}
	for range f.Channels {
		s.frame.Subframes = append(s.frame.Subframes, &frame.Subframe{Samples: make([]int32, flacBlock)})
	}
	s.frames = framer{size: flacBlock * f.Channels, full: s.encode}
	return s, s.out.Flush()
}

// flacFile lets the encoder go back to the header once everything else is written. It hides the file's Close, which is the sink's.
type flacFile struct {
	*bufio.Writer
	file *os.File
}

func (f flacFile) Seek(offset int64, whence int) (int64, error) {
	if err := f.Flush(); err != nil {
		return 0, err
	}
	return f.file.Seek(offset, whence)
}

func (s *flacSink) Write(pcm []int16) error {
	if s.err == nil {
		s.err = s.frames.write(pcm)
	}
	return s.err
}

// encode writes a block of any length.
func (s *flacSink) encode(pcm []int16) error {
	channels := len(s.frame.Subframes)
	samples := len(pcm) / channels
	s.frame.BlockSize = uint16(samples)
	for c, sub := range s.frame.Subframes {
		sub.Samples = sub.Samples[:samples]
		for i := range sub.Samples {
			sub.Samples[i] = int32(pcm[i*channels+c])
		}
		sub.NSamples = samples
		predict(sub, s.folded[:])
	}
	if err := s.encoder.WriteFrame(&s.frame); err != nil {
		return err
	}
	return s.out.Flush()
}

func (s *flacSink) Flush() error {
	if s.err != nil {
		return s.err
	}
	if s.frames.len() >= flacMinBlock*len(s.frame.Subframes) {
		s.err = s.encodeHeld()
	}
	return s.err
}

// encodeHeld writes what was gathered as a block of its own.
func (s *flacSink) encodeHeld() error {
	n := s.frames.len()
	return s.encode(s.frames.take()[:n])
}

func (s *flacSink) Close() error {
	if errors.Is(s.err, ErrClosed) {
		return nil
	}
	err := s.err
	if err == nil && s.frames.len() > 0 {
		err = s.encodeHeld()
	}
	if err == nil {
		err = s.complete()
	}
	s.err = ErrClosed
	return errors.Join(err, s.file.Close())
}

// complete fills in the header. The encoder counts the last block for the shortest; players want the least there is.
func (s *flacSink) complete() error {
	if err := errors.Join(s.encoder.Close(), s.out.Flush()); err != nil {
		return err
	}
	_, err := s.file.WriteAt([]byte{flacMinBlock >> 8, flacMinBlock & 0xFF, flacBlock >> 8, flacBlock & 0xFF}, 8)
	return err
}

var _ io.WriteSeeker = flacFile{}
