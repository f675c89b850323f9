package gateway

import "time"

// NoticeKind is what a Notice is about.
type NoticeKind int

// The kinds of notices.
const (
	NoticeGap         NoticeKind = iota // events From to To did not come
	NoticeSessionLost                   // the session could not be resumed; what happened since event From is not told
	NoticeReconnect                     // the connection is gone and comes again after Wait
	NoticeResumed                       // the session went on where it was; nothing was lost
	NoticeIdentify                      // a new session waits its turn, about for Wait
)

// Notice is something that an operator may want to know and that the client deals with by itself.
type Notice struct {
	Shard    int
	Kind     NoticeKind
	Text     string // a sentence for people
	From, To int64  // sequence numbers, 0 when unknown
	Wait     time.Duration
}

// String is the notice's sentence.
func (n Notice) String() string { return n.Text }
