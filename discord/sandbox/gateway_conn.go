package sandbox

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/coder/websocket"
	"github.com/jonboulle/clockwork"

	"cordial/discord"
)

// maxClientFrame is how long a frame of a client may be, in bytes.
const maxClientFrame = 4096

// conn is one websocket of a client. The goroutine that runs it reads; another one writes.
type conn struct {
	g      *gateway
	ws     *websocket.Conn
	cancel context.CancelFunc
	packer packer

	control chan []byte   // frames that belong to the connection, not to a session
	ready   chan struct{} // has an element when the session may have new events
	ending  chan closing  // how the connection is to end

	// Of the reading goroutine.
	frames, presences bucket
	deadline          clockwork.Timer // disconnects a client that does not beat

	grace    clockwork.Timer         // ends the connection of a client that was told to go; of the world's lock
	session  atomic.Pointer[session] // nil until the client has identified
	sent     int64                   // s of the last event that was taken from the session; of the session's lock
	noAcks   atomic.Bool             // a fault: beats are not answered
	finished atomic.Bool             // the close frame is the server's own
}

// closing is how a connection ends: with a close frame, or cut without one.
type closing struct {
	code   int // 0 cuts
	reason string
}

// cutOff ends a connection as a broken line does.
var cutOff = closing{}

// closeWith is one of the gateway's own close codes, with a reason that says more than its name where there is one.
func closeWith(code discord.CloseCode, reason string) *closing {
	if reason == "" {
		reason = code.Name() + "."
	}
	return &closing{int(code), reason}
}

// controlFrames bounds the frames that wait beside the events. A client that does not read its acks is cut.
const controlFrames = 64

func newConn(g *gateway, ws *websocket.Conn, cancel context.CancelFunc) *conn {
	return &conn{g: g, ws: ws, cancel: cancel, packer: plain{}, control: make(chan []byte, controlFrames), ready: make(chan struct{}, 1),
		ending: make(chan closing, 1)}
}

// run serves the connection until it ends.
func (c *conn) run(ctx context.Context) {
	written := make(chan struct{})
	go func() {
		defer close(written)
		defer c.cancel()
		c.write(ctx)
	}()
	defer func() { <-written }()
	c.deadline = c.g.w.clock.AfterFunc(c.g.limits.silence(), func() { c.shut(*closeWith(discord.CloseSessionTimedOut, "")) })
	defer c.deadline.Stop()
	c.reply(discord.OpHello, struct {
		Interval int64 `json:"heartbeat_interval"`
	}{c.g.limits.Heartbeat.Milliseconds()})
	for {
		text, err := c.read(ctx)
		if err == nil {
			refusal := c.handle(text)
			if refusal == nil {
				continue
			}
			c.shut(*refusal) // the writer reads what else comes, and drops it
			return
		}
		c.readFailed(err)
		return
	}
}

var errFrameTooLong = errors.New("the frame is too long")

// read waits for a frame of the client. Text and binary frames are taken alike.
func (c *conn) read(ctx context.Context) ([]byte, error) {
	_, r, err := c.ws.Reader(ctx)
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(io.LimitReader(r, maxClientFrame+1))
	if err == nil && len(text) > maxClientFrame {
		return nil, errFrameTooLong
	}
	return text, err
}

// readFailed ends what is left of a connection that gives no more frames. A client that closes it in the usual way ends its session.
func (c *conn) readFailed(err error) {
	if errors.Is(err, errFrameTooLong) {
		c.shut(*closeWith(discord.CloseDecodeError, ""))
		return
	}
	switch websocket.CloseStatus(err) {
	case websocket.StatusNormalClosure, websocket.StatusGoingAway:
		if !c.finished.Load() { // else it is the echo of a close frame
			c.g.endOf(c)
		}
	}
	c.cancel()
}

