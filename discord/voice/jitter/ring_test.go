package jitter

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// begin is when the tests' first packets come.
var begin = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// sound is an Opus packet of 20 ms that can be told from others.
func sound(n int) []byte { return []byte{0xF8, byte(n >> 8), byte(n), 1} }

// ms is a moment of a test.
func ms(n int) time.Time { return begin.Add(time.Duration(n) * time.Millisecond) }

// stream makes the packets of a speaker who talks all the time.
type stream struct {
	ssrc, timestamp uint32
	seq             uint16
}

// packet is the n-th packet, which comes when it is spoken.
func (s stream) packet(n int) Packet {
	return Packet{SSRC: s.ssrc, Seq: s.seq + uint16(n), Timestamp: s.timestamp + uint32(n)*960, At: ms(20 * n), Opus: sound(n)}
}

// collector writes down frames: the number of a packet's sound or "lost", and when it was spoken if that is asked for.
type collector struct {
	ring  *Ring
	lines []string
	at    []time.Time
}

// held is the depth of rings that NewRing makes.
var held = depth{HoldPackets, HoldTime}

func newCollector(d depth) *collector {
	c := new(collector)
	c.ring = newRing(d, c.frame)
	return c
}

func (c *collector) frame(f Frame) {
	text := "lost"
	if f.Opus != nil {
		text = fmt.Sprint(int(f.Opus[1])<<8 | int(f.Opus[2]))
	} else if f.Next != nil {
		text = "lost+"
	}
	if f.Restart {
		text = "|" + text
	}
	if f.Samples != 960 {
		text += fmt.Sprintf("(%d)", f.Samples)
	}
	c.lines, c.at = append(c.lines, text), append(c.at, f.At)
}

func (c *collector) text() string { return strings.Join(c.lines, " ") }

func TestRingOrder(t *testing.T) {
	plain := stream{ssrc: 1, timestamp: 100000, seq: 100}
	wrapping := stream{ssrc: 1, timestamp: 0xFFFFFF00, seq: 0xFFFE}
	other := stream{ssrc: 2, timestamp: 77, seq: 9}
	jumped := stream{ssrc: 1, timestamp: 100000, seq: 30000}
	back := stream{ssrc: 1, timestamp: 100000 - 20*960, seq: 100}
	tests := []struct {
		name   string
		send   []Packet
		frames string
		stats  Stats
	}{
		{"in order", packets(plain, 0, 1, 2), "0 1 2", Stats{Received: 3}},
		{"reordered", packets(plain, 0, 2, 1, 3), "0 1 2 3", Stats{Received: 4}},
		{"reordered at the start", packets(plain, 2, 0, 1), "0 1 2", Stats{Received: 3}},
		{"lost", packets(plain, 0, 3, 4), "0 lost lost+ 3 4", Stats{Received: 3, Lost: 2}},
		{"many lost", packets(plain, 0, 14), "0 " + strings.Repeat("lost ", 12) + "lost+ 14", Stats{Received: 2, Lost: 13}},
		{"duplicate held", packets(plain, 0, 1, 1, 2), "0 1 2", Stats{Received: 4, Duplicates: 1}},
		{"duplicate given", packets(plain, 0, 1, 2, 13, 1), "0 1 2 " + strings.Repeat("lost ", 9) + "lost+ 13", Stats{Received: 5, Lost: 10, Duplicates: 1}},
		{"late", packets(plain, 0, 2, 13, 1), "0 lost+ 2 " + strings.Repeat("lost ", 9) + "lost+ 13", Stats{Received: 4, Lost: 11, Late: 1}},
		{"wrapping", packets(wrapping, 0, 1, 3, 2, 4), "0 1 2 3 4", Stats{Received: 5}},
		{"another SSRC", append(packets(plain, 0, 1), packets(other, 5, 6)...), "0 1 |5 6", Stats{Received: 4, Restarts: 1}},
		{"straggler of the SSRC before", append(packets(plain, 0), packets(other, 5)[0], plain.packet(1)), "0 |5", Stats{Received: 3, Late: 1, Restarts: 1}},
		{"sequence jumps", append(packets(plain, 0, 1), packets(jumped, 2, 3)...), "0 1 |2 3", Stats{Received: 4, Restarts: 1}},
		{"timestamp goes back", append(packets(plain, 0, 1), packets(back, 2, 3)...), "0 1 |2 3", Stats{Received: 4, Restarts: 1}},
		{"not Opus", []Packet{plain.packet(0), {SSRC: 1, At: ms(20)}}, "0", Stats{Received: 1, Invalid: 1}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := newCollector(held)
			for _, p := range test.send {
				c.ring.Push(p)
			}
			c.ring.Drain()
			if c.text() != test.frames {
				t.Errorf("frames %s, want %s", c.text(), test.frames)
			}
			stats := c.ring.Stats()
			stats.Drift = 0
			if stats != test.stats {
				t.Errorf("stats %+v, want %+v", stats, test.stats)
			}
		})
	}
}

func packets(s stream, numbers ...int) []Packet {
	var list []Packet
	for _, n := range numbers {
		list = append(list, s.packet(n))
	}
	return list
}

