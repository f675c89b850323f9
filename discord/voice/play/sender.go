package play

import (
	"context"
	"time"

	"github.com/jonboulle/clockwork"

	"cordial/discord/voice/audio"
)

const (
	// interval is the time from one packet to the next.
	interval = 20 * time.Millisecond

	// maxLate is how late a packet may be for the following ones to catch up. After a longer delay they go on from then.
	maxLate = 200 * time.Millisecond

	// silences is how many packets of silence end a stretch of sound, so that the listeners' decoders do not go on with its last tone.
	// https://discord.com/developers/docs/topics/voice-connections#voice-data-interpolation
	silences = 5
)

// sender sends the packets of a buffer, each at its time: an absolute one, so that no delay adds to the next.
type sender struct {
	out    Output
	clock  clockwork.Clock
	timer  clockwork.Timer
	buffer *buffer
	next   time.Time // of the next packet; zero before the first
	packet []byte
}

func newSender(out Output, clock clockwork.Clock, b *buffer) *sender {
	return &sender{out: out, clock: clock, buffer: b, packet: make([]byte, 0, maxPacket)}
}

// run sends one stretch of sound after another until all was sent or ctx ends. A stretch ends when it is paused, too, and when the
// source is slower than it is played: the next one begins when there are packets ahead again.
func (s *sender) run(ctx context.Context) error {
	s.timer = s.clock.NewTimer(interval)
	defer s.timer.Stop()
	for s.buffer.await(ctx) {
		if err := s.stretch(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (s *sender) stretch(ctx context.Context) error {
	s.rebase(s.clock.Now())
	if err := s.out.Speaking(true); err != nil {
		return err
	}
	for s.pace(); ctx.Err() == nil; s.pace() {
		var more bool
		if s.packet, more = s.buffer.take(s.packet[:0]); !more {
			break
		}
		if err := s.send(s.packet); err != nil {
			return err
		}
	}
	for range silences {
		s.pace()
		if err := s.send(audio.Silence); err != nil {
			return err
		}
	}
	return s.out.Speaking(false)
}

// pace waits until it is time for the next packet. When that was long ago, it is time now.
func (s *sender) pace() {
	now := s.clock.Now()
	wait := s.next.Sub(now)
	switch {
	case wait > 0:
		s.timer.Reset(wait)
		<-s.timer.Chan()
	case wait < -maxLate:
		s.rebase(now)
	}
}

// rebase puts the time of the next packet to now, unless it is still to come, and tells who keeps timestamps of what has passed
// without a packet.
func (s *sender) rebase(now time.Time) {
	if now.Before(s.next) {
		return
	}
	if skipper, ok := s.out.(Skipper); ok && !s.next.IsZero() {
		skipper.Skip(int(audio.Samples(now.Sub(s.next))))
	}
	s.next = now
}

func (s *sender) send(packet []byte) error {
	s.next = s.next.Add(interval)
	return s.out.SendOpus(packet)
}
