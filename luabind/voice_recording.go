package luabind

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	lua "github.com/yuin/gopher-lua"

	"cordial/discord/voice/record"
	"cordial/internal/show"
	"cordial/runtime/bind"
)

// recorded is a recording that has ended, as scripts have it. What it points to does not change: a mix puts another in its place.
type recorded struct {
	atomic.Pointer[record.Recording]
	mixing chan struct{} // has room for one who writes a mix
}

func newRecorded(rec *record.Recording) *recorded {
	r := &recorded{mixing: make(chan struct{}, 1)}
	r.Store(rec)
	return r
}

// mix writes a mix once no other is written, and gives its path.
func (r *recorded) mix(ctx context.Context, path, encoder string) (string, error) {
	select {
	case r.mixing <- struct{}{}:
	case <-ctx.Done():
		return "", context.Cause(ctx)
	}
	defer func() { <-r.mixing }()
	mixed := *r.Load()
	err := mixed.Mix(ctx, path, encoder)
	r.Store(&mixed)
	return mixed.Mixed, err
}

// recordingClass declares what stop_recording gives.
func (b *binding) recordingClass() bind.Class {
	get := func(name, typ, doc string, of func(rec *record.Recording) any) bind.Field {
		return bind.Field{Name: name, Type: typ, Doc: doc, Get: func(self any) (any, error) { return of(self.(*recorded).Load()), nil }}
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
				Name: "report", Doc: "Writes a page for people: who spoke when, waveforms, players. It stands alone, with up to 32 MB of sound; it links the rest, and says so.",
				Params: []bind.Param{{Name: "path", Type: bind.String, Required: true}}, Example: `rec:report("meeting.html")`,
				Call: func(c *bind.Call) (any, error) {
					if err := b.mayWrite(c.String("path")); err != nil {
						return nil, err
					}
					return nil, c.Wait(func(w waiter) error { return c.Self.(*recorded).Load().Report(w, c.String("path")) })
				},
			},
			{
				Name: "mix", Doc: "Writes one file with everybody.", Returns: "string", Params: []bind.Param{{Name: "path", Type: bind.String, Doc: "NAME_mixed beside the others without it"}, encoderParam},
				Call: func(c *bind.Call) (any, error) {
					if err := b.mayWrite("a mix"); err != nil {
						return nil, err
					}
					return wait(c, func(w waiter) (any, error) { return c.Self.(*recorded).mix(w, c.String("path"), c.String("encoder")) })
				},
			},
		},
		ToString: func(self any) string {
			rec := self.(*recorded).Load()
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
