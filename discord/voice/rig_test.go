package voice

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"

	"cordial/discord"
	sandbox "cordial/discord/sandbox/voice"
)

// testTimeout ends a test whose expectation is never met.
const testTimeout = 30 * time.Second

// Who and where.
const (
	bot, ada, grace discord.Snowflake = "1001", "1002", "1003"
	guild           discord.Snowflake = "2001"
	lounge, kitchen discord.Snowflake = "3001", "3002"
)

// rig is a manager under test, with a voice server and a gateway that gives seats there.
type rig struct {
	*testing.T
	server  *sandbox.Server
	manager *Manager
	clock   clockwork.Clock
	notices chan Notice

	mu       sync.Mutex
	asked    []request
	answer   func(channel discord.Snowflake) (answers []any) // in place of the usual answer
	endpoint int                                             // that the next seat is at
	plain    bool                                            // the next seat is in a call without end-to-end encryption
	tokens   int
	session  string
}

// request is what the gateway was asked for.
type request struct {
	channel    discord.Snowflake // "" for none
	mute, deaf bool
}

// newRig starts a voice server and a manager.
func newRig(t *testing.T, change ...func(*sandbox.Options, *Options)) *rig {
	t.Helper()
	r := &rig{T: t, clock: clockwork.NewRealClock(), notices: make(chan Notice, 1000), session: "session"}
	server := sandbox.Options{}
	own := Options{User: bot, Gateway: r, Insecure: true, OnNotice: func(n Notice) { r.notices <- n }}
	for _, f := range change {
		f(&server, &own)
	}
	if own.Clock != nil {
		r.clock = own.Clock
	}
	var err error
	if r.server, err = sandbox.Start(server); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.server.Close)
	if !own.Insecure {
		transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: r.server.CertPool()}}
		t.Cleanup(transport.CloseIdleConnections)
		own.HTTP = &http.Client{Transport: transport}
	}
	r.manager = NewManager(own)
	t.Cleanup(func() {
		if err := r.manager.Close(); err != nil {
			t.Error(err)
		}
	})
	return r
}

// UpdateVoiceState implements Gateway as Discord does: the events come before or after it returns.
func (r *rig) UpdateVoiceState(ctx context.Context, guild, channel discord.Snowflake, mute, deaf bool) error {
	r.mu.Lock()
	r.asked = append(r.asked, request{channel, mute, deaf})
	answer := r.answer
	r.mu.Unlock()
	switch {
	case answer != nil:
		for _, event := range answer(channel) {
			r.tell(event)
		}
	case channel == "":
		r.server.Expel(guild, bot, discord.VoiceCloseDisconnected)
		r.tell(r.state(""))
	default:
		r.tell(r.state(channel))
		r.tell(r.assign(channel))
	}
	return nil
}

// voiceState and voiceServer are the gateway's events.
type voiceState struct {
	Guild    discord.Snowflake  `json:"guild_id"`
	Channel  *discord.Snowflake `json:"channel_id"`
	User     discord.Snowflake  `json:"user_id"`
	Session  string             `json:"session_id"`
	Mute     bool               `json:"mute"`
	Suppress bool               `json:"suppress"`
}

type voiceServer struct {
	Guild    discord.Snowflake `json:"guild_id"`
	Endpoint *string           `json:"endpoint"`
	Token    string            `json:"token"`
}

// tell gives the manager an event.
func (r *rig) tell(event any) {
	name := "VOICE_STATE_UPDATE"
	if _, ok := event.(voiceServer); ok {
		name = "VOICE_SERVER_UPDATE"
	}
	data, err := json.Marshal(event)
	if err != nil {
		panic(err)
	}
	r.manager.Handle(name, data)
}

// state is the bot's VOICE_STATE_UPDATE.
func (r *rig) state(channel discord.Snowflake) voiceState {
	s := voiceState{Guild: guild, User: bot, Session: r.session}
	if channel != "" {
		s.Channel = &channel
	}
	return s
}

// assign gives the bot a seat, and is the VOICE_SERVER_UPDATE that tells of it.
func (r *rig) assign(channel discord.Snowflake) voiceServer {
	r.mu.Lock()
	r.tokens++
	token, endpoint, plain := fmt.Sprintf("token %d", r.tokens), r.endpoint, r.plain
	r.mu.Unlock()
	r.server.Admit(sandbox.Seat{Guild: guild, User: bot, Channel: channel, Session: r.session, Token: token, Endpoint: endpoint, Plain: plain})
	address := r.server.Endpoint(endpoint)
	return voiceServer{Guild: guild, Endpoint: &address, Token: token}
}

// away is the VOICE_SERVER_UPDATE that tells that the voice server went away.
func away() voiceServer { return voiceServer{Guild: guild, Token: "token"} }

// answering has the gateway answer in another way.
func (r *rig) answering(answer func(channel discord.Snowflake) []any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.answer = answer
}

