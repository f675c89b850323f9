package gateway

import (
	"context"
	"errors"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"cordial/discord"
	"cordial/discord/rest"
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
	o        Options
	base     string // the gateway's address; set before the shards begin
	ledger   *ledger
	asks     asks
	everyone everyoneTurns
	begun    atomic.Bool
	opened   chan struct{} // closed when the shards are known
	ready    chan struct{} // closed when all shards were ready
	done     chan struct{} // closed when Run has ended

	mu       sync.Mutex
	total    int
	shards   []*shard // by id, those that this client runs
	unready  int      // shards that were never ready
	intents  discord.Intents
	presence *Presence
}

// New makes a client. It sends nothing yet.
func New(o Options) (*Client, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	c := &Client{
		o: o, intents: o.Intents, presence: o.Presence, total: o.Total,
		opened: make(chan struct{}), ready: make(chan struct{}), done: make(chan struct{}),
	}
	c.ledger = &ledger{clock: o.Clock, log: o.Logger, ask: c.askLimits}
	if o.StateDir != "" {
		c.ledger.file = ledgerFile(filepath.Join(o.StateDir, "gateway-"+hash(o.Token)+".json"))
	}
	return c, nil
}

var (
	errRunTwice = errors.New("gateway: Run is called once per client")
	errNoLimit  = errors.New("the answer to GET /gateway/bot has no session_start_limit: is the API address right?")
)

// Run keeps the sessions alive until ctx ends, and then returns nil: the sessions were closed in a way that lets them be resumed,
// and saved if there is a StateDir. It returns before that only with what would not get better by trying again: *CloseError,
// *LimitError, *ShardsError, *rest.AuthError, or what the request for the gateway's address fails with. It is called once.
func (c *Client) Run(ctx context.Context) error {
	if !c.begun.CompareAndSwap(false, true) {
		return errRunTwice
	}
	defer close(c.done)
	store, err := c.open(ctx)
	defer func() { c.save(store, c.settle()) }()
	if ctx.Err() != nil {
		return nil
	}
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var fatal atomic.Pointer[error]
	var shards sync.WaitGroup
	for _, s := range c.shards {
		shards.Go(func() {
			if err := s.run(ctx); err != nil {
				fatal.CompareAndSwap(nil, &err)
				stop(err)
			}
		})
	}
	shards.Wait()
	if err := fatal.Load(); err != nil {
		return *err
	}
	return nil
}

// open asks Discord for what is needed before the shards begin, and makes the shards.
func (c *Client) open(ctx context.Context) (*sessionStore, error) {
	bot, err := c.askGateway(ctx)
	if err != nil {
		return &sessionStore{}, err
	}
	c.base = bot.url
	if c.o.URL != "" {
		c.base = c.o.URL
	}
	c.mu.Lock()
	if c.total == 0 {
		c.total = max(1, bot.shards)
	}
	ids := c.o.Shards
	if len(ids) == 0 {
		for id := range c.total {
			ids = append(ids, id)
		}
	}
	for _, id := range ids {
		c.shards = append(c.shards, newShard(c, id))
	}
	c.unready = len(ids)
	store := &sessionStore{
		dir: c.o.StateDir, turn: c.ledger.file, token: hash(c.o.Token), name: c.o.Name, base: c.base, total: c.total, owned: map[int]func(){},
	}
	intents := c.intents
	c.mu.Unlock()
	close(c.opened)
	c.own(store, ids)
	return store, c.ledger.open(bot.limits, len(ids)-c.restore(store, intents))
}

// own takes the files with the shards' sessions, and tells if another process has one.
func (c *Client) own(store *sessionStore, shards []int) {
	twin, err := store.own(shards, c.o.Clock)
	if err != nil {
		c.o.Logger.Warn("saved gateway sessions cannot be used: new ones begin", "error", err)
	}
	if twin != nil && c.o.Name != "" {
		c.shards[0].noticeTwin(c.o.Name, twin.PID)
	}
}

// restore gives the shards the sessions that were saved, queues those without one, and tells for how many there was one.
func (c *Client) restore(store *sessionStore, intents discord.Intents) (restored int) {
	for _, s := range c.shards {
		if saved, ok := store.load(s.id, intents, c.o.Clock.Now()); ok {
			s.restore(saved.session, saved.Seq)
			c.widen(saved.Intents)
			restored++
		} else {
			c.ledger.queue(s.id)
		}
	}
	return restored
}

// widen adds the intents that a saved session has, so that it is not given up for having them.
func (c *Client) widen(intents discord.Intents) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.intents |= intents
}

