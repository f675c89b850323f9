package luabind

import (
	"context"

	"cordial/discord"
)

// introduce finds out who the bot is. READY tells it too, but not when the session of an earlier process goes on, and then only after
// events that handlers need to know it for.
func (g *luaGateway) introduce(ctx context.Context) error {
	g.mu.Lock()
	known := g.user != nil
	g.mu.Unlock()
	if known {
		return nil
	}
	user, err := g.client.rest.Object(ctx, "get_my_user", nil)
	if err != nil {
		return unlessEnded(ctx, err)
	}
	app, err := g.client.rest.Object(ctx, "get_my_application", nil)
	if err != nil {
		return unlessEnded(ctx, err)
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.user, g.app = user, app
	return nil
}

// unlessEnded is err, or nil when it came from the end of ctx.
func unlessEnded(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// application is the id of the bot's application, "" before it is known.
func (g *luaGateway) application() discord.Snowflake {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.app == nil {
		return ""
	}
	return g.app.ID()
}

// self is the id of the bot's user, "" before it is known.
func (g *luaGateway) self() discord.Snowflake {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.user == nil {
		return ""
	}
	return g.user.ID()
}
