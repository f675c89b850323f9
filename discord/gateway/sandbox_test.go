package gateway_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"
	"github.com/tidwall/gjson"

	"cordial/discord"
	"cordial/discord/gateway"
	"cordial/discord/rest"
	"cordial/discord/sandbox"
)

// patience ends a test whose expectation is never met.
const patience = 30 * time.Second

const testIntents = discord.IntentGuilds | discord.IntentGuildMessages | discord.IntentMessageContent | discord.IntentGuildMembers

// quickClock leaps over most of the pauses between connections and sessions, and over nothing that waits for the other side.
type quickClock struct {
	clockwork.Clock
	leapt *atomic.Int64
}

func newQuickClock() quickClock { return quickClock{clockwork.NewRealClock(), new(atomic.Int64)} }

func (c quickClock) NewTimer(d time.Duration) clockwork.Timer {
	if d < 10*time.Second {
		c.leapt.Add(int64(d - d/20))
		d /= 20
	}
	return c.Clock.NewTimer(d)
}

func (c quickClock) Now() time.Time { return c.Clock.Now().Add(time.Duration(c.leapt.Load())) }

func (c quickClock) Since(t time.Time) time.Duration { return c.Now().Sub(t) }

// house is a sandbox with what tests need of it.
type house struct {
	*testing.T
	clock   quickClock // of the clients
	server  *sandbox.Server
	http    *http.Client
	nathan  sandbox.Actor
	guild   discord.Snowflake
	general discord.Snowflake
}

func newHouse(t *testing.T, change func(*sandbox.GatewayLimits)) *house {
	t.Helper()
	return newHouseAt(t, clockwork.NewRealClock(), change)
}

// newHouseAt is newHouse with a clock of its own.
func newHouseAt(t *testing.T, clock clockwork.Clock, change func(*sandbox.GatewayLimits)) *house {
	t.Helper()
	limits := sandbox.DefaultGatewayLimits()
	limits.IdentifyWindow = time.Nanosecond
	if change != nil {
		change(&limits)
	}
	world := sandbox.DefaultWorld(clock)
	server, err := sandbox.Start(sandbox.Options{World: world, Gateway: &limits})
	if err != nil {
		t.Fatal(err)
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		if err := errors.Join(server.Close(), world.Close()); err != nil {
			t.Error(err)
		}
	})
	info := server.Info()
	nathan, _ := server.World().UserNamed("nathan")
	general := slices.IndexFunc(info.Channels, func(c sandbox.InfoChannel) bool { return c.Name == "general" })
	return &house{t, newQuickClock(), server, &http.Client{Transport: transport}, sandbox.Actor{User: nathan.ID}, info.GuildID, info.Channels[general].ID}
}

// say has a person write a message.
func (h *house) say(content string) {
	h.Helper()
	if _, err := h.server.World().CreateMessage(h.nathan, h.general, sandbox.MessageParams{Content: content}); err != nil {
		h.Error(err)
	}
}

// visitor is a client of the sandbox and what it has seen.
type visitor struct {
	*house
	*gateway.Client
	stop    func() error
	changed chan struct{} // buffered

	mu       sync.Mutex
	messages []string
	events   map[string]int
	notices  []gateway.Notice
}

// connect runs a client until the test ends or stop is called.
func (h *house) connect(o gateway.Options) *visitor {
	h.Helper()
	v := &visitor{house: h, changed: make(chan struct{}, 1), events: map[string]int{}}
	api, err := rest.New(rest.Options{Token: h.server.BotToken(), BaseURL: h.server.APIURL(), HTTP: h.http})
	if err != nil {
		h.Fatal(err)
	}
	o.Rest, o.HTTP, o.Clock, o.Handle, o.OnNotice = api, h.http, h.clock, v.handle, v.notice
	if o.Token == "" {
		o.Token = h.server.BotToken()
	}
	if o.Intents == 0 {
		o.Intents = testIntents
	}
	if v.Client, err = gateway.New(o); err != nil {
		h.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		err = v.Run(ctx)
		v.poke()
	}()
	v.stop = func() error { cancel(); <-done; return err }
	h.Cleanup(func() { v.stop() })
	return v
}

