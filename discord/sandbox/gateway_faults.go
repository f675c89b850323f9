package sandbox

import (
	"slices"
	"time"

	"github.com/jonboulle/clockwork"

	"cordial/discord"
)

// GatewayFaultKind says what goes wrong at the gateway.
type GatewayFaultKind string

// The faults of the gateway. The first ones hit connections: at once those that have a session, or else the next session that begins
// or is resumed. The ones of events hit the next event of their name, or any without one.
const (
	FaultDrop           GatewayFaultKind = "gateway_drop"            // the connection breaks, without a close frame
	FaultNoAcks         GatewayFaultKind = "gateway_no_acks"         // the connection answers no beats any more
	FaultReconnect      GatewayFaultKind = "gateway_reconnect"       // the client is asked to reconnect, and cut off after a while
	FaultInvalidSession GatewayFaultKind = "gateway_invalid_session" // the session is invalid; Resumable says whether it can be resumed
	FaultClose          GatewayFaultKind = "gateway_close"           // the connection is closed with Code
	FaultDelay          GatewayFaultKind = "gateway_delay"           // the event waits for Delay, and everything behind it
	FaultDuplicate      GatewayFaultKind = "gateway_duplicate"       // the event is sent twice
	FaultOmit           GatewayFaultKind = "gateway_omit"            // the event is not sent; only a resume brings it
	FaultRefuse         GatewayFaultKind = "gateway_refuse"          // the next connection is refused with status 503
	FaultOutage         GatewayFaultKind = "gateway_outage"          // all guilds are unavailable until Delay is over
)

// GatewayFaultKinds lists all faults of the gateway.
func GatewayFaultKinds() []GatewayFaultKind {
	return []GatewayFaultKind{FaultDrop, FaultNoAcks, FaultReconnect, FaultInvalidSession, FaultClose, FaultDelay, FaultDuplicate, FaultOmit,
		FaultRefuse, FaultOutage}
}

// GatewayFault makes something go wrong at the gateway.
type GatewayFault struct {
	Kind      GatewayFaultKind
	Code      int           // of FaultClose; 4000 when 0
	Resumable bool          // of FaultInvalidSession
	Times     int           // how often it happens; 0 means once
	Delay     time.Duration // by the world's clock
	Event     string        // of the faults of events: the name of the event; "" for any
	Shard     *int          // the only shard that it hits; nil for all
}

// reconnectGrace is how long a client that was asked to reconnect has time to do so.
const reconnectGrace = 5 * time.Second

// FaultGateway orders a fault of the gateway. As with Fault, the oldest of too many are forgotten.
func (s *Server) FaultGateway(f GatewayFault) {
	f.Times = max(f.Times, 1)
	g := s.gateway
	g.w.mu.Lock()
	defer g.w.mu.Unlock()
	if f.ofSessions() && g.strikeAll(f) {
		f.Times--
	}
	if f.Times > 0 {
		g.faults = inLine(g.faults, f)
	}
}

// clearFaults forgets the faults that have not happened, and answers beats again.
func (g *gateway) clearFaults() {
	g.w.mu.Lock()
	defer g.w.mu.Unlock()
	g.faults = nil
	for c := range g.conns {
		c.noAcks.Store(false)
	}
}

// ofEvents reports whether a fault hits events.
func (f *GatewayFault) ofEvents() bool {
	return f.Kind == FaultDelay || f.Kind == FaultDuplicate || f.Kind == FaultOmit
}

// ofSessions reports whether a fault hits the connections of sessions.
func (f *GatewayFault) ofSessions() bool { return !f.ofEvents() && f.Kind != FaultRefuse }

// takeFault takes the first fault in line that fits.
func (g *gateway) takeFault(fits func(*GatewayFault) bool) (GatewayFault, bool) {
	for i := range g.faults {
		f := &g.faults[i]
		if !fits(f) {
			continue
		}
		taken := *f
		if f.Times--; f.Times == 0 {
			g.faults = slices.Delete(g.faults, i, i+1)
		}
		return taken, true
	}
	return GatewayFault{}, false
}

