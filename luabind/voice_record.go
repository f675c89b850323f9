package luabind

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"cordial/discord"
	"cordial/discord/voice"
	"cordial/discord/voice/audio"
	"cordial/discord/voice/record"
	"cordial/runtime"
	"cordial/runtime/bind"
)

// errNotRecording says that there is nothing to stop.
var errNotRecording = errors.New("nothing is being recorded: vc:start_recording(path) begins")

// errNoMix says that an encoder has nothing to do.
var errNoMix = errors.New("encoder is for the mix, and none is asked for: add mix=true")

// errLeft says that a connection is over.
var errLeft error = &voice.ClosedError{}

// recording is a recording that goes on, or that has ended and is kept until somebody takes it.
type recording struct {
	*record.Recorder
	stop    func() // of the connection's packets
	release func() // lets the script end
	ended   atomic.Bool
}

// encoderParam is who encodes what is recorded or mixed.
var encoderParam = bind.Param{
	Name: "encoder", Type: bind.OneOf(audio.FFmpeg), Named: true,
	Doc: "encodes the .mp3 files, with LAME: as good at half the bitrate; it has to be installed",
}

// voiceRecording declares what records.
func (b *binding) voiceRecording() []bind.Func {
	mix := []bind.Param{
		{Name: "mix", Type: bind.Boolean, Named: true, Doc: "one more file, with everybody"},
		{Name: "mix_path", Type: bind.String, Named: true, Doc: "where; NAME_mixed beside the others without it"},
		encoderParam,
	}
	return []bind.Func{
		{
			Name: "start_recording", Doc: "Records each speaker to a file of their own, named path_<user id>. All begin now and are as long as the recording. It gives the path.",
			Params: append([]bind.Param{
				{Name: "path", Type: bind.String, Doc: "such as meeting.ogg; .ogg, .wav, .flac or .mp3. Without it recording.mp3, or recording-2.mp3 and so on where that is taken"},
				{Name: "users", Type: bind.ListOf(userID), Named: true, Doc: "only these; everybody without it"},
				{Name: "format", Type: bind.OneOf(formats()...), Named: true, Doc: "the path's extension without it"},
				{Name: "bitrate", Type: bind.Integer, Named: true, Doc: "of encoded formats, in bits per second"},
				{Name: "split", Type: bind.Duration, Named: true, Doc: "begin new files after each such time"},
				{Name: "overwrite", Type: bind.Boolean, Named: true, Doc: "replace files that exist"},
			}, mix...),
			Returns: "string",
			Example: `vc:start_recording("meeting.ogg", {split="1h"})`,
			Call:    func(c *bind.Call) (any, error) { return asVoice(c).startRecording(c) },
		},
		{
			Name: "stop_recording", Doc: "Ends the recording, and writes a mix if that is asked for. After the connection, and after an error, it gives what was recorded until then.", Params: mix, Returns: "Recording",
			Example: `local rec = vc:stop_recording{mix=true}` + "\n" + `rec:report("meeting.html")`,
			Call: func(c *bind.Call) (any, error) {
				rec, err := wait(c, func(w waiter) (*record.Recording, error) {
					return asVoice(c).finishRecording(w, stopOptions{mix: c.Bool("mix"), path: c.String("mix_path"), encoder: c.String("encoder")})
				})
				if err != nil {
					return nil, err
				}
				return b.r.Wrap("Recording", newRecorded(rec)), nil
			},
		},
	}
}

// formats are the names of the formats that can be written, without the dot.
func formats() []string {
	var names []string
	for _, ext := range audio.Extensions() {
		names = append(names, ext[1:])
	}
	return names
}

// startRecording begins to record, and gives the path.
func (vc *voiceClient) startRecording(c *bind.Call) (any, error) {
	if err := vc.v.b.host.Denied(runtime.DenyIO, "recording to a file"); err != nil {
		return nil, err
	}
	path, o := c.String("path"), vc.recordOptions(c)
	begun, err := wait(c, func(waiter) (*recording, error) {
		if path == "" {
			path = record.FreePath(o)
		}
		return vc.beginRecording(path, o)
	})
	if err != nil && begun != nil { // the caller was cancelled meanwhile
		begun.end()
	}
	return path, err
}