func (v *visitor) handle(e *gateway.Event) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.events[e.Type]++
	if e.Type == "MESSAGE_CREATE" {
		v.messages = append(v.messages, gjson.GetBytes(e.Data, "content").String())
	}
	v.poke()
}

func (v *visitor) notice(n gateway.Notice) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.notices = append(v.notices, n)
	v.poke()
}

func (v *visitor) poke() {
	select {
	case v.changed <- struct{}{}:
	default:
	}
}

// until waits for something to become true.
func (v *visitor) until(what string, is func() bool) {
	v.Helper()
	timeout := time.After(patience)
	for {
		v.mu.Lock()
		ok := is()
		v.mu.Unlock()
		if ok {
			return
		}
		select {
		case <-v.changed:
		case <-timeout:
			v.Fatalf("%s: it did not happen; messages %d, events %v, notices %v", what, len(v.messages), v.events, v.notices)
		}
	}
}

func (v *visitor) ready() *visitor {
	v.Helper()
	v.until("ready", func() bool { return v.events["READY"] > 0 })
	return v
}

// hears waits until so many messages have come, and checks that they are "0", "1", ...
func (v *visitor) hears(n int) {
	v.Helper()
	v.until(fmt.Sprintf("%d messages", n), func() bool { return len(v.messages) >= n })
	v.mu.Lock()
	defer v.mu.Unlock()
	for i, content := range v.messages {
		if first, _, _ := strings.Cut(content, " "); first != fmt.Sprint(i) {
			v.Fatalf("message %d is %.20q", i, content)
		}
	}
}

func TestEventsInEveryCompression(t *testing.T) {
	tests := map[string]struct {
		compression gateway.Compression
		split       int
	}{
		"zstd": {gateway.Zstd, 0}, "zlib": {gateway.Zlib, 0}, "zlib in pieces": {gateway.Zlib, 3}, "none": {gateway.NoCompression, 0},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t, func(l *sandbox.GatewayLimits) { l.SplitBytes = test.split })
			v := h.connect(gateway.Options{Compression: test.compression}).ready()
			const messages = 200
			for i := range messages {
				h.say(fmt.Sprintf("%d %s", i, strings.Repeat("wörd ", i*7%390)))
			}
			v.hears(messages)
			if v.events["GUILD_CREATE"] == 0 || v.User() == "" || v.Application() == "" {
				t.Errorf("events: %v", v.events)
			}
			if err := v.stop(); err != nil {
				t.Error(err)
			}
		})
	}
}

// A resumed session loses nothing, whatever broke the connection.
func TestResumeLosesNothing(t *testing.T) {
	faults := map[string]sandbox.GatewayFault{
		"drop":             {Kind: sandbox.FaultDrop},
		"op 7":             {Kind: sandbox.FaultReconnect},
		"op 9 true":        {Kind: sandbox.FaultInvalidSession, Resumable: true},
		"4000":             {Kind: sandbox.FaultClose, Code: 4000},
		"4008":             {Kind: sandbox.FaultClose, Code: 4008},
		"4001":             {Kind: sandbox.FaultClose, Code: 4001},
		"drop and refused": {Kind: sandbox.FaultDrop, Delay: 1},
	}
	for name, fault := range faults {
		for _, compression := range []gateway.Compression{gateway.Zstd, gateway.Zlib} {
			t.Run(name+" "+compression.String(), func(t *testing.T) {
				h := newHouse(t, nil)
				v := h.connect(gateway.Options{Compression: compression}).ready()
				h.say("0")
				v.hears(1)
				if fault.Delay > 0 {
					h.server.FaultGateway(sandbox.GatewayFault{Kind: sandbox.FaultRefuse})
				}
				h.server.FaultGateway(fault)
				for i := 1; i < 50; i++ {
					h.say(fmt.Sprint(i))
				}
				v.hears(50)
				v.until("resumed", func() bool { return v.events["RESUMED"] == 1 })
				if v.events["READY"] != 1 || v.Shards()[0].Duplicates+v.Shards()[0].Missed != 0 {
					t.Errorf("events %v, shard %+v", v.events, v.Shards()[0])
				}
			})
		}
	}
}

