package gateway

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"sync"
	"time"

	"github.com/coder/websocket"
	"github.com/jonboulle/clockwork"

	"cordial/discord"
)

// Bounds of waiting for the network.
const (
	dialTimeout  = 20 * time.Second
	writeTimeout = 10 * time.Second
	helloTimeout = 20 * time.Second
	closeGrace   = 500 * time.Millisecond // for the other side's half of the closing
)

// closeKeeping closes a connection without ending its session, which 1000 and 1001 would do.
const closeKeeping = websocket.StatusCode(discord.CloseUnknownError)

// conn is one connection of a shard. Its goroutines are the reader, which is the shard's own, the pulse, and while a new session
// waits for its turn one more; all end when the connection has.
type conn struct {
	ws     *websocket.Conn
	wire   net.Conn // below ws; nil if the HTTP client keeps it to itself
	clock  clockwork.Clock
	budget *budget
	seq    func() int64    // for heartbeats
	stop   context.Context // ends when the program wants to end

	ctx    context.Context // ends with the connection
	cancel context.CancelFunc
	orders chan loss          // what the program wants; buffered, and one is enough
	hello  chan time.Duration // the interval of heartbeats
	wg     sync.WaitGroup

	resumes  bool  // the reader's: it goes on with a session
	resuming bool  // the reader's: it does, and RESUMED has not come yet
	event    Event // the reader's: what Handle looks at
	beats    beats

	mu   sync.Mutex
	loss *loss // set before ctx ends
}

// dial opens a connection.
func dial(ctx context.Context, address string, client *http.Client, clock clockwork.Clock) (*conn, error) {
	ctx, cancel := context.WithTimeout(ctx, dialTimeout)
	defer cancel()
	var wire net.Conn
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(got httptrace.GotConnInfo) { wire = got.Conn }})
	ws, answer, err := websocket.Dial(ctx, address, &websocket.DialOptions{HTTPClient: client})
	if err != nil {
		if answer != nil && answer.StatusCode != http.StatusSwitchingProtocols {
			err = fmt.Errorf("answered %s in place of opening a websocket", answer.Status)
		} else if outer, ok := errors.AsType[*url.Error](err); ok {
			err = outer.Err
		}
		return nil, err
	}
	c := &conn{ws: ws, wire: wire, clock: clock, budget: newSendBudget(), orders: make(chan loss, 1), hello: make(chan time.Duration, 1)}
	c.ctx, c.cancel = context.WithCancel(context.Background())
	return c, nil
}

// end closes the connection for a reason. Only the first reason counts. It waits for Discord's half of the closing, but not long.
func (c *conn) end(l loss) {
	c.mu.Lock()
	first := c.loss == nil
	if first {
		c.loss = &l
	}
	c.mu.Unlock()
	if !first {
		return
	}
	c.cancel()
	defer time.AfterFunc(closeGrace, c.cut).Stop()
	switch {
	case l.kind == lossNetwork || l.kind == lossClosed:
		c.ws.CloseNow()
	case l.kind == lossRenew:
		c.ws.Close(websocket.StatusNormalClosure, "")
	default:
		c.ws.Close(closeKeeping, "")
	}
}

// cut breaks the connection off. It does not even take leave of TLS, which can wait for a side that is gone.
func (c *conn) cut() {
	wire := c.wire
	if encrypted, ok := wire.(*tls.Conn); ok {
		wire = encrypted.NetConn()
	}
	if wire != nil {
		wire.Close()
	}
}

// ended reports whether nothing more is to be read.
func (c *conn) ended() bool { return c.ctx.Err() != nil }

// order asks the pulse to end the connection.
func (c *conn) order(l loss) {
	select {
	case c.orders <- l:
	default: // it is about to end already
	}
}

// errEnded stops the reader of a connection that has ended.
var errEnded = errors.New("the connection has ended")

// read delivers frames until the connection ends, and tells why it did. When it returns, no goroutine of the connection is left.
func (c *conn) read(compression Compression, deliver func([]byte) error) loss {
	err := each(c.ws, compression, func(frame []byte) error {
		if c.ended() {
			return errEnded
		}
		return deliver(frame)
	})
	c.end(lossOf(err))
	c.wg.Wait()
	c.mu.Lock()
	defer c.mu.Unlock()
	return *c.loss
}

// lossOf is the loss that an error of reading is.
func lossOf(err error) loss {
	if closed, ok := errors.AsType[websocket.CloseError](err); ok {
		return loss{kind: lossClosed, code: discord.CloseCode(closed.Code), reason: closed.Reason}
	}
	if _, ok := errors.AsType[*streamError](err); ok || errors.Is(err, errFrame) || errors.Is(err, errMessageSize) || errors.Is(err, websocket.ErrMessageTooBig) {
		return loss{kind: lossUnreadable, err: err}
	}
	return loss{kind: lossNetwork, err: err}
}

// write sends a frame now. Whoever calls it has asked the budget. A stop does not wait for a write that the other side holds up: it
// breaks the connection, which the session survives.
func (c *conn) write(frame []byte) error {
	ctx, cancel := context.WithTimeout(c.stop, writeTimeout)
	defer cancel()
	err := c.ws.Write(ctx, websocket.MessageText, frame)
	if err != nil {
		c.end(loss{kind: lossNetwork, err: err})
	}
	return err
}

// send is write for a frame that is still to be encoded.
func (c *conn) send(op discord.Opcode, d any) error {
	frame, err := encode(op, d)
	if err != nil {
		return err
	}
	return c.write(frame)
}

// encode makes a frame.
func encode(op discord.Opcode, d any) ([]byte, error) {
	frame, err := json.Marshal(Frame{op, d})
	if err == nil && len(frame) > maxFrame {
		err = &SizeError{op, len(frame)}
	}
	return frame, err
}

// pulse waits for HELLO and then sends heartbeats, until the connection ends. It ends the connection when nothing is heard any
// more, when the program orders it, or when stop does.
func (c *conn) pulse() {
	timer := c.clock.NewTimer(helloTimeout)
	defer timer.Stop()
	var interval time.Duration
	for {
		select {
		case <-c.ctx.Done():
			return
		case <-c.stop.Done():
			c.end(loss{kind: lossStop})
		case l := <-c.orders:
			c.end(l)
		case interval = <-c.hello:
			timer.Stop()
			timer = c.clock.NewTimer(time.Duration(rand.Float64() * float64(interval)))
		case <-timer.Chan():
			switch {
			case interval == 0:
				c.end(loss{kind: lossNoHello})
			case c.beats.missed(c.clock.Now()):
				c.end(loss{kind: lossZombie})
			default:
				timer.Reset(interval)
				c.beat()
			}
		}
	}
}

// beat sends a heartbeat, for which the budget keeps room. It leaves out one that would break Discord's limit all the same, because
// the interval is tiny or Discord has asked for too many.
func (c *conn) beat() {
	now := c.clock.Now()
	if c.budget.take(now, 0) == 0 {
		c.beats.sent(now)
		c.send(discord.OpHeartbeat, Heartbeat(c.seq())) // a failure ends the connection
	}
}

// answer sends the heartbeat that Discord asks for, unless that would break its limit.
func (c *conn) answer() {
	if c.budget.take(c.clock.Now(), 0) == 0 {
		c.send(discord.OpHeartbeat, Heartbeat(c.seq()))
	}
}
