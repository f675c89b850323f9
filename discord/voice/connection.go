package voice

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"cordial/discord"
)

// Connection is the bot's place in a voice channel of a guild. It stays the same over reconnects, moves and changes of the voice
// server, until Leave, a disconnect by Discord, or a loss that no further try would mend. All its methods may be called on any
// goroutine.
type Connection struct {
	manager *Manager
	guild   discord.Snowflake
	streams *streams
	packets listeners[func(Packet)]
	speech  listeners[func(discord.Snowflake, SpeakingFlags)]

	sent, unsent, foreign atomic.Uint64
	alive                 atomic.Int64 // when the voice server was last heard of, in nanoseconds since 1970

	ctx    context.Context // ends when the connection is to end
	cancel context.CancelFunc
	done   chan struct{} // closed when it has ended
	asking chan struct{} // holds one while the gateway is asked for a place, to its answer

	mu       sync.Mutex
	machine  machine
	seat     seat
	silenced silenced
	deafened bool              // by a moderator, in the whole guild: the bot is sent no sound
	target   discord.Snowflake // the channel to be in
	options  JoinOptions
	flags    SpeakingFlags
	link     *link         // nil while there is none
	media    *media        // nil before the first session, and while there is none to go on with
	readyAt  time.Time     // when the session became ready
	leaving  bool          // Leave was called
	changed  chan struct{} // closed and made anew when something changes
	err      error
}

func newConnection(m *Manager, guild, channel discord.Snowflake, o JoinOptions) *Connection {
	c := &Connection{
		manager: m, guild: guild, target: channel, options: o, flags: Microphone,
		streams: newStreams(), done: make(chan struct{}), asking: make(chan struct{}, 1), changed: make(chan struct{}),
	}
	c.ctx, c.cancel = context.WithCancel(context.Background())
	return c
}

// Listen calls hear with each packet that comes, in order of arrival and one at a time, until stop is called; a call that began
// before may end after it. hear must be quick, because packets that are not read in time are lost, and must not wait for the
// Connection.
func (c *Connection) Listen(hear func(Packet)) (stop func()) { return c.packets.add(hear) }

// OnSpeaking calls hear when the voice server tells that a user speaks or has ended, until stop is called. It must be quick and not
// wait for the Connection. Not every client tells when it ends.
func (c *Connection) OnSpeaking(hear func(user discord.Snowflake, flags SpeakingFlags)) (stop func()) {
	return c.speech.add(hear)
}

// GuildID is the guild's.
func (c *Connection) GuildID() discord.Snowflake { return c.guild }

// ChannelID is the channel's that the bot is in, or wants to be in.
func (c *Connection) ChannelID() discord.Snowflake {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.target
}

// State is where the connection is.
func (c *Connection) State() State {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.machine.state
}

// Latency is the time that the voice server took to answer the last heartbeat, 0 when none was answered yet.
func (c *Connection) Latency() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.link == nil {
		return 0
	}
	return c.link.beats.measured()
}

// Users are the others in the media session, by id. Someone may be in the channel already and not there yet.
func (c *Connection) Users() []discord.Snowflake { return c.streams.users() }

// Stats are the counters since the connection was made.
func (c *Connection) Stats() Stats {
	return Stats{Speakers: c.streams.speakers(), Foreign: c.foreign.Load(), Sent: c.sent.Load(), Unsent: c.unsent.Load()}
}

// Done is closed when the connection has ended.
func (c *Connection) Done() <-chan struct{} { return c.done }

// Err is why the connection has ended: nil before that and after Leave; else a NoAnswerError, a DisconnectedError, a CloseError, a
// LostError, or what kept the bot from being connected at all.
func (c *Connection) Err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.err
}

// Move goes to another channel of the guild and returns when the bot can speak and hear there. It fails with a NoAnswerError, and
// stays where it was, when Discord does not answer; with what Err tells; or with the cause of ctx.
func (c *Connection) Move(ctx context.Context, channel discord.Snowflake) error {
	if channel.Uint() == 0 {
		return &TargetError{c.guild, channel}
	}
	return c.enter(ctx, channel, nil)
}