func TestNewSessionWhenTheOldIsGone(t *testing.T) {
	for name, fault := range map[string]sandbox.GatewayFault{
		"op 9 false": {Kind: sandbox.FaultInvalidSession},
		"4009":       {Kind: sandbox.FaultClose, Code: 4009},
		"4007":       {Kind: sandbox.FaultClose, Code: 4007},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t, nil)
			v := h.connect(gateway.Options{}).ready()
			h.server.FaultGateway(fault)
			v.until("a second READY", func() bool { return v.events["READY"] == 2 })
			lost := slices.ContainsFunc(v.notices, func(n gateway.Notice) bool { return n.Kind == gateway.NoticeSessionLost })
			if !lost {
				t.Errorf("notices: %v", v.notices)
			}
			h.say("0")
			v.hears(1)
		})
	}
}

func TestZombieIsResumed(t *testing.T) {
	h := newHouse(t, func(l *sandbox.GatewayLimits) {
		l.Heartbeat = 500 * time.Millisecond
		l.Frames.Count = 100_000
	})
	v := h.connect(gateway.Options{}).ready()
	h.server.FaultGateway(sandbox.GatewayFault{Kind: sandbox.FaultNoAcks})
	v.until("resumed", func() bool { return v.events["RESUMED"] > 0 })
	h.say("0")
	v.hears(1)
}

func TestDuplicatesAndGaps(t *testing.T) {
	h := newHouse(t, nil)
	v := h.connect(gateway.Options{}).ready()
	h.server.FaultGateway(sandbox.GatewayFault{Kind: sandbox.FaultDuplicate, Event: "MESSAGE_CREATE"})
	h.say("0")
	h.say("1")
	v.hears(2)
	h.server.FaultGateway(sandbox.GatewayFault{Kind: sandbox.FaultOmit, Event: "MESSAGE_CREATE"})
	h.say("lost")
	h.say("2")
	v.hears(3)
	if info := v.Shards()[0]; info.Duplicates != 1 || info.Missed != 1 || v.notices[len(v.notices)-1].Kind != gateway.NoticeGap {
		t.Errorf("shard %+v, notices %v", info, v.notices)
	}
}

// A restart loses no event: the next client resumes the session that the last one left.
func TestRestartLosesNothing(t *testing.T) {
	h := newHouse(t, nil)
	dir := t.TempDir()
	first := h.connect(gateway.Options{StateDir: dir}).ready()
	h.say("0")
	first.hears(1)
	if err := first.stop(); err != nil {
		t.Fatal(err)
	}
	h.say("0")
	h.say("1")
	second := h.connect(gateway.Options{StateDir: dir})
	second.hears(2)
	second.until("resumed", func() bool { return second.events["RESUMED"] == 1 })
	if second.events["READY"] != 1 || second.User() != first.User() { // the READY of the session, told anew
		t.Errorf("events %v, user %q", second.events, second.User())
	}
	<-second.Ready()
	if err := second.stop(); err != nil {
		t.Fatal(err)
	}
	third := h.connect(gateway.Options{StateDir: dir, Intents: testIntents | discord.IntentGuildModeration}).ready() // more intents: a new session
	if third.events["RESUMED"] > 0 {
		t.Error("resumed with other intents")
	}
}

