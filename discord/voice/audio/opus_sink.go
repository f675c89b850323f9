package audio

import (
	"errors"
	"fmt"
	"os"

	"cordial/discord/voice/audio/ogg"
)

// packetSink writes ready packets.
type packetSink struct {
	file *os.File
	ogg  *ogg.Writer
}

func newPacketSink(file *os.File) (PacketSink, error) {
	w, err := ogg.NewWriter(file, ogg.Options{Channels: 2, PreSkip: EncoderDelay})
	return &packetSink{file, w}, err
}

func (p *packetSink) WritePacket(packet []byte) error {
	samples, err := PacketSamples(packet)
	if err != nil {
		return err
	}
	return p.ogg.WritePacket(packet, samples)
}

func (p *packetSink) Flush() error { return p.ogg.Flush() }

func (p *packetSink) Close() error { return closeBoth(p.ogg, p.file) }

// closeBoth ends a container and the file under it. A second time it does nothing.
func closeBoth(container interface{ Close() error }, file *os.File) error {
	err := container.Close()
	if closed := file.Close(); !errors.Is(closed, os.ErrClosed) {
		err = errors.Join(err, closed)
	}
	return err
}

// opusSettle is how many frames of silence an encoder gets around a silence that it does not see.
const opusSettle = 5

// opusSink encodes PCM.
type opusSink struct {
	file    *os.File
	ogg     *ogg.Writer
	encoder Encoder
	frames  framer
	packet  []byte
	closed  bool
}

func newOpusSink(file *os.File, f Format) (Sink, error) {
	encoder, err := NewEncoder(f.Channels, f.Bitrate)
	if err != nil {
		return nil, err
	}
	w, err := ogg.NewWriter(file, ogg.Options{Channels: f.Channels, PreSkip: EncoderDelay})
	if err != nil {
		return nil, err
	}
	s := &opusSink{file: file, ogg: w, encoder: encoder}
	s.frames = framer{
		size: FrameSamples * f.Channels, channels: f.Channels, repeat: s.repeat, settle: opusSettle,
		full: func(frame []int16) error { return s.encode(frame, FrameSamples) },
	}
	return s, nil
}

func (s *opusSink) Write(pcm []int16) error {
	if s.closed {
		return ErrClosed
	}
	return s.frames.write(pcm)
}

func (s *opusSink) Silence(samples int64) error {
	if s.closed {
		return ErrClosed
	}
	return s.frames.silence(samples)
}

// repeat writes frames of silence without the encoder.
func (s *opusSink) repeat(frames int64) error {
	for range frames {
		if err := s.ogg.WritePacket(Silence, FrameSamples); err != nil {
			return err
		}
	}
	return nil
}

// encode writes a frame, of which samples count.
func (s *opusSink) encode(frame []int16, samples int) error {
	packet, err := s.encoder.Encode(s.packet[:0], frame)
	if err != nil {
		return err
	}
	s.packet = packet
	return s.ogg.WritePacket(packet, samples)
}

func (s *opusSink) Flush() error { return s.ogg.Flush() }

// Close encodes what is left, and silence behind it that pushes the last of the sound through the encoder's delay.
func (s *opusSink) Close() error {
	if s.closed {
		return nil
	}
	s.closed = true
	left := s.frames.len()/s.frames.channels + EncoderDelay
	var err error
	for ; left > 0 && err == nil; left -= FrameSamples {
		err = s.encode(s.frames.take(), min(left, FrameSamples))
	}
	if err != nil {
		err = fmt.Errorf("encode the end: %w", err)
	}
	return errors.Join(err, closeBoth(s.ogg, s.file))
}