// write sends frames until the connection ends, and ends it as it was told to.
func (c *conn) write(ctx context.Context) {
	defer c.packer.close()
	for {
		var err error
		select {
		case <-ctx.Done():
			return
		case end := <-c.ending:
			c.finish(end)
			return
		case text := <-c.control:
			err = c.send(ctx, c.packer, text)
		case <-c.ready:
			err = c.sendNext(ctx)
		}
		if err != nil {
			return
		}
	}
}

// finish ends the websocket. What follows for the session follows from the code.
func (c *conn) finish(end closing) {
	code := discord.CloseCode(end.code)
	if code.Action() != discord.AfterResume && code != discord.CloseSessionTimedOut {
		c.g.endOf(c)
	}
	c.finished.Store(true)
	c.ws.Close(websocket.StatusCode(end.code), end.reason) // waits for the client's close frame, but not for long
}

// sendNext sends the next event of the session, if there is one, and comes again after that. In between, other frames may go out.
func (c *conn) sendNext(ctx context.Context) error {
	s := c.session.Load()
	if s == nil {
		return nil
	}
	f, ok := s.next(c)
	if !ok {
		return nil
	}
	c.poke()
	times := 1
	switch f.fault.Kind {
	case FaultOmit:
		return nil
	case FaultDuplicate:
		times = 2
	case FaultDelay:
		select {
		case <-c.g.w.clock.After(f.fault.Delay):
		case end := <-c.ending:
			c.finish(end)
			return net.ErrClosed
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	p := c.packer
	if _, text := p.(plain); text && s.compress {
		p = payloadZlib{}
	}
	text := f.envelope()
	for range times {
		if err := c.send(ctx, p, text); err != nil {
			return err
		}
	}
	return nil
}

// envelope is the frame that carries the event.
func (f frame) envelope() []byte {
	text := make([]byte, 0, len(f.data)+64)
	text = append(text, `{"t":"`...)
	text = append(text, f.typ...)
	text = append(text, `","s":`...)
	text = strconv.AppendInt(text, f.seq, 10)
	text = append(text, `,"op":0,"d":`...)
	text = append(text, f.data...)
	return append(text, '}')
}

// writeTimeout is how long a frame may take, by the real clock: nobody is to hold up the end of a connection.
const writeTimeout = 10 * time.Second

func (c *conn) send(ctx context.Context, p packer, text []byte) error {
	ctx, cancel := context.WithTimeout(ctx, writeTimeout)
	defer cancel()
	return p.pack(text, func(typ websocket.MessageType, part []byte) error { return c.ws.Write(ctx, typ, part) })
}

// reply sends a frame of the connection's own. It never waits.
func (c *conn) reply(op discord.Opcode, data any) {
	text, err := json.Marshal(struct {
		T  *string        `json:"t"`
		S  *int64         `json:"s"`
		Op discord.Opcode `json:"op"`
		D  any            `json:"d"`
	}{Op: op, D: data})
	if err != nil {
		c.g.logger.Error("frame cannot be encoded", "op", int(op), "error", err)
		return
	}
	select {
	case c.control <- text:
	default:
		c.shut(cutOff)
	}
}

// poke has the writer look for events. It never waits.
func (c *conn) poke() {
	select {
	case c.ready <- struct{}{}:
	default:
	}
}

// shutAfter ends the connection unless it has ended by itself after some time. It needs the world's lock.
func (c *conn) shutAfter(wait time.Duration, end closing) {
	c.endGrace()
	c.grace = c.g.w.clock.AfterFunc(wait, func() { c.shut(end) })
}

// endGrace has the connection go on, or be gone. It needs the world's lock.
func (c *conn) endGrace() {
	if c.grace != nil {
		c.grace.Stop()
	}
}

// shut ends the connection. Only the first call counts, and it never waits.
func (c *conn) shut(end closing) {
	if end == cutOff {
		c.cancel()
		return
	}
	select {
	case c.ending <- end:
	default:
	}
}
