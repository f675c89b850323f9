package voice

import (
	"context"
	"errors"
	"sync"

	"github.com/tidwall/gjson"

	"cordial/discord"
)

// Manager joins voice channels, one in each guild at the most. Its Handle must be given the gateway's events.
type Manager struct {
	o  Options
	wg sync.WaitGroup // the connections' goroutines

	mu          sync.Mutex
	closed      bool
	connections map[discord.Snowflake]*Connection
	seats       map[discord.Snowflake]bool // guilds in which the gateway knows of a place of the bot's
}

// NewManager makes a manager. It panics if Options.User or Options.Gateway is missing.
func NewManager(o Options) *Manager {
	if err := o.check(); err != nil {
		panic(err)
	}
	return &Manager{o: o, connections: map[discord.Snowflake]*Connection{}, seats: map[discord.Snowflake]bool{}}
}

// Join connects the bot to a voice channel, or moves it there if it is connected in that guild already. It returns when the bot can
// speak and hear. It fails with a NoAnswerError, with what Connection.Err tells, or with the cause of ctx; then a bot that was in no
// channel of the guild is in none, and one that was stays.
func (m *Manager) Join(ctx context.Context, guild, channel discord.Snowflake, o JoinOptions) (*Connection, error) {
	if guild.Uint() == 0 || channel.Uint() == 0 {
		return nil, &TargetError{guild, channel}
	}
	if old := m.Connection(guild); old != nil && old.ending() {
		select {
		case <-old.Done():
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
	c, begun, err := m.connection(guild, channel, o)
	if err != nil {
		return nil, err
	}
	if !begun {
		if err := c.enter(ctx, channel, &o); err != nil {
			return nil, err
		}
		return c, nil
	}
	if err := c.arrive(ctx); err != nil {
		given, cancel := context.WithTimeout(context.WithoutCancel(ctx), leaveWait)
		defer cancel()
		c.Leave(given) // what failed before is what matters
		return nil, err
	}
	return c, nil
}

// connection is the guild's connection, or a new one, which begins.
func (m *Manager) connection(guild, channel discord.Snowflake, o JoinOptions) (c *Connection, begun bool, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return nil, false, &ClosedError{}
	}
	if c := m.connections[guild]; c != nil && !c.stopped() {
		return c, false, nil
	}
	c = newConnection(m, guild, channel, o)
	m.connections[guild] = c
	m.wg.Go(func() {
		defer close(c.done)
		c.run()
		m.forget(c)
	})
	return c, true, nil
}

// forget takes out a connection that has ended.
func (m *Manager) forget(c *Connection) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.connections[c.guild] == c {
		delete(m.connections, c.guild)
	}
}

// Handle takes an event of the gateway, with the event's data. It is quick and never waits.
func (m *Manager) Handle(event string, data []byte) {
	switch event {
	case "VOICE_STATE_UPDATE":
		m.voiceState(gjson.ParseBytes(data))
	case "VOICE_SERVER_UPDATE":
		m.voiceServer(gjson.ParseBytes(data))
	case "GUILD_CREATE":
		m.guildCreate(data)
	case "GUILD_DELETE":
		m.guildDelete(gjson.ParseBytes(data))
	case "READY":
		m.gatewayReady(gjson.GetBytes(data, "guilds.#.id").Array())
	}
}

// Events are the events of the gateway that Handle has a use for.
func Events() []string {
	return []string{"VOICE_STATE_UPDATE", "VOICE_SERVER_UPDATE", "GUILD_CREATE", "GUILD_DELETE", "READY"}
}

// Connection is the guild's, nil if there is none.
func (m *Manager) Connection(guild discord.Snowflake) *Connection {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.connections[guild]
}

// Connections are all that there are.
func (m *Manager) Connections() []*Connection {
	m.mu.Lock()
	defer m.mu.Unlock()
	all := make([]*Connection, 0, len(m.connections))
	for _, c := range m.connections {
		all = append(all, c)
	}
	return all
}

// seated reports whether the gateway knows of a place of the bot's in a guild.
func (m *Manager) seated(guild discord.Snowflake) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.seats[guild]
}

// Close leaves all channels and waits until every connection has ended; for the gateway's confirmations it waits some seconds at the
// most. No channel can be joined after it.
func (m *Manager) Close() error {
	m.mu.Lock()
	m.closed = true
	m.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), leaveWait)
	defer cancel()
	all := m.Connections()
	failures := make(chan error, len(all))
	for _, c := range all {
		go func() { failures <- c.Leave(ctx) }()
	}
	var err error
	for range all {
		err = errors.Join(err, <-failures)
	}
	m.wg.Wait()
	return err
}
