package calltest

import (
	"context"
	"encoding/binary"
	"slices"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"

	"cordial/discord"
	sandbox "cordial/discord/sandbox/voice"
	"cordial/discord/voice"
	"cordial/discord/voice/audio"
)

// testTimeout ends a test whose expectation is never met.
const testTimeout = time.Minute

// frame is what a packet lasts.
const frame = 20 * time.Millisecond

// call is a bot in a call with people, all of them on a clock that only the test moves. With each step 20 ms pass, people say a packet,
// and the step ends when the bot has got what came to it: however busy the machine is, all that happens has its exact time.
type call struct {
	*testing.T
	ctx     context.Context // ends with the test
	clock   *stepClock
	server  *sandbox.Server
	lobby   *lobby
	manager *voice.Manager
	bot     *voice.Connection
	notices chan voice.Notice
	network sandbox.Network // that what people say meets

	script  []*stretch
	mouths  map[discord.Snowflake]*mouth // of those who have spoken
	witness *mouth
	winks   uint16                 // how many packets the witness has said
	seen    chan uint16            // the numbers of those that the bot has got
	told    chan discord.Snowflake // the bot was told that somebody speaks
}

// newCall has people and the bot be in a call.
func newCall(t *testing.T, o sandbox.Options, plain bool, people ...discord.Snowflake) *call {
	t.Helper()
	c := &call{T: t, clock: &stepClock{FakeClock: clockwork.NewFakeClock()}, notices: make(chan voice.Notice, 100), seen: make(chan uint16, 100),
		told: make(chan discord.Snowflake, 100), mouths: map[discord.Snowflake]*mouth{}}
	o.Clock = c.clock
	var err error
	if c.server, err = sandbox.Start(o); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.server.Close)
	c.lobby = &lobby{server: c.server, plain: plain}
	c.manager = voice.NewManager(voice.Options{User: bot, Gateway: c.lobby, Clock: c.clock.FakeClock, Insecure: true, OnNotice: c.notice})
	c.lobby.manager = c.manager
	t.Cleanup(func() {
		if err := c.manager.Close(); err != nil {
			t.Error(err)
		}
	})
	var stop context.CancelFunc
	c.ctx, stop = context.WithCancel(t.Context())
	t.Cleanup(stop)
	for _, user := range append(people, witness) {
		c.lobby.seat(guild, lounge, user)
	}
	c.join()
	c.witness = c.open(witness)
	return c
}

// join has the bot join the call, and tell when it gets packets of the witness.
func (c *call) join() {
	c.Helper()
	ctx, cancel := context.WithTimeout(c.ctx, testTimeout)
	defer cancel()
	var err error
	if c.bot, err = c.manager.Join(ctx, guild, lounge, voice.JoinOptions{}); err != nil {
		c.Fatal(err)
	}
	c.Cleanup(c.bot.Listen(func(p voice.Packet) {
		if p.User == witness {
			c.seen <- binary.BigEndian.Uint16(p.Opus[1:])
		}
	}))
	c.Cleanup(c.bot.OnSpeaking(func(user discord.Snowflake, flags voice.SpeakingFlags) {
		if flags != 0 {
			c.told <- user
		}
	}))
}

// notice keeps a notice. It drops what nobody takes.
func (c *call) notice(n voice.Notice) {
	select {
	case c.notices <- n:
	default:
	}
}

// stretch is what a person says without a pause.
type stretch struct {
	user  discord.Snowflake
	from  int     // the step with its first packet
	sound []int16 // mono
	began time.Time

	said    [][]byte // its packets
	packets [][]byte // those still to say, and the silence that clients end a stretch with
	mouth   *mouth   // while it is said
}

// plan adds a stretch to what is to be said, to begin with a step that is still to come. A person needs a pause of 20 steps between two.
func (c *call) plan(user discord.Snowflake, from, steps int, low, high float64) {
	c.Helper()
	s := &stretch{user: user, from: from}
	s.sound, s.said = encodeSweep(c.T, steps*audio.FrameSamples, low, high)
	s.packets = append(slices.Clip(s.said), slices.Repeat([][]byte{audio.Silence}, silences)...)
	c.script = append(c.script, s)
}

