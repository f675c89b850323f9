package gateway

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"cordial/discord"
)

// shard keeps the session of one shard alive. run is its goroutine; it also reads the connection.
type shard struct {
	client *Client
	id     int
	turn   chan struct{} // holds the sender whose turn it is
	waits  atomic.Int32  // senders that wait for their turn
	shows  *budget       // for presences
	seq    atomic.Int64  // of the last event that was handled

	mu      sync.Mutex
	machine machine
	session session
	asked   discord.Intents // with the last IDENTIFY
	retell  []byte          // READY of the session that another client left, until it is told
	renew   bool            // no session survives the connection that there is
	conn    *conn           // nil while there is none
	changed chan struct{}   // closed and made anew when the state changes
	readyAt time.Time       // when the session became ready
	readied bool            // it was ready once
	count   ShardInfo       // the counters of it
}

func newShard(c *Client, id int) *shard {
	return &shard{client: c, id: id, turn: make(chan struct{}, 1), shows: newPresenceBudget(), changed: make(chan struct{})}
}

// run connects again and again until ctx ends, which gives nil, or until trying again would not help.
func (s *shard) run(ctx context.Context) error {
	var pause time.Duration
	for {
		if err := sleep(ctx, s.client.o.Clock, pause); err != nil {
			s.lose(loss{kind: lossStop})
			return nil
		}
		l := s.connect(ctx)
		pause = s.lose(l)
		if l.action() == discord.AfterStop {
			return s.verdict(l)
		}
	}
}

// connect opens a connection and reads it to its end.
func (s *shard) connect(ctx context.Context) loss {
	s.signal(signalDial)
	defer s.client.ledger.leave(s.id)
	to, err := address(s.address(), s.client.o.Compression)
	if err != nil {
		return loss{kind: lossFatal, err: err}
	}
	c, err := dial(ctx, to, s.client.o.HTTP, s.client.o.Clock)
	if ctx.Err() != nil {
		if err == nil {
			c.end(loss{kind: lossStop})
		}
		return loss{kind: lossStop}
	}
	if err != nil {
		return loss{kind: lossNetwork, err: err}
	}
	c.seq, c.stop = s.lastSeq, ctx
	s.attach(c)
	s.signal(signalOpen)
	c.wg.Go(func() { c.pulse() })
	l := c.read(s.client.o.Compression, func(frame []byte) error { return s.frame(c, frame) })
	s.attach(nil)
	return l
}

// lastSeq is the number of the last event of the session, 0 without a session.
func (s *shard) lastSeq() int64 {
	_, seq, ok := s.resumable()
	if !ok {
		return 0
	}
	return seq
}

// address is where the next connection goes. If that is where only a new session can begin, the shard queues for it.
func (s *shard) address() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.machine.atBase() {
		s.client.ledger.queue(s.id)
		return s.client.base
	}
	return resumeAddress(s.session.URL, s.client.base)
}

func (s *shard) attach(c *conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.conn = c
	if c != nil {
		s.count.Connects++
	}
}

// signal moves the machine on, and gives its state and whether that is a new one.
func (s *shard) signal(sig signal) (State, bool) {
	s.mu.Lock()
	before := s.machine
	s.machine = before.next(sig)
	state, moved := s.machine.state, s.machine.state != before.state
	lost := before.session && !s.machine.session
	if moved && state == Ready {
		s.readyAt = s.client.o.Clock.Now()
		if sig == signalReady {
			s.count.Identifies++
		} else {
			s.count.Resumes++
		}
	}
	s.mu.Unlock()
	if lost {
		s.noticeSessionLost()
	}
	if moved {
		s.moved(state)
	}
	return state, moved
}

// moved tells everybody who waits for it that the state has changed.
func (s *shard) moved(state State) {
	s.mu.Lock()
	close(s.changed)
	s.changed = make(chan struct{})
	first := state == Ready && !s.readied
	s.readied = s.readied || first
	info := s.info()
	s.mu.Unlock()
	s.client.o.Logger.Debug("gateway", "shard", s.id, "state", info.State, "seq", info.Seq)
	if s.client.o.OnState != nil {
		s.client.o.OnState(info)
	}
	if first {
		s.client.shardReady()
	}
}

// info is how the shard does. s.mu is held.
func (s *shard) info() ShardInfo {
	info := s.count
	info.ID, info.State, info.Seq = s.id, s.machine.state, s.seq.Load()
	if s.machine.session {
		info.SessionID = s.session.ID
	}
	if s.conn != nil {
		info.Latency = s.conn.beats.measured()
	}
	return info
}

// lose moves the machine on after the loss of a connection, tells of it, and gives the pause before the next.
func (s *shard) lose(l loss) time.Duration {
	s.mu.Lock()
	before := s.machine
	lived := before.state == Ready && s.client.o.Clock.Since(s.readyAt) >= before.lifetime(l)
	s.machine = before.lost(l, lived)
	asked := s.renew || l.kind == lossRenew
	s.machine.session = s.machine.session && !s.renew
	s.renew = false
	after := s.machine
	s.mu.Unlock()
	pause := after.pause(l)
	if after.state == Waiting {
		s.noticeReconnect(l, after.session, pause)
		if before.session && !after.session && !asked {
			s.noticeSessionLost()
		}
	}
	s.moved(after.state)
	return pause
}

// verdict is the error of a loss that ends the shard.
func (s *shard) verdict(l loss) error {
	switch l.kind {
	case lossClosed:
		return &CloseError{Shard: s.id, Code: l.code, Reason: l.reason, Intents: s.client.Intents()}
	case lossFatal:
		return l.err
	}
	return nil
}

// reconnect closes the connection and opens another. Without a connection, it sees to it that the next one does what is wanted.
func (s *shard) reconnect(l loss) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.conn == nil {
		s.machine.session = s.machine.session && l.keeps()
		return
	}
	s.renew = s.renew || !l.keeps() // whatever else ends the connection first
	s.conn.order(l)
}

// restore gives the shard a session that another client left. Its program is told READY once the session goes on.
func (s *shard) restore(saved session, seq int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.session = saved
	s.retell = saved.Ready
	s.seq.Store(seq)
	s.machine.session = true
}

// resumable gives the session if it could be resumed.
func (s *shard) resumable() (session, int64, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.session, s.seq.Load(), s.machine.session
}

// sessions is how many sessions the shard has begun.
func (s *shard) sessions() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.count.Identifies
}
