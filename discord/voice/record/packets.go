package record

import (
	"fmt"
	"math"
	"os"

	"cordial/discord/voice/audio"
	"cordial/discord/voice/audio/ogg"
)

// packetTrack writes a track as Opus packets, as they came. A packet over the border of two files of a split recording is in both:
// the end of the first file and the pre-skip of the second one cut it.
type packetTrack struct {
	files *files
	tags  []string

	file   *os.File // nil between two files
	writer *ogg.Writer
	left   int64 // samples until the file is full
	skip   int   // what the next file leaves out at its start, besides the codec's delay
}

func newPacketTrack(f *files, tags []string) *packetTrack {
	return &packetTrack{files: f, tags: tags}
}

// frame writes a packet, or silence in place of a lost one.
func (t *packetTrack) frame(opus, _ []byte, samples int) error {
	if opus == nil {
		return t.silence(int64(samples))
	}
	return t.packet(opus, samples)
}

func (t *packetTrack) restart() {}

// silence writes packets of silence. What is no multiple of grain is left out.
func (t *packetTrack) silence(samples int64) error { return eachSilence(samples, t.packet) }

func (t *packetTrack) packet(opus []byte, samples int) error {
	if err := t.begin(); err != nil {
		return err
	}
	inside := int(min(int64(samples), t.left))
	if err := t.writer.WritePacket(opus, inside); err != nil {
		return err
	}
	t.left -= int64(inside)
	if t.left > 0 {
		return nil
	}
	if err := t.close(); err != nil || inside == samples {
		return err
	}
	t.skip = inside
	if err := t.begin(); err != nil {
		return err
	}
	t.left -= int64(samples - inside)
	return t.writer.WritePacket(opus, samples)
}

// begin opens the next file, if none is open.
func (t *packetTrack) begin() error {
	if t.file != nil {
		return nil
	}
	f, err := t.files.create()
	if err != nil {
		return err
	}
	t.file = f
	t.left = math.MaxInt64
	if t.files.split > 0 {
		t.left = t.files.split
	}
	t.writer, err = ogg.NewWriter(f, ogg.Options{Channels: 2, PreSkip: ogg.DefaultPreSkip + t.skip, Tags: t.tags})
	t.skip = 0
	return err
}

func (t *packetTrack) flush() error {
	if t.file == nil {
		return nil
	}
	return t.writer.Flush()
}

// close ends the file. Players leave out the codec's delay at the start, so as much silence goes to the end.
func (t *packetTrack) close() error {
	if t.file == nil {
		return nil
	}
	err := t.writer.WritePacket(audio.Silence, ogg.DefaultPreSkip)
	if closeErr := t.writer.Close(); err == nil {
		err = closeErr
	}
	if closeErr := t.file.Close(); err == nil {
		err = closeErr
	}
	t.file, t.writer = nil, nil
	if err != nil {
		return fmt.Errorf("finish %s: %w", t.files.last(), err)
	}
	return nil
}
