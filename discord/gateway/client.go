package gateway

import (
	"context"
	"time"

	"cordial/discord"
)

// ShardInfo is how a shard does.
type ShardInfo struct {
	ID         int
	State      State
	Latency    time.Duration // between a heartbeat and its answer; 0 when unknown. It grows while Handle blocks
	SessionID  string        // "" without a session
	Seq        int64         // of the last event
	Connects   int           // connections opened so far
	Resumes    int           // sessions resumed so far
	Identifies int           // sessions begun so far
	Duplicates int           // events dropped because they had come before
	Missed     int           // events that should have come and did not
}

// Client keeps the sessions of some or all of a bot's shards. Its methods are safe for concurrent use.
type Client struct {
	o     Options
	ready chan struct{}
}

// New makes a client. It sends nothing yet.
func New(o Options) (*Client, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	return &Client{o: o, ready: make(chan struct{})}, nil
}

// Run keeps the sessions alive until ctx ends, and then returns nil: the sessions were closed in a way that lets them be resumed, and
// saved if there is a StateDir. It returns before that only with what would not get better by trying again: *CloseError,
// *LimitError, *ShardsError, *rest.AuthError, or what the request for the gateway's address fails with. It is called once.
func (c *Client) Run(ctx context.Context) error {
	<-ctx.Done()
	return nil
}

// Ready is closed when all shards have been ready once.
func (c *Client) Ready() <-chan struct{} { return c.ready }

// Shards lists this client's shards by their ids; none before Run knows how many there are.
func (c *Client) Shards() []ShardInfo { return nil }

// ShardOf is the shard that a guild's events come to. What has no guild, "", comes to shard 0.
func (c *Client) ShardOf(guild discord.Snowflake) int { return 0 }

// Reconnect closes the connections of all shards and opens them again, with the sessions that they have or with new ones.
func (c *Client) Reconnect(resume bool) {}

// SetIntents changes what the next new sessions ask for. If it asks for more than before, all shards begin new sessions now.
func (c *Client) SetIntents(i discord.Intents) {}

// Intents are what new sessions ask for.
func (c *Client) Intents() discord.Intents { return c.o.Intents }
