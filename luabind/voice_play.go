package luabind

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	lua "github.com/yuin/gopher-lua"

	"cordial/discord/voice"
	"cordial/discord/voice/audio"
	"cordial/discord/voice/play"
	"cordial/internal/show"
	"cordial/runtime/bind"
)

// playback is a playback as scripts have it.
type playback struct {
	vc     *voiceClient
	name   string
	waited bool // somebody asks for its error; under the Lua lock
	*play.Playback
}

// voiceOutput is what a playback sends to.
type voiceOutput struct{ conn *voice.Connection }

func (o voiceOutput) SendOpus(packet []byte) error { return o.conn.SendOpus(packet) }

func (o voiceOutput) Skip(samples int) { o.conn.Skip(samples) }

func (o voiceOutput) Speaking(on bool) error {
	if on {
		return o.conn.Speaking(voice.Microphone)
	}
	return o.conn.Speaking(0)
}

// volumeType is how loud something is played.
var volumeType = bind.Type{Name: "number", From: func(L *lua.LState, v lua.LValue) (any, error) {
	n, err := bind.Number.From(L, v)
	if err != nil {
		return nil, err
	}
	if n := n.(float64); n < 0 || n > play.MaxVolume {
		return nil, fmt.Errorf("expected 0 to %d, where 1 is as loud as the file; got %v", play.MaxVolume, n)
	}
	return n, nil
}}

// volumeOf is the parameter volume, nil without it.
func volumeOf(c *bind.Call) *float64 {
	if !c.Has("volume") {
		return nil
	}
	volume := bind.Get[float64](c, "volume")
	return &volume
}

// voicePlaying declares what plays.
func (b *binding) voicePlaying() []bind.Func {
	return []bind.Func{
		{
			Name: "play", Doc: "Plays a file, or what an address gives: Ogg Opus as it is; WAV, MP3, Vorbis and FLAC decoded; anything else by ffmpeg if it is installed. It returns at once; what was playing stops.",
			Params: []bind.Param{
				{Name: "what", Type: bind.String, Required: true, Doc: "a path, or an http address"},
				{Name: "volume", Type: volumeType, Named: true, Doc: "0 to 2; 1 without it"},
				{Name: "loop", Type: bind.Boolean, Named: true, Doc: "begin again at the end"},
				{Name: "seek", Type: bind.Duration, Named: true, Doc: "where to begin"},
				{Name: "bitrate", Type: bind.Integer, Named: true, Doc: "of what is encoded, in bits per second"},
			},
			Returns: "Playback", Example: `vc:play("song.mp3", {volume=0.5}):wait()`,
			Call: func(c *bind.Call) (any, error) { return asVoice(c).play(c) },
		},
		{
			Name: "send_pcm", Doc: "Plays samples and waits until they are sent: 16 bit, little-endian, 48,000 a second, two channels in turn.",
			Params: []bind.Param{{Name: "pcm", Type: bind.String, Required: true}, {Name: "volume", Type: volumeType, Named: true}},
			Call: func(c *bind.Call) (any, error) {
				pcm := c.String("pcm")
				if len(pcm)%4 != 0 {
					return nil, fmt.Errorf("pcm: expected whole samples of 4 bytes, got %d bytes", len(pcm))
				}
				return nil, asVoice(c).send(c, &pcmSource{pcm: pcm}, volumeOf(c))
			},
		},
		{
			Name: "send_opus", Doc: "Sends Opus packets of 20 ms each, and waits until they are sent.",
			Params:  []bind.Param{{Name: "packets", Type: bind.ListOf(bind.String), Required: true}},
			Example: `vc:send_opus{"\248\255\254"}`,
			Call: func(c *bind.Call) (any, error) {
				packets := stringList(c.List("packets"))
				for i, packet := range packets {
					if samples, err := audio.PacketSamples([]byte(packet)); err != nil || samples != audio.FrameSamples {
						return nil, fmt.Errorf("packets[%d]: expected an Opus packet of 20 ms", i+1)
					}
					if len(packet) > audio.MaxFrame {
						return nil, fmt.Errorf("packets[%d]: has %d bytes, and Opus needs no more than %d for 20 ms", i+1, len(packet), audio.MaxFrame)
					}
				}
				return nil, asVoice(c).send(c, &opusSource{packets: packets}, nil)
			},
		},
	}
}

// play begins to play a file or an address.
func (vc *voiceClient) play(c *bind.Call) (any, error) {
	what := c.String("what")
	if err := vc.v.b.mayPlay(what); err != nil {
		return nil, err
	}
	if err := audio.CheckFormat(".ogg", audio.Format{Bitrate: c.Int("bitrate")}); err != nil {
		return nil, err
	}
	o := play.Options{Volume: volumeOf(c), Loop: c.Bool("loop"), At: c.Duration("seek"), Bitrate: c.Int("bitrate"), Clock: vc.v.b.host.Clock()}
	p, err := vc.start(c, what, func() (audio.Source, error) { return openAt(vc.ctx, what, o.At) }, o)
	if err != nil {
		return nil, err
	}
	return vc.v.b.r.Wrap("Playback", p), nil
}

// openAt opens a file or an address and goes to a place in it.
func openAt(ctx context.Context, what string, at time.Duration) (audio.Source, error) {
	source, err := audio.Open(ctx, what)
	if err != nil || at == 0 {
		return source, err
	}
	if err := play.Seek(source, at); err != nil {
		return nil, errors.Join(err, source.Close())
	}
	return source, nil
}

