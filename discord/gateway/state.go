package gateway

// State is where a shard's session is.
type State int

// The states of a session.
const (
	Stopped     State = iota // not begun, or ended for good
	Waiting                  // no connection; the next try comes after a pause
	Connecting               // the websocket is being opened
	Greeting                 // waits for Discord's HELLO
	Queued                   // waits until a new session may begin
	Identifying              // asked for a new session, waits for READY
	Resuming                 // asked for the old session, waits for what was missed
	Replaying                // gets what was missed
	Ready                    // gets events as they happen
)

var stateNames = [...]string{"stopped", "waiting", "connecting", "greeting", "queued", "identifying", "resuming", "replaying", "ready"}

// String is the state's name in lower case, such as "ready".
func (s State) String() string { return stateNames[s] }
