package sandbox

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

// sessionStarts is how many sessions Discord lets a bot start in a day.
const sessionStarts = 1000

func getGateway(c *call) (any, error) { return gatewayAnswer{c.GatewayURL()}, nil }

func getBotGateway(c *call) (any, error) {
	return botGatewayAnswer{URL: c.GatewayURL(), Shards: 1, Limit: sessionStartLimit{Total: sessionStarts, Remaining: sessionStarts, MaxConcurrency: 1}}, nil
}
