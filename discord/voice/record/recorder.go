package record

import (
	"cmp"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/jonboulle/clockwork"

	"cordial/discord"
	"cordial/discord/voice"
	"cordial/discord/voice/audio"
	"cordial/discord/voice/jitter"
)

const (
	// flushBeats is how many beats lie between two flushes: half a second. With what the jitter rings hold and a beat, a process that is
	// killed loses less than a second.
	flushBeats = 5
	// manifestBeats is how many beats lie between two manifests: five seconds. It is as much longer for each thousand of segments.
	manifestBeats = 50
	// maxErrors is how many errors are kept.
	maxErrors = 100
	// silenceLag is how far the tracks of those who are silent lie behind. A packet that the network holds up longer finds its place taken.
	silenceLag = 3 * time.Second
)

// ErrSlow is what OnError is told when packets are lost for the first time because the recorder cannot keep up. The recording goes on.
var ErrSlow = errors.New("speech is lost because the disk or the processor is too slow: record to .ogg, record fewer people, or to another disk")

// A Recorder writes what is said in a voice channel. Its methods may be called from any goroutine.
type Recorder struct {
	o       Options
	layout  *layout
	started time.Time
	intake  *intake
	names   *names
	stop    sync.Once
	stopped time.Time
	result  Recording
	err     error

	// The rest belongs to the intake's goroutine.
	tracks map[discord.Snowflake]*track
	mixer  *mixer
	mixed  *files
	beats  int
	errs   []error
	failed map[string]bool // what is written again and again, and could not be
	slow   bool            // the disk or the processor was too slow once

	manifestAt int // the beat at which the manifest is written next
}

// Start begins a recording. Its tracks are named after path: meeting.ogg gives meeting_<user>.ogg, and meeting.json is the manifest. It
// refuses what could not be written: a format that is not known, a folder that is missing or closed, files that exist.
//
// Stop must be called, or a goroutine and the files stay open.
func Start(path string, o Options) (*Recorder, error) {
	r, err := newRecorder(path, o)
	if err != nil {
		return nil, fmt.Errorf("record to %s: %w", path, err)
	}
	go r.intake.run()
	return r, nil
}

// newRecorder is a recorder whose goroutine does not run yet.
func newRecorder(path string, o Options) (*Recorder, error) {
	if o.Clock == nil {
		o.Clock = clockwork.NewRealClock()
	}
	l, err := o.plan(path)
	if err != nil {
		return nil, err
	}
	r := &Recorder{
		o: o, layout: l, started: o.Clock.Now(), intake: newIntake(o.Clock), names: newNames(o.Names, o.Clock),
		tracks: map[discord.Snowflake]*track{}, failed: map[string]bool{}, manifestAt: manifestBeats,
	}
	if l.mixed != "" {
		r.mixed = l.mix()
		format := o.format(r.mixed.ext)
		r.mixer = newMixer(format.Channels, newFileSink(r.mixed, format))
	}
	r.intake.speaker, r.intake.beat, r.intake.finish = r.speaker, r.beat, r.finish
	return r, r.describe(r.started, false).save()
}

// Packet takes a packet that came from a connection. It copies it and never waits: if the disk or the processor cannot keep up, packets
// are dropped and counted. After Stop it does nothing.
func (r *Recorder) Packet(p voice.Packet) { r.intake.queue.put(p) }

// Started is the time at which all tracks begin.
func (r *Recorder) Started() time.Time { return r.started }

// Stop ends the recording: it writes what has come, and fills all tracks up to this moment. The error says which files could not be
// written in whole; the recording is there all the same. Further calls give the same. It must not be called from the functions in Options.
func (r *Recorder) Stop() (Recording, error) {
	r.stop.Do(func() {
		r.stopped = r.o.Clock.Now()
		r.intake.stop()
	})
	return r.result, r.err
}

// speaker begins the track of a user whose first packet came.
func (r *Recorder) speaker(user discord.Snowflake) func(jitter.Frame) {
	if !r.o.wants(user) {
		return nil
	}
	t, err := r.newTrack(user)
	if err != nil {
		r.fail(fmt.Errorf("begin the track of user %s: %w", user, err))
		return nil
	}
	r.tracks[user] = t
	return t.frame
}