// settle gives the first event of each shard that the program has not dealt with.
func (c *Client) settle() map[int]int64 {
	if c.o.Settle == nil {
		return nil
	}
	return c.o.Settle()
}

// save keeps the sessions that can be resumed, as they were before the first event that was not dealt with.
func (c *Client) save(store *sessionStore, open map[int]int64) {
	err := store.close(func() error {
		var errs []error
		for _, s := range c.shards {
			begun, seq, ok := s.resumable()
			if !ok {
				continue
			}
			if first := open[s.id]; first > 0 {
				seq = min(seq, first-1)
			}
			errs = append(errs, store.save(s.id, begun, seq, c.o.Clock.Now()))
		}
		return errors.Join(errs...)
	})
	if err != nil {
		c.o.Logger.Warn("gateway sessions could not be saved: the next start begins new ones", "error", err)
	}
}

// botGateway is the answer to GET /gateway/bot.
type botGateway struct {
	url    string
	shards int
	limits startLimits
}

func (c *Client) askGateway(ctx context.Context) (botGateway, error) {
	answer, err := c.o.Rest.Object(ctx, "get_bot_gateway", rest.Args{})
	if err != nil {
		return botGateway{}, err
	}
	limit := answer.Object("session_start_limit")
	if limit == nil {
		return botGateway{}, errNoLimit
	}
	return botGateway{
		url:    answer.Str("url"),
		shards: int(answer.Int("shards")),
		limits: startLimits{
			Total:       int(limit.Int("total")),
			Remaining:   int(limit.Int("remaining")),
			ResetAfter:  time.Duration(limit.Int("reset_after")) * time.Millisecond,
			Concurrency: int(limit.Int("max_concurrency")),
		},
	}, nil
}

func (c *Client) askLimits(ctx context.Context) (startLimits, error) {
	bot, err := c.askGateway(ctx)
	return bot.limits, err
}

// introduction is what a shard begins a session with.
func (c *Client) introduction(shard int) Identify {
	c.mu.Lock()
	defer c.mu.Unlock()
	return Identify{
		Token: c.o.Token, Intents: c.intents, Properties: Properties(), LargeThreshold: c.o.LargeThreshold,
		Shard: &[2]int{shard, c.total}, Presence: c.presence,
	}
}

// wants reports whether the program wants an event.
func (c *Client) wants(event string) bool {
	return c.o.Handle != nil && (c.o.Interested == nil || c.o.Interested(event))
}

// shardReady counts a shard that is ready for the first time.
func (c *Client) shardReady() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.unready--; c.unready == 0 {
		close(c.ready)
	}
}

// Ready is closed when all shards have been ready once.
func (c *Client) Ready() <-chan struct{} { return c.ready }

// running lists the shards, none before they are known.
func (c *Client) running() []*shard {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.shards
}

// Shards lists this client's shards by their ids; none before Run knows how many there are.
func (c *Client) Shards() []ShardInfo {
	var list []ShardInfo
	for _, s := range c.running() {
		s.mu.Lock()
		list = append(list, s.info())
		s.mu.Unlock()
	}
	return list
}

// ShardOf is the shard that a guild's events come to. What has no guild, "", comes to shard 0, and so does all before Run knows
// how many shards there are.
func (c *Client) ShardOf(guild discord.Snowflake) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return int(guild.Uint() >> 22 % uint64(max(1, c.total)))
}

// User is the bot's user, and Application its application. Both are "" until the first session tells.
func (c *Client) User() discord.Snowflake { return c.identity().User }

// Application is the bot's application, see User.
func (c *Client) Application() discord.Snowflake { return c.identity().Application }

func (c *Client) identity() session {
	for _, s := range c.running() {
		if begun, _, _ := s.resumable(); begun.ID != "" {
			return begun
		}
	}
	return session{}
}

// Reconnect closes the connections of all shards and opens them again, with the sessions that they have or with new ones.
func (c *Client) Reconnect(resume bool) {
	l := loss{kind: lossRenew}
	if resume {
		l.kind = lossAsked
	}
	for _, s := range c.running() {
		s.reconnect(l)
	}
}

// SetIntents changes what the next new sessions ask for. If it asks for more than before, all shards begin new sessions now.
func (c *Client) SetIntents(i discord.Intents) {
	c.mu.Lock()
	grew := i&^c.intents != 0
	c.intents = i
	c.mu.Unlock()
	if grew {
		c.Reconnect(false)
	}
}

// Intents are what new sessions ask for.
func (c *Client) Intents() discord.Intents {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.intents
}
