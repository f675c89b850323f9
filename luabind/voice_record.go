package luabind

import (
	"context"
	"errors"
	"fmt"
	"time"

	lua "github.com/yuin/gopher-lua"

	"cordial/discord"
	"cordial/discord/voice/audio"
	"cordial/discord/voice/record"
	"cordial/internal/show"
	"cordial/runtime"
	"cordial/runtime/bind"
)

// errNotRecording says that there is nothing to stop.
var errNotRecording = errors.New("nothing is being recorded: vc:start_recording(path) begins")

// errNoMix says that an encoder has nothing to do.
var errNoMix = errors.New("encoder is for the mix, and none is asked for: add mix=true")

// errLeft says that a connection is over.
var errLeft = errors.New("the voice connection has ended: join the channel again")

// recording is a recording that goes on.
type recording struct {
	*record.Recorder
	stop    func()
	release func() // lets the script end
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
			Name: "start_recording", Doc: "Records each speaker to a file of their own, named path_<user id>. All begin now and are as long as the recording.",
			Params: append([]bind.Param{
				{Name: "path", Type: bind.String, Required: true, Doc: "such as meeting.ogg; .ogg, .wav, .flac or .mp3"},
				{Name: "users", Type: bind.ListOf(userID), Named: true, Doc: "only these; everybody without it"},
				{Name: "format", Type: bind.OneOf(formats()...), Named: true, Doc: "the path's extension without it"},
				{Name: "bitrate", Type: bind.Integer, Named: true, Doc: "of encoded formats, in bits per second"},
				{Name: "split", Type: bind.Duration, Named: true, Doc: "begin new files after each such time"},
				{Name: "overwrite", Type: bind.Boolean, Named: true, Doc: "replace files that exist"},
			}, mix...),
			Example: `vc:start_recording("meeting.ogg", {split="1h"})`,
			Call:    func(c *bind.Call) (any, error) { return nil, asVoice(c).startRecording(c) },
		},
		{
			Name: "stop_recording", Doc: "Ends the recording, and writes a mix if that is asked for. After the connection it gives what was recorded until then.", Params: mix, Returns: "Recording",
			Example: `local rec = vc:stop_recording{mix=true}` + "\n" + `rec:report("meeting.html")`,
			Call: func(c *bind.Call) (any, error) {
				rec, err := wait(c, func(w waiter) (*record.Recording, error) {
					return asVoice(c).finishRecording(w, stopOptions{mix: c.Bool("mix"), path: c.String("mix_path"), encoder: c.String("encoder")})
				})
				if err != nil {
					return nil, err
				}
				return b.r.Wrap("Recording", rec), nil
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

// startRecording begins to record.
func (vc *voiceClient) startRecording(c *bind.Call) error {
	if err := vc.v.b.host.Denied(runtime.DenyIO, "recording to a file"); err != nil {
		return err
	}
	o := record.Options{
		Format: c.String("format"), Bitrate: c.Int("bitrate"), Mix: c.Bool("mix"), MixPath: c.String("mix_path"), Split: c.Duration("split"),
		Encoder: c.String("encoder"), Overwrite: c.Bool("overwrite"), Clock: vc.v.b.host.Clock(), Names: vc.name,
		OnError: func(err error) { vc.v.b.host.Say("voice: recording: " + err.Error()) },
	}
	if c.Has("users") {
		o.Users = []discord.Snowflake{}
		for _, id := range c.List("users") {
			o.Users = append(o.Users, id.(discord.Snowflake))
		}
	}
	vc.mu.Lock()
	defer vc.mu.Unlock()
	switch {
	case vc.over:
		return errLeft
	case vc.recording != nil:
		return errors.New("it is being recorded already: vc:stop_recording() ends that")
	}
	recorder, err := record.Start(c.String("path"), o)
	if err != nil {
		return err
	}
	vc.recording = &recording{Recorder: recorder, stop: vc.conn.Listen(recorder.Packet), release: vc.v.b.host.Hold()}
	return nil
}

// end ends a recording. stop_recording still gives what was recorded.
func (r *recording) end() (record.Recording, error) {
	defer r.release()
	r.stop()
	return r.Stop()
}

// endRecording ends the recording that goes on, if one does, because the connection ends.
func (vc *voiceClient) endRecording() error {
	vc.mu.Lock()
	active := vc.recording
	vc.mu.Unlock()
	if active == nil {
		return nil
	}
	_, err := active.end()
	return err
}

func (vc *voiceClient) isRecording() bool {
	vc.mu.Lock()
	defer vc.mu.Unlock()
	return vc.recording != nil && !vc.over
}

// stopOptions say what to do at the end of a recording.
type stopOptions struct {
	mix     bool
	path    string
	encoder string
}

// finishRecording ends the recording, unless the end of the connection did so before, and writes what is left of it.
func (vc *voiceClient) finishRecording(ctx context.Context, o stopOptions) (*record.Recording, error) {
	active, err := vc.takeRecording(o)
	if err != nil {
		return nil, err
	}
	rec, err := active.end()
	if err == nil && (o.mix || o.path != "") && rec.Mixed == "" {
		err = rec.Mix(ctx, o.path, o.encoder)
	}
	return &rec, err
}

// takeRecording takes the recording to end it. It leaves it to go on when the mix could not be written.
func (vc *voiceClient) takeRecording(o stopOptions) (*recording, error) {
	vc.mu.Lock()
	defer vc.mu.Unlock()
	active := vc.recording
	if active == nil {
		return nil, errNotRecording
	}
	if o.mix || o.path != "" {
		if err := active.CheckMix(o.path, o.encoder); err != nil {
			return nil, err
		}
	} else if o.encoder != "" {
		return nil, errNoMix
	}
	vc.recording = nil
	return active, nil
}

// recordingClass declares what stop_recording gives.
func (b *binding) recordingClass() bind.Class {
	get := func(name, typ, doc string, of func(rec *record.Recording) any) bind.Field {
		return bind.Field{Name: name, Type: typ, Doc: doc, Get: func(self any) (any, error) { return of(self.(*record.Recording)), nil }}
	}
	return bind.Class{
		Name: "Recording", Doc: "What was recorded.",
		Fields: []bind.Field{
			get("speakers", "table of Track", "A track for each speaker, by user id.", b.tracks),
			get("mixed", "string", "The path of the mix; nil without one.", func(rec *record.Recording) any {
				if rec.Mixed == "" {
					return nil
				}
				return rec.Mixed
			}),
			get("duration", "number", "Its length in seconds: that of every track.", func(rec *record.Recording) any { return rec.Duration.Seconds() }),
			get("started", "number", "When it began, in seconds since 1970.", func(rec *record.Recording) any { return unixSeconds(rec.Started) }),
			get("manifest", "string", "The path of the JSON file that says who spoke when.", func(rec *record.Recording) any { return rec.Manifest }),
			get("dropped", "integer", "Packets lost because the disk or the processor was too slow.", func(rec *record.Recording) any { return int64(rec.Dropped) }),
		},
		Methods: []bind.Func{
			{
				Name: "report", Doc: "Writes a page for people: who spoke when, waveforms, players. It stands alone.",
				Params: []bind.Param{{Name: "path", Type: bind.String, Required: true}}, Example: `rec:report("meeting.html")`,
				Call: func(c *bind.Call) (any, error) {
					if err := b.mayWrite(c.String("path")); err != nil {
						return nil, err
					}
					return nil, c.Wait(func(w waiter) error { return c.Self.(*record.Recording).Report(w, c.String("path")) })
				},
			},
			{
				Name: "mix", Doc: "Writes one file with everybody.", Returns: "string", Params: []bind.Param{{Name: "path", Type: bind.String, Doc: "NAME_mixed beside the others without it"}, encoderParam},
				Call: func(c *bind.Call) (any, error) {
					if err := b.mayWrite("a mix"); err != nil {
						return nil, err
					}
					rec := c.Self.(*record.Recording)
					err := c.Wait(func(w waiter) error { return rec.Mix(w, c.String("path"), c.String("encoder")) })
					return rec.Mixed, err
				},
			},
		},
		ToString: func(self any) string {
			rec := self.(*record.Recording)
			return fmt.Sprintf("Recording(%s, %s)", plural(len(rec.Speakers), "speaker"), rec.Duration.Round(100*time.Millisecond))
		},
	}
}

func unixSeconds(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }

// tracks is Recording.speakers.
func (b *binding) tracks(rec *record.Recording) any {
	t := b.r.L.NewTable()
	for _, user := range rec.Users() {
		t.RawSetString(string(user), b.r.Wrap("Track", rec.Speakers[user]))
	}
	b.host.MarkObject(t)
	return t
}

// trackClass declares what Recording.speakers has.
func (b *binding) trackClass() bind.Class {
	get := func(name, typ, doc string, of func(t *record.Track) any) bind.Field {
		return bind.Field{Name: name, Type: typ, Doc: doc, Get: func(self any) (any, error) { return of(self.(*record.Track)), nil }}
	}
	number := func(name, doc string, of func(t *record.Track) uint64) bind.Field {
		return get(name, "integer", doc, func(t *record.Track) any { return int64(of(t)) })
	}
	return bind.Class{
		Name: "Track", Doc: "What was recorded of one speaker.",
		Fields: []bind.Field{
			get("user", "string", "The speaker's id.", func(t *record.Track) any { return string(t.User) }),
			get("name", "string", "The speaker's name.", func(t *record.Track) any { return t.Name }),
			get("path", "string", "The file; the first if there are several.", func(t *record.Track) any { return t.Path }),
			get("files", "list of string", "All files.", func(t *record.Track) any { return t.Files }),
			get("segments", "list of table", "When they spoke: {start=, stop=}, in seconds from the recording's start.", b.segments),
			get("spoken", "number", "How long they spoke, in seconds.", func(t *record.Track) any { return t.Spoken().Seconds() }),
			get("drift", "number", "How far their clock went behind ours, in seconds; the track was corrected for it.", func(t *record.Track) any { return t.Drift.Seconds() }),
			number("packets", "Packets that came.", func(t *record.Track) uint64 { return t.Packets }),
			number("lost", "Packets that did not come in time.", func(t *record.Track) uint64 { return t.Lost }),
			number("late", "Packets that came too late.", func(t *record.Track) uint64 { return t.Late }),
			number("concealed", "Lost packets for which sound was made up.", func(t *record.Track) uint64 { return t.Concealed }),
		},
		ToString: func(self any) string {
			t := self.(*record.Track)
			return fmt.Sprintf("Track(name=%s, path=%s)", show.Quoted(t.Name), show.Quoted(t.Path))
		},
	}
}

func (b *binding) segments(t *record.Track) any {
	list := b.r.L.NewTable()
	for _, s := range t.Segments {
		entry := b.r.L.NewTable()
		entry.RawSetString("start", lua.LNumber(s.Start.Seconds()))
		entry.RawSetString("stop", lua.LNumber(s.End.Seconds()))
		b.host.MarkObject(entry)
		list.Append(entry)
	}
	b.host.MarkArray(list)
	return list
}
