package sandbox

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/tidwall/gjson"

	"cordial/discord"
)

// socket is a client of the gateway that does nothing by itself.
type socket struct {
	*testing.T
	r  *rig
	ws *websocket.Conn
}

// gatewayRig is a rig whose gateway lets bots identify as fast as they like.
func gatewayRig(t *testing.T, change ...func(*GatewayLimits)) *rig {
	t.Helper()
	return newRig(t, func(o *Options) {
		limits := DefaultGatewayLimits()
		limits.IdentifyWindow = 0
		o.World.ConfigureApplication(func(a *Application) { a.Presence, a.GuildMembers, a.MessageContent = true, true, true })
		for _, f := range change {
			f(&limits)
		}
		o.Gateway = &limits
	})
}

// patient lets clients live without heartbeats while the clock of a test moves on.
func patient(l *GatewayLimits) { l.Heartbeat = 1000 * time.Hour }

// testTimeout ends a test whose expectation is never met.
const testTimeout = 30 * time.Second

// dial connects to the gateway without reading anything.
func (r *rig) dial(query string) *socket {
	r.Helper()
	ctx, cancel := context.WithTimeout(r.Context(), testTimeout)
	defer cancel()
	ws, _, err := websocket.Dial(ctx, r.srv.GatewayURL()+"/?"+query, &websocket.DialOptions{HTTPClient: r.client})
	if err != nil {
		r.Fatal(err)
	}
	ws.SetReadLimit(-1)
	r.Cleanup(func() { ws.CloseNow() })
	return &socket{r.T, r, ws}
}

// connect connects and takes HELLO.
func (r *rig) connect() *socket {
	r.Helper()
	s := r.dial("v=10&encoding=json")
	if hello := s.read(); hello.Get("op").Int() != int64(discord.OpHello) || hello.Get("d.heartbeat_interval").Int() <= 0 {
		r.Fatalf("the gateway begins with %s", hello.Raw)
	}
	return s
}

// identify begins a session with these intents and takes READY. Change may alter the payload.
func (r *rig) identify(intents discord.Intents, change ...func(map[string]any)) (*socket, gjson.Result) {
	r.Helper()
	s := r.connect()
	s.send(discord.OpIdentify, s.identity(intents, change...))
	return s, s.event("READY")
}

// identity is the payload of IDENTIFY.
func (s *socket) identity(intents discord.Intents, change ...func(map[string]any)) map[string]any {
	d := map[string]any{"token": s.r.srv.BotToken(), "intents": intents, "properties": map[string]any{"os": "linux", "browser": "test", "device": "test"}}
	for _, f := range change {
		f(d)
	}
	return d
}

// send sends a frame.
func (s *socket) send(op discord.Opcode, data any) {
	s.Helper()
	text, err := json.Marshal(map[string]any{"op": op, "d": data})
	if err != nil {
		s.Fatal(err)
	}
	s.sendText(string(text))
}

func (s *socket) sendText(text string) {
	s.Helper()
	ctx, cancel := context.WithTimeout(s.Context(), testTimeout)
	defer cancel()
	if err := s.ws.Write(ctx, websocket.MessageText, []byte(text)); err != nil {
		s.Fatal(err)
	}
}

// tryRead waits for a frame.
func (s *socket) tryRead() (gjson.Result, error) {
	ctx, cancel := context.WithTimeout(s.Context(), testTimeout)
	defer cancel()
	_, text, err := s.ws.Read(ctx)
	f := gjson.ParseBytes(text)
	if event := f.Get("t").String(); event != "" && event != mark {
		checkEvent(s.T, event, []byte(f.Get("d").Raw))
	}
	return f, err
}

func (s *socket) read() gjson.Result {
	s.Helper()
	f, err := s.tryRead()
	if err != nil {
		s.Fatal(err)
	}
	return f
}

// op waits for a frame with an opcode and gives its d. Others are dropped.
func (s *socket) op(op discord.Opcode) gjson.Result {
	s.Helper()
	for {
		if f := s.read(); f.Get("op").Int() == int64(op) {
			return f.Get("d")
		}
	}
}

// until gives the events up to one of a type, with it.
func (s *socket) until(typ string) []gjson.Result {
	s.Helper()
	var frames []gjson.Result
	for {
		f := s.read()
		if f.Get("op").Int() == int64(discord.OpDispatch) {
			frames = append(frames, f)
		}
		if f.Get("t").String() == typ {
			return frames
		}
	}
}

// frame waits for an event of a type. Others are dropped.
func (s *socket) frame(typ string) gjson.Result {
	s.Helper()
	for {
		if f := s.read(); f.Get("t").String() == typ {
			return f
		}
	}
}

// event waits for an event of a type and gives its d.
func (s *socket) event(typ string) gjson.Result {
	s.Helper()
	return s.frame(typ).Get("d")
}

// sync makes sure that every event of the session up to now has been read: it gives their types, in order.
func (s *socket) sync() []string {
	s.Helper()
	var types []string
	for _, f := range s.pending() {
		types = append(types, f.Get("t").String())
	}
	return types
}

// pending gives the events of the session that have not been read. An event of its own marks the end.
func (s *socket) pending() []gjson.Result { return s.pendingOn(0) }

// mark is an event of the tests' own.
const mark = "TEST_MARK"

// pendingOn is pending for the session of a shard.
func (s *socket) pendingOn(shard int) []gjson.Result {
	s.Helper()
	var guild discord.Snowflake // one that belongs to the shard; none belongs to the first
	if shard > 0 {
		guild = discord.Snowflake(strconv.Itoa(shard << 22))
	}
	s.r.w.mu.Lock()
	s.r.w.tell(Event{Type: mark, Guild: guild, Only: seedBot})
	s.r.w.mu.Unlock()
	var frames []gjson.Result
	for {
		f := s.read()
		if f.Get("t").String() == mark {
			return frames
		}
		if f.Get("op").Int() == int64(discord.OpDispatch) {
			frames = append(frames, f)
		}
	}
}

// closed waits for the end of the connection and wants it to have a code; 0 is for none.
func (s *socket) closed(code discord.CloseCode) {
	s.Helper()
	for {
		f, err := s.tryRead()
		if err == nil {
			s.Logf("before the end: %.200s", f.Raw)
			continue
		}
		got := websocket.CloseStatus(err)
		if got == -1 {
			got = 0
		}
		if int(got) != int(code) || strings.Contains(err.Error(), "deadline") {
			s.Errorf("the connection ends with %v, want %d %s", err, code, code.Name())
		}
		return
	}
}
