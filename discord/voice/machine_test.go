package voice

import (
	"errors"
	"testing"
	"time"

	"cordial/discord"
)

func TestMachineSignals(t *testing.T) {
	m := machine{}
	for _, step := range []struct {
		signal signal
		state  State
	}{
		{signalReady, Joining}, // means nothing yet
		{signalSeat, Connecting},
		{signalResumed, Connecting},
		{signalOpen, Identifying},
		{signalReady, Discovering},
		{signalFound, Selecting},
		{signalDescribed, Ready},
		{signalDescribed, Ready},
	} {
		if m, _ = m.next(step.signal); m.state != step.state {
			t.Fatalf("signal %d leads to %s, want %s", step.signal, m.state, step.state)
		}
	}
	if !m.session || !m.joined {
		t.Errorf("%+v", m)
	}
}

func TestMachineLosses(t *testing.T) {
	ready := machine{state: Ready, session: true, joined: true}
	closed := func(code discord.VoiceCloseCode) loss { return loss{kind: lossClosed, code: code} }
	tests := []struct {
		name string
		from machine
		loss loss
		want State
	}{
		{"network", ready, loss{kind: lossNetwork}, Resuming},
		{"network before a session", machine{state: Identifying}, loss{kind: lossNetwork}, Joining},
		{"network after enough resumes", machine{state: Resuming, session: true, joined: true, resumes: maxResumes}, loss{kind: lossNetwork}, Joining},
		{"network after enough joins", machine{state: Connecting, failures: maxFailures}, loss{kind: lossNetwork}, Closed},
		{"network after as many, once ready", machine{state: Connecting, joined: true, failures: maxFailures}, loss{kind: lossNetwork}, Joining},
		{"network after more of them", machine{state: Connecting, joined: true, failures: maxRejoins}, loss{kind: lossNetwork}, Closed},
		{"zombie", ready, loss{kind: lossZombie}, Resuming},
		{"crash", ready, closed(discord.VoiceCloseVoiceServerCrashed), Resuming},
		{"going away", ready, closed(1001), Resuming},
		{"invalid session", ready, closed(discord.VoiceCloseSessionNoLongerValid), Joining},
		{"own fault", ready, closed(discord.VoiceCloseUnknownOpcode), Joining},
		{"own fault again", machine{state: Identifying, joined: true, failures: maxRejoins/2 + 1}, closed(discord.VoiceCloseUnknownOpcode), Closed},
		{"disconnected", ready, closed(discord.VoiceCloseDisconnected), Waiting},
		{"disconnected, gateway new", machine{state: Ready, session: true, joined: true, orphaned: true}, closed(discord.VoiceCloseDisconnected), Joining},
		{"call terminated", ready, closed(discord.VoiceCloseCallTerminated), Waiting},
		{"DAVE required", ready, closed(discord.VoiceCloseDAVEProtocolRequired), Closed},
		{"rate limited", ready, closed(discord.VoiceCloseRateLimited), Closed},
		{"moved", ready, loss{kind: lossMoved}, Waiting},
		{"server", ready, loss{kind: lossServer}, Waiting},
		{"away", ready, loss{kind: lossAway}, Waiting},
		{"UDP", machine{state: Discovering}, loss{kind: lossUDP}, Joining},
		{"no answer, first", machine{}, loss{kind: lossNoAnswer}, Closed},
		{"no answer, later", machine{joined: true}, loss{kind: lossNoAnswer}, Joining},
		{"left", ready, loss{kind: lossLeft}, Closed},
		{"stop", ready, loss{kind: lossStop}, Closed},
		{"fatal", ready, loss{kind: lossFatal, err: errors.New("x")}, Closed},
	}
	for _, test := range tests {
		got := test.from.lost(test.loss, 0)
		if got.state != test.want || got.session != (test.want == Resuming) {
			t.Errorf("%s: %+v, want %s", test.name, got, test.want)
		}
		if text := test.loss.String(); text == "" {
			t.Errorf("%s: no text", test.name)
		}
	}
}

// TestMachineCloseCodes does after each of the voice gateway's own codes what it asks for, and what helps when the same code comes again
// and again: after a mistake of this program's own there is one more join.
func TestMachineCloseCodes(t *testing.T) {
	type steps struct{ first, second State }
	tests := map[discord.VoiceCloseCode]steps{
		4001: {Joining, Closed}, // unknown opcode
		4002: {Joining, Closed}, // failed to decode payload
		4003: {Joining, Closed}, // not authenticated
		4004: {Joining, Joining},
		4005: {Joining, Closed}, // already authenticated
		4006: {Joining, Joining},
		4009: {Joining, Joining},
		4011: {Joining, Joining},
		4012: {Joining, Closed}, // unknown protocol
		4014: {Waiting, Waiting},
		4015: {Resuming, Resuming},
		4016: {Joining, Closed}, // unknown encryption mode
		4017: {Closed, Closed},
		4020: {Joining, Closed}, // bad request
		4021: {Closed, Closed},
		4022: {Waiting, Waiting},
	}
	for code := discord.VoiceCloseCode(4000); code < 5000; code++ {
		want, tested := tests[code]
		if tested != (code.Name() != "") {
			t.Errorf("%d %s: tested is %v", code, code.Name(), tested)
		}
		if !tested {
			continue
		}
		l := loss{kind: lossClosed, code: code}
		first := machine{state: Ready, session: true, joined: true}.lost(l, 0)
		second := first
		second.state = Identifying
		second = second.lost(l, 0)
		if got := (steps{first.state, second.state}); got != want {
			t.Errorf("%d %s: %+v, want %+v", code, code.Name(), got, want)
		}
	}
}

