package record

import (
	"time"

	"github.com/jonboulle/clockwork"

	"cordial/discord"
	"cordial/discord/voice"
	"cordial/discord/voice/jitter"
)

// beat is how often waiting packets are worked on.
const beat = 100 * time.Millisecond

// intake puts the packets of a connection in order on a goroutine of its own, and hands the frames on.
type intake struct {
	clock clockwork.Clock
	queue *queue
	rings map[discord.Snowflake]*jitter.Ring // nil for users who are left out
	heard map[discord.Snowflake]time.Time    // when a user's last packet came
	quit  chan struct{}
	done  chan struct{}

	// The following are called on the goroutine.
	speaker func(user discord.Snowflake) func(jitter.Frame) // takes a new user's frames; nil leaves the user out
	beat    func(now time.Time)                             // is called at each beat, after the frames
	finish  func()                                          // is called after the last frame
}

func newIntake(clock clockwork.Clock) *intake {
	return &intake{
		clock: clock, queue: newQueue(), rings: map[discord.Snowflake]*jitter.Ring{}, heard: map[discord.Snowflake]time.Time{},
		quit: make(chan struct{}), done: make(chan struct{}),
	}
}

// run works until quit is closed, and closes done.
func (in *intake) run() {
	defer close(in.done)
	ticker := in.clock.NewTicker(beat)
	defer ticker.Stop()
	for {
		select {
		case <-in.queue.wake:
			in.queue.take(in.packet)
		case <-ticker.Chan():
			in.advance()
		case <-in.quit:
			in.drain()
			return
		}
	}
}

// stop works off what waits and ends the goroutine.
func (in *intake) stop() {
	in.queue.close()
	close(in.quit)
	<-in.done
}

func (in *intake) advance() {
	now := in.clock.Now() // what came before it is in the queue, so that no packet counts as late because the goroutine had to wait
	in.queue.take(in.packet)
	for _, ring := range in.rings {
		if ring != nil {
			ring.Advance(now)
		}
	}
	in.beat(now)
}

func (in *intake) drain() {
	in.queue.take(in.packet)
	for _, ring := range in.rings {
		if ring != nil {
			ring.Drain()
		}
	}
	in.finish()
}

func (in *intake) packet(p voice.Packet) {
	ring, known := in.rings[p.User]
	if !known {
		if take := in.speaker(p.User); take != nil {
			ring = jitter.NewRing(take)
		}
		in.rings[p.User] = ring
	}
	in.heard[p.User] = p.At
	if ring != nil {
		ring.Push(jitter.Packet{SSRC: p.SSRC, Seq: p.Seq, Timestamp: p.Timestamp, At: p.At, Opus: p.Opus})
	}
}

// forget forgets a user, whose next packet is then as their first.
func (in *intake) forget(user discord.Snowflake) {
	delete(in.rings, user)
	delete(in.heard, user)
}