// recordOptions are the options of start_recording.
func (vc *voiceClient) recordOptions(c *bind.Call) record.Options {
	o := record.Options{
		Format: c.String("format"), Bitrate: c.Int("bitrate"), Mix: c.Bool("mix"), MixPath: c.String("mix_path"), Split: c.Duration("split"),
		Encoder: c.String("encoder"), Overwrite: c.Bool("overwrite"), Clock: vc.v.b.host.Clock(), Names: vc.name,
		OnError: func(err error) { vc.v.b.host.Warn("voice: recording: " + err.Error()) },
	}
	if c.Has("users") {
		o.Users = []discord.Snowflake{}
		for _, id := range c.List("users") {
			o.Users = append(o.Users, id.(discord.Snowflake))
		}
	}
	return o
}

// beginRecording begins to record. One whose connection ends meanwhile ends with it.
func (vc *voiceClient) beginRecording(path string, o record.Options) (*recording, error) {
	vc.beginning.Lock()
	defer vc.beginning.Unlock()
	if err := vc.mayRecord(); err != nil {
		return nil, err
	}
	recorder, err := record.Start(path, o)
	if err != nil {
		return nil, err
	}
	begun := &recording{Recorder: recorder, stop: vc.conn.Listen(recorder.Packet), release: vc.v.b.host.Hold()}
	vc.mu.Lock()
	vc.recording = begun
	over := vc.over
	vc.mu.Unlock()
	if over {
		begun.end()
	}
	return begun, nil
}

// mayRecord refuses a second recording, and one of nothing.
func (vc *voiceClient) mayRecord() error {
	vc.mu.Lock()
	defer vc.mu.Unlock()
	switch {
	case vc.over:
		return errLeft
	case vc.recording != nil && !vc.recording.ended.Load():
		return errors.New("it is being recorded already: vc:stop_recording() ends that")
	}
	return nil
}

// end ends the recording. Further calls give what was recorded without the error, which the first caller has.
func (r *recording) end() (record.Recording, error) {
	defer r.release()
	r.stop()
	rec, err := r.Stop()
	if r.ended.Swap(true) {
		return rec, nil
	}
	return rec, err
}

// endRecording ends the recording that goes on, if one does, because the connection ends. stop_recording still gives it.
func (vc *voiceClient) endRecording() error {
	active := vc.kept()
	if active == nil {
		return nil
	}
	_, err := active.end()
	return err
}

func (vc *voiceClient) isRecording() bool {
	vc.mu.Lock()
	defer vc.mu.Unlock()
	return vc.recording != nil && !vc.recording.ended.Load() && !vc.over
}

// stopOptions say what to do at the end of a recording.
type stopOptions struct {
	mix     bool
	path    string
	encoder string
}

// finishRecording ends the recording, unless the end of the connection did so before, and writes what is left of it. When that fails the
// recording is kept for another call.
func (vc *voiceClient) finishRecording(ctx context.Context, o stopOptions) (*record.Recording, error) {
	active, err := vc.takeRecording(o)
	if err != nil {
		return nil, err
	}
	rec, err := active.end()
	if err == nil && (o.path != "" || o.mix && rec.Mixed == "") {
		err = rec.Mix(ctx, o.path, o.encoder)
	}
	if err != nil {
		vc.keepRecording(active)
		return nil, fmt.Errorf("%w; vc:stop_recording() gives what was recorded", err)
	}
	return &rec, nil
}

// keepRecording keeps a recording that has ended for the next stop_recording, unless another has begun.
func (vc *voiceClient) keepRecording(ended *recording) {
	vc.mu.Lock()
	defer vc.mu.Unlock()
	if vc.recording == nil {
		vc.recording = ended
	}
}

// takeRecording takes the recording to end it. It leaves it to go on when the mix could not be written.
func (vc *voiceClient) takeRecording(o stopOptions) (*recording, error) {
	for {
		active := vc.kept()
		if active == nil {
			return nil, errNotRecording
		}
		if err := active.check(o); err != nil { // which takes its time
			return nil, err
		}
		if vc.take(active) {
			return active, nil
		}
	}
}

// check gives the error with which the mix could not be written.
func (r *recording) check(o stopOptions) error {
	if o.mix || o.path != "" {
		return r.CheckMix(o.path, o.encoder)
	}
	if o.encoder != "" {
		return errNoMix
	}
	return nil
}

// kept is the recording that nobody has taken, nil without one.
func (vc *voiceClient) kept() *recording {
	vc.mu.Lock()
	defer vc.mu.Unlock()
	return vc.recording
}

// take takes a recording, unless somebody else has meanwhile.
func (vc *voiceClient) take(r *recording) bool {
	vc.mu.Lock()
	defer vc.mu.Unlock()
	if vc.recording != r {
		return false
	}
	vc.recording = nil
	return true
}
