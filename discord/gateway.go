package discord

import (
	"encoding/json"
	"strings"
	"unsafe"

	"github.com/tidwall/gjson"
)

// Opcode says what a gateway frame is for.
type Opcode int

// String is the opcode's name, such as "Heartbeat ACK", or "" for a number that is none.
func (o Opcode) String() string { return opcodeNames[o] }

// CloseCode is a code that Discord closes a gateway connection with.
type CloseCode int

// closeCode is what is known of a close code.
type closeCode struct {
	name  string
	after CloseAction
}

// CloseAction is what a client does after a connection was closed.
type CloseAction int

// What a client does after a connection was closed.
const (
	AfterResume   CloseAction = iota // connect again and resume the session
	AfterIdentify                    // connect again and begin a new session
	AfterStop                        // nothing: every further try would end in the same way
)

// Name is the code's name, such as "Authentication failed", or "" for an unknown code.
func (c CloseCode) Name() string { return closeCodes[c].name }

// Action is what to do after this code. After a code that is not one of the gateway's own, the network or a restart of a server was
// the cause, and the session can be resumed.
func (c CloseCode) Action() CloseAction { return closeCodes[c].after }

// Event describes one of the gateway's dispatch events.
type Event struct {
	Name    string
	Kind    Kind    // of the event's data
	Intents Intents // any of them brings the event; 0 for an event that always comes

	// Gate are permissions of which a bot needs one to get the event, 0 for none. With ChannelGate it needs it in the event's channel.
	Gate        Permissions
	ChannelGate bool
}

// Events lists the gateway's events, ordered by name. The slice must not be changed.
func Events() []Event { return events }

// eventsByName finds an event, for every frame that arrives.
var eventsByName = func() map[string]Event {
	byName := make(map[string]Event, len(events))
	for _, e := range events {
		byName[e.Name] = e
	}
	return byName
}()

// EventNamed finds an event by its name, such as "MESSAGE_CREATE".
func EventNamed(name string) (Event, bool) {
	e, ok := eventsByName[name]
	return e, ok
}

// EventData makes the object of an event's data, of the event's kind. Data that is no object is read as Get reads a field. That the
// data is well-formed is not checked, which would cost as much as all the rest: the gateway has sent it. Nothing may change the data
// afterwards.
func EventData(name string, data json.RawMessage) any {
	kind := KindObject
	if e, ok := EventNamed(name); ok {
		kind = e.Kind
	}
	text := unsafe.String(unsafe.SliceData(data), len(data))
	if strings.HasPrefix(text, "{") {
		return newObject(kind, text)
	}
	return value(kind, gjson.Parse(text))
}

// AllIntents are all intents that exist.
var AllIntents = func() (all Intents) {
	for _, i := range intentNames {
		all |= 1 << i.Bit
	}
	return all
}()
