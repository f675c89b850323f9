package calltest

import (
	"context"
	"io"
	"time"

	"cordial/discord"
)

// mouth is what a person says, packet by packet, as the test gives it: a source of the sandbox's.
type mouth struct {
	ctx     context.Context
	packets chan []byte
	asked   chan struct{} // gets an element when the packet before has been sent
	done    chan error    // of Speak
}

// open has a person begin to speak at this moment of the clock.
func (c *call) open(user discord.Snowflake) *mouth {
	c.Helper()
	m := &mouth{ctx: c.ctx, packets: make(chan []byte), asked: make(chan struct{}), done: make(chan error, 1)}
	go func() { m.done <- c.server.Speak(c.ctx, user, m) }()
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
			return nil, io.EOF
		}
		return opus, nil
	case <-m.ctx.Done():
		return nil, m.ctx.Err()
	}
}

func (*mouth) Read([]int16) (int, error)       { return 0, io.EOF }
func (*mouth) Seek(time.Duration) error        { return nil }
func (*mouth) Duration() (time.Duration, bool) { return 0, false }
func (*mouth) Close() error                    { return nil }
