// Package voice is a voice server for one machine: the websocket gateway of version 8, plain and over TLS at the same address, and the UDP
// relay behind it, with end-to-end encryption delivered as Discord delivers it. It is strict: every mistake of a client ends its connection
// with Discord's own code. On request it fails in the ways that networks and voice servers fail.
//
// The server knows nothing of guilds and channels. Whoever owns it gives out seats: Admit says who may be in which call and with which
// token, Expel takes the seat away. A seat is for a client, which connects, or for a person, who is in the call at once, without a socket:
// Speak has the person speak, and Heard tells what has reached the person.
package voice
