package record

import (
	"cmp"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"html/template"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"cordial/discord/voice/audio"
)

const (
	// maxEmbedded is how much sound a page holds at the most, in bytes, all files together: more than two hours of speech. A browser's
	// memory and ours have to take it. What is beyond it is linked.
	maxEmbedded = 32 << 20
	// asItIs is how large a file may be to be embedded unchanged. What is larger is embedded as mono Opus of embeddedBitrate.
	asItIs          = 512 << 10
	embeddedBitrate = 32000
	// hush is how loud is nothing, to the codec of what is embedded.
	hush = 16
)

// errTooLarge says that a page has no room for a file.
var errTooLarge = errors.New("there is no room for it on the page")

// shelf puts sound files into a page that lies in a folder.
type shelf struct {
	folder string
	left   int // bytes that the page has room for
}

// put says how the page plays a file: from itself, or if there is no room from where the file lies. It hands the sound to look meanwhile. The
// error is why the sound could not be read; the file is linked then.
func (s *shelf) put(ctx context.Context, path string, look func(pcm []int16)) (file reportFile, err error) {
	file = reportFile{Name: filepath.Base(path), URL: s.link(path), Linked: true}
	info, err := os.Stat(path)
	if err != nil {
		return file, err
	}
	var data []byte
	kind := mediaType(path)
	if info.Size() <= asItIs && info.Size() <= int64(s.left) {
		if err := eachBlock(ctx, path, look); err != nil {
			return file, err
		}
		data, err = os.ReadFile(path)
	} else {
		data, err = shrink(ctx, path, s.left, look)
		kind = "audio/ogg"
	}
	if errors.Is(err, errTooLarge) {
		return file, nil
	} else if err != nil {
		return file, err
	}
	s.left -= len(data)
	file.Linked = false
	file.URL = template.URL("data:" + kind + ";base64," + base64.StdEncoding.EncodeToString(data))
	return file, nil
}

// link is the address of a file from the page.
func (s *shelf) link(path string) template.URL {
	if relative, err := filepath.Rel(s.folder, path); err == nil {
		path = relative
	}
	segments := strings.Split(filepath.ToSlash(path), "/")
	for i, s := range segments {
		segments[i] = url.PathEscape(s)
	}
	return template.URL("./" + strings.Join(segments, "/"))
}

// mediaType is the media type of a sound file, by its extension.
func mediaType(path string) string {
	switch ext := strings.ToLower(filepath.Ext(path)); ext {
	case ".mp3":
		return "audio/mpeg"
	default:
		return "audio/" + strings.TrimPrefix(ext, ".")
	}
}

// shrink makes mono Opus of a sound file, in Ogg. It hands the sound to look, all of it, and fails with errTooLarge if more than room would
// come out.
func shrink(ctx context.Context, path string, room int, look func(pcm []int16)) ([]byte, error) {
	folder, err := os.MkdirTemp("", "report-")
	if err != nil {
		return nil, fmt.Errorf("make room for the sound of a report: %w", err)
	}
	defer os.RemoveAll(folder)
	small := filepath.Join(folder, "small.ogg")
	sink, err := audio.Create(small, audio.Format{Channels: 1, Bitrate: embeddedBitrate})
	if err != nil {
		return nil, err
	}
	s := &shrinker{sink: sink, room: int64(room) * 8 / embeddedBitrate * audio.SampleRate}
	err = eachBlock(ctx, path, func(pcm []int16) {
		look(pcm)
		s.add(pcm)
	})
	closeErr := sink.Close()
	if err = cmp.Or(err, s.err, closeErr); err != nil {
		return nil, err
	}
	data, err := os.ReadFile(small)
	if err == nil && len(data) > room {
		err = errTooLarge
	}
	return data, err
}

// shrinker writes sound to a sink for which silence costs nothing.
type shrinker struct {
	sink  audio.Sink
	room  int64 // samples of sound that there may be room for
	quiet int64 // samples of silence since the last sound
	err   error // after which nothing is written
}

// add takes stereo sound.
func (s *shrinker) add(pcm []int16) {
	if isHushed(pcm) {
		s.quiet += int64(len(pcm) / 2)
		return
	}
	if s.room -= int64(len(pcm) / 2); s.room < 0 && s.err == nil {
		s.err = errTooLarge
	}
	if s.err == nil {
		s.err = s.sink.Silence(s.quiet)
	}
	s.quiet = 0
	if s.err == nil {
		s.err = s.sink.Write(toMono(pcm))
	}
}

func isHushed(pcm []int16) bool {
	for _, v := range pcm {
		if v > hush || v < -hush {
			return false
		}
	}
	return true
}