func TestRingGapInTimeIsSilence(t *testing.T) {
	c, s := newCollector(held), stream{ssrc: 1}
	c.ring.Push(s.packet(0))
	after := s.packet(1)
	after.Timestamp += 48000
	after.At = after.At.Add(time.Second)
	c.ring.Push(after)
	c.ring.Drain()
	if c.text() != "0 1" || c.at[1].Sub(c.at[0]) != 1020*time.Millisecond {
		t.Errorf("frames %s, %v apart; want both without loss, 1.02s apart", c.text(), c.at[1].Sub(c.at[0]))
	}
}

func TestRingGapWithLossAndSilence(t *testing.T) {
	c, s := newCollector(held), stream{ssrc: 1}
	c.ring.Push(s.packet(0))
	after := s.packet(3)
	after.Timestamp += 480
	c.ring.Push(after)
	c.ring.Drain()
	if want := "0 lost lost 3"; c.text() != want {
		t.Errorf("frames %s, want %s: two are lost and 10 ms are silent", c.text(), want)
	}
}

func TestRingHoldsNoLongerThanItsDepth(t *testing.T) {
	for _, depth := range []depth{held, {5, 80 * time.Millisecond}} {
		c, s := newCollector(depth), stream{ssrc: 1}
		for n := range depth.packets {
			c.ring.Push(s.packet(n))
		}
		if c.text() != "" {
			t.Errorf("depth %v: gave %q while no packet has waited for %d others", depth, c.text(), depth.packets)
		}
		c.ring.Push(s.packet(depth.packets))
		if c.text() != "0" {
			t.Errorf("depth %v: gave %q when %d others had come, want the first packet", depth, c.text(), depth.packets)
		}
		last := s.packet(depth.packets).At
		c.ring.Advance(last.Add(depth.time - time.Millisecond))
		if len(c.lines) != depth.packets {
			t.Errorf("depth %v: gave %q before the last packet's time was over", depth, c.text())
		}
		c.ring.Advance(last.Add(depth.time))
		if len(c.lines) != depth.packets+1 {
			t.Errorf("depth %v: gave %q after the last packet's time was over", depth, c.text())
		}
	}
}

func TestRingAllocatesNothing(t *testing.T) {
	s, n := stream{ssrc: 1}, 0
	ring := NewRing(func(Frame) {})
	opus := make([]byte, 160)
	opus[0] = 0xF8
	push := func() {
		p := Packet{SSRC: 1, Seq: s.seq + uint16(n), Timestamp: uint32(n) * 960, At: begin.Add(time.Duration(n) * 20 * time.Millisecond), Opus: opus}
		if n++; n%10 != 0 {
			ring.Push(p)
			ring.Advance(p.At)
		}
	}
	for range 100 {
		push()
	}
	if allocations := testing.AllocsPerRun(1000, push); allocations != 0 {
		t.Errorf("%v allocations per packet, want none", allocations)
	}
}

func TestRingFrameTimesFollowTimestamps(t *testing.T) {
	c, s := newCollector(held), stream{ssrc: 1, timestamp: 0xFFFFF000, seq: 0xFFF0}
	for n, late := range []int{30, 12, 45, 0, 18, 60, 5, 22, 33, 41, 17, 2, 70} {
		p := s.packet(n)
		p.At = p.At.Add(time.Duration(late) * time.Millisecond)
		c.ring.Push(p)
	}
	c.ring.Drain()
	for n, at := range c.at {
		if off := at.Sub(ms(20 * n)); off.Abs() > time.Microsecond {
			t.Errorf("frame %d is placed %v off", n, off)
		}
	}
	if !slices.IsSortedFunc(c.at, time.Time.Compare) || len(c.at) != 13 {
		t.Errorf("%d frames at %v", len(c.at), c.at)
	}
}

// TestRingWaitsForSpeechThatSilenceOvertakes delays packets, in the order in which they come: what is late behind a frame of silence does not
// show that the speaker's time stood still.
func TestRingWaitsForSpeechThatSilenceOvertakes(t *testing.T) {
	const silent, last = 10, 14 // the frames of silence, after which the speaker pauses for a second
	arrivals := []struct{ n, late int }{
		{0, 0}, {1, 0}, {2, 0}, {3, 0}, {4, 0}, {5, 0}, {6, 0}, {7, 0}, {8, 0}, {10, 0}, {11, 100}, {9, 150}, {12, 100}, {13, 90}, {14, 90},
		{15, 120}, {16, 110}, {17, 100}, {18, 90}, {19, 80},
	}
	c, s := newCollector(held), stream{ssrc: 1}
	for _, a := range arrivals {
		p := s.packet(a.n)
		if a.n >= silent && a.n <= last {
			p.Opus = []byte{0xF8, 0, byte(a.n)}
		}
		if a.n > last {
			p.Timestamp, p.At = p.Timestamp+48000, p.At.Add(time.Second)
		}
		p.At = p.At.Add(time.Duration(a.late) * time.Millisecond)
		c.ring.Advance(p.At)
		c.ring.Push(p)
	}
	c.ring.Drain()
	if want := "0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19"; c.text() != want {
		t.Fatalf("frames %s, want %s", c.text(), want)
	}
	for n, at := range c.at {
		want := ms(20 * n)
		if n > last {
			want = want.Add(time.Second)
		}
		if !at.Equal(want) {
			t.Errorf("frame %d is placed at %v, %v off", n, at, at.Sub(want))
		}
	}
}
