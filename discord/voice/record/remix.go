package record

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"cordial/discord/voice/audio"
)

// Mix writes one file with everybody, from the tracks of a recording that has ended, and notes it in the manifest. Its extension says in
// which format; "" is name_mixed beside the tracks, as Options.Mix does it while recording. It replaces a file if the recording was to
// overwrite. Encoder is that of Options, for this file: any but "" is refused unless it is .mp3. It holds a fraction of a second of each
// track.
func (r *Recording) Mix(ctx context.Context, path, encoder string) error {
	l := remixLayout(r.Manifest, r.Format, path, r.overwrite)
	files := l.mix()
	err := l.checkRemix(encoder)
	if err == nil {
		err = r.mixTo(ctx, newFileSink(files, audio.Format{Channels: cmp.Or(r.Channels, 1), Encoder: encoder}))
	}
	if err != nil {
		for _, path := range files.paths {
			os.Remove(path) // what there is of it
		}
		return fmt.Errorf("mix %s: %w", r.Manifest, err)
	}
	r.Mixed, r.MixedFiles = files.last(), files.paths
	return r.save()
}

// CheckMix gives the error with which Mix would refuse to begin after Stop. Without a path there is nothing to do for it in a recording that
// writes a mix already.
func (r *Recorder) CheckMix(path, encoder string) error {
	if path == "" && r.mixed != nil {
		return nil
	}
	l := remixLayout(r.layout.manifest(), strings.TrimPrefix(r.layout.ext, "."), path, r.layout.overwrite)
	if err := l.checkRemix(encoder); err != nil {
		return fmt.Errorf("mix %s: %w", l.manifest(), err)
	}
	return nil
}

// remixLayout is where the mix of a recording lies that has ended.
func remixLayout(manifest, format, path string, overwrite bool) *layout {
	folder, name := filepath.Split(strings.TrimSuffix(manifest, ".json"))
	return &layout{
		folder: filepath.Clean(folder), name: name, ext: "." + format, mixed: cmp.Or(path, filepath.Join(folder, name+"_mixed."+format)),
		overwrite: overwrite,
	}
}

func (l *layout) checkRemix(encoder string) error {
	ext := strings.ToLower(filepath.Ext(l.mixed))
	return errors.Join(checkExtension(ext), checkEncoder(encoder, ext), l.checkMix())
}

// mixTo adds the tracks up, a piece of each in turn. What a killed recorder left goes on beyond the length that its last manifest told.
func (r *Recording) mixTo(ctx context.Context, to sink) error {
	m := newMixer(cmp.Or(r.Channels, 1), to)
	var tracks []*trackReader
	for _, user := range r.Users() {
		tracks = append(tracks, &trackReader{ctx: ctx, files: r.Speakers[user].Files})
	}
	end := audio.Samples(r.Duration.Duration)
	var err error
	for at, more := int64(0), true; err == nil && (at < end || more && !r.Complete); at += audio.FrameSamples {
		longest := int64(0)
		if longest, err = mixFrame(m, at, tracks); err == nil {
			err = cmp.Or(m.write(at), context.Cause(ctx))
		}
		more = longest > 0
		if !r.Complete {
			end = max(end, at+longest)
		}
	}
	for _, t := range tracks {
		err = errors.Join(err, t.close())
	}
	if closeErr := m.close(end); err == nil {
		err = closeErr
	}
	return err
}

// mixFrame adds the next 20 ms of all tracks, and gives how much of it the longest had.
func mixFrame(m *mixer, at int64, tracks []*trackReader) (longest int64, err error) {
	var buffer [2 * audio.FrameSamples]int16
	for _, t := range tracks {
		n, err := t.read(buffer[:])
		if err != nil {
			return 0, err
		}
		pcm := buffer[:2*n]
		if m.channels == 1 {
			pcm = toMono(pcm)
		}
		if _, err := m.add(at, pcm); err != nil {
			return 0, err
		}
		longest = max(longest, int64(n))
	}
	return longest, nil
}

// toMono makes one channel of two, in place.
func toMono(pcm []int16) []int16 {
	for i := range len(pcm) / 2 {
		pcm[i] = int16((int(pcm[2*i]) + int(pcm[2*i+1])) / 2)
	}
	return pcm[:len(pcm)/2]
}

// trackReader reads the files of a track one after the other.
type trackReader struct {
	ctx    context.Context
	files  []string
	source audio.Source // nil between two files
}

// read fills pcm as far as the track goes.
func (t *trackReader) read(pcm []int16) (samples int, err error) {
	for samples < len(pcm)/2 {
		if t.source == nil {
			if len(t.files) == 0 {
				return samples, nil
			}
			if t.source, err = audio.Open(t.ctx, t.files[0]); err != nil {
				t.source = nil
				return samples, err
			}
			t.files = t.files[1:]
		}
		n, err := t.source.Read(pcm[2*samples:])
		samples += n
		if errors.Is(err, io.EOF) || errors.Is(err, audio.ErrTruncated) { // what a killed recorder leaves is cut off
			err = t.close()
		}
		if err != nil {
			return samples, err
		}
	}
	return samples, nil
}

func (t *trackReader) close() error {
	if t.source == nil {
		return nil
	}
	err := t.source.Close()
	t.source = nil
	return err
}