// strike closes the bot's websocket with a code, or cuts it.
func (r *rig) strike(code discord.VoiceCloseCode) {
	r.server.StrikeConnections(sandbox.Strike{User: bot, Code: code})
}

// requested is what the gateway was asked for, and requests are the channels alone.
func (r *rig) requested() []request {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.asked)
}

func (r *rig) requests() (channels []string) {
	for _, asked := range r.requested() {
		channels = append(channels, string(asked.channel))
	}
	return channels
}

// seat has a person sit in a channel.
func (r *rig) seat(user, channel discord.Snowflake) {
	r.mu.Lock()
	plain := r.plain
	r.mu.Unlock()
	r.server.Admit(sandbox.Seat{Guild: guild, User: user, Channel: channel, Session: "person", Token: "person", Person: true, Plain: plain})
}

// join joins a channel.
func (r *rig) join(channel discord.Snowflake) *Connection {
	r.Helper()
	ctx, cancel := context.WithTimeout(r.Context(), testTimeout)
	defer cancel()
	c, err := r.manager.Join(ctx, guild, channel, JoinOptions{})
	if err != nil {
		r.Fatal(err)
	}
	return c
}

// speech is a source of packets that are numbered from 0 on, without an end.
type speech struct{ n uint32 }

func (s *speech) NextPacket() ([]byte, error) {
	s.n++
	return numbered(s.n - 1), nil
}

func (s *speech) Read([]int16) (int, error)       { return 0, io.EOF }
func (s *speech) Seek(time.Duration) error        { return nil }
func (s *speech) Duration() (time.Duration, bool) { return 0, false }
func (s *speech) Close() error                    { return nil }

// numbered is a packet of 20 ms (RFC 6716: CELT, fullband, one frame) that holds a number.
func numbered(n uint32) []byte {
	return fmt.Appendf([]byte{0xF8}, "packet %d", n)
}

// speak has a person speak until the test ends.
func (r *rig) speak(user discord.Snowflake) {
	ctx, cancel := context.WithCancel(r.Context())
	done := make(chan error)
	go func() { done <- r.server.Speak(ctx, user, &speech{}) }()
	r.Cleanup(func() {
		cancel()
		if err := <-done; err != nil && !errors.Is(err, context.Canceled) {
			r.Error(err)
		}
	})
}

// heard is a packet with a copy of its Opus.
type heard struct {
	Packet
	opus string
}

// listen gives what a connection hears. It drops what nobody takes.
func (r *rig) listen(c *Connection) <-chan heard {
	packets := make(chan heard, 10_000)
	r.Cleanup(c.Listen(func(p Packet) {
		select {
		case packets <- heard{p, string(p.Opus)}:
		default:
		}
	}))
	return packets
}

// call is a connection to the lounge, where Ada speaks until the test ends and has been heard.
func (r *rig) call() (*Connection, <-chan heard) {
	r.Helper()
	r.seat(ada, lounge)
	c := r.join(lounge)
	packets := r.listen(c)
	r.speak(ada)
	r.hearSpeech(packets, ada)
	return c, packets
}

// receive takes from a channel, but does not wait for ever.
func receive[T any](t *testing.T, from <-chan T, what string) T {
	t.Helper()
	select {
	case v := <-from:
		return v
	case <-time.After(testTimeout):
		t.Fatalf("no %s came", what)
		panic("unreachable")
	}
}

// frozen has the manager's time stand still but for the test.
func frozen(clock **clockwork.FakeClock) func(*sandbox.Options, *Options) {
	return func(_ *sandbox.Options, o *Options) {
		*clock = clockwork.NewFakeClock()
		o.Clock = *clock
	}
}

// pass lets time pass, as soon as so many wait for it.
func (r *rig) pass(waiters int, d time.Duration) {
	r.Helper()
	ctx, cancel := context.WithTimeout(r.Context(), testTimeout)
	defer cancel()
	clock := r.clock.(*clockwork.FakeClock)
	if err := clock.BlockUntilContext(ctx, waiters); err != nil {
		r.Fatalf("fewer than %d wait for time to pass", waiters)
	}
	clock.Advance(d)
}

// noticed waits for a notice of a kind.
func (r *rig) noticed(kind NoticeKind) Notice {
	r.Helper()
	for {
		if n := receive(r.T, r.notices, "notice"); n.Kind == kind {
			return n
		}
	}
}

// until waits for a connection to meet a condition, which is called with its lock held.
func (r *rig) until(c *Connection, what string, ok func() bool) {
	r.Helper()
	timeout := time.After(testTimeout)
	for {
		c.mu.Lock()
		met, changed := ok(), c.changed
		c.mu.Unlock()
		if met {
			return
		}
		select {
		case <-changed:
		case <-timeout:
			r.Fatalf("in vain: %s; the state is %s", what, c.State())
		}
	}
}
