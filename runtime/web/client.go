package web

import (
	"cmp"
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"sync"
	"syscall"
	"time"

	"github.com/jonboulle/clockwork"
)

// maxRequests is how many requests of a host run at a time. Others wait for their turn, in order.
const maxRequests = 64

// maxIdle is how many connections are kept for later, and maxIdleEach how many of them to one server.
const (
	maxIdle     = 64
	maxIdleEach = 16
)

// client sends the requests of a host.
type client struct {
	options Options
	clock   clockwork.Clock
	closed  context.Context // ends with the host
	queue   queue

	// A connection of one is never used by the other: those of guarded go to public addresses.
	direct, guarded func() *http.Transport
}

func newClient(closed context.Context, clock clockwork.Clock, options Options) *client {
	c := &client{options: options, clock: clock, closed: closed, queue: queue{free: maxRequests}}
	if c.options.Dialer == nil {
		c.options.Dialer = &net.Dialer{Timeout: 30 * time.Second}
	}
	if c.options.Proxy == nil {
		c.options.Proxy = http.ProxyFromEnvironment
	}
	if c.options.public == nil {
		c.options.public = IsPublic
	}
	c.direct = sync.OnceValue(func() *http.Transport { return c.transport(nil, c.proxy) })
	c.guarded = sync.OnceValue(func() *http.Transport { return c.transport(c.options.public, nil) })
	return c
}

// transport makes a transport. One with a rule for addresses has no proxy, behind which nobody would keep to the rule.
func (c *client) transport(public func(netip.Addr) bool, proxy func(*http.Request) (*url.URL, error)) *http.Transport {
	dialer := *c.options.Dialer
	if public != nil {
		dialer.ControlContext = guard(public, dialer)
		dialer.Control = nil
	}
	var config *tls.Config
	if c.options.TLS != nil {
		config = c.options.TLS.Clone()
	}
	return &http.Transport{
		Proxy: proxy,
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			ctx, cancel := context.WithCancel(ctx)
			defer cancel()
			defer context.AfterFunc(c.closed, cancel)()
			return dialer.DialContext(ctx, network, address)
		},
		TLSClientConfig:        config,
		TLSHandshakeTimeout:    30 * time.Second,
		ForceAttemptHTTP2:      true,
		DisableCompression:     true, // see decoded
		MaxIdleConns:           maxIdle,
		MaxIdleConnsPerHost:    maxIdleEach,
		IdleConnTimeout:        90 * time.Second,
		ExpectContinueTimeout:  time.Second,
		MaxResponseHeaderBytes: 1 << 20,
		OnProxyConnectResponse: func(_ context.Context, proxy *url.URL, _ *http.Request, answer *http.Response) error {
			if answer.StatusCode == http.StatusOK {
				return nil
			}
			return &Error{Kind: kindProxy, Reason: fmt.Sprintf("the proxy %s answers %s", proxy.Host, answer.Status)}
		},
	}
}

// guard adds the rule for addresses to what a dialer checks already.
func guard(public func(netip.Addr) bool, dialer net.Dialer) func(context.Context, string, string, syscall.RawConn) error {
	check := control(public)
	return func(ctx context.Context, network, address string, conn syscall.RawConn) error {
		if err := check(network, address, conn); err != nil {
			return err
		}
		if dialer.ControlContext != nil {
			return dialer.ControlContext(ctx, network, address, conn)
		}
		if dialer.Control != nil {
			return dialer.Control(network, address, conn)
		}
		return nil
	}
}

// proxyKey is the place in a request's context of the proxy that the script chose: an address, nil for none.
type proxyKey struct{}

func (c *client) proxy(r *http.Request) (*url.URL, error) {
	if chosen, ok := r.Context().Value(proxyKey{}).(*url.URL); ok {
		return chosen, nil
	}
	return c.options.Proxy(r)
}

// close closes the connections that are kept. It is called when no task runs any more.
func (c *client) close() {
	c.direct().CloseIdleConnections()
	c.guarded().CloseIdleConnections()
}

// do sends a request when its turn has come, follows redirects, and takes the answer in.
func (c *client) do(ctx context.Context, r *request, turn *turn) (*Response, error) {
	begun := c.clock.Now()
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	if r.timeout > 0 {
		timer := c.clock.AfterFunc(r.timeout, func() { cancel(errTimeout) })
		defer timer.Stop()
	}
	if err := turn.wait(ctx); err != nil {
		return nil, r.failed(ctx, err)
	}
	answer, err := c.exchange(ctx, r)
	if err != nil {
		return nil, r.failed(ctx, err)
	}
	answer.elapsed = c.clock.Since(begun)
	if r.raise && answer.status >= 400 {
		reason := cmp.Or(http.StatusText(answer.status), "not done")
		return nil, &Error{Kind: kindStatus, Method: r.method, URL: answer.url, Reason: reason, Response: answer}
	}
	return answer, nil
}

// exchange is do without its bounds in time and number.
func (c *client) exchange(ctx context.Context, r *request) (*Response, error) {
	var target *target
	if r.save.name != "" {
		var err error
		if target, err = r.save.create(); err != nil {
			return nil, err
		}
		defer target.close()
	}
	req, err := c.newRequest(ctx, r)
	if err != nil {
		return nil, err
	}
	sender := http.Client{Transport: c.refusing(c.sending(r.publicOnly)), CheckRedirect: c.redirects(r)}
	resp, err := sender.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	return receive(r, resp, target)
}

// sending chooses what sends a request.
func (c *client) sending(publicOnly bool) http.RoundTripper {
	transport := c.direct
	if publicOnly {
		transport = c.guarded
	}
	if c.options.Route != nil {
		return c.options.Route(transport(), publicOnly)
	}
	return transport()
}
