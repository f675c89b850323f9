package web

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"cordial/runtime/bind"
)

// module is the module http of one host.
type module struct {
	client *client
	wrote  func(path string) // is told of files that answers are saved to
}

var urlParam = bind.Param{Name: "url", Type: bind.String, Required: true}

// options are what every request takes.
var options = []bind.Param{
	{Name: "headers", Type: headersType, Named: true, Doc: "such as {Authorization=\"Bearer …\"}"},
	{Name: "query", Type: valuesType, Named: true, Doc: "is added to the address"},
	{Name: "timeout", Type: bind.Duration, Named: true, Default: 30 * time.Second, Doc: "for the whole call; 0 for none"},
	{Name: "redirects", Type: bind.Integer, Named: true, Default: 10, Doc: "how many are followed; 0 gives the redirect itself"},
	{Name: "max_size", Type: bind.Integer, Named: true, Doc: "of the body in bytes (32 MB; with save= and without public_only any)"},
	{Name: "public_only", Type: bind.Boolean, Named: true, Doc: "refuses addresses that are not public, for what users ask for"},
	{Name: "proxy", Type: bind.String, Named: true, Doc: "in the place of the environment's; \"\" for none"},
	{Name: "raise", Type: bind.Boolean, Named: true, Doc: "raises an HTTPError when the status is 400 or more"},
}

// saveOption is for answers that have a body.
var saveOption = bind.Param{Name: "save", Type: bind.String, Named: true, Doc: "writes the body of a good answer (200 to 299) to this file"}

// bodyOptions are what a request sends.
var bodyOptions = []bind.Param{
	{Name: "json", Type: bind.Any, Named: true, Doc: "a value, sent as json.encode writes it"},
	{Name: "form", Type: valuesType, Named: true, Doc: "fields of a form"},
	{Name: "files", Type: uploadsType, Named: true, Doc: "files of a form: {photo=\"otter.png\"}, or {photo={data=, name=, type=}}"},
	{Name: "body", Type: pieceType, Named: true, Doc: "a text, or {path=\"…\"} for a file"},
}

// The options of the methods that only receive a body, and of those that send one too.
var (
	receiving = append(slices.Clone(options), saveOption)
	sending   = slices.Concat(bodyOptions, receiving)
)

func (m *module) declaration() bind.Module {
	return bind.Module{
		Name: "http", Doc: "Requests to web servers. A bad status is an answer like others; without any answer an HTTPError is raised.", Global: true,
		Funcs: []bind.Func{
			m.method("get", "Asks for an address.", `local answer = http.get("https://example.com/search", {query = {q = "otter"}})`, receiving),
			m.method("head", "Asks for the headers of an address.", `print(http.head("https://example.com/big.zip").headers.content_length)`, options),
			m.method("post", "Sends something to an address.", `http.post("https://example.com/orders", {json = {item = "tea", count = 2}})`, sending),
			m.method("put", "Puts something at an address.", `http.put("https://example.com/files/log", {body = {path = "bot.log"}})`, sending),
			m.method("patch", "Changes what is at an address.", `http.patch("https://example.com/orders/7", {json = {count = 3}})`, sending),
			m.method("delete", "Deletes what is at an address.", `http.delete("https://example.com/orders/7")`, sending),
			{
				Name: "request", Doc: "Sends a request with any method.", Returns: "Response",
				Params:  append([]bind.Param{{Name: "method", Type: bind.String, Required: true}, urlParam}, sending...),
				Example: `http.request("OPTIONS", "https://example.com/")`,
				Call: func(c *bind.Call) (any, error) {
					method := strings.ToUpper(c.String("method"))
					if !validName(method) || method == http.MethodConnect {
						return nil, wrong(c, `method: expected one such as "GET" or "PROPFIND"`)
					}
					return m.send(c, method)
				},
			},
		},
	}
}

// method declares the function for an HTTP method.
func (m *module) method(name, doc, example string, options []bind.Param) bind.Func {
	return bind.Func{
		Name: name, Doc: doc, Returns: "Response", Example: example, Params: append([]bind.Param{urlParam}, options...),
		Call: func(c *bind.Call) (any, error) { return m.send(c, strings.ToUpper(name)) },
	}
}

// send sends the request of a call while other tasks run.
func (m *module) send(c *bind.Call, method string) (any, error) {
	r, err := m.parseRequest(c, method)
	if err != nil {
		return nil, err
	}
	turn := m.client.queue.enter()
	defer turn.leave()
	var answer *Response
	err = c.Wait(func(ctx context.Context) (err error) {
		answer, err = m.client.do(ctx, r, turn)
		return err
	})
	if err != nil {
		return nil, err
	}
	return answer, nil
}
