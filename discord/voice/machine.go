package voice

import (
	"math/rand/v2"
	"time"

	"cordial/discord"
)

// machine decides each next step of a connection. It is a value without clock, lock or socket, so that every step can be tested.
type machine struct {
	state    State
	session  bool // there is one to resume
	joined   bool // it was ready once
	orphaned bool // the gateway began a new session, which ends those of voice: no news of this one will come
	failures int  // joins in a row that did not last, by weight
	resumes  int  // tries in a row to resume
}

// signal is what happens to a connection, apart from losses.
type signal int

const (
	signalSeat      signal = iota // the gateway told where to connect, and as whom
	signalOpen                    // the websocket is open
	signalReady                   // READY came
	signalFound                   // the own address is known
	signalDescribed               // SESSION DESCRIPTION came
	signalResumed                 // RESUMED came
)

// steps are the states that signals lead to. A signal that a state does not list changes nothing.
var steps = map[State]map[signal]State{
	Joining:     {signalSeat: Connecting},
	Waiting:     {signalSeat: Connecting},
	Connecting:  {signalOpen: Identifying},
	Identifying: {signalReady: Discovering},
	Discovering: {signalFound: Selecting},
	Selecting:   {signalDescribed: Ready},
	Resuming:    {signalResumed: Ready},
}

// next is the machine after a signal, and whether the signal meant anything.
func (m machine) next(s signal) (machine, bool) {
	to, ok := steps[m.state][s]
	if !ok {
		return m, false
	}
	m.state = to
	switch to {
	case Connecting:
		m.session, m.orphaned = false, false
	case Ready:
		m.session, m.joined = true, true
	}
	return m, true
}

// Limits of trying again.
const (
	maxResumes  = 3  // in a row; then the channel is joined anew
	maxFailures = 6  // joins in a row, of a connection that was never ready: someone waits for it
	maxRejoins  = 12 // joins in a row, of one that was: with the pauses it bears a voice server that is away for a minute and a half
)

// maxJoins is how many joins in a row may fail.
func (m machine) maxJoins() int {
	if m.joined {
		return maxRejoins
	}
	return maxFailures
}

// How long a connection must have been ready so that its loss counts as the first one: for resumes, which cost nothing, and for joins.
const (
	resumeLifetime = 10 * time.Second
	joinLifetime   = time.Minute
)

// lost is the machine after a loss. lived is how long the connection had been ready before.
func (m machine) lost(l loss, lived time.Duration) machine {
	if lived >= resumeLifetime {
		m.resumes = 0
	}
	if lived >= joinLifetime {
		m.failures = 0
	}
	action := l.action(m)
	if action == discord.VoiceAfterResume && (!m.session || m.resumes == maxResumes) {
		action = discord.VoiceAfterRejoin
	}
	switch action {
	case discord.VoiceAfterResume:
		m.resumes++
		m.state = Resuming
		return m
	case discord.VoiceAfterRejoin:
		m.resumes = 0
		m.failures += l.weight(m)
		m.state = Joining
		if m.failures > m.maxJoins() {
			m.state = Closed
		}
	case discord.VoiceAfterWait:
		m.state = Waiting
	case discord.VoiceAfterStop:
		m.state = Closed
	}
	m.session = false
	return m
}

// Pauses before a join double from firstPause to maxPause. Their upper half is random.
const (
	firstPause = time.Second
	maxPause   = 30 * time.Second
)

// pause is how long to wait before the next step. The first try of a kind comes almost at once.
func (m machine) pause() time.Duration {
	before := m.failures - 1
	switch m.state {
	case Waiting, Closed:
		return 0
	case Resuming:
		before = m.resumes - 1
	}
	longest := firstPause / 4
	if before > 0 {
		longest = min(firstPause<<(before-1), maxPause)
	}
	return longest/2 + rand.N(longest/2)
}
