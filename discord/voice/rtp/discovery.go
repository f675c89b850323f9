package rtp

import (
	"bytes"
	"encoding/binary"
	"errors"
	"net/netip"
)

// The form of an IP discovery: u16 type | u16 length of what follows | u32 ssrc | 64 bytes address, ended by NUL | u16 port.
const (
	discoveryRequest = 1
	discoveryAnswer  = 2
	discoveryLength  = 70
	addressSize      = 64
	// DiscoverySize is the length in bytes of a request and of an answer.
	DiscoverySize = 4 + discoveryLength
)

// ErrNotDiscovery says that a datagram is not what was expected of the IP discovery.
var ErrNotDiscovery = errors.New("the datagram does not belong to the IP discovery")

// AppendDiscovery appends the request with which a client asks for its address as the server sees it.
func AppendDiscovery(dst []byte, ssrc uint32) []byte {
	return appendDiscovery(dst, discoveryRequest, ssrc, netip.AddrPort{})
}

// AppendDiscoveryAnswer appends what the server answers.
func AppendDiscoveryAnswer(dst []byte, ssrc uint32, addr netip.AddrPort) []byte {
	return appendDiscovery(dst, discoveryAnswer, ssrc, addr)
}

func appendDiscovery(dst []byte, kind uint16, ssrc uint32, addr netip.AddrPort) []byte {
	dst = binary.BigEndian.AppendUint16(dst, kind)
	dst = binary.BigEndian.AppendUint16(dst, discoveryLength)
	dst = binary.BigEndian.AppendUint32(dst, ssrc)
	var text [addressSize]byte
	if addr.IsValid() {
		addr.Addr().Unmap().WithZone("").AppendTo(text[:0])
	}
	dst = append(dst, text[:]...)
	return binary.BigEndian.AppendUint16(dst, addr.Port())
}

// ParseDiscoveryRequest reads a client's request. It fails with ErrNotDiscovery.
func ParseDiscoveryRequest(datagram []byte) (ssrc uint32, err error) {
	if !isDiscovery(datagram, discoveryRequest) {
		return 0, ErrNotDiscovery
	}
	return binary.BigEndian.Uint32(datagram[4:]), nil
}

// ParseDiscovery reads a server's answer: the client's address as the server sees it. It fails with ErrNotDiscovery.
func ParseDiscovery(datagram []byte) (ssrc uint32, addr netip.AddrPort, err error) {
	if !isDiscovery(datagram, discoveryAnswer) {
		return 0, netip.AddrPort{}, ErrNotDiscovery
	}
	text, _, ended := bytes.Cut(datagram[8:8+addressSize], []byte{0})
	ip, err := netip.ParseAddr(string(text))
	port := binary.BigEndian.Uint16(datagram[8+addressSize:])
	if !ended || err != nil || ip.Zone() != "" || port == 0 {
		return 0, netip.AddrPort{}, ErrNotDiscovery
	}
	return binary.BigEndian.Uint32(datagram[4:]), netip.AddrPortFrom(ip.Unmap(), port), nil
}

func isDiscovery(datagram []byte, kind uint16) bool {
	return len(datagram) == DiscoverySize && binary.BigEndian.Uint16(datagram) == kind && binary.BigEndian.Uint16(datagram[2:]) == discoveryLength
}

// KeepaliveSize is the length in bytes of a keepalive. Nothing shorter or as short is audio.
const KeepaliveSize = 8

// AppendKeepalive appends the datagram that keeps the way through routers open: a counter, little-endian, and four zero bytes. The
// server sends it back as it is. It is not documented; Discord's clients send it every 5 seconds.
func AppendKeepalive(dst []byte, counter uint32) []byte {
	dst = binary.LittleEndian.AppendUint32(dst, counter)
	return append(dst, 0, 0, 0, 0)
}
