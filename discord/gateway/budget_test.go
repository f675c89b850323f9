package gateway

import (
	"math/rand/v2"
	"testing"
	"time"
)

// However sends are asked for, no minute holds more than the limit, and what is kept for heartbeats is there for them.
func TestBudgetHoldsInEveryWindow(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	b := newSendBudget()
	start := time.Unix(1_800_000_000, 0)
	now := start
	var sent []time.Time
	for range 2000 {
		if wait := b.take(now, heartbeatReserve); wait > 0 {
			if b.take(now, 0) > 0 {
				t.Fatal("no room for a heartbeat")
			}
			sent = append(sent, now)
			now = now.Add(max(wait, 10*time.Second)) // heartbeats come seldom
			continue
		}
		sent = append(sent, now)
		now = now.Add(time.Duration(random.IntN(500)) * time.Millisecond)
	}
	for i := range sent {
		if i >= 120 && sent[i].Sub(sent[i-120]) < time.Minute {
			t.Fatalf("121 frames within %s", sent[i].Sub(sent[i-120]))
		}
	}
	if len(sent) < 100 || now.Sub(start) < time.Minute {
		t.Error("the budget was never exhausted")
	}
}

func TestBudgetTellsWhenThereIsRoom(t *testing.T) {
	b := newPresenceBudget()
	now := time.Unix(1_800_000_000, 0)
	for range 5 {
		if wait := b.take(now, 0); wait != 0 {
			t.Fatal(wait)
		}
	}
	wait := b.take(now.Add(time.Second), 0)
	if wait != 20*time.Second {
		t.Fatalf("wait %s", wait)
	}
	if wait := b.take(now.Add(time.Second+wait), 0); wait != 0 {
		t.Errorf("still %s to wait", wait)
	}
}
