package gateway

import (
	"maps"
	"slices"
	"testing"
	"time"

	"cordial/discord"
)

var allStates = []State{Stopped, Waiting, Connecting, Greeting, Queued, Identifying, Resuming, Replaying, Ready}

func TestSignalsLeadThroughTheStates(t *testing.T) {
	fresh, old := machine{}, machine{session: true}
	tests := []struct {
		name  string
		from  machine
		walk  []signal
		state State
	}{
		{"a new session", fresh, []signal{signalDial, signalOpen, signalHello, signalTurn, signalReady}, Ready},
		{"waits for its turn", fresh, []signal{signalDial, signalOpen, signalHello}, Queued},
		{"a resumed session", old, []signal{signalDial, signalOpen, signalHello, signalMissed, signalMissed, signalResumed}, Ready},
		{"a replay", old, []signal{signalDial, signalOpen, signalHello, signalMissed}, Replaying},
		{"nothing was missed", old, []signal{signalDial, signalOpen, signalHello, signalResumed}, Ready},
		{"READY is no answer to a resume", old, []signal{signalDial, signalOpen, signalHello, signalReady}, Resuming},
		{"RESUMED is no answer to an identify", fresh, []signal{signalDial, signalOpen, signalHello, signalTurn, signalResumed}, Identifying},
		{"nothing before HELLO", fresh, []signal{signalDial, signalOpen, signalReady, signalTurn, signalMissed, signalResumed}, Greeting},
		{"a second HELLO", fresh, []signal{signalDial, signalOpen, signalHello, signalTurn, signalReady, signalHello}, Ready},
	}
	for _, test := range tests {
		m := test.from
		for _, s := range test.walk {
			m = m.next(s)
		}
		if m.state != test.state {
			t.Errorf("%s: %s, want %s", test.name, m.state, test.state)
		}
		if m.state == Ready && !m.session {
			t.Errorf("%s: ready without a session", test.name)
		}
	}
}

// Every signal in every state leads where the table says, or nowhere.
func TestSignalsOutOfPlaceChangeNothing(t *testing.T) {
	for _, state := range allStates {
		for s := signalDial; s <= signalResumed; s++ {
			m := machine{state: state, session: true, failures: 3}
			if _, ok := steps[state][s]; !ok && m.next(s) != m {
				t.Errorf("%s after signal %d: %+v", state, s, m.next(s))
			}
		}
	}
}

func TestLossesDecideWhatComesNext(t *testing.T) {
	closed := func(code discord.CloseCode) loss { return loss{kind: lossClosed, code: code} }
	const resume, identify, stop = discord.AfterResume, discord.AfterIdentify, discord.AfterStop
	tests := []struct {
		loss  loss
		after discord.CloseAction
	}{
		{loss{kind: lossNetwork}, resume},
		{loss{kind: lossReconnect}, resume},
		{loss{kind: lossResumable}, resume},
		{loss{kind: lossInvalid}, identify},
		{loss{kind: lossZombie}, resume},
		{loss{kind: lossNoHello}, resume},
		{loss{kind: lossUnreadable}, resume},
		{loss{kind: lossAsked}, resume},
		{loss{kind: lossRenew}, identify},
		{loss{kind: lossFatal}, stop},
		{closed(1000), resume}, {closed(1001), resume}, {closed(1006), resume}, {closed(1012), resume},
		{closed(4000), resume}, {closed(4001), resume}, {closed(4002), resume}, {closed(4003), identify},
		{closed(4004), stop}, {closed(4005), resume}, {closed(4007), identify}, {closed(4008), resume}, {closed(4009), identify},
		{closed(4010), stop}, {closed(4011), stop}, {closed(4012), stop}, {closed(4013), stop}, {closed(4014), stop},
		{closed(4999), resume},
	}
	for _, test := range tests {
		for _, state := range allStates[1:] {
			for _, session := range []bool{true, false} {
				m := machine{state: state, session: session}.lost(test.loss, false)
				wantState := Waiting
				if test.after == stop {
					wantState = Stopped
				}
				if m.state != wantState || m.session != (session && test.after == resume) {
					t.Errorf("%s in %s, session %v: %+v", test.loss, state, session, m)
				}
			}
		}
	}
	if m := (machine{state: Ready, session: true}).lost(loss{kind: lossStop}, false); m.state != Stopped || !m.session {
		t.Errorf("stopping does not keep the session: %+v", m)
	}
}

