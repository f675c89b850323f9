package audio

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"

	"cordial/discord/voice/audio/mp3"
)

// The bit rates of an MP3 file when none is asked for, in bits per second. Our encoder knows nothing of hearing: it needs about twice
// the rate of others for the same quality. FFmpeg's has the same ones, and is better at them.
const (
	defaultMP3Mono   = 128000
	defaultMP3Stereo = 192000
)

const (
	// mp3Settle is how many frames of silence take the last of a sound out of the encoder, and make the next one silent.
	mp3Settle = 3
	// mp3Write is how much of a silence is written at once, in bytes.
	mp3Write = 32 << 10
)

// mp3Sink writes MP3 of a constant bit rate. Its first frame says how many follow and what to leave out at both ends, so that
// players play exactly what was written.
type mp3Sink struct {
	file    *os.File
	encoder *mp3.Encoder
	frames  framer
	first   mp3First
	count   int64 // frames behind it
	samples int64 // written into the sink
	closed  bool
	out     []byte // the frame that was encoded last
}

func newMP3Sink(file *os.File, f Format) (Sink, error) {
	index, err := mp3BitrateIndex(f)
	if err != nil {
		return nil, err
	}
	encoder, err := mp3.NewEncoder(f.Channels, 1000*mp3Bitrates[0][index])
	if err != nil {
		return nil, err
	}
	s := &mp3Sink{file: file, encoder: encoder, first: newMP3First(f.Channels, index)}
	s.frames = framer{size: mp3.FrameSamples * f.Channels, channels: f.Channels, full: s.encode, repeat: s.repeat, settle: mp3Settle}
	_, err = file.Write(s.first)
	return s, err
}

// mp3BitrateIndex gives the place of a format's bit rate in the list of those that MP3 has.
func mp3BitrateIndex(f Format) (int, error) {
	rate := cmp.Or(f.Bitrate, defaultMP3Stereo)
	if f.Bitrate == 0 && f.Channels == 1 {
		rate = defaultMP3Mono
	}
	index := slices.Index(mp3Bitrates[0][:], rate/1000)
	if index < 1 || rate%1000 != 0 {
		return 0, fmt.Errorf("bitrate is %d, which MP3 does not have: use %s", rate, mp3Rates())
	}
	return index, nil
}

// mp3Rates lists the bit rates that MP3 has, in bits per second.
func mp3Rates() string {
	rates := mp3Bitrates[0][1:]
	last := len(rates) - 1
	var list []string
	for _, rate := range rates[:last] {
		list = append(list, strconv.Itoa(1000*rate))
	}
	return strings.Join(list, ", ") + " or " + strconv.Itoa(1000*rates[last])
}

// mp3First is the first frame of a file, a silent one that describes it.
type mp3First []byte

// newMP3First makes a frame whose fields are yet to be filled in.
func newMP3First(channels, index int) mp3First {
	mode := byte(0)
	if channels == 1 {
		mode = 0xC0
	}
	frame := []byte{0xFF, 0xFB, byte(index)<<4 | 1<<2, mode}
	h, _ := parseMP3Header(frame)
	frame = append(frame, make([]byte, h.side)...)
	frame = append(frame, "Info\x00\x00\x00\x03"...)          // frames and bytes follow
	frame = append(frame, 0, 0, 0, 0, 0, 0, 0, 0)             // which are not known yet
	frame = append(frame, "LAME3.100"...)                     // the name under which players look for the delay
	frame = append(frame, make([]byte, h.size-len(frame))...) // and the rest
	return frame
}

// write fills the fields in, and writes the frame to its place: how many frames of its size follow, and what players leave out at both ends.
func (f mp3First) write(file *os.File, count, delay, padding int64) error {
	h, _ := parseMP3Header(f)
	b := f[4+h.side+8:]
	binary.BigEndian.PutUint32(b, uint32(count))
	binary.BigEndian.PutUint32(b[4:], uint32(int64(h.size)*(count+1)))
	gap := delay<<12 | min(padding, 0xFFF)
	lame := b[8:]
	lame[21], lame[22], lame[23] = byte(gap>>16), byte(gap>>8), byte(gap)
	_, err := file.WriteAt(f, 0)
	return err
}

// repeatMP3 writes a frame many times over. Frames of ours stand for themselves, so that one of silence is silent anywhere.
func repeatMP3(file *os.File, frame []byte, count int64) error {
	block := bytes.Repeat(frame, max(1, int(min(count, int64(mp3Write/len(frame))))))
	for left := count * int64(len(frame)); left > 0; left -= int64(len(block)) {
		block = block[:min(int64(len(block)), left)]
		if _, err := file.Write(block); err != nil {
			return err
		}
	}
	return nil
}

func (s *mp3Sink) Write(pcm []int16) error {
	if s.closed {
		return ErrClosed
	}
	s.samples += int64(len(pcm) / s.frames.channels)
	return s.frames.write(pcm)
}

func (s *mp3Sink) Silence(samples int64) error {
	if s.closed {
		return ErrClosed
	}
	s.samples += samples
	return s.frames.silence(samples)
}

// repeat writes the frame that was encoded last, which is silence.
func (s *mp3Sink) repeat(frames int64) error {
	s.count += frames
	return repeatMP3(s.file, s.out, frames)
}

// encode writes one frame.
func (s *mp3Sink) encode(frame []int16) error {
	s.count++
	s.out = s.encoder.Encode(s.out[:0], frame)
	_, err := s.file.Write(s.out)
	return err
}

// Flush writes how many frames there are. The last ones may not be full, so it says nothing of the end yet.
func (s *mp3Sink) Flush() error {
	if s.closed {
		return ErrClosed
	}
	return s.describe(0)
}

// describe fills in the first frame.
func (s *mp3Sink) describe(padding int64) error {
	return s.first.write(s.file, s.count, mp3.Delay, padding)
}

// Close encodes what is left, and silence behind it that pushes the last of the sound through the delays of both sides.
func (s *mp3Sink) Close() error {
	if s.closed {
		return nil
	}
	s.closed = true
	var err error
	for err == nil && s.count*mp3.FrameSamples < s.samples+mp3.Delay+mp3DecoderDelay {
		err = s.encode(s.frames.take())
	}
	if err == nil {
		err = s.describe(s.count*mp3.FrameSamples - s.samples - mp3.Delay)
	}
	return errors.Join(err, s.file.Close())
}
