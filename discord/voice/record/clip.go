package record

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"cordial/discord"
	"cordial/discord/voice/audio"
	"cordial/discord/voice/jitter"
)

// A Clip is one stretch of one user's speech. It holds the packets as they came, about half a megabyte a minute.
type Clip struct {
	User  discord.Snowflake
	Name  string    // of the user, if the listener knows names
	Start time.Time // when the first word was spoken
	End   time.Time // when the last one was over
	Cut   bool      // the speech goes on in the next clip, because this one has become as long as clips may be

	frames []clipFrame
	opus   []byte // of all frames
}

// clipFrame is a packet of a clip, or a lost one.
type clipFrame struct {
	at      time.Time
	samples int
	restart bool
	size    int // 0 if it was lost
}

// add puts a frame at the end.
func (c *Clip) add(f jitter.Frame, speech bool) {
	c.frames = append(c.frames, clipFrame{at: f.At, samples: f.Samples, restart: f.Restart, size: len(f.Opus)})
	c.opus = append(c.opus, f.Opus...)
	if end := f.At.Add(audio.Duration(int64(f.Samples))); speech && end.After(c.End) {
		c.End = end
	}
}

// trim leaves out the frames after the last word.
func (c *Clip) trim() {
	n := len(c.frames)
	for n > 0 && !c.frames[n-1].at.Before(c.End) {
		n--
		c.opus = c.opus[:len(c.opus)-c.frames[n].size]
	}
	c.frames = c.frames[:n]
}

// Duration is how long the clip is.
func (c *Clip) Duration() time.Duration { return c.End.Sub(c.Start) }

// Packets gives the Opus packets, nil for each lost one. Silence between them, in which no packets came, is not told.
func (c *Clip) Packets() [][]byte {
	list, opus := make([][]byte, 0, len(c.frames)), c.opus
	for _, f := range c.frames {
		list = append(list, opus[:f.size:f.size])
		if f.size == 0 {
			list[len(list)-1] = nil
		}
		opus = opus[f.size:]
	}
	return list
}

// Write writes the clip to a file in the format of its extension, mono unless it keeps the packets (.ogg). It replaces an existing file.
func (c *Clip) Write(path string) error {
	ext := strings.ToLower(filepath.Ext(path))
	if err := checkExtension(ext); err != nil {
		return err
	}
	var failed error
	f := &files{layout: &layout{overwrite: true}, stem: strings.TrimSuffix(path, filepath.Ext(path)), ext: filepath.Ext(path)}
	t := &track{started: c.Start, files: f, failed: func(err error) { failed = errors.Join(failed, err) }}
	if ext == ".ogg" {
		t.outputs = []output{newPacketTrack(f, nil)}
	} else {
		s, err := newSoundTrack(1, &t.info, t.failed, newFileSink(f, audio.Format{Channels: 1}))
		if err != nil {
			return err
		}
		t.outputs = []output{s}
	}
	for i, opus := range c.Packets() {
		t.frame(jitter.Frame{Opus: opus, Samples: c.frames[i].samples, At: c.frames[i].at, Restart: c.frames[i].restart})
	}
	t.fill(audio.Samples(c.Duration()))
	t.close()
	return failed
}

// Bytes gives the clip as a file of a format, such as "wav" or "ogg", for requests to services that transcribe.
func (c *Clip) Bytes(format string) ([]byte, error) {
	folder, err := os.MkdirTemp("", "clip-")
	if err != nil {
		return nil, fmt.Errorf("make room for a clip: %w", err)
	}
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, "clip."+strings.TrimPrefix(format, "."))
	if err := c.Write(path); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
}
