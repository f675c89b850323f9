package jitter

import (
	"math"
	"time"

	"cordial/discord/voice/audio"
)

const (
	// The clock looks back over that many spans of arrivals.
	spans    = 6
	spanTime = 5 * time.Second
	// A packet after a pause that is late by more than latePause shows that its sender's RTP time stood still in the pause. Bots do that.
	latePause = 60 * time.Millisecond
	// Packets that are all late by more than lateRun, for lateRunTime and at least lateRunPackets, show that the way has become
	// longer or the sender's time stood still. What waited in the network comes in a burst instead.
	lateRun        = 100 * time.Millisecond
	lateRunTime    = time.Second
	lateRunPackets = 25
	// The first packets may all be late. Drift counts from when so much time has gone by.
	settleTime = time.Second
	// A packet that is early by more than maxEarly shows that the sender's RTP time jumped.
	maxEarly = 200 * time.Millisecond
)

// clock finds where RTP time lies on our clock. Networks delay packets and never hurry them, so the packet with the shortest transit
// (arrival less RTP time) of the last half minute tells best. Looking at no more than that follows a sender whose clock is off:
// one of 100 ppm goes 3 ms in that time.
type clock struct {
	base   time.Time // the first arrival, from which arrivals count: differences of times do not follow steps of the system's clock
	spans  [spans]span
	latest int64 // number of the newest span
	anchor int64 // transit in use, in nanoseconds
	known  bool

	began    time.Time // when the first packet came
	settled  bool      // settleTime has gone by
	first    int64     // the anchor when it had settled
	carried  int64     // the drift before that
	lateFrom time.Time // when the run of late packets began
	late     int       // their number
}

// span is the shortest transit among the arrivals of 5 seconds.
type span struct {
	number   int64 // counts from 1; 0 for none
	shortest int64
}

// transit is how much later a packet came than its RTP time says, plus a constant.
func (c *clock) transit(rtp int64, at time.Time) int64 { return int64(at.Sub(c.base)) - nanos(rtp) }

// nanos turns RTP time into nanoseconds: one sample lasts 62500/3 of them.
func nanos(samples int64) int64 {
	return samples/audio.SampleRate*int64(time.Second) + samples%audio.SampleRate*62500/3
}

// broken reports whether a packet shows that the transits so far say nothing about it. resumes says that its RTP time may have stood still
// before it.
func (c *clock) broken(rtp int64, at time.Time, resumes bool) bool {
	if !c.known {
		return false
	}
	late := time.Duration(c.transit(rtp, at) - c.anchor)
	if late <= lateRun {
		c.late = 0
	} else if c.late++; c.late == 1 {
		c.lateFrom = at
	}
	return late < -maxEarly || resumes && late > latePause || c.late >= lateRunPackets && at.Sub(c.lateFrom) >= lateRunTime
}

// observe takes the arrival of a packet into account.
func (c *clock) observe(rtp int64, at time.Time) {
	if c.base.IsZero() {
		c.base = at
	}
	number, t := max(int64(at.Sub(c.base)/spanTime), 0)+1, c.transit(rtp, at)
	c.latest = max(c.latest, number)
	s := &c.spans[number%spans]
	if s.number != number {
		*s = span{number: number, shortest: t}
	}
	s.shortest = min(s.shortest, t)
	c.settle(at)
}

// settle finds the anchor anew.
func (c *clock) settle(at time.Time) {
	c.anchor = math.MaxInt64
	for _, s := range c.spans {
		if s.number > max(c.latest-spans, 0) {
			c.anchor = min(c.anchor, s.shortest)
		}
	}
	if !c.known {
		c.known, c.began = true, at
	}
	if !c.settled && at.Sub(c.began) >= settleTime {
		c.settled, c.first = true, c.anchor
	}
}

// wall is when something with that RTP time was spoken.
func (c *clock) wall(rtp int64) time.Time { return c.base.Add(time.Duration(nanos(rtp) + c.anchor)) }

// drift is how far the sender's clock went behind ours. What happened between two streams does not count.
func (c *clock) drift() time.Duration {
	if !c.settled {
		return time.Duration(c.carried)
	}
	return time.Duration(c.carried + c.anchor - c.first)
}

// reset forgets what the arrivals told.
func (c *clock) reset() { *c = clock{base: c.base, carried: int64(c.drift())} }
