package gateway

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coder/websocket"

	"cordial/discord"
	"cordial/discord/rest"
)

// testToken has the form of a bot's token and belongs to nobody.
const testToken = "MTMyNzA0NzA0NjM5MzQ1MzYx.GkXzQw.abcdefghijklmnopqrstuvwxyz-_0123456789"

// fakeGateway is a gateway that does what a test tells it to. It lives in a synctest bubble, over pipes, so that all its time is
// the bubble's.
type fakeGateway struct {
	t      *testing.T
	limits map[string]any // session_start_limit
	shards int
	down   func(host string) bool // whether a host cannot be reached; nil for never
	peers  chan *peer

	http     *http.Client
	pipes    chan net.Conn
	dead     atomic.Pointer[atomic.Bool]                              // whether the other side of the newest connection has vanished
	redirect func(w http.ResponseWriter, r *http.Request) (done bool) // answers in place of the gateway; nil for nothing

	mu      sync.Mutex
	dials   []string // hosts, in order
	queries []string // of the websockets
	notices []Notice
	states  []State
	events  []string // "TYPE seq"
}

// withFake runs a test in a bubble with a fake gateway.
func withFake(t *testing.T, test func(f *fakeGateway)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		f := &fakeGateway{
			t: t, shards: 1, peers: make(chan *peer, 100), pipes: make(chan net.Conn),
			limits: map[string]any{"total": 1000, "remaining": 1000, "reset_after": 86400_000, "max_concurrency": 1},
		}
		transport := &http.Transport{DialContext: f.dial}
		f.http = &http.Client{Transport: transport}
		server := &http.Server{Handler: http.HandlerFunc(f.serve)}
		done := make(chan struct{})
		go func() {
			defer close(done)
			server.Serve(pipeListener{f})
		}()
		test(f)
		server.Close()
		<-done
		transport.CloseIdleConnections()
	})
}

type pipeListener struct{ *fakeGateway }

func (l pipeListener) Accept() (net.Conn, error) {
	c, ok := <-l.pipes
	if !ok {
		return nil, net.ErrClosed
	}
	return c, nil
}

func (l pipeListener) Close() error { close(l.pipes); return nil }

func (l pipeListener) Addr() net.Addr { return &net.TCPAddr{} }

func (f *fakeGateway) dial(ctx context.Context, _, address string) (net.Conn, error) {
	host, _, _ := strings.Cut(address, ":")
	f.mu.Lock()
	if host != "api" {
		f.dials = append(f.dials, host)
	}
	down := f.down != nil && f.down(host)
	f.mu.Unlock()
	if down {
		return nil, fmt.Errorf("%s is down", host)
	}
	client, server := net.Pipe()
	f.pipes <- newBufferedConn(server)
	f.dead.Store(new(atomic.Bool))
	return mortalConn{client, f.dead.Load()}, nil
}

// bufferedConn is a pipe's end whose writes wait for nobody, as those on a socket with room.
type bufferedConn struct {
	net.Conn
	mu     sync.Mutex
	buffer []byte
	news   chan struct{} // buffered
	gone   chan struct{}
	once   sync.Once
}

func newBufferedConn(c net.Conn) *bufferedConn {
	b := &bufferedConn{Conn: c, news: make(chan struct{}, 1), gone: make(chan struct{})}
	go b.pump()
	return b
}

func (b *bufferedConn) Write(p []byte) (int, error) {
	b.mu.Lock()
	b.buffer = append(b.buffer, p...)
	b.mu.Unlock()
	select {
	case b.news <- struct{}{}:
	default:
	}
	return len(p), nil
}

// pump writes what is buffered until the connection closes.
func (b *bufferedConn) pump() {
	for {
		select {
		case <-b.news:
		case <-b.gone:
			return
		}
		b.mu.Lock()
		data := b.buffer
		b.buffer = nil
		b.mu.Unlock()
		b.Conn.Write(data) // fails when the connection has closed
	}
}

func (b *bufferedConn) Close() error {
	b.once.Do(func() { close(b.gone) })
	return b.Conn.Close()
}

func (f *fakeGateway) serve(w http.ResponseWriter, r *http.Request) {
	if r.Host == "api" {
		json.NewEncoder(w).Encode(map[string]any{"url": "ws://gateway", "shards": f.shards, "session_start_limit": f.limits})
		return
	}
	if f.redirect != nil && f.redirect(w, r) {
		return
	}
	ws, err := websocket.Accept(w, r, nil)
	if err != nil {
		f.t.Error(err)
		return
	}
	f.mu.Lock()
	f.queries = append(f.queries, r.URL.RawQuery)
	f.mu.Unlock()
	p := &peer{f: f, ws: ws, host: r.Host, acks: true, frames: make(chan received, 1000), closed: make(chan websocket.CloseError, 1)}
	f.peers <- p
	p.read()
}