// start opens a source and plays it in place of what is playing.
func (vc *voiceClient) start(c *bind.Call, name string, open func() (audio.Source, error), o play.Options) (*playback, error) {
	p, err := wait(c, func(w waiter) (*playback, error) {
		source, err := open()
		if err != nil {
			return nil, cmp.Or(context.Cause(vc.ctx), err) // opening ends with the connection
		}
		return vc.replace(w, name, source, o)
	})
	if err != nil && p != nil { // the caller was cancelled meanwhile
		p.Stop()
	}
	return p, err
}

// replace stops what is playing and plays a source, one caller after the other: one playback at a time sends. The script goes on until
// it has ended.
func (vc *voiceClient) replace(ctx context.Context, name string, source audio.Source, o play.Options) (*playback, error) {
	vc.turn.Lock()
	defer vc.turn.Unlock()
	if err := cmp.Or(context.Cause(vc.ctx), vc.stopPlaying(ctx)); err != nil {
		return nil, errors.Join(err, source.Close())
	}
	p := &playback{vc: vc, name: name, Playback: play.Start(vc.ctx, voiceOutput{vc.conn}, source, o)}
	vc.mu.Lock()
	vc.playing = p
	vc.mu.Unlock()
	release := vc.v.b.host.Hold()
	vc.v.running.Go(func() {
		<-p.Done()
		p.tell()
		release()
	})
	return p, nil
}

// stopPlaying ends the playback that goes on, if one does.
func (vc *voiceClient) stopPlaying(ctx context.Context) error {
	vc.mu.Lock()
	p := vc.playing
	vc.mu.Unlock()
	if p == nil {
		return nil
	}
	p.Stop()
	select {
	case <-p.Done():
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// send plays a source of the script's own to its end.
func (vc *voiceClient) send(c *bind.Call, source audio.Source, volume *float64) error {
	p, err := vc.start(c, "samples", func() (audio.Source, error) { return source, nil }, play.Options{Volume: volume, Clock: vc.v.b.host.Clock()})
	if err != nil {
		return err
	}
	return p.await(c)
}

// playbackClass declares what play gives.
func (b *binding) playbackClass() bind.Class {
	of := func(c *bind.Call) *playback { return c.Self.(*playback) }
	do := func(name, doc string, fn func(p *playback)) bind.Func {
		return bind.Func{Name: name, Doc: doc, Call: func(c *bind.Call) (any, error) { fn(of(c)); return nil, nil }}
	}
	get := func(name, typ, doc string, value func(p *playback) any) bind.Field {
		return bind.Field{Name: name, Type: typ, Doc: doc, Get: func(self any) (any, error) { return value(self.(*playback)), nil }}
	}
	return bind.Class{
		Name: "Playback", Doc: "Something that is being played.",
		Fields: []bind.Field{
			get("state", "string", `"playing", "paused" or "ended".`, func(p *playback) any { return p.state() }),
			get("position", "number", "Where it is, in seconds.", func(p *playback) any { return p.Position().Seconds() }),
			get("duration", "number", "How long it is, in seconds; nil when that is not known.", func(p *playback) any {
				if d, known := p.Duration(); known {
					return d.Seconds()
				}
				return nil
			}),
		},
		Methods: []bind.Func{
			do("pause", "Stops sending until resume().", func(p *playback) { p.Pause() }),
			do("resume", "Goes on after pause().", func(p *playback) { p.Resume() }),
			do("stop", "Ends it.", func(p *playback) { p.Stop() }),
			{
				Name: "volume", Doc: "Changes the volume: 0 to 2.", Params: []bind.Param{{Name: "volume", Type: volumeType, Required: true}},
				Call: func(c *bind.Call) (any, error) { of(c).SetVolume(bind.Get[float64](c, "volume")); return nil, nil },
			},
			{
				Name: "seek", Doc: "Goes on at another place.", Params: []bind.Param{{Name: "position", Type: bind.Duration, Required: true}},
				Call: func(c *bind.Call) (any, error) {
					return nil, c.Wait(func(w waiter) error { return of(c).Seek(w, c.Duration("position")) })
				},
			},
			{
				Name: "wait", Doc: "Waits for the end. What went wrong is raised as an error; a line says it when nobody waits.",
				Call:    func(c *bind.Call) (any, error) { return nil, of(c).await(c) },
				Example: `vc:play("hello.ogg"):wait()`,
			},
		},
		ToString: func(self any) string {
			p := self.(*playback)
			return fmt.Sprintf("Playback(%s, state='%s', position=%.1f)", show.Quoted(p.name), p.state(), p.Position().Seconds())
		},
	}
}

// wait waits for the end. Of a connection that ends meanwhile it says so, whether the next packet or the end itself told of it first.
func (p *playback) wait(w waiter) error {
	err := p.Wait(w)
	if _, ended := errors.AsType[*voice.ClosedError](err); ended {
		return errLeft
	}
	return err
}

// await is wait for a script, which is told what went wrong.
func (p *playback) await(c *bind.Call) error {
	p.waited = true
	return c.Wait(p.wait)
}

// tell says what went wrong if nobody has waited for the end by the time at which the script lets other tasks run. That the connection has
// ended is told in other ways.
func (p *playback) tell() {
	err, host := p.Err(), p.vc.v.b.host
	if _, left := errors.AsType[*voice.ClosedError](err); err == nil || left || p.vc.ctx.Err() != nil {
		return
	}
	_, _ = host.Go("play "+p.name, func(*lua.LState) error { // it is refused when the script is over
		if !p.waited {
			host.Warn(fmt.Sprintf("voice: %s: %v", p.name, err))
		}
		return nil
	})
}

func (p *playback) state() string {
	select {
	case <-p.Done():
		return "ended"
	default:
	}
	if p.Paused() {
		return "paused"
	}
	return "playing"
}
