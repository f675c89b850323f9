// Package rtp reads and writes what travels over the UDP port of a Discord voice connection: RTP packets under Discord's transport
// encryption, the discovery of one's own address, and keepalives. It has no sockets and no clock, and serves a client and a server
// alike.
//
// The forms follow Discord's documentation of voice connections, version 8, and RFC 3550.
package rtp