// client makes a client of the fake.
func (f *fakeGateway) client(o Options) *Client {
	f.t.Helper()
	api, err := rest.New(rest.Options{Token: testToken, BaseURL: "http://api/api/v10", HTTP: f.http})
	if err != nil {
		f.t.Fatal(err)
	}
	o.Token, o.Rest, o.HTTP = testToken, api, f.http
	o.OnNotice = func(n Notice) { f.record(func() { f.notices = append(f.notices, n) }) }
	o.OnState = func(s ShardInfo) { f.record(func() { f.states = append(f.states, s.State) }) }
	if o.Handle == nil {
		o.Handle = f.note
	}
	if o.Compression == Zstd { // the fake does not compress
		o.Compression = NoCompression
	}
	c, err := New(o)
	if err != nil {
		f.t.Fatal(err)
	}
	return c
}

func (f *fakeGateway) record(change func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	change()
}

func (f *fakeGateway) note(e *Event) {
	if e.Op == discord.OpDispatch {
		f.record(func() { f.events = append(f.events, fmt.Sprintf("%s %d", e.Type, e.Seq)) })
	}
}

// seen gives what has come so far, when everything has come to rest.
func (f *fakeGateway) seen() []string {
	synctest.Wait()
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.events)
}

// kinds are those of the notices so far.
func (f *fakeGateway) kinds() []NoticeKind {
	synctest.Wait()
	f.mu.Lock()
	defer f.mu.Unlock()
	var kinds []NoticeKind
	for _, n := range f.notices {
		kinds = append(kinds, n.Kind)
	}
	return kinds
}

// run runs a client. stop ends it and gives what Run returned; so does result when it ends by itself.
func (f *fakeGateway) run(c *Client) (stop, result func() error) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- c.Run(ctx) }()
	result = func() error { return <-done }
	return func() error { cancel(); return <-done }, result
}

// peer is the server's side of a connection. It answers heartbeats while acks is set.
type peer struct {
	f      *fakeGateway
	ws     *websocket.Conn
	host   string
	frames chan received // all but heartbeats
	closed chan websocket.CloseError

	mu    sync.Mutex
	acks  bool
	beats []time.Time
	seqs  []string // of heartbeats
}

type received struct {
	Op discord.Opcode  `json:"op"`
	D  json.RawMessage `json:"d"`
}

func (p *peer) read() {
	for {
		_, data, err := p.ws.Read(context.Background())
		if err != nil {
			closed, _ := errors.AsType[websocket.CloseError](err)
			p.closed <- closed
			p.ws.CloseNow()
			return
		}
		var frame received
		if err := json.Unmarshal(data, &frame); err != nil {
			p.f.t.Error(err)
		}
		if frame.Op != discord.OpHeartbeat {
			p.frames <- frame
			continue
		}
		p.mu.Lock()
		acks := p.acks
		p.beats = append(p.beats, time.Now())
		p.seqs = append(p.seqs, string(frame.D))
		p.mu.Unlock()
		if acks {
			p.send(`{"op":11}`)
		}
	}
}

func (p *peer) send(frame string) {
	p.ws.Write(context.Background(), websocket.MessageText, []byte(frame)) // the other side may be gone
}

func (p *peer) event(name string, seq int64, data string) {
	p.send(fmt.Sprintf(`{"t":%q,"s":%d,"op":0,"d":%s}`, name, seq, data))
}

// messages sends events from one sequence number to another.
func (p *peer) messages(from, to int64) {
	for seq := from; seq <= to; seq++ {
		p.event("MESSAGE_CREATE", seq, `{"id":"1"}`)
	}
}

func (p *peer) hello() { p.send(`{"op":10,"d":{"heartbeat_interval":40000},"s":null,"t":null}`) }

// expect waits for the next frame, which must have the opcode.
func (p *peer) expect(op discord.Opcode) received {
	p.f.t.Helper()
	frame := <-p.frames
	if frame.Op != op {
		p.f.t.Fatalf("%s: %s, want %s", frame.Op, frame.D, op)
	}
	return frame
}

// accept lets a client begin a session with an id.
func (p *peer) accept(id string) received {
	p.f.t.Helper()
	p.hello()
	frame := p.expect(discord.OpIdentify)
	p.event("READY", 1, fmt.Sprintf(`{"v":10,"session_id":%q,"resume_gateway_url":"ws://resume","user":{"id":"11"},"application":{"id":"22"}}`, id))
	synctest.Wait()
	return frame
}

// resume lets a client go on with a session, and gives what it asked with.
func (p *peer) resume() Resume {
	p.f.t.Helper()
	p.hello()
	var r Resume
	if err := json.Unmarshal(p.expect(discord.OpResume).D, &r); err != nil {
		p.f.t.Fatal(err)
	}
	return r
}

func (p *peer) silence() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.acks = false
}

// peer waits for the next connection.
func (f *fakeGateway) peer() *peer { return <-f.peers }
