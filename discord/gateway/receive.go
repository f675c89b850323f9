package gateway

import (
	"bytes"
	"fmt"
	"math"
	"time"

	"github.com/tidwall/gjson"

	"cordial/discord"
)

// frame deals with one frame, on the reader's goroutine.
func (s *shard) frame(c *conn, frame []byte) error {
	e, err := scan(frame)
	if err != nil {
		return err
	}
	if e.op == discord.OpDispatch {
		return s.dispatch(c, e)
	}
	if s.client.wants("") {
		s.hand(c, e, "")
	}
	switch e.op {
	case discord.OpHello:
		return s.greet(c, e.data)
	case discord.OpHeartbeat:
		c.answer()
	case discord.OpHeartbeatACK:
		c.beats.answered(c.clock.Now())
	case discord.OpReconnect:
		c.end(loss{kind: lossReconnect})
	case discord.OpInvalidSession:
		if string(e.data) == "true" {
			c.end(loss{kind: lossResumable})
		} else {
			c.end(loss{kind: lossInvalid})
		}
	}
	return nil
}

// greet answers HELLO: it resumes the session, or queues for a new one.
func (s *shard) greet(c *conn, data []byte) error {
	interval := gjson.GetBytes(data, "heartbeat_interval").Float()
	if interval < 1 || interval > math.MaxInt32 {
		return fmt.Errorf("%w: HELLO asks for a heartbeat every %v ms", errFrame, interval)
	}
	state, moved := s.signal(signalHello)
	if !moved {
		return nil
	}
	c.hello <- time.Duration(interval * float64(time.Millisecond))
	if state == Resuming {
		c.resumes, c.resuming = true, true
		saved, seq, _ := s.resumable()
		c.budget.take(c.clock.Now(), 0)
		return c.send(discord.OpResume, Resume{Token: s.client.o.Token, SessionID: saved.ID, Seq: seq})
	}
	c.wg.Go(func() { s.identify(c) })
	return nil
}

// identify waits for the shard's turn and begins a new session.
func (s *shard) identify(c *conn) {
	err := s.client.ledger.take(c.ctx, s.id, s.noticeIdentify)
	if err == nil {
		s.signal(signalTurn)
		c.budget.take(c.clock.Now(), 0)
		id := s.client.introduction(s.id)
		s.mu.Lock()
		s.asked = id.Intents
		s.mu.Unlock()
		err = c.send(discord.OpIdentify, id)
	}
	if err != nil {
		c.end(loss{kind: lossFatal, err: err}) // unless it has ended, which may be the reason
	}
}

// dispatch deals with an event.
func (s *shard) dispatch(c *conn, e envelope) error {
	name := e.event()
	if c.resuming && name != "READY" {
		s.tellReady(c)
	}
	switch {
	case name == "READY":
		if err := s.begin(e.data); err != nil {
			return err
		}
	case name == "RESUMED" && !c.resumes:
		return errUnasked
	case name == "RESUMED" && c.resuming:
		// If a replay contains the RESUMED of a connection that was lost before it was read, this is not the last one.
		c.resuming = false
		s.noticeResumed()
		s.signal(signalResumed)
	case c.resuming:
		s.signal(signalMissed)
	}
	if e.seq > 0 && !s.sequence(e.seq) {
		return nil
	}
	if s.client.asks.wants(name) {
		s.client.asks.offer(name, bytes.Clone(e.data))
	}
	if s.client.wants(name) {
		s.hand(c, e, name)
	}
	if e.seq > 0 {
		s.seq.Store(e.seq)
	}
	return nil
}

// tellReady hands the program the READY of a session that an earlier client has begun, before the first event of its own: programs
// begin their work there. It has no number, and comes once.
func (s *shard) tellReady(c *conn) {
	s.mu.Lock()
	ready := s.retell
	s.retell = nil
	s.mu.Unlock()
	if ready != nil && s.client.wants("READY") {
		s.hand(c, envelope{op: discord.OpDispatch, data: ready}, "READY")
	}
}

// errUnasked says that READY or RESUMED came without an IDENTIFY or RESUME that it would answer.
var errUnasked = fmt.Errorf("%w: it tells of a session that was not asked for", errFrame)

// begin takes up the session that READY tells of.
func (s *shard) begin(data []byte) error {
	begun, err := readSession(data)
	if err != nil {
		return fmt.Errorf("%w: %w", errFrame, err)
	}
	s.mu.Lock()
	asked := s.machine.state == Identifying
	if asked {
		begun.Intents = s.asked
		s.session, s.retell = begun, nil
		s.seq.Store(0)
	}
	s.mu.Unlock()
	if !asked {
		return errUnasked
	}
	s.signal(signalReady)
	s.client.asks.restart(s.id, s.sessions())
	return nil
}

// sequence reports whether the event with a sequence number is new, and notices what is missing before it.
func (s *shard) sequence(seq int64) bool {
	last := s.seq.Load()
	if seq == last+1 || last == 0 {
		return true
	}
	s.mu.Lock()
	if seq <= last {
		s.count.Duplicates++
	} else {
		s.count.Missed += int(seq - last - 1)
	}
	s.mu.Unlock()
	if seq > last {
		s.noticeGap(last+1, seq-1)
	}
	return seq > last
}

// hand gives the program a frame. The time that it takes is not the connection's.
func (s *shard) hand(c *conn, e envelope, name string) {
	c.beats.leave(c.clock.Now())
	c.event = Event{Shard: s.id, Op: e.op, Seq: e.seq, Type: name, Data: bytes.Clone(e.data)}
	s.client.o.Handle(&c.event)
	c.beats.back(c.clock.Now())
}
