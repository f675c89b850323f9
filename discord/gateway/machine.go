package gateway

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"time"

	"cordial/discord"
)

// machine decides each next step of a session. It is a value without clock, lock or connection, so that every step can be tested.
type machine struct {
	state    State
	session  bool // there is one to resume
	failures int  // connections in a row that did not last
	dials    int  // tries in a row to reach the session's own address that came to nothing
}

// signal is what happens to a session, apart from the loss of its connection.
type signal int

const (
	signalDial    signal = iota // the pause before a connection is over
	signalOpen                  // the websocket is open
	signalHello                 // HELLO came
	signalTurn                  // a new session may begin
	signalReady                 // READY came
	signalMissed                // an event came before RESUMED
	signalResumed               // RESUMED came
)

// steps are the states that signals lead to. A signal that a state does not list changes nothing.
var steps = map[State]map[signal]State{
	Stopped:     {signalDial: Connecting},
	Waiting:     {signalDial: Connecting},
	Connecting:  {signalOpen: Greeting},
	Greeting:    {signalHello: Queued}, // or Resuming
	Queued:      {signalTurn: Identifying},
	Identifying: {signalReady: Ready},
	Resuming:    {signalMissed: Replaying, signalResumed: Ready},
	Replaying:   {signalResumed: Ready},
}

// next is the machine after a signal.
func (m machine) next(s signal) machine {
	to, ok := steps[m.state][s]
	if !ok {
		return m
	}
	if s == signalHello {
		m.session = m.session && !m.atBase()
		if m.session {
			to = Resuming
		}
		m.dials = 0
	}
	if to == Ready {
		m.session = true
	}
	m.state = to
	return m
}

// sessionDials is how often a session's own address is tried before the gateway's general one, where only a new session can
// begin. If that one does not answer either, it is the network that is down, and the session gets another chance.
const sessionDials = 2

// atBase reports whether to connect to the gateway's general address.
func (m machine) atBase() bool { return !m.session || m.dials%(sessionDials+1) == sessionDials }

// lossKind is why a connection ended.
type lossKind int

const (
	lossNetwork    lossKind = iota // it broke, or could not be opened
	lossClosed                     // Discord closed it with a code
	lossReconnect                  // Discord asked for it with op 7
	lossResumable                  // op 9, true
	lossInvalid                    // op 9, false
	lossZombie                     // heartbeats go unanswered
	lossNoHello                    // nothing came after the websocket was open
	lossUnreadable                 // what came was no JSON, or not compressed as agreed
	lossAsked                      // the program wants another connection
	lossRenew                      // the program wants another session
	lossStop                       // the program wants to end
	lossFatal                      // something that trying again does not help
)

// loss is the end of a connection.
type loss struct {
	kind   lossKind
	code   discord.CloseCode // of lossClosed
	reason string            // of lossClosed
	err    error             // of lossNetwork, lossUnreadable and lossFatal
}

// action is what to do after the loss.
func (l loss) action() discord.CloseAction {
	switch l.kind {
	case lossClosed:
		return l.code.Action()
	case lossInvalid, lossRenew:
		return discord.AfterIdentify
	case lossStop, lossFatal:
		return discord.AfterStop
	}
	return discord.AfterResume
}

// keeps reports whether Discord keeps the session, for a while.
func (l loss) keeps() bool { return l.action() == discord.AfterResume || l.kind == lossStop }

// lost is the machine after its connection ended. lived says that the session had been well for a while before.
func (m machine) lost(l loss, lived bool) machine {
	if m.state == Connecting || m.state == Greeting {
		m.dials++
	}
	switch {
	case lived, l.kind == lossAsked, l.kind == lossRenew:
		m.failures = 0
	default:
		m.failures++
	}
	m.session = m.session && l.keeps()
	if !m.session {
		m.dials = 0
	}
	m.state = Waiting
	if l.action() == discord.AfterStop {
		m.state = Stopped
	}
	return m
}

// Pauses before a connection double from firstPause to maxPause.
const (
	firstPause = time.Second
	maxPause   = time.Minute
)

// limitedFailures is the number of failures that one code 4008 weighs.
const limitedFailures = 4

// pause is how long to wait before the next connection. The upper half is random, so that many shards do not come back at once.
// The first try after a good time comes almost at once.
func (m machine) pause(l loss) time.Duration {
	if l.kind == lossAsked || l.kind == lossRenew {
		return 0
	}
	if l.kind == lossClosed && l.code == discord.CloseRateLimited {
		m.failures = max(m.failures, limitedFailures)
	}
	pause := m.longestPause()
	pause = pause/2 + rand.N(pause/2)
	if l.kind == lossInvalid { // Discord's documentation once asked for 1 to 5 s
		pause += time.Second + rand.N(4*time.Second)
	}
	return pause
}

func (m machine) longestPause() time.Duration {
	if m.failures <= 1 {
		return firstPause / 4
	}
	return min(firstPause<<min(m.failures-2, 10), maxPause)
}

// lifetime is how long a session must have been ready to have lived, so that its loss counts as the first one. To resume costs
// nothing: there it is ten times the pause before, so that a shard is away for a tenth of the time at the most. New sessions are
// counted by Discord, and a shard that loses one after the other must become slow.
func (m machine) lifetime(l loss) time.Duration {
	if m.session && l.keeps() {
		return min(10*m.longestPause(), maxPause)
	}
	return maxPause
}

// lossTexts say what happened, for people.
var lossTexts = map[lossKind]string{
	lossReconnect: "Discord asked for a new connection",
	lossResumable: "Discord asked for the session to be resumed",
	lossInvalid:   "Discord does not know the session, or wants the next one later",
	lossZombie:    "heartbeats went unanswered",
	lossNoHello:   "Discord did not say hello",
	lossAsked:     "a new connection was asked for",
	lossRenew:     "a new session was asked for",
	lossStop:      "stopped",
}

// String says what happened, for people.
func (l loss) String() string {
	switch l.kind {
	case lossNetwork:
		return fmt.Sprintf("the connection is gone (%v)", l.err)
	case lossUnreadable:
		return fmt.Sprintf("what came could not be read (%v)", l.err)
	case lossFatal:
		return l.err.Error()
	case lossClosed:
		return fmt.Sprintf("Discord closed the connection: [%d] %s", l.code, cmp.Or(l.reason, l.code.Name(), "no reason given"))
	}
	return lossTexts[l.kind]
}
