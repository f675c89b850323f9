package web

import (
	"net/http"
	"net/url"
)

// refuser asks Options.Refuse about everything that it sends.
type refuser struct {
	next    http.RoundTripper
	options *Options
}

// refusing puts Options.Refuse before a transport.
func (c *client) refusing(transport http.RoundTripper) http.RoundTripper {
	if c.options.Refuse == nil {
		return transport
	}
	return refuser{transport, &c.options}
}

// RoundTrip sends a request that is not refused.
func (r refuser) RoundTrip(req *http.Request) (*http.Response, error) {
	for _, to := range receivers(req) {
		if err := r.options.Refuse(req.Method, to); err != nil {
			if req.Body != nil {
				_ = req.Body.Close() // it was not read
			}
			return nil, &Error{Kind: kindDenied, Reason: err.Error(), Err: err}
		}
	}
	return r.next.RoundTrip(req)
}

// receivers are the addresses that a request may be for: its own, and those with the host that its header names and with the proxy that
// the script has chosen, which may be the server itself.
func receivers(req *http.Request) []*url.URL {
	all := []*url.URL{req.URL}
	if req.Host != "" && req.Host != req.URL.Host {
		named := *req.URL
		named.Host = req.Host
		all = append(all, &named)
	}
	if proxy, ok := req.Context().Value(proxyKey{}).(*url.URL); ok && proxy != nil {
		through := *req.URL
		through.Scheme, through.Host = proxy.Scheme, proxy.Host
		all = append(all, &through)
	}
	return all
}
