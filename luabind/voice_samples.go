package luabind

import (
	"encoding/binary"
	"errors"
	"io"
	"time"

	"cordial/discord/voice/audio"
)

// pcmSource is samples that a script has made.
type pcmSource struct {
	pcm string
	at  int // bytes
}

func (s *pcmSource) Read(pcm []int16) (int, error) {
	n := 0
	for ; n+1 < len(pcm) && s.at < len(s.pcm); n += 2 {
		four := s.pcm[s.at : s.at+4]
		pcm[n] = int16(binary.LittleEndian.Uint16([]byte(four[:2])))
		pcm[n+1] = int16(binary.LittleEndian.Uint16([]byte(four[2:])))
		s.at += 4
	}
	if n < len(pcm) {
		return n / 2, io.EOF
	}
	return n / 2, nil
}

func (s *pcmSource) Seek(at time.Duration) error {
	s.at = int(min(4*audio.Samples(at), int64(len(s.pcm))))
	return nil
}

func (s *pcmSource) Duration() (time.Duration, bool) {
	return audio.Duration(int64(len(s.pcm) / 4)), true
}

func (s *pcmSource) Close() error { return nil }

// opusSource is packets that a script has made. They are passed on as they are.
type opusSource struct {
	packets []string
	next    int
}

// errOpusOnly says that packets are not decoded: their volume stays 1.
var errOpusOnly = errors.New("packets are sent as they are")

func (s *opusSource) Read([]int16) (int, error) { return 0, errOpusOnly }

func (s *opusSource) NextPacket() ([]byte, error) {
	if s.next == len(s.packets) {
		return nil, io.EOF
	}
	s.next++
	return []byte(s.packets[s.next-1]), nil
}

func (s *opusSource) Seek(at time.Duration) error {
	s.next = int(min(audio.Samples(at)/audio.FrameSamples, int64(len(s.packets))))
	return nil
}

func (s *opusSource) Duration() (time.Duration, bool) {
	return audio.Duration(int64(len(s.packets) * audio.FrameSamples)), true
}

func (s *opusSource) Close() error { return nil }
