package record

import (
	"cmp"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/jonboulle/clockwork"

	"cordial/discord"
	"cordial/discord/voice/audio"
)

// minSplit is the shortest length of the files of a split recording.
const minSplit = time.Second

// Options say what is recorded and how. The zero value records everyone, each to a file of the path's format.
type Options struct {
	Users    []discord.Snowflake // whom to record; nil is everyone
	Format   string              // extension of the tracks, such as "wav"; "" takes the path's, or "ogg" if it has none
	Bitrate  int                 // bits per second of encoded formats; 0 is the format's own. For "ogg" 0 keeps the packets as they came
	Channels int                 // of decoded formats; 0 is 1, which is what voices are
	Mix      bool                // write one more file, with everyone in it
	MixPath  string              // where; its extension says in which format. "" is name_mixed beside the tracks
	Encoder  string              // of the files that are .mp3, tracks and mix: "" or audio.FFmpeg, with a process for each file
	Split    time.Duration       // begin new files after each such time; 0 never does

	Overwrite bool   // replace files of an earlier recording of the same name
	Title     string // for the manifest, the report and the files' tags; "" is the path's name

	// Names gives the name of a user for the manifest and for the files' tags, which have the id until then. It may take a few seconds:
	// nothing but Stop waits for it. It is called once for each speaker, for one after the other, from a goroutine of the recorder's.
	Names func(user discord.Snowflake) string
	// OnError is told when a file cannot be written, while the other files go on, and of ErrSlow. It is called from the recorder's goroutine.
	OnError func(error)
	// Clock is what packets' arrivals are measured with.
	Clock clockwork.Clock
}

// plan checks the options and says where the files of a recording lie.
func (o *Options) plan(path string) (*layout, error) {
	if path == "" {
		return nil, errors.New("a recording needs a path, such as meeting.ogg")
	}
	folder, base := filepath.Split(path)
	ext := filepath.Ext(base)
	name := strings.TrimSuffix(base, ext)
	if o.Format != "" {
		ext = "." + strings.TrimPrefix(o.Format, ".")
	}
	ext = strings.ToLower(cmp.Or(ext, ".ogg"))
	if name == "" {
		return nil, fmt.Errorf("%s names no file: a recording needs a name, such as meeting.ogg", path)
	}
	l := &layout{folder: filepath.Clean(folder), name: name, ext: ext, split: audio.Samples(o.Split.Round(20 * time.Millisecond)), overwrite: o.Overwrite}
	if o.Mix || o.MixPath != "" {
		l.mixed = cmp.Or(o.MixPath, filepath.Join(folder, name+"_mixed"+ext))
	}
	extensions := []string{ext}
	if l.mixed != "" {
		extensions = append(extensions, strings.ToLower(filepath.Ext(l.mixed)))
	}
	for _, ext := range extensions {
		if err := checkExtension(ext); err != nil {
			return nil, err
		}
	}
	return l, errors.Join(checkEncoder(o.Encoder, extensions...), o.check(extensions...), l.check())
}

// check refuses numbers that make no sense for files of these extensions.
func (o *Options) check(extensions ...string) error {
	switch {
	case o.Split != 0 && o.Split < minSplit:
		return fmt.Errorf("split is %v: files are %v long at least", o.Split, minSplit)
	case o.Channels < 0 || o.Channels > 2:
		return fmt.Errorf("channels is %d: a track has 1 or 2", o.Channels)
	case o.Bitrate != 0 && !slices.ContainsFunc(extensions, func(ext string) bool { return !audio.Lossless(ext) }):
		return fmt.Errorf("bitrate is %d, and no file of this recording has one: leave it out, or record to .ogg or .mp3", o.Bitrate)
	}
	for _, ext := range extensions {
		if err := audio.CheckFormat(ext, o.format(ext)); err != nil {
			return fmt.Errorf("%s: %w", ext, err)
		}
	}
	return nil
}

// format is how the recording's files of an extension are written. A bit rate is for those that compress with loss, an encoder for MP3.
func (o *Options) format(ext string) audio.Format {
	f := audio.Format{Channels: cmp.Or(o.Channels, 1)} // as many as voices have
	if !audio.Lossless(ext) {
		f.Bitrate = o.Bitrate
	}
	if isMP3(ext) {
		f.Encoder = o.Encoder
	}
	return f
}

// checkEncoder refuses an encoder that is not there, and one for which there is nothing to do in files of these extensions.
func checkEncoder(encoder string, extensions ...string) error {
	if encoder != "" && !slices.ContainsFunc(extensions, isMP3) {
		return fmt.Errorf("encoder is %q, which writes .mp3, and no file of this recording is one: leave it out, or record or mix to .mp3", encoder)
	}
	return audio.CheckEncoder(encoder)
}

func isMP3(ext string) bool { return strings.EqualFold(ext, ".mp3") }

// checkExtension refuses formats that cannot be written.
func checkExtension(ext string) error {
	known := audio.Extensions()
	if slices.Contains(known, ext) {
		return nil
	}
	return fmt.Errorf("%q is no format that can be recorded: use one of %s", ext, strings.Join(known, ", "))
}

// wants reports whether a user is recorded.
func (o *Options) wants(user discord.Snowflake) bool {
	return o.Users == nil || slices.Contains(o.Users, user)
}
