package luabind

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jonboulle/clockwork"

	"cordial/discord"
	"cordial/discord/gateway"
	"cordial/runtime"
	"cordial/runtime/bind"
)

// luaGateway is a connection to Discord's gateway as scripts have it: the global gateway, or one that discord.gateway made.
type luaGateway struct {
	b         *binding
	client    *client
	listeners listeners
	running   sync.WaitGroup // handlers
	total     int            // shards, as of gateway.Options
	shards    []int
	debug     atomic.Bool
	away      atomic.Bool         // and people have been told so
	states    broadcast           // the state of a shard has changed
	inbox     *eventStream        // of recv_event; made when first asked for, with the Lua state held
	reads     *runtime.Generation // that has asked for it

	mu       sync.Mutex
	wishes   map[*runtime.Generation]wishes
	presence *gateway.Presence
	conn     *connection // nil when stopped
	settle   clockwork.Timer
	quiet    bool // the script has stopped it: it does not start by itself again
	release  func()
	app      *discord.Object // the bot's application; nil before it is known
	user     *discord.Object // the bot
}

// connection is a gateway client that runs, or has ended.
type connection struct {
	*gateway.Client
	stop    context.CancelFunc
	done    chan struct{} // closed at its end
	err     error         // of its end, set before done is closed
	waiting int           // callers of start, who get the error
}

func (b *binding) newGateway(cl *client) *luaGateway {
	g := &luaGateway{b: b, client: cl, total: b.opts.Shards.Total, shards: b.opts.Shards.IDs, wishes: map[*runtime.Generation]wishes{}}
	g.outlive(b.host.Generation())
	return g
}

// settleTime is how long the gateway waits for more handlers, before it starts by itself or asks for what new ones need: every new
// session counts, and Discord allows a thousand a day.
const settleTime = time.Second

// changed is called when somebody began or ended to listen.
func (g *luaGateway) changed() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.holdOn()
	if g.conn == nil && (!g.b.opts.StartGateway || g.quiet || g.handlers() == 0) {
		return
	}
	if g.settle == nil {
		g.settle = g.b.host.Clock().AfterFunc(settleTime, g.settled)
	} else {
		g.settle.Reset(settleTime)
	}
}

// handlers counts the handlers.
func (g *luaGateway) handlers() int {
	n := 0
	for _, list := range g.listeners.all() {
		for _, s := range list {
			if s.handler {
				n++
			}
		}
	}
	return n
}

// holdOn keeps the script from ending while handlers may still be called; g.mu is held.
func (g *luaGateway) holdOn() {
	expected := g.handlers() > 0 && (g.conn != nil || g.b.opts.StartGateway && !g.quiet)
	switch {
	case expected && g.release == nil:
		g.release = g.b.host.Hold()
	case !expected && g.release != nil:
		g.release()
		g.release = nil
	}
}

// settled starts the gateway if handlers wait for it, and has a running one ask for the intents that new handlers need.
func (g *luaGateway) settled() {
	g.mu.Lock()
	conn := g.conn
	start := conn == nil && g.b.opts.StartGateway && !g.quiet && g.handlers() > 0
	g.mu.Unlock()
	switch {
	case start:
		if _, err := g.open(0); err != nil {
			g.b.host.Fail(err)
		}
	case conn != nil:
		g.widen(conn)
	}
}

// widen has a connection ask for intents that it lacks, with new sessions. It tells whether it lacks any.
func (g *luaGateway) widen(conn *connection) bool {
	intents := g.intents(conn.Intents())
	missing := intents &^ conn.Intents()
	if missing == 0 {
		return false
	}
	names := missing.Names()
	if more := len(names) - 2; more > 1 {
		names = append(names[:2], fmt.Sprintf("%d more", more))
	}
	g.b.host.Say("gateway: a new session begins, because what is listened to now needs " + strings.Join(names, ", "))
	conn.SetIntents(intents | conn.Intents())
	return true
}

// open begins to connect, unless that has happened, for so many callers that wait for it.
func (g *luaGateway) open(waiting int) (*connection, error) {
	intents := g.intents(0)
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.conn != nil {
		g.conn.waiting += waiting
		return g.conn, nil
	}
	queue := newUnbegun()
	client, err := gateway.New(gateway.Options{
		Token: g.client.token, Rest: g.client.rest, URL: g.b.opts.GatewayURL, Intents: intents, Total: g.total, Shards: g.shards,
		Presence: g.presence, Clock: g.b.host.Clock(), Logger: g.b.opts.Logger, StateDir: g.b.opts.StateDir, HTTP: g.b.opts.HTTP,
		Name:       g.b.opts.Name,
		Interested: func(event string) bool { return g.debug.Load() || g.listeners.interested(event) },
		Check:      g.b.opts.Guard.CheckFrame,
		Handle:     func(e *gateway.Event) { g.receiveEvent(e, queue) },
		Settle:     func() map[int]int64 { return g.awaitBegun(queue) },
		OnState:    g.tellState,
		OnNotice:   g.tellNotice,
	})
	if err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancel(context.Background())
	conn := &connection{Client: client, stop: stop, done: make(chan struct{}), waiting: waiting}
	g.conn, g.quiet = conn, false
	g.holdOn()
	go g.run(ctx, conn)
	return conn, nil
}

