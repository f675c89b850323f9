package jitter

import (
	"math/rand/v2"
	"testing"
	"time"
)

// talk sends a stream through a network and gives how far the placing of each frame was off from when it was spoken.
type talk struct {
	skew     float64 // how much too fast the speaker's clock is
	jitter   time.Duration
	way      func(spoken time.Duration) time.Duration // the shortest way at a time
	pauses   bool                                     // 10 s of every 20 s are silent
	duration time.Duration
}

// worst gives the frame that is placed worst after a time of settling.
func (k talk) worst(after time.Duration) (worst time.Duration, stats Stats) {
	var spoken, came []time.Duration
	ring := NewRing(func(f Frame) {
		if f.Opus != nil {
			came = append(came, f.At.Sub(begin))
		}
	})
	random := rand.New(rand.NewPCG(1, 2))
	for n := range int(k.duration / (20 * time.Millisecond)) {
		at := time.Duration(float64(n) * float64(20*time.Millisecond) / (1 + k.skew))
		if k.pauses && at/(10*time.Second)%2 == 1 {
			continue
		}
		arrives := at + k.way(at) + time.Duration(random.Float64()*float64(k.jitter))
		spoken = append(spoken, at)
		ring.Push(Packet{SSRC: 1, Seq: uint16(len(spoken)), Timestamp: uint32(n) * 960, At: begin.Add(arrives), Opus: sound(n)})
		ring.Advance(begin.Add(arrives))
	}
	ring.Drain()
	for i := range came {
		off := came[i] - spoken[i] - k.way(spoken[i])
		if spoken[i] > after && off.Abs() > worst.Abs() {
			worst = off
		}
	}
	if len(came) != len(spoken) {
		worst = time.Hour // something is missing; no test expects that
	}
	return worst, ring.Stats()
}

func TestClockPlacesFrames(t *testing.T) {
	steady := func(time.Duration) time.Duration { return 40 * time.Millisecond }
	longer := func(at time.Duration) time.Duration {
		if at < 30*time.Second {
			return 40 * time.Millisecond
		}
		return 300 * time.Millisecond
	}
	tests := []struct {
		name  string
		talk  talk
		after time.Duration
		worst time.Duration
		drift time.Duration
	}{
		{"steady", talk{way: steady, duration: time.Minute}, 0, time.Millisecond, 0},
		{"jitter", talk{way: steady, jitter: 60 * time.Millisecond, duration: time.Minute}, 0, 20 * time.Millisecond, 0},
		{"fast clock", talk{way: steady, skew: 100e-6, jitter: 20 * time.Millisecond, duration: time.Hour}, 0, 8 * time.Millisecond, -360 * time.Millisecond},
		{"slow clock", talk{way: steady, skew: -100e-6, jitter: 20 * time.Millisecond, duration: time.Hour}, 0, 8 * time.Millisecond, 360 * time.Millisecond},
		{"slow clock with pauses", talk{way: steady, skew: -100e-6, jitter: 20 * time.Millisecond, pauses: true, duration: time.Hour}, 0, 8 * time.Millisecond, 360 * time.Millisecond},
		{"the way becomes longer", talk{way: longer, duration: time.Minute}, 32 * time.Second, time.Millisecond, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			worst, stats := test.talk.worst(test.after)
			if worst.Abs() > test.worst {
				t.Errorf("a frame is placed %v off, want %v at the most", worst, test.worst)
			}
			if off := stats.Drift - test.drift; off.Abs() > 8*time.Millisecond {
				t.Errorf("drift %v, want %v", stats.Drift, test.drift)
			}
		})
	}
}

func BenchmarkRing(b *testing.B) {
	s := stream{ssrc: 1}
	opus := make([]byte, 160)
	opus[0] = 0xF8
	ring := NewRing(func(Frame) {})
	b.ReportAllocs()
	for n := 0; b.Loop(); n++ {
		ring.Push(Packet{SSRC: 1, Seq: s.seq + uint16(n), Timestamp: uint32(n) * 960, At: begin.Add(time.Duration(n) * 20 * time.Millisecond), Opus: opus})
	}
}