// A session's own address gets two tries, then comes the general one, where only a new session can begin; and so on, as long as
// nothing answers.
func TestSessionOutlivesADownNetwork(t *testing.T) {
	m := machine{session: true}
	var base []bool
	for range 6 {
		m = m.next(signalDial)
		base = append(base, m.atBase())
		m = m.lost(loss{kind: lossNetwork}, false)
	}
	if want := []bool{false, false, true, false, false, true}; !slices.Equal(base, want) || !m.session {
		t.Errorf("at the general address: %v, session %v", base, m.session)
	}
	for range 2 {
		m = m.next(signalDial).lost(loss{kind: lossNetwork}, false)
	}
	if m = m.next(signalDial).next(signalOpen).next(signalHello); m.state != Queued || m.session {
		t.Errorf("after HELLO at the general address: %+v", m)
	}
}

func TestPauses(t *testing.T) {
	lost := loss{kind: lossNetwork}
	m := machine{state: Ready, session: true}
	var last time.Duration
	for i := range 12 {
		m = m.lost(lost, i == 0)
		longest := longestPause(m, lost)
		if longest < last*9/10 {
			t.Errorf("after %d failures the pause shrinks: %s", i, longest)
		}
		last = longest
		m.state = Ready
	}
	if last > maxPause || last < maxPause/2 {
		t.Errorf("the pause ends at %s", last)
	}
	if m = m.lost(lost, true); longestPause(m, lost) > firstPause {
		t.Errorf("after a good time: %s", longestPause(m, lost))
	}
	if p := longestPause(machine{failures: 1}, loss{kind: lossClosed, code: discord.CloseRateLimited}); p < 2*time.Second {
		t.Errorf("after 4008: %s", p)
	}
	for range 100 {
		if p := (machine{failures: 1}).pause(loss{kind: lossInvalid}); p < time.Second || p > 6*time.Second {
			t.Fatalf("after op 9 false: %s", p)
		}
	}
	if p := (machine{failures: 5}).pause(loss{kind: lossAsked}); p != 0 {
		t.Errorf("when asked for: %s", p)
	}
}

// longestPause is the longest of many, which are random in their upper halves.
func longestPause(m machine, l loss) time.Duration {
	var longest time.Duration
	for range 200 {
		longest = max(longest, m.pause(l))
	}
	return longest
}

func TestEveryLossSaysWhatHappened(t *testing.T) {
	for kind := lossNetwork; kind <= lossFatal; kind++ {
		if text := (loss{kind: kind, err: errFrame}).String(); text == "" {
			t.Errorf("kind %d says nothing", kind)
		}
	}
	if len(slices.Collect(maps.Keys(steps)))+1 != len(allStates) { // Ready ends by a loss only
		t.Errorf("%d states have steps", len(steps))
	}
}

func TestLifetime(t *testing.T) {
	tests := []struct {
		machine machine
		loss    loss
		want    time.Duration
	}{
		{machine{state: Ready, session: true}, loss{kind: lossNetwork}, 2500 * time.Millisecond},
		{machine{state: Ready, session: true, failures: 3}, loss{kind: lossReconnect}, 20 * time.Second},
		{machine{state: Ready, session: true, failures: 9}, loss{kind: lossZombie}, time.Minute},
		{machine{state: Ready, session: true}, loss{kind: lossInvalid}, time.Minute},
		{machine{state: Ready, session: true}, loss{kind: lossClosed, code: discord.CloseSessionTimedOut}, time.Minute},
	}
	for _, test := range tests {
		if got := test.machine.lifetime(test.loss); got != test.want {
			t.Errorf("%+v, %s: %s, want %s", test.machine, test.loss, got, test.want)
		}
	}
}
