package audio

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"cordial/discord/voice/audio/mp3"
)

// mp3DecoderDelay is how far any MP3 decoder's sound lies behind, in samples. Files state the encoder's part of the delay only.
const mp3DecoderDelay = 529

// mp3Resync is how much damage is read over in search of the next frame, in bytes.
const mp3Resync = 64 << 10

// mp3Bitrates are the rates of layer III in kbit/s by index, for MPEG 1 and for MPEG 2.
var mp3Bitrates = [2][15]int{
	mp3.Bitrates(),
	{0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160},
}

// mp3Header is the header of a frame of layer III.
type mp3Header struct {
	rate     int // samples per second
	channels int
	samples  int // per frame and channel
	size     int // of the frame in bytes, header included
	bitrate  int // bits per second
	side     int // bytes of side information, behind the header
}

// parseMP3Header reads four bytes. Its second result is false for what is no frame of MPEG 1 or 2, layer III.
func parseMP3Header(b []byte) (mp3Header, bool) {
	bits := binary.BigEndian.Uint32(b)
	version, layer := bits>>19&3, bits>>17&3
	bitrate, rate := bits>>12&15, bits>>10&3
	if bits>>21 != 0x7FF || version < 2 || layer != 1 || bitrate == 0 || bitrate == 15 || rate == 3 || bits&3 == 2 {
		return mp3Header{}, false
	}
	low := int(3 - version) // 1 for MPEG 2, with half the rates and frames
	h := mp3Header{
		rate:     []int{44100, 48000, 32000}[rate] >> low,
		channels: 2,
		samples:  1152 >> low,
		bitrate:  mp3Bitrates[low][bitrate] * 1000,
		side:     32 - 15*low,
	}
	if bits>>6&3 == 3 {
		h.channels, h.side = 1, 17-8*low
	}
	h.size = h.samples/8*h.bitrate/h.rate + int(bits>>9&1)
	return h, true
}

// mp3Info is what the first frame may say about the whole file, in the form of the programs Xing and LAME.
type mp3Info struct {
	frames  int64 // without this one; 0 if it does not say
	gapless bool
	delay   int // samples to leave out at the start, the decoder's delay apart
	padding int // and at the end
}

// parseMP3Info reads the frame that describes the file. Its second result is false for a frame of sound.
func parseMP3Info(frame []byte, h mp3Header) (info mp3Info, ok bool) {
	b := frame[min(len(frame), 4+h.side):]
	if len(b) < 8 || string(b[:4]) != "Xing" && string(b[:4]) != "Info" {
		return mp3Info{}, false
	}
	flags := binary.BigEndian.Uint32(b[4:])
	b = b[8:]
	for bit, size := range []int{4, 4, 100, 4} { // frames, bytes, table of contents, quality
		if flags>>bit&1 == 0 {
			continue
		}
		if len(b) < size {
			return info, true
		}
		if bit == 0 {
			info.frames = int64(binary.BigEndian.Uint32(b))
		}
		b = b[size:]
	}
	if len(b) >= 24 && b[0] != 0 {
		gap := int(b[21])<<16 | int(b[22])<<8 | int(b[23])
		info.gapless, info.delay, info.padding = true, gap>>12, gap&0xFFF
	}
	return info, true
}

// mp3Frames gives the frames of an MP3 file one by one, leaving out the tags around them.
type mp3Frames struct {
	in     *input
	first  mp3Header
	read   int64 // bytes, from the start of the file
	begun  bool
	failed error
}

// next gives a whole frame, valid until the next call. The error is io.EOF, ErrTruncated or ErrDamaged at the end.
func (f *mp3Frames) next() (frame []byte, h mp3Header, err error) {
	if f.failed == nil {
		frame, h, f.failed = f.find()
	}
	return frame, h, f.failed
}

func (f *mp3Frames) find() ([]byte, mp3Header, error) {
	for skipped := 0; skipped < mp3Resync; {
		b, err := f.in.Peek(id3Header)
		if len(b) < 4 {
			return nil, mp3Header{}, endOf(err)
		}
		if bytes.HasPrefix(b, []byte("TAG")) || bytes.HasPrefix(b, []byte("APET")) {
			return nil, mp3Header{}, io.EOF // tags behind the sound
		}
		if bytes.HasPrefix(b, []byte("ID3")) && len(b) == id3Header {
			if err := f.skip(id3Size(b)); err != nil {
				return nil, mp3Header{}, err
			}
			continue
		}
		if h, ok := parseMP3Header(b); ok && (!f.begun || h.rate == f.first.rate) {
			frame, err := f.take(h)
			return frame, h, err
		}
		if err := f.skip(1); err != nil {
			return nil, mp3Header{}, err
		}
		skipped++
	}
	return nil, mp3Header{}, fmt.Errorf("%w: there is no MP3 frame in %d bytes, from byte %d on", ErrDamaged, mp3Resync, f.read-mp3Resync)
}

// take reads the frame that begins here.
func (f *mp3Frames) take(h mp3Header) ([]byte, error) {
	frame, err := f.in.Peek(h.size)
	if len(frame) < h.size {
		if errors.Is(err, io.EOF) {
			return nil, fmt.Errorf("%w: its last MP3 frame has %d of %d bytes", ErrTruncated, len(frame), h.size)
		}
		return nil, err
	}
	if !f.begun {
		f.first, f.begun = h, true
	}
	return frame, f.skip(h.size) // what was peeked at stays until the next read
}

func (f *mp3Frames) skip(n int) error {
	n, err := f.in.Discard(n)
	f.read += int64(n)
	return endOf(err)
}

// endOf takes an end within a few bytes of junk for the end.
func endOf(err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return io.EOF
	}
	return err
}