// settled reports whether the bot is connected to the channel that it is in. c.mu is held.
func (c *Connection) settled() bool {
	return c.machine.state == Ready && c.media.channel == c.seat.channel
}

// ending reports whether the connection has ended or is about to, so that the channel must be joined anew.
func (c *Connection) ending() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.leaving || c.machine.state == Closed
}

// SetMute mutes the bot for all, or ends it. It returns when that is sent.
func (c *Connection) SetMute(ctx context.Context, mute bool) error {
	return c.set(ctx, func(o *JoinOptions) { o.Mute = mute })
}

// SetDeaf has Discord send the bot no sound, or ends that. It returns when that is sent.
func (c *Connection) SetDeaf(ctx context.Context, deaf bool) error {
	return c.set(ctx, func(o *JoinOptions) { o.Deaf = deaf })
}

func (c *Connection) set(ctx context.Context, change func(*JoinOptions)) error {
	if err := c.turn(ctx); err != nil {
		return err
	}
	defer c.pass()
	c.mu.Lock()
	change(&c.options)
	c.mu.Unlock()
	return c.ask(ctx)
}

// leaveWait is how long Leave waits for the gateway to confirm it.
const leaveWait = 5 * time.Second

// Leave leaves the channel and ends the connection. It returns when that is done: when the gateway has confirmed it, or did not in
// five seconds. It fails if the gateway could not be told, or ctx ended before; the connection has ended all the same. A second
// Leave does nothing.
func (c *Connection) Leave(ctx context.Context) error {
	c.mu.Lock()
	again := c.leaving
	c.leaving = true
	c.mu.Unlock()
	var err error
	if !again && !c.stopped() {
		err = c.manager.o.Gateway.UpdateVoiceState(ctx, c.guild, "", false, false)
		if err == nil {
			err = c.await(ctx, leaveWait, func() bool { return c.seat.gone || c.seat.session == "" })
		}
	}
	c.cancel()
	<-c.done
	if _, ended := errors.AsType[*ClosedError](err); ended || errors.Is(err, errTimeout) {
		return nil
	}
	return err
}

// ask tells the gateway which channel the bot wants.
func (c *Connection) ask(ctx context.Context) error {
	c.mu.Lock()
	channel, o := c.target, c.options
	c.mu.Unlock()
	return c.manager.o.Gateway.UpdateVoiceState(ctx, c.guild, channel, o.Mute, o.Deaf)
}

// errTimeout says that await waited in vain.
var errTimeout = errors.New("nothing came")

// await waits until ok, which is called with c.mu held, for d at the most. It fails with errTimeout, with a ClosedError when the
// connection ends, or with the cause of ctx.
func (c *Connection) await(ctx context.Context, d time.Duration, ok func() bool) error {
	timer := c.manager.o.Clock.NewTimer(d)
	defer timer.Stop()
	for {
		c.mu.Lock()
		met, changed := ok(), c.changed
		c.mu.Unlock()
		if met {
			return nil
		}
		select {
		case <-changed:
		case <-timer.Chan():
			return errTimeout
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-c.ctx.Done():
			return &ClosedError{}
		}
	}
}

// broadcast wakes everybody who waits for a change.
func (c *Connection) broadcast() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.wake()
}

// wake is broadcast with c.mu held.
func (c *Connection) wake() {
	close(c.changed)
	c.changed = make(chan struct{})
}

// stopped reports whether the connection ends or has ended.
func (c *Connection) stopped() bool { return c.ctx.Err() != nil }

// current is the media session, nil if there is none.
func (c *Connection) current() *media {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.media
}

// readyLink is the link if the session is ready, or else nil.
func (c *Connection) readyLink() *link {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.machine.state != Ready {
		return nil
	}
	return c.link
}
