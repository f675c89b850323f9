package attach

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"cordial/runtime"
	"cordial/runtime/repl"
)

// clientConn is a client, as the server has it.
type clientConn struct {
	server  *Server
	conn    net.Conn
	in      frameReader
	out     *outbox
	ctx     context.Context // ends with the connection, and with the server
	leave   context.CancelCauseFunc
	session *repl.Local
	ended   <-chan struct{} // closed when the last operation has ended; nil before the first
	columns atomic.Int64
	asks    atomic.Bool
	typed   []byte // what is left of the last line, for the host's reader

	// What follows is for the operation that runs.

	equipped bool  // the session is
	outlived *tail // what a line follows that has ended because the script was loaded anew

	text struct { // what is written at the terminal, on its way through the redactor
		sync.Mutex
		stdout, stderr *redacted
	}

	mu      sync.Mutex
	current *operation // that runs; nil for none
	asked   int64      // the number of the last question
	answers map[int64]chan frame
}

// operation is what a client has asked for, while it runs.
type operation struct {
	id     int64
	cancel context.CancelCauseFunc
}

func newClientConn(s *Server, conn net.Conn) *clientConn {
	c := &clientConn{server: s, conn: conn, in: newFrameReader(conn), out: newOutbox(), answers: map[int64]chan frame{}}
	c.ctx, c.leave = context.WithCancelCause(s.ctx)
	c.text.stdout, c.text.stderr = newRedacted(c, false), newRedacted(c, true)
	c.session = repl.NewLocal(s.options.Host, runtime.NewConsole((*terminal)(c)))
	return c
}

// converse serves the client until it leaves or the script ends.
func (c *clientConn) converse() {
	defer context.AfterFunc(c.ctx, func() { _ = c.conn.SetReadDeadline(time.Now()) })()
	err := c.hello()
	for err == nil {
		var f frame
		if f, err = c.in.next(); err == nil {
			err = c.handle(f)
		}
	}
	if c.ctx.Err() != nil {
		err = context.Cause(c.ctx)
	}
	c.leave(errGone)
	c.awaitEnd()
	text := err.Error()
	if errors.Is(err, errStopping) {
		text = "" // it is what the client expects
	}
	c.out.put(frame{Type: typeBye, Text: text})
}

// awaitEnd waits for what was cancelled; not for ever, because somebody may
// hold the Lua state. [Server.Wait] waits for the rest.
func (c *clientConn) awaitEnd() {
	if c.ended == nil {
		return
	}
	select {
	case <-c.ended:
	case <-time.After(flushTime):
	}
}

func (c *clientConn) hello() error {
	info := c.server.options.Info
	c.out.put(frame{Type: typeHello, Protocol: Protocol, Info: &info})
	if err := c.conn.SetReadDeadline(time.Now().Add(helloTime)); err != nil {
		return err
	}
	f, err := c.in.next()
	switch {
	case err != nil:
		return err
	case f.Type != typeHello:
		return fmt.Errorf("expected hello, got %q", f.Type)
	case f.Protocol != Protocol:
		return fmt.Errorf("the script runs with cordial %s, which does not speak version %d of this protocol; attach with that one", info.Version, f.Protocol)
	}
	c.columns.Store(int64(f.Columns))
	if err := c.conn.SetReadDeadline(time.Time{}); err != nil {
		return err
	}
	return c.ctx.Err() // it may have ended while the deadline was changed
}

// handle does what a frame asks for. An error ends the connection.
func (c *clientConn) handle(f frame) error {
	switch f.Type {
	case typeEval:
		return c.begin(f, c.eval)
	case typeTail:
		return c.begin(f, c.tail)
	case typeComplete:
		return c.begin(f, c.complete)
	case typeTasks:
		return c.begin(f, c.tasks)
	case typeStop:
		return c.begin(f, c.stop)
	case typeCancel:
		c.cancel(f.ID)
		return nil
	case typeAnswer:
		c.answer(f)
		return nil
	default:
		return fmt.Errorf("there is no frame of the type %q", f.Type)
	}
}

