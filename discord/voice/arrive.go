package voice

import (
	"context"
	"errors"
	"time"

	"cordial/discord"
)

// keysWait is how long Join waits for the keys of the end-to-end encryption once the connection is ready.
const keysWait = 10 * time.Second

// arriveWait bounds the wait for a connection: the answer of the gateway, twice, and some tries with the voice server.
const arriveWait = 2 * time.Minute

// arrive waits until the bot is connected to the channel that it is in, and then for its keys. If these are late it tells so and
// goes on: they may come yet.
func (c *Connection) arrive(ctx context.Context) error {
	if err := c.await(ctx, arriveWait, c.settled); err != nil {
		return c.cause(ctx, err)
	}
	err := c.await(ctx, keysWait, func() bool { return c.media != nil && c.media.e2ee().Ready })
	if errors.Is(err, errTimeout) {
		c.notice(Notice{Kind: NoticeNoKeys, Text: "the keys of the end-to-end encryption did not come yet: until they do, the bot cannot speak"})
		return nil
	}
	return c.cause(ctx, err)
}

// enter brings the bot to a channel, with other options unless they are nil, and waits until it is connected there.
func (c *Connection) enter(ctx context.Context, channel discord.Snowflake, o *JoinOptions) error {
	if err := c.seek(ctx, channel, o); err != nil {
		return err
	}
	return c.arrive(ctx)
}

// seek asks the gateway for a channel and waits for its answer. Without one, the channel to be in stays what it was.
func (c *Connection) seek(ctx context.Context, channel discord.Snowflake, o *JoinOptions) error {
	if err := c.turn(ctx); err != nil {
		return err
	}
	defer c.pass()
	c.mu.Lock()
	before := c.target
	c.target = channel
	if o != nil {
		c.options = *o
	}
	c.mu.Unlock()
	err := c.ask(ctx)
	if err == nil {
		err = c.await(ctx, answerWait, func() bool { return c.seat.channel == channel })
	}
	if err == nil {
		return nil
	}
	c.mu.Lock()
	if c.seat.channel != channel {
		c.target = before
	}
	c.mu.Unlock()
	if errors.Is(err, errTimeout) {
		return &NoAnswerError{c.guild, channel, answerWait}
	}
	return c.cause(ctx, err)
}

// turn waits until nobody else asks the gateway for a place, which pass lets others do again. It fails with a ClosedError when the
// connection ends, or with the cause of ctx.
func (c *Connection) turn(ctx context.Context) error {
	if c.stopped() {
		return &ClosedError{}
	}
	select {
	case c.asking <- struct{}{}:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-c.ctx.Done():
		return &ClosedError{}
	}
}

// pass ends a turn.
func (c *Connection) pass() { <-c.asking }

// cause is the reason of a connection's end in place of the news of it.
func (c *Connection) cause(ctx context.Context, err error) error {
	if _, ended := errors.AsType[*ClosedError](err); ended {
		select {
		case <-c.done:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
		if reason := c.Err(); reason != nil {
			return reason
		}
	}
	if errors.Is(err, errTimeout) {
		return &LostError{c.guild, c.ChannelID(), "the connection was not ready in " + arriveWait.String()}
	}
	return err
}
