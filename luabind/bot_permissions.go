package luabind

import (
	"context"
	"sync"
	"time"

	"github.com/jonboulle/clockwork"
	lua "github.com/yuin/gopher-lua"

	"cordial/discord"
	"cordial/discord/rest"
)

const (
	// rightsAge is how long it is believed what somebody may do: finding it out takes several requests.
	rightsAge = 30 * time.Second

	// maxRights bounds how many people's permissions are remembered. When there are more, all are forgotten.
	maxRights = 1000
)

// rightsCache remembers for a short time what people may do in channels.
type rightsCache struct {
	clock clockwork.Clock

	mu    sync.Mutex
	known map[rightsKey]rights
}

type rightsKey struct{ user, channel discord.Snowflake }

type rights struct {
	has   discord.Permissions
	until time.Time
}

func (c *rightsCache) find(key rightsKey) (discord.Permissions, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	r, ok := c.known[key]
	return r.has, ok && r.until.After(c.clock.Now())
}

func (c *rightsCache) keep(key rightsKey, has discord.Permissions) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.known == nil || len(c.known) >= maxRights {
		c.known = map[rightsKey]rights{}
	}
	c.known[key] = rights{has, c.clock.Now().Add(rightsAge)}
}

// authorPermissions is what the author of a message in a guild may do in its channel.
func (bt *bot) authorPermissions(L *lua.LState, msg *ref) (has discord.Permissions, err error) {
	guild, client := discord.Snowflake(msg.guildID()), msg.client.rest
	key := rightsKey{msg.Object.Object("author").ID(), discord.Snowflake(msg.Str("channel_id"))}
	if has, ok := bt.rights.find(key); ok {
		return has, nil
	}
	err = bt.b.host.Wait(L, func(ctx context.Context) (err error) {
		has, err = client.Permissions(ctx, guild, key.user, key.channel)
		return err
	})
	if err == nil {
		bt.rights.keep(key, has)
	}
	return has, err
}

// tell answers a message with a text for its author. It is no error when the bot may not write there.
func (bt *bot) tell(L *lua.LState, msg *ref, text string) error {
	client := msg.client.rest
	args := rest.Args{
		"channel_id": msg.Str("channel_id"), "content": text, "allowed_mentions": safeMentions, "message_reference": map[string]any{"message_id": msg.ID()},
	}
	err := bt.b.host.Wait(L, func(ctx context.Context) error {
		_, err := client.Call(ctx, "create_message", args)
		return err
	})
	if forbidden(err) {
		return nil
	}
	return err
}
