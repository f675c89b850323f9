package sandbox

import (
	"context"
	"log/slog"
	"net/http"
	"slices"
	"sync"

	"github.com/coder/websocket"

	"cordial/discord"
)

// gateway is the websocket half of a server. Everything in it belongs to the world's lock, except where it says otherwise: so nothing
// can happen between the moment at which a session learns the state of the world and the moment from which it is told of changes.
type gateway struct {
	w      *World
	limits GatewayLimits
	logger *slog.Logger
	url    string

	sessions map[string]*session
	detached []*session // those without a connection, the oldest first
	conns    map[*conn]bool
	faults   []GatewayFault // the ones still to come, bounded by maxFaults
	closed   bool
	running  sync.WaitGroup // connections

	// What is counted, as much as the world has bots and guilds.
	starts   map[discord.Snowflake]*bucket // new sessions by bot
	identify map[identifyKey]*bucket       // the same, in the short window
	everyone map[everyoneKey]*bucket       // requests for all members
}

// identifyKey names what the concurrency of new sessions is counted by.
type identifyKey struct {
	bot       discord.Snowflake
	remainder int
}

// everyoneKey names what requests for all members are counted by.
type everyoneKey struct{ bot, guild discord.Snowflake }

func newGateway(w *World, limits GatewayLimits, logger *slog.Logger) *gateway {
	return &gateway{w: w, limits: limits, logger: logger, sessions: map[string]*session{}, conns: map[*conn]bool{},
		starts: map[discord.Snowflake]*bucket{}, identify: map[identifyKey]*bucket{}, everyone: map[everyoneKey]*bucket{}}
}

// open has the world tell the gateway what happens. The URL is the one that clients connect to.
func (g *gateway) open(url string) {
	g.w.mu.Lock()
	defer g.w.mu.Unlock()
	g.url = url
	g.w.gateways = append(g.w.gateways, g)
}

// close ends all sessions, cuts all connections and waits until none is left.
func (g *gateway) close() {
	g.w.mu.Lock()
	g.closed = true
	for _, s := range g.sessions {
		g.end(s)
	}
	for c := range g.conns {
		c.shut(cutOff)
	}
	for i, other := range g.w.gateways {
		if other == g {
			g.w.gateways = append(g.w.gateways[:i:i], g.w.gateways[i+1:]...)
			break
		}
	}
	g.w.mu.Unlock()
	g.running.Wait()
}

// serve turns a request into a connection and serves it until it ends.
func (g *gateway) serve(rw http.ResponseWriter, r *http.Request) {
	if g.refuses() {
		http.Error(rw, "503: Service Unavailable", http.StatusServiceUnavailable)
		return
	}
	ws, err := websocket.Accept(rw, r, &websocket.AcceptOptions{InsecureSkipVerify: true}) // a page of any origin may use the gateway
	if err != nil {
		return // Accept has answered
	}
	defer ws.CloseNow()
	ws.SetReadLimit(-1) // too long frames end the connection with the gateway's own code
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	c := newConn(g, ws, cancel)
	if !g.admit(c) {
		return
	}
	defer g.leave(c)
	defer context.AfterFunc(ctx, func() { ws.CloseNow() })()
	if refusal := checkQuery(r.URL.Query(), c); refusal != nil {
		ws.Close(websocket.StatusCode(refusal.code), refusal.reason)
		return
	}
	c.run(ctx)
}

// admit counts a connection in, unless the gateway is closed.
func (g *gateway) admit(c *conn) bool {
	g.w.mu.Lock()
	defer g.w.mu.Unlock()
	if g.closed {
		return false
	}
	g.running.Add(1)
	g.conns[c] = true
	return true
}

// leave counts a connection out. Its session waits to be resumed, unless it has ended.
func (g *gateway) leave(c *conn) {
	g.w.mu.Lock()
	defer g.w.mu.Unlock()
	delete(g.conns, c)
	c.endGrace()
	if s := c.session.Load(); s != nil && s.detach(c) && g.sessions[s.id] == s {
		g.keep(s)
	}
	g.running.Done()
}

// keep lets a session that has lost its connection wait to be resumed. The oldest one of too many that its bot has ends.
func (g *gateway) keep(s *session) {
	s.expiry = g.w.clock.AfterFunc(g.limits.ResumeWindow, func() { g.expire(s) })
	g.detached = append(g.detached, s)
	var same []*session
	for _, other := range g.detached {
		if other.viewer.user == s.viewer.user {
			same = append(same, other)
		}
	}
	if len(same) > g.limits.Detached {
		g.end(same[0])
	}
}

// reclaim takes a session from those that wait.
func (g *gateway) reclaim(s *session) {
	s.stopExpiry()
	g.detached = slices.DeleteFunc(g.detached, func(other *session) bool { return other == s })
}

// expire ends a session that nobody has resumed.
func (g *gateway) expire(s *session) {
	g.w.mu.Lock()
	defer g.w.mu.Unlock()
	if g.sessions[s.id] == s && !s.attached() {
		g.end(s)
	}
}

// endOf ends the session of a connection, if it has one.
func (g *gateway) endOf(c *conn) {
	g.w.mu.Lock()
	defer g.w.mu.Unlock()
	if s := c.session.Load(); s != nil {
		g.end(s)
	}
}

// end forgets a session, so that it cannot be resumed: it leaves the voice channels that it has joined, and with the last session of a
// bot the bot is gone. A connection that it has is left to its owner.
func (g *gateway) end(s *session) {
	if g.sessions[s.id] != s {
		return
	}
	delete(g.sessions, s.id)
	g.reclaim(s)
	s.stopTimers()
	for _, guild := range g.guildsOf(s) {
		if v := guild.voice[s.viewer.user]; v != nil && (v.gateway == s.id || v.gateway == "") {
			g.w.exitVoice(guild, s.viewer.user)
		}
	}
	for _, other := range g.sessions {
		if other.viewer.user == s.viewer.user {
			return
		}
	}
	g.w.setPresence(s.viewer.user, Presence{Status: statusOffline})
}