// beat flushes the files and writes the manifest from time to time.
func (r *Recorder) beat(now time.Time) {
	r.warnOfDrops()
	r.beats++
	if r.beats%flushBeats == 0 {
		r.advance(audio.Samples(now.Sub(r.started)))
	}
	if r.beats >= r.manifestAt {
		r.failOnce("the manifest", r.describe(now, false).save())
		r.manifestAt = r.beats + manifestBeats*(1+r.segments()/1000)
	}
}

// warnOfDrops tells, once, that packets are lost on the way to the files. It is no error of the recording: the manifest counts them.
func (r *Recorder) warnOfDrops() {
	if r.slow || r.intake.queue.drops() == 0 {
		return
	}
	r.slow = true
	if r.o.OnError != nil {
		r.o.OnError(ErrSlow)
	}
}

// segments counts the segments of all tracks, on which the size of the manifest depends.
func (r *Recorder) segments() int {
	count := 0
	for _, t := range r.tracks {
		count += len(t.spoken.list)
	}
	return count
}

// advance brings the files up to now, in samples of the recording.
func (r *Recorder) advance(now int64) {
	for _, t := range r.tracks {
		t.fill(now - audio.Samples(silenceLag))
		t.flush()
	}
	if r.mixer == nil {
		return
	}
	r.mixer.write(now - audio.Samples(mixHold))
	r.failOnce("the mix", r.mixer.flush())
}

// finish ends all tracks at the same sample.
func (r *Recorder) finish() {
	end := audio.Samples(r.stopped.Sub(r.started))
	for _, t := range r.tracks {
		end = max(end, t.line.end)
	}
	end = (end + audio.FrameSamples - 1) / audio.FrameSamples * audio.FrameSamples
	for _, t := range r.tracks {
		t.fill(end)
		t.flush() // or names that take their time would hold it up
	}
	r.names.finish()
	for _, t := range r.tracks {
		t.close()
	}
	if r.mixer != nil {
		r.failOnce("the mix", r.mixer.close(end))
	}
	result := r.describe(r.started.Add(audio.Duration(end)), true)
	r.failOnce("the manifest", result.save())
	r.result, r.err = *result, errors.Join(r.errs...)
}

// failOnce notes the first error of a file that is written again and again.
func (r *Recorder) failOnce(what string, err error) {
	if err == nil || r.failed[what] {
		return
	}
	r.failed[what] = true
	r.fail(fmt.Errorf("write %s: %w", what, err))
}

// fail notes that a file cannot be written.
func (r *Recorder) fail(err error) {
	if len(r.errs) == maxErrors {
		return
	}
	r.errs = append(r.errs, err)
	if r.o.OnError != nil {
		r.o.OnError(err)
	}
}

// describe says what was recorded until a moment.
func (r *Recorder) describe(until time.Time, complete bool) *Recording {
	rec := &Recording{
		overwrite: r.layout.overwrite, Manifest: r.layout.manifest(), Title: r.o.Title, Started: r.started.Round(0), Duration: Duration{until.Sub(r.started)}, Complete: complete,
		Format: strings.TrimPrefix(r.layout.ext, "."), Codec: audio.Codec, Channels: r.o.format(r.layout.ext).Channels, Split: Duration{audio.Duration(r.layout.split)},
		Dropped: r.intake.queue.drops(), Speakers: make(map[discord.Snowflake]*Track, len(r.tracks)),
	}
	if r.mixed != nil {
		rec.Mixed, rec.MixedFiles = r.mixed.first(), r.mixed.paths
	}
	for user, t := range r.tracks {
		rec.Speakers[user] = t.describe(r.names.of(user), r.intake.rings[user].Stats())
	}
	for _, err := range r.errs {
		rec.Errors = append(rec.Errors, err.Error())
	}
	return rec
}

// keepsPackets reports whether the tracks hold the packets as they came.
func (r *Recorder) keepsPackets() bool { return r.layout.ext == ".ogg" && r.o.Bitrate == 0 }

// tags are what players show of a speaker's track.
func (r *Recorder) tags(user discord.Snowflake) *tags {
	return &tags{
		name: func() string { return r.names.of(user) },
		list: func(name string) []string {
			return []string{
				"TITLE=" + cmp.Or(r.o.Title, filepath.Base(r.layout.name)),
				"ARTIST=" + cmp.Or(name, string(user)),
				"DATE=" + r.started.Format(time.RFC3339),
			}
		},
	}
}
