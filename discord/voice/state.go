package voice

// State is where a Connection is.
type State int

// The states of a Connection.
const (
	Joining     State = iota // asks the gateway for the channel and waits for its answers
	Waiting                  // waits for the gateway to name another voice server
	Connecting               // the websocket is being opened
	Identifying              // asked for a session, waits for READY
	Discovering              // asks for its own address over UDP
	Selecting                // chose an encryption, waits for the key
	Resuming                 // goes on with a session over another websocket
	Ready                    // hears and speaks
	Closed                   // ended for good
)

var stateNames = [...]string{"joining", "waiting", "connecting", "identifying", "discovering", "selecting", "resuming", "ready", "closed"}

// String is the state's name in lower case, such as "ready".
func (s State) String() string { return stateNames[s] }