// receiveEvent is called on the goroutine that reads a shard's connection.
func (g *luaGateway) receiveEvent(e *gateway.Event, queue *unbegun) {
	if !g.b.opts.Guard.Admits(e.Type, e.Data) {
		return
	}
	if g.debug.Load() {
		g.tellFrame(e)
	}
	g.listeners.deliver(&gatewayEvent{Event: *e, client: g.client, queue: queue})
}

// beginTime is how long a connection that ends waits for handlers that have not begun, because a script keeps the Lua state busy. It is
// a little less than the host gives to the end of a script.
const beginTime = 4 * time.Second

// awaitBegun waits until the handlers of all events have begun, and gives the first events whose handlers will not: the session is kept
// from there.
func (g *luaGateway) awaitBegun(queue *unbegun) map[int]int64 {
	if g.b.opts.StateDir == "" {
		return nil // nobody would get them again
	}
	timer := g.b.host.Clock().NewTimer(beginTime)
	defer timer.Stop()
	for {
		empty, changed := queue.empty()
		if empty {
			return nil
		}
		select {
		case <-changed:
		case <-timer.Chan():
			return queue.close()
		}
	}
}

// run lives as long as the connection. Whoever opens one ends it: gateway.stop, or the end of the host.
func (g *luaGateway) run(ctx context.Context, conn *connection) {
	told := make(chan struct{})
	go func() {
		defer close(told)
		g.tellStart(conn)
	}()
	err := g.introduce(ctx)
	if err == nil {
		conn.SetIntents(g.intents(0)) // listening to everything depends on what the application may
		err = conn.Run(ctx)
	}
	g.mu.Lock()
	conn.err = err
	close(conn.done)
	if g.conn == conn {
		g.conn = nil
	}
	waiting := conn.waiting
	g.quiet = g.quiet || err != nil
	g.mu.Unlock()
	<-told
	if err != nil && waiting == 0 {
		g.fail(err)
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.holdOn() // only now: without a hold the script would end well
}

// fail tells of an end that nobody waits for.
func (g *luaGateway) fail(err error) {
	if g.b.opts.Interactive {
		g.b.host.Warn("gateway: " + err.Error())
		return
	}
	g.b.host.Fail(err)
}

// start connects and waits until all shards are ready, with the intents that are needed now.
func (g *luaGateway) start(c *bind.Call) error {
	g.b.host.Started(c.L)
	conn, err := g.open(1)
	if err != nil {
		return err
	}
	return c.Wait(func(ctx context.Context) error {
		defer func() {
			g.mu.Lock()
			defer g.mu.Unlock()
			conn.waiting--
		}()
		if err := conn.await(ctx, conn.Ready()); err != nil {
			return err
		}
		begun := sessionsBegun(conn.Shards())
		if !g.widen(conn) {
			return nil
		}
		for {
			changed := g.states.next()
			if allRenewed(conn.Shards(), begun) {
				return nil
			}
			if err := conn.await(ctx, changed); err != nil {
				return err
			}
		}
	})
}

// await waits for something to happen while the connection lasts.
func (c *connection) await(ctx context.Context, happened <-chan struct{}) error {
	select {
	case <-happened:
		return nil
	case <-c.done:
		return c.endError()
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// endError is why a connection that is done has ended.
func (c *connection) endError() error {
	if c.err == nil {
		return &gateway.StoppedError{}
	}
	return c.err
}

// current is the connection that runs, or nil.
func (g *luaGateway) current() *connection {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.conn
}

// connected is the connection that runs, or the error that there is none.
func (g *luaGateway) connected() (*connection, error) {
	if conn := g.current(); conn != nil {
		return conn, nil
	}
	return nil, &gateway.StoppedError{}
}

// close ends the connection in good order and waits for that.
func (g *luaGateway) close() {
	g.mu.Lock()
	conn := g.conn
	g.quiet = true
	if g.settle != nil {
		g.settle.Stop()
	}
	g.mu.Unlock()
	if conn != nil {
		conn.stop()
		<-conn.done
	}
	g.mu.Lock()
	g.holdOn()
	g.mu.Unlock()
}

// leaveAndClose is close, once voice channels are left: the gateway is what they are left over.
func (g *luaGateway) leaveAndClose(ctx context.Context) error {
	var err error
	if g == g.b.gateway {
		err = g.b.voice.leave(ctx, "")
	}
	g.close()
	return err
}

// shutdown ends the connection and lets handlers finish until ctx ends.
func (g *luaGateway) shutdown(ctx context.Context) {
	finished := make(chan struct{})
	go func() {
		defer close(finished)
		g.close()
		g.running.Wait()
	}()
	patience := g.b.host.Clock().NewTimer(time.Second)
	defer patience.Stop()
	for {
		select {
		case <-finished:
			return
		case <-ctx.Done():
			return
		case <-patience.Chan():
			g.b.host.Say("stopping: handlers that are at work have a few seconds to end")
		}
	}
}

// ended is closed when the connection ends; endError says why.
func (g *luaGateway) ended() (<-chan struct{}, func() error) {
	conn := g.current()
	if conn == nil {
		return nil, nil
	}
	return conn.done, conn.endError
}
