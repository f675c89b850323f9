package record

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"cordial/discord/voice/audio"
)

// Mix writes one file with everybody, from the tracks of a recording that has ended, and notes it in the manifest. Its extension says in
// which format; "" is name_mixed beside the tracks, as Options.Mix does it while recording. Encoder is that of Options, for this file: any
// but "" is refused unless it is .mp3. It holds a fraction of a second of each track.
func (r *Recording) Mix(ctx context.Context, path, encoder string) error {
	if err := checkRemix(r.Manifest, r.Format, path, encoder); err != nil {
		return err
	}
	folder, name := filepath.Split(strings.TrimSuffix(r.Manifest, ".json"))
	l := &layout{folder: filepath.Clean(folder), name: name, ext: "." + r.Format, mixed: cmp.Or(path, filepath.Join(folder, name+"_mixed."+r.Format))}
	files := l.mix()
	if err := r.mixTo(ctx, newFileSink(files, audio.Format{Channels: 2, Encoder: encoder})); err != nil {
		return fmt.Errorf("mix %s: %w", r.Manifest, err)
	}
	r.Mixed, r.MixedFiles = files.last(), files.paths
	return r.save()
}

// CheckMix gives the error with which Mix would refuse to begin after Stop.
func (r *Recorder) CheckMix(path, encoder string) error {
	return checkRemix(r.layout.manifest(), strings.TrimPrefix(r.layout.ext, "."), path, encoder)
}

func checkRemix(manifest, format, path, encoder string) error {
	ext := cmp.Or(filepath.Ext(path), "."+format)
	if err := errors.Join(checkMix(path), checkEncoder(encoder, ext)); err != nil {
		return fmt.Errorf("mix %s: %w", manifest, err)
	}
	return nil
}

// mixTo adds the tracks up, a piece of each in turn.
func (r *Recording) mixTo(ctx context.Context, to sink) error {
	m := newMixer(2, to)
	var tracks []*trackReader
	for _, user := range r.Users() {
		tracks = append(tracks, &trackReader{ctx: ctx, files: r.Speakers[user].Files})
	}
	end := audio.Samples(r.Duration.Duration)
	var err error
	pcm := make([]int16, 2*audio.FrameSamples)
	for at := int64(0); at < end && err == nil; at += audio.FrameSamples {
		for _, t := range tracks {
			if n, readErr := t.read(pcm); readErr != nil {
				err = errors.Join(err, readErr)
			} else if err == nil {
				err = m.add(at, pcm[:2*n])
			}
		}
		if err == nil {
			err = cmp.Or(m.write(at), context.Cause(ctx))
		}
	}
	for _, t := range tracks {
		err = errors.Join(err, t.close())
	}
	return errors.Join(err, m.close(end))
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
