package record

import (
	"fmt"
	"math"
	"os"

	"cordial/discord/voice/audio"
	"cordial/discord/voice/audio/ogg"
)

// maxPaged is how much goes on a page of Ogg at the most, a second: players warn of longer ones.
const maxPaged = audio.SampleRate

// packetTrack writes a track as Opus packets, as they came. A packet over the border of two files of a split recording is in both:
// the end of the first file and the pre-skip of the second one cut it.
type packetTrack struct {
	files *files
	tags  *tags // nil for none

	file   *os.File // nil between two files
	writer *ogg.Writer
	left   int64 // samples until the file is full
	skip   int   // what the next file leaves out at its start, besides the codec's delay
	paged  int   // samples since the last flush
	tail   int   // what the file has of the codec's delay at its end
}

// tags are what players show of a track. They are written again when the speaker's name becomes known.
type tags struct {
	name    func() string // "" while it is not known
	list    func(name string) []string
	written string // the name in the file that is open
}

// tagRoom is how long a name may be that becomes known later, in bytes. Discord's have 32 characters at the most.
const tagRoom = 4 * 32

func newPacketTrack(f *files, tags *tags) *packetTrack {
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

// silence writes packets of silence, which do not lie over a border. What is no multiple of grain is left out.
func (t *packetTrack) silence(samples int64) error {
	for samples >= grain {
		if err := t.begin(); err != nil {
			return err
		}
		n := min(samples, t.left)
		if err := eachSilence(n, t.packet); err != nil {
			return err
		}
		samples -= n
	}
	return nil
}

func (t *packetTrack) packet(opus []byte, samples int) error {
	if err := t.begin(); err != nil {
		return err
	}
	if int64(samples) > t.left {
		return t.divide(opus, samples)
	}
	if err := t.writer.WritePacket(opus, samples); err != nil {
		return err
	}
	if t.left -= int64(samples); t.left == 0 {
		return t.close()
	}
	if t.paged += samples; t.paged >= maxPaged {
		return t.flush()
	}
	return nil
}

// divide writes a packet that lies over the end of the file to this one and to the next.
func (t *packetTrack) divide(opus []byte, samples int) error {
	inside := int(t.left)
	counted := min(samples, inside+codecDelay)
	if err := t.writer.WritePacket(opus, counted); err != nil {
		return err
	}
	t.tail = counted - inside
	if err := t.close(); err != nil {
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
	f, err := createFile(t.files, os.Create)
	if err != nil {
		return err
	}
	t.file = f
	t.left = math.MaxInt64
	if t.files.split > 0 {
		t.left = t.files.split
	}
	o := ogg.Options{Channels: 2, PreSkip: codecDelay + t.skip}
	if t.tags != nil {
		t.tags.written = t.tags.name()
		o.Tags, o.TagRoom = t.tags.list(t.tags.written), tagRoom
	}
	t.writer, err = ogg.NewWriter(f, o)
	t.skip, t.tail = 0, 0
	return err
}

func (t *packetTrack) flush() error {
	if t.file == nil {
		return nil
	}
	t.paged = 0
	if err := t.writer.Flush(); err != nil {
		return err
	}
	return t.name()
}

// name writes the speaker's name to the file if it has become known.
func (t *packetTrack) name() error {
	if t.tags == nil {
		return nil
	}
	name := t.tags.name()
	if name == t.tags.written || len(name) > tagRoom {
		return nil
	}
	t.tags.written = name
	return t.writer.SetTags(t.file, t.tags.list(name))
}

// close ends the file. Players leave out the codec's delay at the start, so as much silence goes to the end.
func (t *packetTrack) close() error {
	if t.file == nil {
		return nil
	}
	var err error
	if t.tail < codecDelay {
		err = t.writer.WritePacket(audio.Silence, codecDelay-t.tail)
	}
	if nameErr := t.name(); err == nil {
		err = nameErr
	}
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
