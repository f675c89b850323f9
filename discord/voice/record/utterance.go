package record

import (
	"cmp"
	"slices"
	"sync"
	"time"

	"github.com/jonboulle/clockwork"

	"cordial/discord"
	"cordial/discord/voice"
	"cordial/discord/voice/jitter"
)

// quietTime is how long a listener remembers somebody who says nothing.
const quietTime = time.Minute

// maxClips is how many clips wait for the listener's function at the most. When there are more, new ones are dropped and counted.
const maxClips = 32

// UtteranceOptions say what makes an utterance.
type UtteranceOptions struct {
	Users []discord.Snowflake                 // whom to listen to; nil is everyone
	Pause time.Duration                       // the silence that ends an utterance; 0 is 800 ms
	Min   time.Duration                       // shorter ones are noise, and are left out; 0 is 300 ms
	Max   time.Duration                       // longer ones are cut, and go on as the next; 0 is a minute, and 10 minutes are the most
	Names func(user discord.Snowflake) string // gives a user's name for a clip, which waits for it; called before give, on its goroutine
	Clock clockwork.Clock                     // what packets' arrivals are measured with
}

// A Listener cuts the packets of a connection into utterances. Its methods may be called from any goroutine.
type Listener struct {
	o       UtteranceOptions
	give    func(*Clip)
	intake  *intake
	cutters map[discord.Snowflake]*cutter // of the intake's goroutine
	clips   chan *Clip
	given   chan struct{} // closed when give was called for the last time
	stop    sync.Once

	mu      sync.Mutex
	dropped uint64
}

// Listen calls give with each stretch of speech when it is over, one after the other, on a goroutine of its own. Stop must be called, or
// two goroutines stay.
func Listen(o UtteranceOptions, give func(*Clip)) *Listener {
	o.Pause = cmp.Or(o.Pause, 800*time.Millisecond)
	o.Min = cmp.Or(o.Min, 300*time.Millisecond)
	o.Max = min(cmp.Or(o.Max, time.Minute), 10*time.Minute)
	if o.Clock == nil {
		o.Clock = clockwork.NewRealClock()
	}
	l := &Listener{
		o: o, give: give, intake: newIntake(o.Clock), cutters: map[discord.Snowflake]*cutter{},
		clips: make(chan *Clip, maxClips), given: make(chan struct{}),
	}
	l.intake.speaker, l.intake.beat, l.intake.finish = l.speaker, l.beat, l.finish
	go l.intake.run()
	go l.pass()
	return l
}

// Packet takes a packet that came from a connection. It copies it and never waits. After Stop it does nothing.
func (l *Listener) Packet(p voice.Packet) { l.intake.queue.put(p) }

// Stop ends what is being said as utterances, waits until all were given, and ends the listener. It must not be called from the
// listener's functions.
func (l *Listener) Stop() {
	l.stop.Do(func() {
		l.intake.stop()
		<-l.given
	})
}

// Dropped counts the clips that were lost because maxClips of them waited, and the packets that were lost because the processor was busy.
func (l *Listener) Dropped() (clips, packets uint64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.dropped, l.intake.queue.drops()
}

// pass gives the clips.
func (l *Listener) pass() {
	defer close(l.given)
	for clip := range l.clips {
		if l.o.Names != nil {
			clip.Name = l.o.Names(clip.User)
		}
		l.give(clip)
	}
}

func (l *Listener) speaker(user discord.Snowflake) func(jitter.Frame) {
	if l.o.Users != nil && !slices.Contains(l.o.Users, user) {
		return nil
	}
	c := &cutter{o: &l.o, user: user, done: l.put}
	l.cutters[user] = c
	return c.frame
}

func (l *Listener) beat(now time.Time) {
	for _, c := range l.cutters {
		c.advance(now)
	}
	for user, at := range l.intake.heard {
		if now.Sub(at) > quietTime {
			l.forget(user)
		}
	}
}

// forget forgets a user, unless a long pause of theirs may be a part of an utterance.
func (l *Listener) forget(user discord.Snowflake) {
	if c := l.cutters[user]; c != nil && c.clip != nil {
		return
	}
	delete(l.cutters, user)
	l.intake.forget(user)
}

func (l *Listener) finish() {
	for _, c := range l.cutters {
		c.end(false)
	}
	close(l.clips)
}

func (l *Listener) put(clip *Clip) {
	select {
	case l.clips <- clip:
	default:
		l.mu.Lock()
		l.dropped++
		l.mu.Unlock()
	}
}

// cutter finds the utterances of one user.
type cutter struct {
	o    *UtteranceOptions
	user discord.Snowflake
	done func(*Clip)
	clip *Clip // nil while nothing is said
}

func (c *cutter) frame(f jitter.Frame) {
	silent := jitter.IsSilence(f.Opus)
	if c.clip != nil && f.At.Sub(c.clip.End) > c.o.Pause {
		c.end(false)
	}
	if c.clip == nil {
		if silent {
			return
		}
		c.clip = &Clip{User: c.user, Start: f.At, End: f.At}
	}
	c.clip.add(f, !silent)
	if c.clip.Duration() >= c.o.Max {
		c.end(true)
	}
}

// advance ends an utterance when nothing came for the pause and for as long as a packet may have been held.
func (c *cutter) advance(now time.Time) {
	if c.clip != nil && now.Sub(c.clip.End) > c.o.Pause+2*jitter.HoldTime {
		c.end(false)
	}
}

// end gives the utterance away, if it is one.
func (c *cutter) end(cut bool) {
	clip := c.clip
	c.clip = nil
	if clip == nil || clip.Duration() < c.o.Min && !cut {
		return
	}
	clip.Cut = cut
	clip.trim()
	c.done(clip)
}