func TestMembersOfTheSandbox(t *testing.T) {
	clock := clockwork.NewFakeClock()
	h := newHouseAt(t, clock, func(l *sandbox.GatewayLimits) { l.AllMembers.Window = 5 * time.Second })
	v := h.connect(gateway.Options{}).ready()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	all, err := v.RequestMembers(ctx, gateway.MembersRequest{Guild: h.guild})
	if err != nil || len(all.Members) < 2 {
		t.Fatalf("%v %v", all, err)
	}
	found, err := v.RequestMembers(ctx, gateway.MembersRequest{Guild: h.guild, Query: "nath", Limit: 10})
	if err != nil || len(found.Members) != 1 {
		t.Errorf("%v %v", found, err)
	}
	one, err := v.RequestMembers(ctx, gateway.MembersRequest{Guild: h.guild, UserIDs: []discord.Snowflake{h.nathan.User, "99"}})
	if err != nil || len(one.Members) != 1 || !slices.Equal(one.NotFound, []discord.Snowflake{"99"}) {
		t.Errorf("%v %v", one, err)
	}
	clock.Advance(time.Millisecond)               // for the second session
	other := h.connect(gateway.Options{}).ready() // does not know that the guild was asked just now
	again := make(chan *gateway.Members, 1)
	go func() {
		m, err := other.RequestMembers(ctx, gateway.MembersRequest{Guild: h.guild})
		if err != nil {
			t.Error(err)
		}
		again <- m
	}()
	other.until("refused twice", func() bool { return other.events["RATE_LIMITED"] >= 2 })
	clock.Advance(5 * time.Second)
	if m := <-again; m == nil || len(m.Members) != len(all.Members) {
		t.Errorf("%v", m)
	}
}

func TestFatalEndsInTheSandbox(t *testing.T) {
	for name, test := range map[string]struct {
		o    gateway.Options
		code discord.CloseCode
		says string
	}{
		"privileged intents": {gateway.Options{Intents: discord.IntentGuildPresences}, 4014, "Presence Intent"},
		"unknown intents":    {gateway.Options{Intents: 1 << 18}, 4013, "262144"},
		"a wrong token":      {gateway.Options{Token: "MTMyNzA0NzA0NjM5MzQ1MzYx.GkXzQw.wrong-wrong-wrong-wrong-wrong"}, 4004, "DISCORD_BOT_TOKEN"},
	} {
		t.Run(name, func(t *testing.T) {
			v := newHouse(t, nil).connect(test.o)
			v.until("stopped", func() bool {
				return len(v.Shards()) > 0 && v.Shards()[0].State == gateway.Stopped && v.Shards()[0].Connects > 0
			})
			err := v.stop()
			if closed, ok := errors.AsType[*gateway.CloseError](err); !ok || closed.Code != test.code || !strings.Contains(err.Error(), test.says) {
				t.Errorf("%v", err)
			}
		})
	}
}

func TestDayOfSessionsIsSpent(t *testing.T) {
	h := newHouse(t, func(l *sandbox.GatewayLimits) { l.Starts.Count = 1 })
	if err := h.connect(gateway.Options{}).ready().stop(); err != nil {
		t.Fatal(err)
	}
	v := h.connect(gateway.Options{})
	select {
	case <-v.changed:
	case <-time.After(patience):
	}
	if limit, ok := errors.AsType[*gateway.LimitError](v.stop()); !ok || limit.Remaining != 0 || limit.ResetAfter < time.Hour {
		t.Errorf("%v", limit)
	}
}

func TestManyShardsOfTheSandbox(t *testing.T) {
	h := newHouse(t, func(l *sandbox.GatewayLimits) { l.Concurrency, l.Shards = 4, 4 })
	v := h.connect(gateway.Options{})
	select {
	case <-v.Ready():
	case <-time.After(patience):
		t.Fatal("not all are ready")
	}
	h.say("0")
	v.hears(1)
	if len(v.Shards()) != 4 {
		t.Errorf("%d shards", len(v.Shards()))
	}
}