// begin begins an operation, whose last frame run gives. It waits for room:
// who asks and never listens is not answered.
func (c *clientConn) begin(f frame, run func(ctx context.Context, f frame) frame) error {
	if room := c.out.full(); room != nil {
		select {
		case <-room:
		case <-c.ctx.Done():
			return context.Cause(c.ctx)
		}
	}
	ctx, cancel := context.WithCancelCause(c.ctx)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.current != nil {
		cancel(nil)
		return errors.New("one thing at a time: an answer is still to come")
	}
	c.current = &operation{f.ID, cancel}
	ended := make(chan struct{})
	c.ended = ended
	c.server.running.Go(func() {
		defer close(ended)
		last := run(ctx, f)
		cancel(nil)
		c.flush()
		c.mu.Lock()
		c.current = nil
		c.mu.Unlock()
		c.out.put(last)
	})
	return nil
}

// cancel cancels the operation that runs, if it is the one that is meant.
func (c *clientConn) cancel(id int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.current != nil && c.current.id == id {
		c.current.cancel(runtime.ErrInterrupted)
	}
}

// done tells how an operation has ended.
func (c *clientConn) done(ctx context.Context, f frame, err error) frame {
	done := frame{Type: typeDone, ID: f.ID}
	_, exits := errors.AsType[*runtime.ExitError](err)
	_, cancelled := errors.AsType[*runtime.CancelError](err)
	switch {
	case err == nil:
	case exits:
		done.End = endExit
	case errors.Is(err, errStopping), cancelled && ctx.Err() == nil && errors.Is(err, runtime.ErrInterrupted):
		done.End = endOver // who has started the script interrupts it
	case errors.Is(err, runtime.ErrInterrupted):
		done.End = endInterrupted
	default:
		done.End = endError
		text := c.redact(runtime.Explain(err))
		done.Text = text[:min(len(text), maxError)]
	}
	return done
}

func (c *clientConn) eval(ctx context.Context, f frame) frame {
	c.columns.Store(int64(f.Columns))
	c.asks.Store(f.Asks)
	if err := c.equip(ctx); err != nil {
		return c.done(ctx, f, err)
	}
	text, err := c.session.Eval(ctx, taskName, string(f.Data))
	if t := c.outlived; t != nil {
		err = t.follow(ctx, (*terminal)(c).Write)
		t.stop()
		c.outlived = nil
	}
	c.flush()
	c.value(f.ID, text)
	return c.done(ctx, f, err)
}

// value sends what the values of a request print as.
func (c *clientConn) value(id int64, text string) {
	if text == "" {
		return
	}
	for _, part := range parts(c.redact(text)) {
		c.out.put(frame{Type: typeValue, ID: id, Data: []byte(part)})
	}
}

// equip makes the session ready for its first use.
func (c *clientConn) equip(ctx context.Context) error {
	if c.equipped {
		return nil
	}
	err := c.server.equip(ctx, c.session)
	c.equipped = err == nil
	return err
}

func (c *clientConn) tail(ctx context.Context, f frame) frame {
	t, err := c.server.newTail(f.Name, f.Events)
	if err == nil {
		err = t.follow(ctx, (*terminal)(c).Write)
		t.stop()
	}
	return c.done(ctx, f, err)
}

func (c *clientConn) complete(ctx context.Context, f frame) frame {
	found := repl.Completion{Start: len(f.Data)}
	if c.equip(ctx) == nil {
		found = c.session.Complete(string(f.Data))
	}
	found.Candidates = slices.DeleteFunc(found.Candidates, func(candidate repl.Candidate) bool {
		return c.redact(candidate.Text) != candidate.Text
	})
	return frame{Type: typeFound, ID: f.ID, Completion: &found}
}
