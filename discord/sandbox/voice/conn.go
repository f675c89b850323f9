package voice

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/coder/websocket"
	"github.com/jonboulle/clockwork"

	"cordial/discord"
)

// maxClientFrame is how long a frame of a client may be, in bytes. A commit with a Welcome grows with the number of members.
const maxClientFrame = 1 << 20

// conn is one websocket of a client. The goroutine that runs it reads; another one writes.
type conn struct {
	s        *Server
	endpoint int // the number of the one that the client has connected to
	ws       *websocket.Conn
	cancel   context.CancelFunc
	out      chan outgoing // frames to send; a frame with an end is the last

	// Of the server's lock.
	session  *session // nil until the client has identified, and when the session has gone on without this connection
	deadline clockwork.Timer
	noAcks   bool // a fault: beats are not answered
	finished bool // the connection's last frame stands in line, or it was cut

	// Of the reading goroutine.
	window time.Time // since when frames are counted
	frames int
}

// outgoing is a frame for the client.
type outgoing struct {
	typ  websocket.MessageType
	data []byte
	end  *closing // closes the connection instead of sending a frame
}

// closing is how a connection ends: with a close frame, or cut without one.
type closing struct {
	code   int // 0 cuts
	reason string
}

// cutOff ends a connection as a broken line does.
var cutOff = closing{}

// closeWith is one of the voice gateway's own close codes, with a reason that says more than its name where there is one.
func closeWith(code discord.VoiceCloseCode, reason string) *closing {
	if reason == "" {
		reason = code.Name() + "."
	}
	return &closing{int(code), reason}
}

// keepsSession reports whether a client may come back and resume after its connection has ended in this way.
func (e closing) keepsSession() bool {
	return discord.VoiceCloseCode(e.code).Action() == discord.VoiceAfterResume
}

// queue bounds the frames that wait for a client, beside a whole replay. One that does not read is cut.
const queue = 256

// serve turns a request into a connection and serves it until it ends.
func (s *Server) serve(rw http.ResponseWriter, r *http.Request, endpoint int) {
	ws, err := websocket.Accept(rw, r, &websocket.AcceptOptions{InsecureSkipVerify: true}) // a page of any origin may connect
	if err != nil {
		return // Accept has answered
	}
	defer ws.CloseNow()
	ws.SetReadLimit(-1) // too long frames end the connection with the server's own code
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	c := &conn{s: s, endpoint: endpoint, ws: ws, cancel: cancel, out: make(chan outgoing, s.limits.Replay+queue)}
	if !s.begin(c) {
		return
	}
	defer s.finish(c)
	defer context.AfterFunc(ctx, func() { ws.CloseNow() })()
	if v := r.URL.Query().Get("v"); v != version {
		ws.Close(websocket.StatusCode(discord.VoiceCloseBadRequest), "The sandbox speaks version "+version+" of the voice gateway: connect with ?v="+version+".")
		return
	}
	c.run(ctx)
}

// version is the version of the voice gateway that is served.
const version = "8"

// begin counts a connection in, unless the server is closed.
func (s *Server) begin(c *conn) bool {
	s.lock()
	defer s.unlock()
	if s.closed {
		return false
	}
	s.running.Add(1)
	s.conns[c] = true
	late := s.limits.Heartbeat + s.limits.Heartbeat/2
	c.deadline = s.clock.AfterFunc(late, func() {
		s.lock()
		defer s.unlock()
		c.refuse(closeWith(discord.VoiceCloseSessionTimeout, ""))
	})
	return true
}

// finish counts a connection out. Its session waits for the client to come back.
func (s *Server) finish(c *conn) {
	s.lock()
	defer s.unlock()
	delete(s.conns, c)
	c.deadline.Stop()
	if n := c.session; n != nil {
		c.session = nil
		n.detach()
	}
	s.running.Done()
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
	c.reply(discord.VoiceOpHello, struct {
		V        int   `json:"v"`
		Interval int64 `json:"heartbeat_interval"`
	}{8, c.s.limits.Heartbeat.Milliseconds()})
	for {
		typ, frame, err := c.read(ctx)
		if err != nil {
			c.readFailed(err)
			return
		}
		if !c.receive(typ, frame) {
			return // the writer reads what else comes, and drops it
		}
	}
}

var errFrameTooLong = errors.New("the frame is too long")

// read waits for a frame of the client.
func (c *conn) read(ctx context.Context) (websocket.MessageType, []byte, error) {
	typ, r, err := c.ws.Reader(ctx)
	if err != nil {
		return 0, nil, err
	}
	frame, err := io.ReadAll(io.LimitReader(r, maxClientFrame+1))
	if err == nil && len(frame) > maxClientFrame {
		err = errFrameTooLong
	}
	return typ, frame, err
}

// readFailed ends what is left of a connection that gives no more frames. A client that closes it in the usual way leaves its call.
func (c *conn) readFailed(err error) {
	c.s.lock()
	defer c.s.unlock()
	switch {
	case errors.Is(err, errFrameTooLong):
		c.refuse(closeWith(discord.VoiceCloseFailedToDecodePayload, "The frame is too long."))
		return
	case websocket.CloseStatus(err) == websocket.StatusNormalClosure && c.session != nil:
		c.s.leave(c.session.member, cutOff)
	}
	c.shut(cutOff)
}

// write sends frames until the connection ends, and ends it as it was told to.
func (c *conn) write(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case frame := <-c.out:
			if frame.end != nil {
				c.ws.Close(websocket.StatusCode(frame.end.code), frame.end.reason) // waits for the client's close frame, but not for long
				return
			}
			if c.send(ctx, frame) != nil {
				return
			}
		}
	}
}

// writeTimeout is how long a frame may take, by the real clock: nobody is to hold up the end of a connection.
const writeTimeout = 10 * time.Second

func (c *conn) send(ctx context.Context, frame outgoing) error {
	ctx, cancel := context.WithTimeout(ctx, writeTimeout)
	defer cancel()
	return c.ws.Write(ctx, frame.typ, frame.data)
}

// reply sends a message without a number. It may be called without the server's lock.
func (c *conn) reply(op discord.VoiceOpcode, data any) {
	c.push(encode(op, data, nil))
}

// encode makes a JSON frame, with a number or without one.
func encode(op discord.VoiceOpcode, data any, seq *uint16) outgoing {
	text, _ := json.Marshal(struct { // the payloads are plain structs of this package, which can always be encoded
		Op  discord.VoiceOpcode `json:"op"`
		D   any                 `json:"d"`
		Seq *uint16             `json:"seq,omitempty"`
	}{op, data, seq})
	return outgoing{typ: websocket.MessageText, data: text}
}

// push sends a frame. It never waits.
func (c *conn) push(frame outgoing) {
	select {
	case c.out <- frame:
	default:
		c.cancel()
	}
}

// refuse ends the connection of a client that has made a mistake, and its session with it unless the code lets it come back.
func (c *conn) refuse(end *closing) {
	if c.finished {
		return
	}
	c.s.o.Logger.Debug("voice connection refused", "code", end.code, "reason", end.reason)
	if n := c.session; n != nil && !end.keepsSession() {
		c.s.leave(n.member, *end)
		return
	}
	c.shut(*end)
}

// shut ends the connection. Only the first call counts, and it never waits.
func (c *conn) shut(end closing) {
	if c.finished {
		return
	}
	c.finished = true
	if end == cutOff {
		c.cancel()
		return
	}
	c.push(outgoing{end: &end})
}
