package web

import (
	"fmt"
	"net/netip"
	"syscall"
)

// special are the IPv4 addresses that are no public hosts (IANA's registry of special-purpose addresses), and multicast.
var special = prefixes(
	"0.0.0.0/8",       // this network
	"10.0.0.0/8",      // private
	"100.64.0.0/10",   // shared by a provider's customers (CGNAT)
	"127.0.0.0/8",     // loopback
	"169.254.0.0/16",  // link-local, where clouds have their metadata
	"172.16.0.0/12",   // private
	"192.0.0.0/24",    // protocol assignments
	"192.0.2.0/24",    // documentation
	"192.88.99.0/24",  // 6to4 relays
	"192.168.0.0/16",  // private
	"198.18.0.0/15",   // benchmarks
	"198.51.100.0/24", // documentation
	"203.0.113.0/24",  // documentation
	"224.0.0.0/4",     // multicast
	"240.0.0.0/4",     // reserved, broadcast
)

// global6 is the only part of IPv6 that has public hosts. Loopback, link-local, unique local, multicast and mapped addresses lie outside.
var global6 = netip.MustParsePrefix("2000::/3")

// special6 are the parts of global6 that have none.
var special6 = prefixes(
	"2001::/23",     // protocol assignments, Teredo and benchmarks among them
	"2001:db8::/32", // documentation
	"2002::/16",     // 6to4, which embeds IPv4
	"3fff::/20",     // documentation
)

// nat64 embeds IPv4 in its last four bytes (RFC 6052): networks without IPv4 reach all of it so.
var nat64 = netip.MustParsePrefix("64:ff9b::/96")

func prefixes(texts ...string) []netip.Prefix {
	list := make([]netip.Prefix, len(texts))
	for i, text := range texts {
		list[i] = netip.MustParsePrefix(text)
	}
	return list
}

// IsPublic reports whether an address is one of the public internet: none of this machine, its networks, or of a special purpose.
func IsPublic(addr netip.Addr) bool {
	addr = addr.WithZone("").Unmap()
	if nat64.Contains(addr) {
		bytes := addr.As16()
		addr = netip.AddrFrom4([4]byte(bytes[12:]))
	}
	if addr.Is4() {
		return !contain(special, addr)
	}
	return global6.Contains(addr) && !contain(special6, addr)
}

func contain(list []netip.Prefix, addr netip.Addr) bool {
	for _, prefix := range list {
		if prefix.Contains(addr) {
			return true
		}
	}
	return false
}

// control refuses the connections to addresses that are not public. The dialer calls it with each address that it is about to connect
// to, so that neither a name nor a redirect gets round it.
func control(public func(netip.Addr) bool) func(network, address string, _ syscall.RawConn) error {
	return func(_, address string, _ syscall.RawConn) error {
		to, err := netip.ParseAddrPort(address)
		if err == nil && public(to.Addr()) {
			return nil
		}
		return &Error{Kind: kindPrivate, Reason: fmt.Sprintf("public_only refuses %s, which is no address of the public internet", address)}
	}
}
