package voice

import (
	"bytes"
	"context"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"

	"cordial/discord/voice/rtp"
)

// stepped is a clock with one ticker, whose ticks a test gives: each is taken when all that the one before led to is done.
type stepped struct {
	clockwork.Clock
	interval time.Duration
	ticks    chan time.Time
}

func (s *stepped) NewTicker(d time.Duration) clockwork.Ticker {
	s.interval = d
	return s
}

func (s *stepped) Chan() <-chan time.Time { return s.ticks }
func (s *stepped) Reset(time.Duration)    {}
func (s *stepped) Stop()                  {}

// TestKeepalive sends eight bytes at once and then every five seconds, although nothing is said.
func TestKeepalive(t *testing.T) {
	s := newStage(t, rtp.AES256GCM, 0)
	clock := &stepped{Clock: s.clock, ticks: make(chan time.Time)}
	s.c.manager.o.Clock = clock
	server := s.connect()
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan bool)
	go func() {
		defer close(ended)
		s.m.keep(ctx)
	}()
	buffer := make([]byte, maxDatagram)
	const seconds = 16
	for at := range seconds {
		if at%5 == 0 {
			server.SetReadDeadline(time.Now().Add(testTimeout))
			if n, err := server.Read(buffer); err != nil || !bytes.Equal(buffer[:n], rtp.AppendKeepalive(nil, uint32(at))) {
				t.Errorf("after %d s: %x, %v", at, buffer[:n], err)
			}
		}
		clock.ticks <- s.clock.Now()
	}
	stop()
	receive(t, ended, "end of the keeper")
	s.m.udp.Write([]byte("end"))
	if n, err := server.Read(buffer); err != nil || string(buffer[:n]) != "end" {
		t.Errorf("at the end: %x, %v", buffer[:n], err)
	}
	if clock.interval != time.Second {
		t.Errorf("a tick is %s", clock.interval)
	}
}
