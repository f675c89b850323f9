package sandbox

import (
	"encoding/json"
	"sync"

	"github.com/jonboulle/clockwork"

	"cordial/discord"
)

// session is what a bot has identified as: it gathers the events for one shard, whether a connection takes them or not.
type session struct {
	id       string
	viewer   viewer
	intents  discord.Intents
	shard    int
	shards   int
	said     []int // the shard in IDENTIFY; nil for none
	compress bool  // events are compressed one by one, where the connection is no compressed stream
	limits   *GatewayLimits

	// Of the world's lock.
	visible map[discord.Snowflake]bool // by channel: whether the bot could see it when it was last told of it
	dark    map[discord.Snowflake]bool // the guilds that a fault has made unavailable
	expiry  clockwork.Timer            // ends the session; nil while it has a connection
	timers  map[clockwork.Timer]bool   // bring back dark guilds

	mu     sync.Mutex // after the world's lock
	last   int64      // s of the newest event
	frames []frame    // the newest events, without a gap, bounded by the limits
	size   int        // bytes of the frames
	conn   *conn      // nil while there is none
}

// newSession makes a session for the only shard.
func newSession(limits *GatewayLimits) *session {
	return &session{id: newSessionID(), shards: 1, limits: limits,
		visible: map[discord.Snowflake]bool{}, dark: map[discord.Snowflake]bool{}, timers: map[clockwork.Timer]bool{}}
}

// frame is an event as it was told to a session.
type frame struct {
	seq   int64
	typ   string
	data  json.RawMessage // shared by all sessions that get the event in this form
	fault GatewayFault    // what goes wrong with its delivery; nothing with a zero Kind
}

// dispatch notes an event, and has the connection send it. The oldest events make room for it; a connection that has not sent them yet
// is too slow and is cut. The event itself always stays.
func (s *session) dispatch(typ string, data json.RawMessage, fault GatewayFault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last++
	s.frames = append(s.frames, frame{seq: s.last, typ: typ, data: data, fault: fault})
	s.size += len(data)
	drop := 0
	for len(s.frames)-drop > 1 && (len(s.frames)-drop > s.limits.ReplayFrames || s.size > s.limits.ReplayBytes) {
		s.size -= len(s.frames[drop].data)
		s.frames[drop] = frame{}
		drop++
	}
	s.frames = s.frames[drop:]
	if s.conn == nil {
		return
	}
	if s.conn.sent < s.frames[0].seq-1 {
		s.conn.shut(cutOff)
		return
	}
	s.conn.poke()
}

// next gives the event after the last one that the connection has taken, and counts it as taken.
func (s *session) next(c *conn) (frame, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.conn != c || len(s.frames) == 0 || c.sent >= s.last || c.sent < s.frames[0].seq-1 {
		return frame{}, false
	}
	f := s.frames[c.sent+1-s.frames[0].seq]
	c.sent++
	return f, true
}

// attach gives the session a connection, which has all events up to seq. One that it had is closed. The caller has stopped the expiry.
func (s *session) attach(c *conn, seq int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.conn != nil {
		s.conn.shut(closing{code: int(discord.CloseUnknownError), reason: "The session was resumed on another connection."})
	}
	s.conn, c.sent = c, seq
	for i := range s.frames {
		s.frames[i].fault = GatewayFault{} // a fault hits a delivery once
	}
	c.poke()
}

// detach takes the connection away, and reports whether the session has had that one.
func (s *session) detach(c *conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.conn != c {
		return false
	}
	s.conn = nil
	return true
}

// close ends the connection, if there is one.
func (s *session) close(end closing) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.conn != nil {
		s.conn.shut(end)
	}
}

// attached reports whether the session has a connection.
func (s *session) attached() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.conn != nil
}

// connection gives the connection, or nil.
func (s *session) connection() *conn {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.conn
}

// replays says what can be done for a client that has seen all events up to seq.
func (s *session) replays(seq int64) (known, kept bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	oldest := s.last + 1
	if len(s.frames) > 0 {
		oldest = s.frames[0].seq
	}
	return seq >= 0 && seq <= s.last, seq >= oldest-1
}

// stopTimers leaves dark guilds dark. It needs the world's lock.
func (s *session) stopTimers() {
	for t := range s.timers {
		t.Stop()
	}
	clear(s.timers)
}

// stopExpiry has the session not end by itself. It needs the world's lock.
func (s *session) stopExpiry() {
	if s.expiry != nil {
		s.expiry.Stop()
		s.expiry = nil
	}
}
