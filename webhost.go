package main

import (
	"net/url"
	"strings"

	"cordial/discord/rest"
	"cordial/runtime/web"
)

// webOptions are those of the module http. A header with a token goes to Discord only, or to the server in its place.
func (p *process) webOptions(api string, guard *rest.Guard) web.Options {
	return web.Options{
		Version:  version(),
		Refuse:   func(method string, to *url.URL) error { return refuseWeb(guard, method, to, api) },
		Withhold: func(to *url.URL, text string) bool { return p.redactor.String(text) != text && !isDiscord(to, api) },
	}
}

// isDiscord reports whether an address is one of Discord's, or at the server whose API is at an address.
func isDiscord(to *url.URL, api string) bool {
	if base, err := url.Parse(api); err == nil && base.Host != "" && to.Host == base.Host {
		return true
	}
	host := to.Hostname()
	for _, domain := range []string{"discord.com", "discordapp.com"} {
		if to.Scheme == "https" && (host == domain || strings.HasSuffix(host, "."+domain)) {
			return true
		}
	}
	return false
}
