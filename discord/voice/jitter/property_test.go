package jitter

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// drawDepth draws a depth.
func drawDepth(t *rapid.T) depth {
	return depth{packets: rapid.IntRange(1, 20).Draw(t, "packets"), time: time.Duration(rapid.IntRange(1, 300).Draw(t, "ms")) * time.Millisecond}
}

// TestRingGivesEachPacketOnceInOrder sends a stream with pauses, losses, duplicates and packets that are overtaken by fewer others than
// the ring holds.
func TestRingGivesEachPacketOnceInOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		depth := drawDepth(t)
		s := stream{ssrc: 1, timestamp: rapid.Uint32().Draw(t, "timestamp"), seq: rapid.Uint16().Draw(t, "seq")}
		var sent []Packet
		var want []int
		duplicates, pause := uint64(0), uint32(0)
		count := rapid.IntRange(1, 80).Draw(t, "count")
		for n := range count {
			if rapid.IntRange(0, 20).Draw(t, "pause") == 0 {
				pause += uint32(rapid.IntRange(1, 4000).Draw(t, "grains")) * 120
			}
			p := s.packet(n)
			p.Timestamp += pause
			p.At = p.At.Add(time.Duration(pause/48) * time.Millisecond)
			if rapid.IntRange(0, 9).Draw(t, "lost") == 0 && n > 0 && n < count-1 {
				continue
			}
			want = append(want, n)
			sent = append(sent, p)
			if rapid.IntRange(0, 9).Draw(t, "duplicate") == 0 {
				sent = append(sent, p)
				duplicates++
			}
		}
		for i := 3; i < len(sent); i += 2 {
			a, b := &sent[i-1], &sent[i]
			if int(b.Seq-a.Seq) < depth.packets && b.Timestamp-a.Timestamp < maxBack && rapid.Bool().Draw(t, "overtaken") {
				*a, *b = *b, *a
				a.At, b.At = b.At, a.At
			}
		}
		var got []int
		ring := newRing(depth, func(f Frame) {
			if f.Opus != nil {
				got = append(got, int(f.Opus[1])<<8|int(f.Opus[2]))
			}
		})
		for _, p := range sent {
			ring.Push(p)
			if ring.held > depth.packets {
				t.Fatalf("holds %d packets, more than its depth of %d", ring.held, depth.packets)
			}
		}
		ring.Drain()
		if !slices.Equal(got, want) {
			t.Fatalf("gave %v, want %v", got, want)
		}
		if stats := ring.Stats(); stats.Late != 0 || stats.Duplicates != duplicates || stats.Restarts != 0 {
			t.Fatalf("stats %+v, want %d duplicates, none late, no restart", stats, duplicates)
		}
	})
}

// TestRingBearsAnything sends packets without any order. Each is given, or counted as late or duplicate; nothing else may happen.
func TestRingBearsAnything(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		depth := drawDepth(t)
		given := uint64(0)
		ring := newRing(depth, func(f Frame) {
			if f.Opus != nil {
				given++
			}
			if f.Samples <= 0 || f.Samples > 5760 {
				t.Fatalf("a frame of %d samples", f.Samples)
			}
		})
		at, seq, timestamp := begin, uint16(0), uint32(0)
		for range rapid.IntRange(0, 100).Draw(t, "count") {
			at = at.Add(time.Duration(rapid.IntRange(0, 500).Draw(t, "ms")) * time.Millisecond)
			seq += uint16(rapid.OneOf(rapid.IntRange(-3, 30), rapid.IntRange(-40000, 40000)).Draw(t, "step"))
			timestamp += uint32(rapid.OneOf(rapid.IntRange(-3000, 3000), rapid.IntRange(-1<<31, 1<<31)).Draw(t, "time"))
			toc := rapid.Byte().Draw(t, "toc")
			ring.Push(Packet{SSRC: uint32(rapid.IntRange(1, 3).Draw(t, "ssrc")), Seq: seq, Timestamp: timestamp, At: at, Opus: []byte{toc, 1, 2}})
			ring.Advance(at)
			if ring.held > depth.packets {
				t.Fatalf("holds %d packets, more than its depth of %d", ring.held, depth.packets)
			}
		}
		ring.Advance(at.Add(depth.time))
		if ring.held != 0 {
			t.Fatalf("holds %d packets longer than its depth", ring.held)
		}
		if s := ring.Stats(); given+s.Late+s.Duplicates != s.Received {
			t.Fatalf("gave %d packets; stats %+v", given, s)
		}
	})
}
