package interaction

import (
	"fmt"
	"time"
)

// State says how an interaction has been acknowledged, which decides by which requests it can be answered.
type State int

// The states of an answer. Every interaction begins as Fresh and is acknowledged once; what comes after goes by webhook requests.
const (
	Fresh      State = iota // nothing was sent yet
	Thinking                // deferred with a message that shows that the application is thinking
	Quiet                   // deferred without anything to see; the component's message stays as it is
	Replied                 // answered with a message
	Updated                 // answered by a change to the component's message
	ModalShown              // answered with a modal
	Completed               // answered with the choices of an autocompletion
)

var stateNames = [...]string{"not answered yet", "deferred", "deferred", "answered", "answered by an update", "answered with a modal", "answered with choices"}

func (s State) String() string { return stateNames[s] }

// own reports whether @original is the message with the component, and not one of the answer.
func (s State) own() bool { return s == Quiet || s == Updated }

// StateError says that an interaction cannot be answered in this way now.
type StateError struct {
	Action string // such as "modal"
	State  State
	Reason string
}

func (e *StateError) Error() string {
	return fmt.Sprintf("%s: the interaction is %s: %s", e.Action, e.State, e.Reason)
}

// Lifetime is how long an interaction can be answered at all.
const Lifetime = 15 * time.Minute

// ExpiredError says that the time for answers to an interaction is over.
type ExpiredError struct {
	Action string
	Age    time.Duration
}

func (e *ExpiredError) Error() string {
	return fmt.Sprintf("%s: the interaction came %s ago, and Discord takes answers for %s; send a message to the channel in its place",
		e.Action, e.Age.Round(time.Second), Lifetime)
}
