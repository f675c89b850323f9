package voice

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/coder/websocket"
	"github.com/jonboulle/clockwork"

	"cordial/discord"
	"cordial/discord/voice/dave"
)

// Bounds of waiting for the voice server.
const (
	dialTimeout      = 20 * time.Second
	handshakeTimeout = 20 * time.Second // from an open websocket to a session that is ready
)

// link is one websocket to a voice server. Its goroutines are the reader, which is the Connection's own, the writer, the pulse, and for a
// while the discovery of the own address. All have ended when run has returned.
type link struct {
	c     *Connection
	media *media
	seat  seat // as it was when the link began
	ws    *websocket.Conn
	beats beats

	out chan outgoing // frames to send

	ctx      context.Context // ends with the link
	cancel   context.CancelFunc
	hello    chan time.Duration // the interval of heartbeats; buffered
	greeting clockwork.Timer    // ends the link when the session is not ready in time
	wg       sync.WaitGroup

	mu   sync.Mutex
	loss *loss // set before ctx ends
}

func newLink(ctx context.Context, c *Connection, m *media, s seat) *link {
	l := &link{c: c, media: m, seat: s, out: make(chan outgoing, maxOutgoing), hello: make(chan time.Duration, 1)}
	l.ctx, l.cancel = context.WithCancel(ctx)
	return l
}

// run opens the link, keeps it, and tells why it ended.
func (l *link) run(resumes bool) loss {
	defer l.cancel()
	if err := l.dial(); err != nil {
		l.end(err.loss())
		return *l.loss
	}
	defer l.ws.CloseNow()
	l.greeting = l.c.manager.o.Clock.AfterFunc(handshakeTimeout, func() { l.end(loss{kind: lossSilent}) })
	defer l.greeting.Stop()
	l.c.signal(signalOpen)
	l.introduce(resumes)
	l.wg.Go(l.write)
	l.wg.Go(l.pulse)
	l.end(l.read())
	l.wg.Wait()
	return *l.loss
}

// dialError is a failure to open a link, and whether another try can help.
type dialError struct {
	err   error
	fatal bool
}

func (e *dialError) loss() loss {
	if e.fatal {
		return loss{kind: lossFatal, err: e.err}
	}
	return loss{kind: lossNetwork, err: e.err}
}

// dial opens the websocket.
func (l *link) dial() *dialError {
	to, err := address(l.seat.server.endpoint, l.c.manager.o.Insecure)
	if err != nil {
		return &dialError{err, true}
	}
	ctx, cancel := context.WithTimeout(l.ctx, dialTimeout)
	defer cancel()
	ws, answer, err := websocket.Dial(ctx, to, &websocket.DialOptions{HTTPClient: l.c.manager.o.HTTP})
	if err != nil {
		if answer != nil && answer.StatusCode != http.StatusSwitchingProtocols {
			err = fmt.Errorf("answered %s in place of opening a websocket", answer.Status)
		} else if outer, ok := errors.AsType[*url.Error](err); ok {
			err = outer.Err
		}
		return &dialError{err, false}
	}
	ws.SetReadLimit(maxFrame)
	l.ws = ws
	return nil
}

// address is where a voice server's websocket is. The endpoint keeps its port.
func address(endpoint string, insecure bool) (string, error) {
	scheme := "wss://"
	if insecure {
		scheme = "ws://"
	}
	u, err := url.Parse(scheme + endpoint)
	if err != nil || u.Hostname() == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || u.Path != "" && u.Path != "/" {
		return "", &EndpointError{endpoint}
	}
	u.Path, u.RawQuery = "/", "v=8"
	return u.String(), nil
}

// end closes the link for a reason. Only the first reason counts.
func (l *link) end(why loss) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.loss != nil {
		return
	}
	if l.c.stopped() {
		why = loss{kind: lossStop}
	}
	l.loss = &why
	l.cancel()
}

// introduce begins a session or goes on with the one that there is. Discord takes it before its HELLO.
func (l *link) introduce(resumes bool) {
	guild, session, token := l.c.guild, l.seat.session, l.seat.server.token
	if resumes {
		l.send(discord.VoiceOpResume, resume{guild, session, token, l.media.lastSeq()})
		return
	}
	l.send(discord.VoiceOpIdentify, identify{guild, l.c.manager.o.User, session, token, dave.MaxVersion})
}

// read handles frames until the link ends, and tells why it did.
func (l *link) read() loss {
	for {
		kind, frame, err := l.ws.Read(l.ctx)
		if err != nil {
			return lossOf(err)
		}
		l.c.alive.Store(l.c.manager.o.Clock.Now().UnixNano())
		e, err := scan(kind, frame)
		if err == nil {
			err = l.handle(e)
		}
		if err != nil {
			return lossOf(err)
		}
		if e.seq >= 0 {
			l.media.seq.Store(int64(e.seq))
		}
	}
}
