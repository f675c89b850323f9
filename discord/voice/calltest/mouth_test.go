package calltest

import (
	"context"
	"errors"
	"time"

	"cordial/discord"
)

// mouth is what a person says, packet by packet, as the test gives it: a source of the sandbox's.
type mouth struct {
	murmur
	ctx     context.Context
	packets chan []byte
	asked   chan struct{} // gets an element when the packet before has been sent
	done    chan error    // of Speak, nil when all was said
}

// errSaid ends a speech without the silence that the sandbox would add: the test says that in steps of its own.
var errSaid = errors.New("all is said")

// open has a person begin to speak at this moment of the clock.
func (c *call) open(user discord.Snowflake) *mouth {
	c.Helper()
	m := &mouth{ctx: c.ctx, packets: make(chan []byte), asked: make(chan struct{}), done: make(chan error, 1)}
	go func() {
		err := c.server.Speak(c.ctx, user, m)
		if errors.Is(err, errSaid) {
			err = nil
		}
		m.done <- err
	}()
	select {
	case <-m.asked:
	case err := <-m.done:
		c.Fatalf("%s cannot speak: %v", user, err)
	case <-time.After(testTimeout):
		c.Fatalf("%s does not begin to speak", user)
	}
	return m
}

// say has the packet be sent, whose time must have come, and returns when that is done.
func (c *call) say(m *mouth, opus []byte) {
	c.Helper()
	select {
	case m.packets <- opus:
	case err := <-m.done:
		c.Fatalf("the speech ends: %v", err)
	}
	select {
	case <-m.asked:
	case err := <-m.done:
		c.Fatalf("the speech ends: %v", err)
	case <-time.After(testTimeout):
		c.Fatal("a packet is not sent")
	}
}

// NextPacket implements [cordial/discord/voice/audio.PacketSource].
func (m *mouth) NextPacket() ([]byte, error) {
	select {
	case m.asked <- struct{}{}:
	case <-m.ctx.Done():
		return nil, m.ctx.Err()
	}
	select {
	case opus, more := <-m.packets:
		if !more {
			return nil, errSaid
		}
		return opus, nil
	case <-m.ctx.Done():
		return nil, m.ctx.Err()
	}
}
