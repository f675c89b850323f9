package main

import (
	"net/netip"
	"net/url"
	"strings"
	"unicode"

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
	return to.Scheme == "https" && isDiscordHost(to.Hostname())
}

// isDiscordHost reports whether a host is one of Discord's.
func isDiscordHost(host string) bool {
	for _, domain := range []string{"discord.com", "discordapp.com"} {
		if host == domain || strings.HasSuffix(host, "."+domain) {
			return true
		}
	}
	return false
}

// mayBeDiscord is isDiscord for who tries to hide it: by capitals, a dot at the end, letters that Go's client turns into others, http in
// place of https, or another name of this machine.
func mayBeDiscord(to *url.URL, api string) bool {
	host := hostOf(to)
	if isDiscordHost(host) || strings.ContainsFunc(host, func(r rune) bool { return r > unicode.MaxASCII }) {
		return true
	}
	base, err := url.Parse(api)
	if err != nil || base.Port() != to.Port() {
		return false
	}
	return host == hostOf(base) || isThisMachine(host) && isThisMachine(hostOf(base))
}

// hostOf is the host of an address in the spelling of all others.
func hostOf(u *url.URL) string { return strings.ToLower(strings.TrimSuffix(u.Hostname(), ".")) }

func isThisMachine(host string) bool {
	ip, err := netip.ParseAddr(host)
	return err == nil && (ip.IsLoopback() || ip.IsUnspecified() || ip.Unmap().IsLoopback()) || host == "localhost" || strings.HasSuffix(host, ".localhost")
}
