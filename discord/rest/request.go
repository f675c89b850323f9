package rest

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"cordial/discord/rest/catalogue"
)

// Request is a request to Discord's API.
type Request struct {
	Operation *catalogue.Operation // nil: found by method and path, if the catalogue has it
	Method    string
	Path      string // below the API's address, escaped, such as "/channels/123/messages"
	Query     url.Values
	Body      any // anything that encoding/json writes; nil for none
	Files     []File
	Reason    string // for the audit log
	UseUser   bool   // send the user token in place of the bot's

	// Repeatable says that a POST has the same effect when it is sent twice. All other methods are taken to be so: Discord's PATCH
	// sets fields to values, and PUT and DELETE name what they make and remove.
	Repeatable bool
}

// operation is the one that the request names, or else the one that its method and path lead to. It is nil for what the catalogue does
// not know, which may be new.
func (r *Request) operation() *catalogue.Operation {
	if r.Operation != nil {
		return r.Operation
	}
	path, _, _ := strings.Cut(r.Path, "?")
	return catalogue.Find(r.Method, path)
}

// Response is Discord's answer to a request that it granted.
type Response struct {
	Status int
	Header http.Header
	Body   []byte
}

// exchange is a request made ready to be sent any number of times.
type exchange struct {
	*Request
	op         *catalogue.Operation
	route      route
	http       *http.Request
	body       *body
	credential *credential // nil when it goes without a token
	repeated   bool        // it was sent before, and what became of it is not known
}

func (c *Client) prepare(req *Request) (*exchange, error) {
	if !strings.HasPrefix(req.Path, "/") || strings.HasPrefix(req.Path, "//") {
		return nil, fmt.Errorf("request path %q: expected a path below the API's address, such as /users/@me", shownPath(req.Path))
	}
	x := &exchange{Request: req, op: req.operation(), route: routeOf(req.Method, req.Path, c.clock.Now())}
	var err error
	if x.body, err = newBody(x.op, req); err != nil {
		return nil, fmt.Errorf("%s %s: %w", req.Method, shownPath(req.Path), err)
	}
	if err := c.authorize(x); err != nil {
		return nil, err
	}
	if err := c.gone.check(x); err != nil {
		return nil, err
	}
	address := c.base + req.Path
	if len(req.Query) > 0 {
		separator := "?"
		if strings.Contains(req.Path, "?") {
			separator = "&"
		}
		address += separator + req.Query.Encode()
	}
	x.http, err = x.httpRequest(address, c.agent)
	return x, err
}

// authorize chooses the token. An operation that needs none gets the bot's if there is one, because its limits are wider then.
func (c *Client) authorize(x *exchange) error {
	switch {
	case x.UseUser && !c.asUser:
		if c.user.check() == nil {
			c.warnUserOnce.Do(func() {
				c.log.Warn("using a person's token: Discord forbids automating user accounts and may close the account")
			})
		}
		x.credential = &c.user
	case x.route.tokened, x.op != nil && !x.op.NeedsAuth() && c.bot.check() != nil:
		return nil
	default:
		x.credential = &c.bot
	}
	return x.credential.check()
}

// httpRequest makes the request without body and context, which each try adds.
func (x *exchange) httpRequest(address, agent string) (*http.Request, error) {
	req, err := http.NewRequest(x.Method, address, nil)
	if err != nil { // repeats the address, which may have a token
		return nil, fmt.Errorf("%s %q: the method or the path has characters that cannot be sent", x.Method, shownPath(x.Path))
	}
	req.Header = http.Header{"User-Agent": {agent}}
	if x.credential != nil {
		req.Header["Authorization"] = []string{x.credential.header}
	}
	if x.Reason != "" {
		req.Header["X-Audit-Log-Reason"] = []string{url.PathEscape(x.Reason)}
	}
	if x.body != nil {
		req.Header["Content-Type"] = []string{x.body.contentType}
		req.ContentLength = x.body.size
	}
	return req, nil
}

// repeatable reports whether sending the request twice does what sending it once does.
func (x *exchange) repeatable() bool { return x.Method != http.MethodPost || x.Repeatable }
