package web

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"cordial/runtime/bind"
)

// request is what a script asks for.
type request struct {
	method     string
	url        *url.URL // without a user
	header     http.Header
	body       *body // nil for none
	timeout    time.Duration
	redirects  int
	save       place // the file for the answer, the zero one to keep it in memory
	maxSize    int64 // of the answer's body, 0 for any
	publicOnly bool
	raise      bool

	// proxy is the one that the script chose if hasProxy is set; nil is for none.
	proxy    *url.URL
	hasProxy bool
}

// defaultMaxSize bounds an answer in memory, and any for an address that somebody else has written.
const defaultMaxSize = 32_000_000

// parseRequest reads the arguments of a call.
func (m *module) parseRequest(c *bind.Call, method string) (*request, error) {
	r := &request{
		method: method, header: http.Header{}, timeout: c.Duration("timeout"), redirects: c.Int("redirects"),
		publicOnly: c.Bool("public_only"), raise: c.Bool("raise"),
	}
	if err := r.parseURL(c); err != nil {
		return nil, err
	}
	if headers, ok := c.Value("headers").(http.Header); ok {
		r.header = headers
	}
	if user := r.url.User; user != nil {
		password, _ := user.Password()
		(&http.Request{Header: r.header}).SetBasicAuth(user.Username(), password)
		r.url.User = nil
	}
	for name, values := range r.header {
		if m.client.withheld(r.url, values) {
			return nil, wrong(c, "headers."+name+": holds a token that only Discord may have; "+r.url.Host+" would get to know it")
		}
	}
	if err := r.parseSize(c); err != nil {
		return nil, err
	}
	if err := r.parseProxy(c); err != nil {
		return nil, err
	}
	var err error
	if gives(c, "save") {
		if c.String("save") == "" {
			return nil, wrong(c, "save: expected the path of a file")
		}
		if r.save, err = m.client.place(r, c.String("save")); err != nil {
			return nil, err
		}
		m.wrote(filepath.Join(r.save.folder, r.save.path))
	}
	r.body, err = m.parseBody(c, r)
	return r, err
}

// gives reports whether the caller gave a parameter, which not every function has.
func gives(c *bind.Call, name string) bool { return c.Takes(name) && c.Has(name) }

// wrong is the error of an argument.
func wrong(c *bind.Call, reason string) error {
	return &bind.ArgumentError{Func: c.Name(), Reason: reason}
}

func (r *request) parseURL(c *bind.Call) error {
	address := strings.TrimSpace(c.String("url"))
	refuse := func(reason string) error {
		return &Error{Kind: kindURL, Method: r.method, URL: address, Reason: reason}
	}
	u, err := url.Parse(address)
	if outer, ok := errors.AsType[*url.Error](err); ok {
		return refuse("this is no address: " + outer.Err.Error())
	}
	if u.User != nil {
		address = u.Redacted()
	}
	switch {
	case u.Scheme != "http" && u.Scheme != "https":
		return refuse(`an address begins with "https://" or "http://"`)
	case u.Hostname() == "":
		return refuse("the address has no host")
	case u.Port() != "" && !isPort(u.Port()):
		return refuse("the port is no number from 1 to 65535")
	case r.publicOnly && u.User != nil:
		return refuse("the address has a user, which public_only refuses; take it out")
	}
	if query, ok := c.Value("query").(url.Values); ok && len(query) > 0 {
		u.RawQuery = strings.Trim(u.RawQuery+"&"+query.Encode(), "&")
	}
	r.url = u
	return nil
}

func isPort(text string) bool {
	n, err := strconv.ParseUint(text, 10, 16)
	return err == nil && n > 0
}

func (r *request) parseSize(c *bind.Call) error {
	size := c.Int("max_size")
	switch {
	case c.Has("max_size") && size <= 0:
		return wrong(c, "max_size: expected more than zero bytes")
	case r.redirects < 0:
		return wrong(c, "redirects: expected zero or more")
	case !gives(c, "save") || r.publicOnly:
		size = cmp.Or(size, defaultMaxSize)
	}
	r.maxSize = int64(size)
	return nil
}

func (r *request) parseProxy(c *bind.Call) error {
	if !c.Has("proxy") {
		return nil
	}
	r.hasProxy = true
	address := c.String("proxy")
	if address == "" {
		return nil
	}
	if r.publicOnly {
		return wrong(c, "proxy: does not go with public_only, because it is the proxy that finds the addresses")
	}
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" && u.Scheme != "socks5" && u.Scheme != "socks5h" {
		return wrong(c, `proxy: expected an address such as "http://host:3128" or "socks5://host:1080"`)
	}
	r.proxy = u
	return nil
}

// newRequest makes the first request of r.
func (c *client) newRequest(ctx context.Context, r *request) (*http.Request, error) {
	if r.hasProxy {
		ctx = context.WithValue(ctx, proxyKey{}, r.proxy)
	}
	req, err := http.NewRequestWithContext(ctx, r.method, r.url.String(), nil)
	if err != nil {
		return nil, &Error{Kind: kindURL, Reason: "this address cannot be asked for: " + err.Error()}
	}
	req.Header = r.header.Clone()
	req.Host = r.header.Get("Host")
	if _, named := r.header["User-Agent"]; !named {
		req.Header.Set("User-Agent", "cordial/"+cmp.Or(c.options.Version, "0"))
	}
	if r.decodes() {
		req.Header.Set("Accept-Encoding", "gzip, deflate")
	}
	if r.body == nil {
		return req, nil
	}
	if r.body.contentType != "" {
		req.Header.Set("Content-Type", r.body.contentType)
	}
	return req, r.body.sendWith(req)
}

// decodes reports whether compression is the module's own business, and not the script's. Byte ranges count what is sent.
func (r *request) decodes() bool {
	return r.header.Get("Accept-Encoding") == "" && r.header.Get("Range") == "" && r.method != http.MethodHead
}
