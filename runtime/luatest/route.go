package luatest

import (
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
)

// Route sends requests for the servers of the network to them, and others on to next. With publicOnly a server counts only under the name
// that it has, not under an address of this machine.
func (n *Network) Route(next http.RoundTripper, publicOnly bool) http.RoundTripper {
	return route{network: n, next: next, publicOnly: publicOnly}
}

type route struct {
	network    *Network
	next       http.RoundTripper
	publicOnly bool
}

// RoundTrip implements [http.RoundTripper].
func (r route) RoundTrip(req *http.Request) (*http.Response, error) {
	_, literal := netip.ParseAddr(req.URL.Hostname())
	address, found := r.network.find(req.URL)
	if !found || r.publicOnly && literal == nil {
		return outside{r.next}.RoundTrip(req)
	}
	inside := req.Clone(req.Context())
	inside.Host = hostOf(req)
	inside.URL.Scheme, inside.URL.Host = "http", address
	resp, err := r.network.servers.RoundTrip(inside)
	if err == nil {
		resp.Request = req
	}
	return resp, err
}

func hostOf(req *http.Request) string {
	if req.Host != "" {
		return req.Host
	}
	return req.URL.Host
}

// find gives the address of the server that answers a URL.
func (n *Network) find(u *url.URL) (address string, found bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if address, found = n.named[siteOf(u)]; found {
		return address, true
	}
	return u.Host, u.Scheme == "http" && n.listeners[u.Host] != nil
}

// name has the server at an address answer what is asked of a site, such as https://api.example.com.
func (n *Network) name(site *url.URL, address string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.named[siteOf(site)] = address
}

// siteOf is the part of an address that names the server.
func siteOf(u *url.URL) string {
	port := u.Port()
	switch {
	case port != "":
	case u.Scheme == "https":
		port = "443"
	default:
		port = "80"
	}
	return u.Scheme + "://" + strings.ToLower(u.Hostname()) + ":" + port
}

// outside marks requests that leave the process on the stacks of their goroutines, also while the answer is read: for those the clock
// waits. See the variable away.
type outside struct{ next http.RoundTripper }

// RoundTrip implements [http.RoundTripper].
func (o outside) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := o.next.RoundTrip(req)
	if err == nil {
		resp.Body = outsideBody{resp.Body}
	}
	return resp, err
}

type outsideBody struct{ io.ReadCloser }

// Read implements [io.Reader].
func (b outsideBody) Read(p []byte) (int, error) { return b.ReadCloser.Read(p) }
