package audio

import (
	"crypto/md5"
	"encoding/binary"
	"errors"
	"hash"
	"os"
)

// The lengths of FLAC's blocks, in samples. Only the last block of a file may be shorter than the least.
const (
	flacBlock    = 4096
	flacMinBlock = 16
)

const (
	// flacHashed is how many blocks of silence are hashed at once, ten minutes, which takes a tenth of a second. A file with a longer
	// silence has no checksum of the whole; its frames have theirs.
	flacHashed = 600 * SampleRate / flacBlock
	// flacWrite is how much of the silence is written at once, in bytes.
	flacWrite = 32 << 10
)

// flacSink writes 16-bit FLAC. Blocks have any length, so that a Flush can end one. Frames are written whole, so that a killed process
// leaves whole ones. The length and the checksum of the whole are filled in at the end, and readers do without.
type flacSink struct {
	file     *os.File
	channels int
	frames   framer
	coder    *flacCoder
	samples  int64     // written
	hash     hash.Hash // of the sound; nil if there is too much silence
	bytes    []byte    // of the sound, for the hash
	out      []byte
	err      error
}

func newFLACSink(file *os.File, f Format) (Sink, error) {
	s := &flacSink{file: file, channels: f.Channels, coder: newFLACCoder(f.Channels), hash: md5.New()}
	s.frames = framer{size: flacBlock * f.Channels, channels: f.Channels, full: s.encode, repeat: s.repeat}
	_, err := file.Write(s.header())
	return s, err
}

// header is what stands before the frames: one block, STREAMINFO (RFC 9639, section 8.2). Its last fields are 0 while they are not known.
func (s *flacSink) header() []byte {
	b := append([]byte("fLaC"), 0x80, 0, 0, 34)
	b = binary.BigEndian.AppendUint16(b, flacMinBlock)
	b = binary.BigEndian.AppendUint16(b, flacBlock)
	b = append(b, 0, 0, 0, 0, 0, 0) // how long frames are in bytes, which nobody needs
	var length int64
	sum := make([]byte, md5.Size)
	if errors.Is(s.err, ErrClosed) {
		length = s.samples
		if s.hash != nil {
			sum = s.hash.Sum(sum[:0])
		}
	}
	b = binary.BigEndian.AppendUint64(b, SampleRate<<44|uint64(s.channels-1)<<41|15<<36|uint64(length))
	return append(b, sum...)
}

func (s *flacSink) Write(pcm []int16) error {
	if s.err == nil {
		s.err = s.frames.write(pcm)
	}
	return s.err
}

func (s *flacSink) Silence(samples int64) error {
	if s.err == nil {
		s.err = s.frames.silence(samples)
	}
	return s.err
}

// encode writes a block of any length.
func (s *flacSink) encode(pcm []int16) error {
	if s.hash != nil {
		s.bytes = s.bytes[:0]
		for _, v := range pcm {
			s.bytes = binary.LittleEndian.AppendUint16(s.bytes, uint16(v))
		}
		s.hash.Write(s.bytes)
	}
	s.out = s.coder.frame(s.out[:0], pcm, s.samples)
	s.samples += int64(len(pcm) / s.channels)
	_, err := s.file.Write(s.out)
	return err
}

// repeat writes blocks of silence.
func (s *flacSink) repeat(blocks int64) error {
	if blocks > flacHashed {
		s.hash = nil
	}
	zeros := make([]byte, 2*flacBlock*s.channels)
	for s.out = s.out[:0]; blocks > 0; blocks-- {
		if s.hash != nil {
			s.hash.Write(zeros)
		}
		s.out = s.coder.silence(s.out, s.samples)
		s.samples += flacBlock
		if len(s.out) < flacWrite && blocks > 1 {
			continue
		}
		if _, err := s.file.Write(s.out); err != nil {
			return err
		}
		s.out = s.out[:0]
	}
	return nil
}

func (s *flacSink) Flush() error {
	if s.err == nil && s.frames.len() >= flacMinBlock*s.channels {
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
	s.err = ErrClosed
	if err == nil {
		_, err = s.file.WriteAt(s.header(), 0)
	}
	return errors.Join(err, s.file.Close())
}
