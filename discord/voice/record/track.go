package record

import (
	"slices"
	"time"

	"cordial/discord"
	"cordial/discord/voice/audio"
	"cordial/discord/voice/jitter"
)

// output is what writes a track in one way. Together the frames and silences are the track without gaps.
type output interface {
	frame(opus, next []byte, samples int) error // opus is nil if the packet was lost; next may be the one after it
	silence(samples int64) error                // a multiple of grain
	restart()                                   // the frames begin anew, without tie to those before
	flush() error                               // makes what was written readable
	close() error
}

// track is what a recorder knows of one speaker.
type track struct {
	info    Track
	started time.Time
	line    line
	spoken  segments
	files   *files
	outputs []output
	failed  func(error)
}

// frame puts a frame where it was spoken.
func (t *track) frame(f jitter.Frame) {
	at := audio.Samples(f.At.Sub(t.started))
	samples := f.Samples - f.Samples%grain // less only for what was lost before a pause
	if samples == 0 {
		return
	}
	silent := jitter.IsSilence(f.Opus)
	gap, ok := t.line.place(at, samples, silent)
	if !ok {
		t.info.Adjusted++
		return
	}
	if !silent {
		end := audio.Duration(t.line.end)
		t.spoken.add(end-audio.Duration(int64(samples)), end)
	}
	t.each(func(o output) error {
		if err := o.silence(gap); err != nil {
			return err
		}
		if f.Restart {
			o.restart()
		}
		return o.frame(f.Opus, f.Next, samples)
	})
}

// fill fills the track with silence up to a sample.
func (t *track) fill(to int64) {
	if gap := t.line.fill(to); gap > 0 {
		t.each(func(o output) error { return o.silence(gap) })
	}
}

func (t *track) flush() { t.each(output.flush) }

// close ends the files.
func (t *track) close() { t.each(output.close) }

// each does something with all outputs. One that fails is given up; the others go on.
func (t *track) each(do func(output) error) {
	for i := 0; i < len(t.outputs); i++ {
		if err := do(t.outputs[i]); err != nil {
			t.failed(err)
			t.outputs[i].close()
			t.outputs = slices.Delete(t.outputs, i, i+1)
			i--
		}
	}
}

// describe gives what the manifest says of the track.
func (t *track) describe(name string, stats jitter.Stats) *Track {
	info := t.info
	info.Name = name
	info.Path, info.Files = t.files.first(), t.files.paths
	info.Segments = append([]Segment{}, t.spoken.list...)
	info.Packets, info.Lost, info.Late, info.Duplicates = stats.Received, stats.Lost, stats.Late, stats.Duplicates
	info.Invalid += stats.Invalid
	info.Restarts, info.Drift = stats.Restarts, Duration{stats.Drift}
	return &info
}

// newTrack begins a speaker's track.
func (r *Recorder) newTrack(user discord.Snowflake) (*track, error) {
	t := &track{started: r.started, files: r.layout.track(string(user)), failed: r.fail}
	t.info.User = user
	r.names.of(user) // from now on somebody asks for it
	format := r.o.format(t.files.ext)
	var sinks []sink
	if r.mixer != nil {
		sinks = append(sinks, &mixSink{mixer: r.mixer, unmixed: &t.info.Unmixed})
	}
	if r.keepsPackets() {
		t.outputs = append(t.outputs, newPacketTrack(t.files, r.tags(user)))
	} else {
		sinks = append(sinks, newFileSink(t.files, format))
	}
	if len(sinks) > 0 {
		s, err := newSoundTrack(format.Channels, &t.info, t.failed, sinks...)
		if err != nil {
			return nil, err
		}
		t.outputs = append(t.outputs, s)
	}
	return t, nil
}
