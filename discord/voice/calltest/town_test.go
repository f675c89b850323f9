package calltest

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"

	"cordial/discord"
	"cordial/discord/gateway"
	"cordial/discord/rest"
	"cordial/discord/sandbox"
	"cordial/discord/voice"
)

// world has two guilds, with people and a bot in both of them. In the first one the bot is no administrator.
const world = `{
  "users": [{"id": "346450717025894400", "name": "mayor"}, {"id": "346450717025894401", "name": "guest"}, {"name": "helper", "bot": true}],
  "guilds": [
    {"id": "1327046393453613076", "name": "uptown", "members": ["mayor", "guest", "helper"],
      "roles": [{"name": "helper", "bot": "helper", "permissions": ["VIEW_CHANNEL", "CONNECT", "SPEAK"]}], "channels": [
      {"id": "1327046393453613080", "name": "hall", "type": "voice"}, {"id": "1327046393453613081", "name": "garden", "type": "voice"}]},
    {"id": "1327046393453613090", "name": "downtown", "members": ["mayor", "guest", "helper"], "channels": [
      {"id": "1327046393453613091", "name": "market", "type": "voice"}]}
  ]
}`

const (
	mayor    = discord.Snowflake("346450717025894400") // owns the guilds
	guest    = discord.Snowflake("346450717025894401")
	uptown   = discord.Snowflake("1327046393453613076")
	hall     = discord.Snowflake("1327046393453613080")
	garden   = discord.Snowflake("1327046393453613081")
	downtown = discord.Snowflake("1327046393453613090")
	market   = discord.Snowflake("1327046393453613091")
)

// town is the sandbox with its permissions and moderators, and a bot that is connected to it by gateway and voice.
type town struct {
	*testing.T
	server  *sandbox.Server
	world   *sandbox.World
	clock   clockwork.Clock // the manager's
	manager *voice.Manager
	notices chan voice.Notice
	crash   func() // ends the bot's gateway without a word to voice
}

// newTown starts the sandbox and a bot.
func newTown(t *testing.T, clock clockwork.Clock) *town {
	t.Helper()
	w, err := sandbox.LoadWorld(strings.NewReader(world), clockwork.NewRealClock())
	if err != nil {
		t.Fatal(err)
	}
	s, err := sandbox.Start(sandbox.Options{World: w})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	town := &town{T: t, server: s, world: w, clock: clock, notices: make(chan voice.Notice, 1000)}
	town.manager = town.newBot()
	return town
}

// newBot logs the bot in, as another run of its program does.
func (t *town) newBot() *voice.Manager {
	t.Helper()
	var manager *voice.Manager
	stop, client := t.login(func(e *gateway.Event) { manager.Handle(e.Type, e.Data) }, func(client *gateway.Client) {
		manager = voice.NewManager(voice.Options{User: t.helper(), Gateway: client, Clock: t.clock, Insecure: true,
			OnNotice: func(n voice.Notice) { t.notices <- n }})
	})
	crashed := false
	t.crash = func() { stop(); crashed = true }
	t.Cleanup(func() {
		if err := manager.Close(); err != nil && !crashed {
			t.Error(err)
		}
		if !crashed {
			stop()
		}
	})
	receive(t.T, client.Ready(), "READY")
	return manager
}

// login runs a client of the gateway until stop is called. prepare is called with it before.
func (t *town) login(handle func(*gateway.Event), prepare func(*gateway.Client)) (stop func(), client *gateway.Client) {
	t.Helper()
	token := t.server.BotToken()
	api, err := rest.New(rest.Options{Token: token, BaseURL: t.server.APIURL()})
	if err != nil {
		t.Fatal(err)
	}
	intents := discord.IntentGuilds | discord.IntentGuildVoiceStates
	client, err = gateway.New(gateway.Options{Token: token, Rest: api, Intents: intents, Handle: handle})
	if err != nil {
		t.Fatal(err)
	}
	prepare(client)
	ctx, cancel := context.WithCancel(context.Background())
	stopped := make(chan error, 1)
	go func() { stopped <- client.Run(ctx) }()
	return func() {
		cancel()
		if err := <-stopped; err != nil {
			t.Error(err)
		}
	}, client
}

// must ends the test if something that it needs fails.
func (t *town) must(err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// join has the bot join a channel.
func (t *town) join(guild, channel discord.Snowflake) *voice.Connection {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), testTimeout)
	defer cancel()
	c, err := t.manager.Join(ctx, guild, channel, voice.JoinOptions{})
	t.must(err)
	return c
}

// enter has a person join a channel.
func (t *town) enter(person, channel discord.Snowflake) {
	t.Helper()
	t.must(t.world.JoinVoice(sandbox.Actor{User: person}, channel))
}

// moderate has the mayor change the bot's membership.
func (t *town) moderate(member discord.Snowflake, p sandbox.MemberParams) {
	t.Helper()
	_, err := t.world.ModifyMember(sandbox.Actor{User: mayor}, uptown, member, p)
	t.must(err)
}

// helper is the bot's user.
func (t *town) helper() discord.Snowflake { return t.server.Info().ApplicationID }

// murmur is speech without an end.
type murmur struct{}

func (murmur) NextPacket() ([]byte, error)     { return []byte("\xF8murmur"), nil }
func (murmur) Read([]int16) (int, error)       { return 0, io.EOF }
func (murmur) Seek(time.Duration) error        { return nil }
func (murmur) Duration() (time.Duration, bool) { return 0, false }
func (murmur) Close() error                    { return nil }

// talk has a person speak until the test ends.
func (t *town) talk(person discord.Snowflake) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- t.server.Speak(ctx, person, murmur{}) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	})
}

// ears gives whom a connection hears, from now on. It drops what nobody takes.
func (t *town) ears(c *voice.Connection) <-chan discord.Snowflake {
	speakers := make(chan discord.Snowflake, 10)
	t.Cleanup(c.Listen(func(p voice.Packet) {
		select {
		case speakers <- p.User:
		default:
		}
	}))
	return speakers
}

// hears waits until a connection hears somebody.
func (t *town) hears(c *voice.Connection, who discord.Snowflake) {
	t.Helper()
	for heard := t.ears(c); receive(t.T, heard, string(who)+" to be heard") != who; {
	}
}

// noticed waits for a notice of a kind.
func (t *town) noticed(kind voice.NoticeKind) {
	t.Helper()
	for receive(t.T, t.notices, "a notice").Kind != kind {
	}
}
