package gateway

import (
	"testing"
	"time"
)

func TestBeats(t *testing.T) {
	const sent, answered, leave, back = "sent", "answered", "leave", "back"
	type step struct {
		at   int // seconds
		what string
	}
	tests := []struct {
		name   string
		steps  []step
		at     int // when the next heartbeat is due
		missed bool
	}{
		{"nothing sent", nil, 40, false},
		{"answered", []step{{0, sent}, {1, answered}}, 40, false},
		{"unanswered", []step{{0, sent}}, 40, true},
		{"the one before unanswered", []step{{0, sent}, {1, answered}, {40, sent}}, 80, true},
		{"the reader is away", []step{{0, sent}, {1, leave}}, 40, false},
		{"the reader has been away for most of the time", []step{{0, sent}, {1, leave}, {30, back}}, 40, false},
		{"the reader was away for a little", []step{{0, sent}, {1, leave}, {5, back}, {6, leave}, {7, back}}, 40, true},
		{"away since before", []step{{0, leave}, {10, sent}, {20, back}}, 50, true},
		{"away for the whole of the interval", []step{{0, leave}, {10, sent}, {49, back}}, 50, false},
		{"put off once, then unanswered", []step{{0, sent}, {1, leave}, {39, back}, {40, sent}}, 80, true},
		{"put off once, then one of two answered", []step{{0, sent}, {1, leave}, {39, back}, {40, sent}, {41, answered}}, 80, true},
		{"put off once, then both answered", []step{{0, sent}, {1, leave}, {39, back}, {40, sent}, {41, answered}, {41, answered}}, 80, false},
		{"answers that nobody asked for", []step{{0, answered}, {1, answered}, {2, sent}, {3, answered}}, 42, false},
	}
	for _, test := range tests {
		var b beats
		start := time.Unix(1_800_000_000, 0)
		at := func(seconds int) time.Time { return start.Add(time.Duration(seconds) * time.Second) }
		for _, s := range test.steps {
			map[string]func(time.Time){sent: b.sent, answered: b.answered, leave: b.leave, back: b.back}[s.what](at(s.at))
		}
		if got := b.missed(at(test.at)); got != test.missed {
			t.Errorf("%s: missed %v", test.name, got)
		}
	}
}

func TestLatencyIsOfOneBeat(t *testing.T) {
	var b beats
	start := time.Unix(1_800_000_000, 0)
	b.sent(start)
	b.answered(start.Add(50 * time.Millisecond))
	b.sent(start.Add(40 * time.Second))
	b.sent(start.Add(80 * time.Second))
	b.answered(start.Add(80*time.Second + time.Millisecond)) // to the one before
	if got := b.measured(); got != 50*time.Millisecond {
		t.Errorf("%s", got)
	}
}