// run takes steps up to a number, each with what was planned for it.
func (c *call) run(from, to int) {
	c.Helper()
	for n := from; n < to; n++ {
		for left := frame; left > 0; {
			if left -= c.clock.step(left); left > 0 {
				c.settle() // with what arrived in between
			}
		}
		c.speak(n)
		c.settle()
	}
}

// speak has everybody say the packet of a step.
func (c *call) speak(n int) {
	c.Helper()
	for _, s := range c.script {
		switch {
		case s.from == n:
			c.begin(s)
		case s.mouth == nil:
		case len(s.packets) == 0:
			close(s.mouth.packets)
			s.mouth = nil
		default:
			c.say(s.mouth, s.packets[0])
			s.packets = s.packets[1:]
		}
	}
}

// begin begins a stretch with its first packet, and waits until the bot was told over its websocket who speaks there.
func (c *call) begin(s *stretch) {
	c.Helper()
	c.quiet(s.user)
	s.mouth, s.began = c.open(s.user), c.clock.Now()
	c.mouths[s.user] = s.mouth
	c.say(s.mouth, s.packets[0])
	s.packets = s.packets[1:]
	for timeout := time.After(testTimeout); ; {
		select {
		case user := <-c.told:
			if user == s.user {
				return
			}
		case <-timeout:
			c.Fatalf("the bot is not told that %s speaks", s.user)
		}
	}
}

// quiet waits until what somebody said before is over.
func (c *call) quiet(user discord.Snowflake) {
	c.Helper()
	m := c.mouths[user]
	if m == nil {
		return
	}
	if err := receive(c.T, m.done, "the end of what "+string(user)+" says"); err != nil {
		c.Fatalf("%s could not speak: %v", user, err)
	}
}

// settleTries is how often the witness speaks in vain before a test fails, and settleTry how long each of them may take. They are counted,
// not timed as a whole: a machine that stands still for a while costs one of them.
const (
	settleTries = 100
	settleTry   = testTimeout / settleTries
)

// settle waits until the bot has got what was sent to it. Datagrams do not overtake each other between two sockets of one machine, so it
// has when it has got the packet that the witness says last and that is never lost. While keys change the bot may be unable to decrypt
// one, therefore the witness says more of them.
func (c *call) settle() {
	c.Helper()
	first := c.winks + 1
	for range settleTries {
		c.server.SetNetwork(sandbox.Network{})
		c.wink()
		c.server.SetNetwork(c.network)
		if c.sees(first) {
			return
		}
	}
	c.Fatalf("the bot hears nothing more; it is %s", c.bot.State())
}

// wink has the witness say a packet that holds its number. It lasts 2.5 ms, so that there may be several in one step (RFC 6716: CELT,
// fullband).
func (c *call) wink() {
	c.Helper()
	c.winks++
	c.say(c.witness, binary.BigEndian.AppendUint16([]byte{0xE0}, c.winks))
}

// sees waits, but not for long, until the bot has got a packet of the witness with this number or a later one. On a busy machine those of
// the step before may come first.
func (c *call) sees(first uint16) bool {
	for patience := time.After(settleTry); ; {
		select {
		case n := <-c.seen:
			if n >= first {
				return true
			}
		case <-patience:
			return false
		}
	}
}

// receive takes from a channel, but does not wait for ever.
func receive[T any](t *testing.T, from <-chan T, what string) T {
	t.Helper()
	select {
	case v := <-from:
		return v
	case <-time.After(testTimeout):
		t.Fatalf("in vain: %s", what)
		panic("unreachable")
	}
}

// eventually waits for something that takes no time of a test's clock.
func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(testTimeout); !ok(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("in vain: %s", what)
		}
	}
}
