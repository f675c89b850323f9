package web

import "net/http"

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
	if err := r.options.Refuse(req.Method, req.URL); err != nil {
		if req.Body != nil {
			_ = req.Body.Close() // it was not read
		}
		return nil, &Error{Kind: kindDenied, Reason: err.Error(), Err: err}
	}
	return r.next.RoundTrip(req)
}
