package rest

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"

	"cordial/discord"
	"cordial/discord/rest/catalogue"
)

// Guard keeps a program from what it is not to do to Discord. Client.Do asks it about every request; a gateway asks CheckFrame and
// Admits. Clients and gateways may share one. The zero value, like a nil *Guard, lets everything through. Its fields are set before the
// first use. What it refuses is not sent, and the error says which flag of cordial stands for the rule.
type Guard struct {
	// ReadOnly lets only reads through: GET, and the gateway's questions. No other method of Discord's only reads.
	ReadOnly bool

	// Guilds are the only guilds that are touched; none means all. A request must name one of them: in its path, query or body, or
	// through a channel, a webhook or an invite, whose guild is looked up. One that names no guild may only read. Events of other
	// guilds are not admitted.
	Guilds []discord.Snowflake

	// Direct lets direct messages through besides Guilds.
	Direct bool

	// Held is told of each destructive request in place of sending it, and the request's answer is made up; nil sends them.
	Held func(line string)

	mu           sync.Mutex
	interactions []string // tokens of those that Admits let through, the oldest first
}

// ReadOnlyError says that Guard.ReadOnly kept something back.
type ReadOnlyError struct {
	Operation    string // of the catalogue, or the gateway's; "" for one that is not known
	Method, Path string // "" for what goes over the gateway
}

func (e *ReadOnlyError) Error() string {
	return fmt.Sprintf("%s was not sent: --read-only lets nothing through that changes something", sent(e.Operation, e.Method, e.Path))
}

// GuildError says that Guard.Guilds kept something back.
type GuildError struct {
	Operation    string // of the catalogue, or the gateway's; "" for one that is not known
	Method, Path string // "" for what goes over the gateway
	Reason       string
}

func (e *GuildError) Error() string {
	return fmt.Sprintf("%s was not sent: %s (--allow-guild)", sent(e.Operation, e.Method, e.Path), e.Reason)
}

// sent names what was to be sent.
func sent(operation, method, path string) string {
	switch {
	case method == "":
		return operation
	case operation == "":
		return method + " " + path
	}
	return fmt.Sprintf("%s (%s %s)", operation, method, path)
}

// guarded is a request that the guard looks at.
type guarded struct {
	*exchange
	op     *catalogue.Operation // by method and path, whatever the caller says; nil for what the catalogue does not know
	params map[string]string    // of the path
}

func (g *guarded) name() string {
	if g.op == nil {
		return ""
	}
	return g.op.ID
}

// look finds out what a request does. A path that a server might read in another way than the catalogue is not known.
func look(x *exchange) *guarded {
	g := &guarded{exchange: x}
	path, _, _ := strings.Cut(x.Path, "?")
	if strings.Contains(path, "#") {
		return g
	}
	op, params, err := catalogue.Match(x.Method, path)
	if err != nil {
		return g
	}
	for _, value := range params {
		if strings.Trim(value, ".") == "" || strings.ContainsAny(value, `/\?#`) {
			return g
		}
	}
	g.op, g.params = op, params
	return g
}

// reads reports whether requests with a method change nothing. Discord has no operation that only reads with another one.
func reads(method string) bool { return method == http.MethodGet || method == http.MethodHead }

// inspect asks the guard about a request. It gives the answer of one that is held back, and nothing for one that may be sent.
func (c *Client) inspect(ctx context.Context, x *exchange) (*Response, error) {
	g := c.guard
	if g == nil {
		return nil, nil
	}
	if g.ReadOnly && !reads(x.Method) {
		return nil, &ReadOnlyError{look(x).name(), x.Method, shownPath(x.Path)}
	}
	if len(g.Guilds) == 0 && g.Held == nil {
		return nil, nil
	}
	request := look(x)
	if len(g.Guilds) > 0 {
		if err := c.checkGuilds(ctx, request); err != nil {
			return nil, err
		}
	}
	if g.Held != nil && request.destructive() {
		return c.hold(ctx, request)
	}
	return nil, nil
}

// allows reports whether a guild, "" for direct messages, may be touched.
func (g *Guard) allows(guild string) bool {
	if guild == "" {
		return g.Direct
	}
	return slices.Contains(g.Guilds, discord.Snowflake(guild))
}