// TestMachineForgets counts the failures from the beginning after a good time.
func TestMachineForgets(t *testing.T) {
	m := machine{state: Ready, session: true, joined: true, failures: maxFailures, resumes: maxResumes}
	if got := m.lost(loss{kind: lossNetwork}, resumeLifetime); got.state != Resuming || got.failures != maxFailures || got.resumes != 1 {
		t.Errorf("after %s: %+v", resumeLifetime, got)
	}
	if got := m.lost(loss{kind: lossNetwork}, joinLifetime); got.state != Resuming || got.failures != 0 || got.resumes != 1 {
		t.Errorf("after %s: %+v", joinLifetime, got)
	}
}

// TestMachineBears has a connection outlast a voice server that is away for a minute and a half.
func TestMachineBears(t *testing.T) {
	m, borne := machine{state: Ready, session: true, joined: true}, time.Duration(0)
	for m.state != Closed {
		borne += m.pause()
		m = m.lost(loss{kind: lossNetwork}, 0)
	}
	if borne < 90*time.Second {
		t.Errorf("it bears %s", borne)
	}
}

func TestPauses(t *testing.T) {
	tests := []struct {
		m       machine
		longest time.Duration
	}{
		{machine{state: Resuming, resumes: 1}, firstPause / 4},
		{machine{state: Resuming, resumes: 2}, firstPause},
		{machine{state: Resuming, resumes: 3}, 2 * firstPause},
		{machine{state: Joining, failures: 1}, firstPause / 4},
		{machine{state: Joining, failures: 3}, 2 * firstPause},
		{machine{state: Joining, failures: 9}, maxPause},
		{machine{state: Waiting, failures: 9}, 0},
		{machine{state: Closed, failures: 9}, 0},
	}
	for _, test := range tests {
		for range 100 {
			if got := test.m.pause(); got < test.longest/2 || got > test.longest {
				t.Fatalf("%+v: pause %s, want about %s", test.m, got, test.longest)
			}
		}
	}
}

func TestSeat(t *testing.T) {
	now := time.Unix(1000, 0)
	one, two := server{"one:443", "a"}, server{"two:443", "b"}
	var s seat
	s.occupy("1", "session", now)
	if s.complete() {
		t.Error("complete without a server")
	}
	s.assign(one, now)
	if !s.complete() {
		t.Error("not complete with both halves")
	}
	now = now.Add(time.Minute)
	s.occupy("1", "session", now) // only muted
	if !s.complete() {
		t.Error("a state of the same channel made it incomplete")
	}
	s.occupy("2", "session", now)
	if s.complete() {
		t.Error("the server from before the move is taken at once")
	}
	s.settle()
	if s.server != one {
		t.Error("the server from before the move is not taken at all")
	}
	now = now.Add(time.Minute)
	s.assign(two, now)
	s.occupy("3", "session", now.Add(time.Second))
	if !s.complete() || s.server != two {
		t.Error("the server that was named just before the move is not taken")
	}
	s.assign(server{token: "c"}, now)
	if s.complete() || !s.away {
		t.Error("complete without an endpoint")
	}
	s.occupy("", "session", now)
	if !s.gone || s.complete() {
		t.Errorf("%+v after leaving", s)
	}
}

func TestWindow(t *testing.T) {
	type step struct {
		seq  uint16
		want arrival
	}
	tests := []struct {
		name  string
		steps []step
	}{
		{"in order over the wrap", []step{{65534, arrival{}}, {65535, arrival{}}, {0, arrival{}}, {1, arrival{}}}},
		{"a gap that is filled", []step{{10, arrival{}}, {13, arrival{lost: 2}}, {11, arrival{lost: -1, late: true}}, {11, arrival{duplicate: true}},
			{12, arrival{lost: -1, late: true}}}},
		{"older than the first", []step{{10, arrival{}}, {8, arrival{late: true, lost: 1}}, {9, arrival{late: true, lost: -1}}, {8, arrival{duplicate: true}}}},
		{"older than the window", []step{{100, arrival{}}, {200, arrival{lost: 99}}, {110, arrival{late: true}}}},
		{"a fresh start", []step{{10, arrival{}}, {10 + restartGap + 1, arrival{}}, {10, arrival{}}}},
	}
	for _, test := range tests {
		var w window
		for i, step := range test.steps {
			if got := w.arrived(step.seq); got != step.want {
				t.Errorf("%s, step %d: %+v, want %+v", test.name, i, got, step.want)
			}
		}
	}
}