// hits reports whether a fault is for the shard of a session.
func (f *GatewayFault) hits(s *session) bool { return f.Shard == nil || *f.Shard == s.shard }

// faultFor takes the fault that hits an event of a session; its Kind is "" when there is none.
func (g *gateway) faultFor(s *session, typ string) GatewayFault {
	f, _ := g.takeFault(func(f *GatewayFault) bool { return f.ofEvents() && f.hits(s) && (f.Event == "" || f.Event == typ) })
	return f
}

// refuses reports whether a fault refuses a new connection.
func (g *gateway) refuses() bool {
	g.w.mu.Lock()
	defer g.w.mu.Unlock()
	_, refused := g.takeFault(func(f *GatewayFault) bool { return f.Kind == FaultRefuse })
	return refused
}

// strikeNew has a session that has just begun or been resumed meet the fault that waits for it.
func (g *gateway) strikeNew(s *session) {
	if f, ok := g.takeFault(func(f *GatewayFault) bool { return f.ofSessions() && f.hits(s) }); ok {
		g.strike(s, f)
	}
}

// strikeAll has the connected sessions meet a fault, and reports whether there were any.
func (g *gateway) strikeAll(f GatewayFault) bool {
	struck := false
	for _, s := range g.sessions {
		if f.hits(s) && s.attached() {
			g.strike(s, f)
			struck = true
		}
	}
	return struck
}

// strike has a session meet a fault. It needs the world's lock.
func (g *gateway) strike(s *session, f GatewayFault) {
	c := s.connection()
	if c == nil {
		return
	}
	switch f.Kind {
	case FaultDrop:
		c.shut(cutOff)
	case FaultNoAcks:
		c.noAcks.Store(true)
	case FaultReconnect:
		c.shutAfter(reconnectGrace, closing{1001, "Reconnect."})
		c.reply(discord.OpReconnect, nil)
	case FaultInvalidSession:
		if !f.Resumable {
			g.end(s)
			c.session.Store(nil) // the client may identify again
		}
		c.shutAfter(reconnectGrace, closing{int(discord.CloseUnknownError), "Invalid session."})
		c.reply(discord.OpInvalidSession, f.Resumable)
	case FaultClose:
		if f.Code == 0 {
			f.Code = int(discord.CloseUnknownError)
		}
		c.shut(closing{f.Code, discord.CloseCode(f.Code).Name()})
	case FaultOutage:
		g.blackOut(s, f.Delay)
	}
}

// blackOut makes the guilds of a session unavailable for some time.
func (g *gateway) blackOut(s *session, length time.Duration) {
	var lost []discord.Snowflake
	for _, guild := range sortedByID(g.w.guilds) {
		if guild.members[s.viewer.user] != nil && s.serves(guild.ID) && !s.dark[guild.ID] {
			lost = append(lost, guild.ID)
			g.deliver(s, Event{Type: "GUILD_DELETE", Guild: guild.ID, Only: s.viewer.user, Data: unavailableGuild{guild.ID, true}})
			s.dark[guild.ID] = true
		}
	}
	if length <= 0 {
		g.lightUp(s, lost)
		return
	}
	var timer clockwork.Timer
	timer = g.w.clock.AfterFunc(length, func() {
		g.w.mu.Lock()
		defer g.w.mu.Unlock()
		delete(s.timers, timer)
		if g.sessions[s.id] == s {
			g.lightUp(s, lost)
		}
	})
	s.timers[timer] = true
}

// lightUp brings guilds back.
func (g *gateway) lightUp(s *session, guilds []discord.Snowflake) {
	for _, id := range guilds {
		delete(s.dark, id)
		if guild := g.w.guilds[id]; guild != nil && guild.members[s.viewer.user] != nil {
			g.arrive(s, guild)
		}
	}
}
