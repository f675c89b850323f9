// Package play sends an audio source into a voice connection, a packet each 20 ms, and lets it be paused, sought and made
// louder meanwhile.
//
// Two goroutines share the work, so that reading and encoding never delay a packet: one makes packets a fifth of a second
// ahead, the other sends each at its time. Opus that needs no change is passed through as it is; everything else is decoded,
// brought to its volume and encoded.
package play

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jonboulle/clockwork"

	"cordial/discord/voice/audio"
)

// Output is what a playback sends to, such as a voice connection. It is called from one goroutine.
type Output interface {
	// SendOpus sends the packet of the next 20 ms, and is done with it when it returns.
	SendOpus(packet []byte) error

	// Speaking tells the others that sound begins or has ended.
	Speaking(on bool) error
}

// Skipper is an [Output] that is told of time that passes without a packet, so that its timestamps keep to the time of day:
// while a playback is paused, waits for its source, or has come too late.
type Skipper interface {
	// Skip lets samples (per channel, at 48 kHz) pass.
	Skip(samples int)
}

// MaxVolume is the loudest that a playback can be, as a factor.
const MaxVolume = 2

// Options say how a source is played. The zero value plays it once, as loud as it is.
type Options struct {
	// Volume is a factor from 0 to MaxVolume, to which other values are brought; nil is 1.
	Volume *float64

	// Loop begins again at the end, for ever. The source must be able to seek.
	Loop bool

	// At is the place that the source was sought to before; 0 is its beginning.
	At time.Duration

	// Bitrate of what must be encoded, in bits per second; 0 is [audio.DefaultStereoBitrate].
	Bitrate int

	// Clock is what packets keep time by; nil is the real clock.
	Clock clockwork.Clock
}

// ErrEnded is the error of a seek in a playback that has ended.
var ErrEnded = errors.New("the playback has ended")

// errStopped is the cause of an end that [Playback.Stop] has asked for.
var errStopped = errors.New("the playback was stopped")

// Playback is one source that is being played. Its methods may be called from any goroutine.
type Playback struct {
	source   audio.Source
	duration time.Duration
	known    bool // the duration
	loop     bool

	volume atomic.Uint64 // as math.Float64bits
	cancel context.CancelCauseFunc
	seeks  chan seek
	done   chan struct{}
	err    error // of the whole; readable once done is closed

	buffer buffer
}

// seek asks the reading goroutine to go on elsewhere.
type seek struct {
	to   time.Duration
	done chan error // has room for the answer
}

// Start plays a source until its end, until Stop, or until ctx ends, and closes it then. The source's Close may be called while
// another goroutine waits in its Read, which must then return.
func Start(ctx context.Context, out Output, source audio.Source, o Options) *Playback {
	if o.Clock == nil {
		o.Clock = clockwork.NewRealClock()
	}
	p := &Playback{source: source, loop: o.Loop, seeks: make(chan seek), done: make(chan struct{})}
	p.duration, p.known = source.Duration()
	p.buffer.init(o.At)
	p.SetVolume(1)
	if o.Volume != nil {
		p.SetVolume(*o.Volume)
	}
	ctx, p.cancel = context.WithCancelCause(ctx)
	go p.run(ctx, newSender(out, o.Clock, &p.buffer), newFramer(source, o.Bitrate, o.At))
	return p
}

// run owns both goroutines: it is the sending one, and outlives the other.
func (p *Playback) run(ctx context.Context, sender *sender, framer *framer) {
	defer close(p.done)
	var reading sync.WaitGroup
	reading.Go(func() { p.read(ctx, framer) })
	err := sender.run(ctx)
	cause := context.Cause(ctx)
	p.cancel(nil)
	closed := p.source.Close()
	reading.Wait()
	switch {
	case err != nil:
		p.err = fmt.Errorf("playing: %w", err)
	case errors.Is(cause, errStopped):
	case cause != nil:
		p.err = cause
	case p.buffer.err != nil:
		p.err = fmt.Errorf("playing, at %s of the source: %w", p.Position().Round(time.Millisecond), p.buffer.err)
	default:
		p.err = closed
	}
}

// read makes packets ahead of their time until the playback ends. At the end of the source it stays, for a seek may come.
func (p *Playback) read(ctx context.Context, f *framer) {
	defer f.close()
	fresh := true // nothing was read since the beginning
	for {
		select {
		case <-ctx.Done():
			return
		case s := <-p.seeks:
			s.done <- p.buffer.restart(s.to, f.seek)
			fresh = false
			continue
		case <-p.buffer.space:
		}
		packet, err := f.next(p.buffer.scratch[:0], math.Float64frombits(p.volume.Load()))
		if err == io.EOF && p.loop && !fresh {
			err, fresh = f.seek(0), true
			if err == nil {
				p.buffer.again()
				continue
			}
			err = fmt.Errorf("the source cannot begin again: %w", err)
		}
		if err != nil {
			p.buffer.end(err)
			continue
		}
		p.buffer.put(packet, f.position())
		fresh = false
	}
}

// Pause stops sending at the next packet. What was encoded ahead is kept for Resume.
func (p *Playback) Pause() { p.buffer.pause(true) }

// Resume goes on after Pause.
func (p *Playback) Resume() { p.buffer.pause(false) }

// Paused tells whether the playback waits for Resume.
func (p *Playback) Paused() bool { return p.buffer.isPaused() }

// Stop ends the playback soon: after the five frames of silence that end a stretch of sound. [Playback.Wait] waits for that.
func (p *Playback) Stop() { p.cancel(errStopped) }

// SetVolume changes the volume, of what is not encoded yet: it is heard after a fifth of a second.
func (p *Playback) SetVolume(volume float64) {
	if !(volume >= 0) { // also what is not a number
		volume = 0
	}
	p.volume.Store(math.Float64bits(min(volume, MaxVolume)))
}

// Seek goes on at another place of the source. It returns when the source is there, and with [Seek]'s error when it cannot go there: then
// the playback goes on where it was. After the end it returns [ErrEnded].
func (p *Playback) Seek(ctx context.Context, to time.Duration) error {
	s := seek{to: max(to, 0), done: make(chan error, 1)}
	select {
	case p.seeks <- s:
	case <-p.done:
		return ErrEnded
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	select {
	case err := <-s.done:
		return err
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// Position is the place in the source up to which all was sent.
func (p *Playback) Position() time.Duration { return p.buffer.played() }

// Duration is how long the source is, if it says so.
func (p *Playback) Duration() (time.Duration, bool) { return p.duration, p.known }

// Done is closed when the playback has ended and the source is closed.
func (p *Playback) Done() <-chan struct{} { return p.done }

// Err is why the playback has ended: nil at the end of the source and after Stop, and as long as it goes on.
func (p *Playback) Err() error {
	select {
	case <-p.done:
		return p.err
	default:
		return nil
	}
}

// Wait waits for the end of the playback and returns its error, or for ctx, which leaves the playback as it is.
func (p *Playback) Wait(ctx context.Context) error {
	select {
	case <-p.done:
		return p.err
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
