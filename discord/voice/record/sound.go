package record

import (
	"math"
	"slices"

	"cordial/discord/voice/audio"
	"cordial/discord/voice/audio/ogg"
)

const (
	// codecDelay is how far decoded sound lies behind its packets, in samples. Files of packets say the same in their pre-skip.
	codecDelay = ogg.DefaultPreSkip
	// maxConceal is how much a decoder makes up of sound that was lost at a stretch, 100 ms; what it makes up of more is no voice.
	maxConceal = 5 * audio.FrameSamples
)

// sink takes the decoded sound of a track, without gaps.
type sink interface {
	sound(pcm []int16) error
	silence(samples int64) error
	flush() error
	close() error
}

// soundTrack decodes the packets of one speaker, makes up what was lost, and hands the sound to its sinks.
type soundTrack struct {
	decoder   audio.Decoder
	channels  int
	pcm       []int16
	delay     int // samples of the codec's delay that were not left out yet
	made      int // samples made up since the last packet
	concealed *uint64
	invalid   *uint64
	sinks     []sink
	failed    func(error) // is told of a sink that is given up
}

func newSoundTrack(channels int, info *Track, failed func(error), sinks ...sink) (*soundTrack, error) {
	decoder, err := audio.NewDecoder(channels)
	if err != nil {
		return nil, err
	}
	return &soundTrack{
		decoder: decoder, channels: channels, pcm: make([]int16, audio.MaxPacketSamples*channels),
		delay: codecDelay, concealed: &info.Concealed, invalid: &info.Invalid, failed: failed, sinks: sinks,
	}, nil
}

func (t *soundTrack) restart() { t.decoder.Reset() }

// frame decodes a packet, or makes one up that was lost; next is the packet after it, if it is known.
func (t *soundTrack) frame(opus, next []byte, samples int) error {
	if opus == nil {
		return t.lost(next, samples)
	}
	n, err := t.decoder.Decode(t.pcm, opus)
	if err != nil || n != samples {
		*t.invalid++
		return t.lost(nil, samples)
	}
	t.made = 0
	return t.write(t.pcm[:samples*t.channels])
}

func (t *soundTrack) lost(next []byte, samples int) error {
	if t.made >= maxConceal {
		return t.silence(int64(samples))
	}
	pcm := t.pcm[:samples*t.channels]
	n, err := 0, error(nil)
	if next != nil {
		n, err = t.decoder.Recover(pcm, next)
	} else {
		n, err = t.decoder.Conceal(pcm)
	}
	if err != nil || n != samples {
		return t.silence(int64(samples))
	}
	t.made += samples
	*t.concealed++
	return t.write(pcm)
}

func (t *soundTrack) write(pcm []int16) error {
	if t.delay > 0 {
		n := min(t.delay, len(pcm)/t.channels)
		t.delay -= n
		pcm = pcm[n*t.channels:]
	}
	return t.each(func(s sink) error { return s.sound(pcm) })
}

func (t *soundTrack) silence(samples int64) error {
	n := min(int64(t.delay), samples)
	t.delay -= int(n)
	return t.each(func(s sink) error { return s.silence(samples - n) })
}

func (t *soundTrack) flush() error { return t.each(sink.flush) }

// close ends the track, as much later as it began later for the codec's delay.
func (t *soundTrack) close() error {
	t.decoder.Close()
	err := t.silence(codecDelay)
	if closeErr := t.each(sink.close); err == nil {
		err = closeErr
	}
	return err
}

// each does something with all sinks. One that fails is given up while there are others; the error of the last one is the track's.
func (t *soundTrack) each(do func(sink) error) error {
	for i := 0; i < len(t.sinks); i++ {
		err := do(t.sinks[i])
		switch {
		case err != nil && len(t.sinks) == 1:
			return err
		case err != nil:
			t.failed(err)
			t.sinks[i].close()
			t.sinks = slices.Delete(t.sinks, i, i+1)
			i--
		}
	}
	return nil
}

// fileSink writes sound to files of the length of the split.
type fileSink struct {
	files  *files
	format audio.Format

	file audio.Sink // nil between two files
	left int64      // samples until the file is full
}

func newFileSink(f *files, format audio.Format) *fileSink {
	return &fileSink{files: f, format: format}
}

func (s *fileSink) sound(pcm []int16) error {
	for len(pcm) > 0 {
		if err := s.begin(); err != nil {
			return err
		}
		n := min(int64(len(pcm)/s.format.Channels), s.left)
		part := pcm[:int(n)*s.format.Channels]
		if err := s.file.Write(part); err != nil {
			return err
		}
		pcm = pcm[len(part):]
		if err := s.wrote(n); err != nil {
			return err
		}
	}
	return nil
}

func (s *fileSink) silence(samples int64) error {
	for samples > 0 {
		if err := s.begin(); err != nil {
			return err
		}
		n := min(samples, s.left)
		if err := s.file.Silence(n); err != nil {
			return err
		}
		samples -= n
		if err := s.wrote(n); err != nil {
			return err
		}
	}
	return nil
}

// wrote counts samples, and ends the file when it is full.
func (s *fileSink) wrote(samples int64) error {
	if s.left -= samples; s.left > 0 {
		return nil
	}
	return s.close()
}

// begin opens the next file, if none is open.
func (s *fileSink) begin() error {
	if s.file != nil {
		return nil
	}
	file, err := createFile(s.files, func(path string) (audio.Sink, error) { return audio.Create(path, s.format) })
	if err != nil {
		return err
	}
	s.file = file
	s.left = math.MaxInt64
	if s.files.split > 0 {
		s.left = s.files.split
	}
	return nil
}

func (s *fileSink) flush() error {
	if s.file == nil {
		return nil
	}
	return s.file.Flush()
}

func (s *fileSink) close() error {
	if s.file == nil {
		return nil
	}
	err := s.file.Close()
	s.file = nil
	return err
}
