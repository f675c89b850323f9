// Package web declares the module http to a host's scripts: requests to any web server, with answers in memory or in files.
package web

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"net/netip"
	"net/url"

	"cordial/runtime"
)

// Options are what the module needs of the world around it.
type Options struct {
	// Version is the program's, for the header User-Agent.
	Version string

	// Place finds the folder that scripts may use in which a path lies, and the path inside it, which no link may lead out of. It is
	// called with the Lua state held. By default the script's own folder is all that they may use.
	Place func(name string) (folder, path string, err error)

	// Proxy chooses the proxy of a request that names none itself. By default it is that of the environment.
	Proxy func(*http.Request) (*url.URL, error)

	// Dialer opens the connections. Its Resolver finds addresses. By default it waits 30 s at the most.
	Dialer *net.Dialer

	// TLS is the configuration of https, such as further root certificates.
	TLS *tls.Config

	// Withhold reports whether a text holds a secret that must not be sent to the host of an address. Headers are asked for.
	Withhold func(to *url.URL, text string) bool

	// Refuse may refuse a request before it is sent, and each redirect that would be followed; nil refuses none. It is also asked for the
	// address with the host that the header Host names, and with the proxy that a script has chosen.
	Refuse func(method string, to *url.URL) error

	// Route gives what sends requests in place of next, which opens connections; nil is next itself. Answers that it makes up count as
	// those of a server that publicOnly allows.
	Route func(next http.RoundTripper, publicOnly bool) http.RoundTripper

	// public is what tests have in the place of IsPublic.
	public func(netip.Addr) bool
}

// Install declares the module http to a host's scripts. Connections are closed when the host is.
func Install(host *runtime.Host, options Options) {
	r := host.Registry()
	closed := host.Context(r.L) // outside of tasks: the host's own context
	if options.Place == nil {
		options.Place = func(name string) (string, string, error) { return host.Dir(), name, nil }
	}
	m := &module{client: newClient(closed, host.Clock(), options), wrote: host.Wrote}
	context.AfterFunc(closed, m.client.close)
	r.AddClass(responseClass())
	r.AddClass(headersClass())
	r.AddClass(errorClass())
	r.Convert(convert(r))
	r.AddModule(m.declaration())
}
