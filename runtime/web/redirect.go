package web

import (
	"fmt"
	"net/http"
	"net/url"
)

// credentials are the headers that only the host gets for which the script meant them.
var credentials = []string{"Authorization", "Cookie", "Proxy-Authorization"}

// redirects decides about the redirects of one request, and what is sent along.
func (c *client) redirects(r *request) func(req *http.Request, via []*http.Request) error {
	left := false // the host that the script named
	return func(req *http.Request, via []*http.Request) error {
		if r.redirects == 0 {
			return http.ErrUseLastResponse
		}
		from := via[len(via)-1]
		if err := r.follows(from, req, len(via)); err != nil {
			return err
		}
		req.URL.User = nil // a password that the server made up is not the script's
		if left = left || !sameSite(from.URL, req.URL); left {
			for _, name := range credentials {
				req.Header.Del(name)
			}
		}
		for name := range req.Header {
			if c.withheld(req.URL, req.Header[name]) {
				req.Header.Del(name)
			}
		}
		req.Header.Del("Referer") // net/http's, with a query that is not for others
		if referer := r.header.Get("Referer"); referer != "" {
			req.Header.Set("Referer", referer)
		}
		return nil
	}
}

// follows reports why a redirect is not followed, the n-th of its request.
func (r *request) follows(from, to *http.Request, n int) error {
	refuse := func(reason string) error {
		return &Error{Kind: kindRedirect, URL: from.URL.String(), Reason: reason}
	}
	switch {
	case n > r.redirects:
		return refuse(fmt.Sprintf("more than %d redirects, the last to %s; pass redirects= to follow more", r.redirects, shown(to.URL)))
	case to.URL.Scheme != "http" && to.URL.Scheme != "https" || to.URL.Host == "":
		return refuse("a redirect to " + shown(to.URL) + ", which is no address of a web server")
	case r.publicOnly && to.URL.User != nil:
		return refuse("a redirect to an address with a user, which public_only refuses")
	case from.URL.Scheme == "https" && to.URL.Scheme == "http" && hasCredentials(from.Header):
		return refuse("a redirect from https to " + shown(to.URL) + ", where the request's credentials could be read on the way; pass redirects=0 and follow it without them")
	}
	return nil
}

func hasCredentials(header http.Header) bool {
	for _, name := range credentials {
		if header.Get(name) != "" {
			return true
		}
	}
	return false
}

// sameSite reports whether credentials for one address may go to another: the host and port are the same, or http has become https.
func sameSite(from, to *url.URL) bool {
	if from.Hostname() != to.Hostname() {
		return false
	}
	upgraded := from.Scheme == "http" && to.Scheme == "https" && port(from) == "80" && port(to) == "443"
	return upgraded || from.Scheme == to.Scheme && port(from) == port(to)
}

func port(u *url.URL) string {
	switch {
	case u.Port() != "":
		return u.Port()
	case u.Scheme == "https":
		return "443"
	}
	return "80"
}

// shown is an address without its query, where keys are, and without a user.
func shown(u *url.URL) string {
	return (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path, RawPath: u.RawPath}).String()
}

// withheld reports whether one of a header's values holds a secret that is not for the host.
func (c *client) withheld(to *url.URL, values []string) bool {
	for _, value := range values {
		if c.options.Withhold != nil && c.options.Withhold(to, value) {
			return true
		}
	}
	return false
}
