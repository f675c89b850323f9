package audio

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Format says what a file is to hold.
type Format struct {
	Channels int // 1 or 2; 0 is 2
	Bitrate  int // bits per second where the format compresses with loss; 0 is the format's usual one

	// Encoder says who encodes: "" this program, FFmpeg a process, which can write .mp3 only.
	Encoder string
}

// A Sink is a sound file being written, from 48 kHz PCM. It holds a bounded part of the sound. After an error of the file it stays
// with that error. It is not safe for use by several goroutines at once.
type Sink interface {
	// Write adds PCM, interleaved with the Format's channels, of any length.
	Write(pcm []int16) error
	// Silence adds silence. However long it is, it takes a small part of a second, but that FFmpeg encodes what comes after a first sound.
	Silence(samples int64) error
	// Flush makes what was written so far readable even if the process is killed afterwards. Formats of frames hold back what does
	// not fill one, and what is still on its way through their encoder: up to 27 ms in Ogg, 46 ms in MP3, 0.4 ms in FLAC. A file that
	// FFmpeg encodes has it a moment later, also if this process is killed: ffmpeg completes the file then.
	Flush() error
	// Close completes the file.
	Close() error
}

// A PacketSink is an Ogg Opus file being written from ready packets.
type PacketSink interface {
	// WritePacket adds a packet, which follows the one before without a gap. Fill gaps with Silence: players collapse others.
	WritePacket(packet []byte) error
	// Flush is a Sink's, and holds nothing back.
	Flush() error
	// Close completes the file.
	Close() error
}

// creators make the sinks, by extension.
var creators = map[string]func(*os.File, Format) (Sink, error){
	".wav":  newWAVSink,
	".flac": newFLACSink,
	".mp3":  newMP3Sink,
	".ogg":  newOpusSink,
}

// Extensions gives the file name extensions that Create knows, in order.
func Extensions() []string {
	var all []string
	for extension := range creators {
		all = append(all, extension)
	}
	slices.Sort(all)
	return all
}

// CheckFormat gives the error with which Create would refuse a Format for files of an extension, such as ".mp3".
func CheckFormat(extension string, f Format) error {
	extension = strings.ToLower(extension)
	if _, ok := creators[extension]; !ok {
		return fmt.Errorf("cannot write sound as %q; use one of %s", extension, strings.Join(Extensions(), ", "))
	}
	if f.Channels < 0 || f.Channels > 2 {
		return fmt.Errorf("a file has 1 or 2 channels, not %d", f.Channels)
	}
	if f.Encoder != "" && extension != ".mp3" {
		return fmt.Errorf("encoder %q writes .mp3, not %q: leave the encoder out", f.Encoder, extension)
	}
	return errors.Join(checkBitrate(extension, f), CheckEncoder(f.Encoder))
}

// checkBitrate refuses a bit rate that an extension's format does not have.
func checkBitrate(extension string, f Format) error {
	switch {
	case f.Bitrate == 0:
		return nil
	case extension == ".mp3":
		_, err := mp3BitrateIndex(f)
		return err
	case Lossless(extension):
		return fmt.Errorf("bitrate is %d, and %s has none, because it loses nothing: leave the bitrate out", f.Bitrate, extension)
	case f.Bitrate < MinBitrate || f.Bitrate > MaxBitrate:
		return fmt.Errorf("bitrate is %d: Opus has %d to %d bits per second", f.Bitrate, MinBitrate, MaxBitrate)
	}
	return nil
}

// Lossless reports whether files of an extension give back exactly what was written.
func Lossless(extension string) bool {
	return strings.EqualFold(extension, ".wav") || strings.EqualFold(extension, ".flac")
}

// Create creates a sound file in the format that its extension names, replacing a file of that name.
func Create(path string, f Format) (Sink, error) {
	extension := strings.ToLower(filepath.Ext(path))
	f.Channels = cmp.Or(f.Channels, 2)
	if err := CheckFormat(extension, f); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	create := creators[extension]
	if f.Encoder != "" {
		create = newFFmpegSink
	}
	return createFile(path, func(file *os.File) (Sink, error) { return create(file, f) })
}

// CreatePackets creates an Ogg Opus file for ready packets, replacing a file of that name. It is marked as stereo, which suits
// packets of either kind.
func CreatePackets(path string) (PacketSink, error) { return createFile(path, newPacketSink) }

// createFile opens a file for a sink, and removes it again if the sink does not want it.
func createFile[S any](path string, create func(*os.File) (S, error)) (sink S, err error) {
	file, err := os.Create(path)
	if err != nil {
		return sink, err
	}
	sink, err = create(file)
	if err != nil {
		return sink, errors.Join(fmt.Errorf("%s: %w", path, err), file.Close(), os.Remove(path))
	}
	return sink, nil
}
