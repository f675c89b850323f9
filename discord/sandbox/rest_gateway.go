package sandbox

import "cordial/discord"

var gatewayRoutes = routes{
	"get_gateway":     getGateway,
	"get_bot_gateway": getBotGateway,
}

type gatewayAnswer struct {
	URL string `json:"url"`
}

type botGatewayAnswer struct {
	URL    string            `json:"url"`
	Shards int               `json:"shards"`
	Limit  sessionStartLimit `json:"session_start_limit"`
}

type sessionStartLimit struct {
	Total          int `json:"total"`
	Remaining      int `json:"remaining"`
	ResetAfter     int `json:"reset_after"` // milliseconds
	MaxConcurrency int `json:"max_concurrency"`
}

func getGateway(c *call) (any, error) { return gatewayAnswer{c.GatewayURL()}, nil }

func getBotGateway(c *call) (any, error) {
	g := c.gateway
	return botGatewayAnswer{URL: c.GatewayURL(), Shards: g.limits.Shards, Limit: g.startsOf(c.actor.User)}, nil
}

// startsOf tells how many sessions a bot may still start, and until when.
func (g *gateway) startsOf(bot discord.Snowflake) sessionStartLimit {
	g.w.mu.Lock()
	defer g.w.mu.Unlock()
	limit := sessionStartLimit{Total: g.limits.Starts.Count, Remaining: g.limits.Starts.Count, MaxConcurrency: g.limits.Concurrency}
	if b, now := g.starts[bot], g.w.clock.Now(); b != nil && now.Before(b.reset) {
		limit.Remaining -= b.used
		limit.ResetAfter = int(b.reset.Sub(now).Milliseconds())
	}
	return limit
}
