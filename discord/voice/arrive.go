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
	err := c.await(ctx, keysWait, func() bool { return c.media != nil && (c.media.dave.Version() == 0 || c.media.dave.Ready()) })
	if errors.Is(err, errTimeout) {
		c.notice(Notice{Kind: NoticeNoKeys, Text: "the keys of the end-to-end encryption did not come yet: until they do, the bot cannot speak"})
		return nil
	}
	return c.cause(ctx, err)
}

// rejoin brings a connection that there is to a channel.
func (c *Connection) rejoin(ctx context.Context, channel discord.Snowflake, o JoinOptions) error {
	c.mu.Lock()
	c.options = o
	there := c.target == channel
	c.mu.Unlock()
	if there {
		if err := c.ask(ctx); err != nil {
			return err
		}
		return c.arrive(ctx)
	}
	return c.Move(ctx, channel)
}

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
