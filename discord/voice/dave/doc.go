// Package dave is DAVE, Discord's end-to-end encryption of voice, protocol version 1: what a client does with the voice gateway's DAVE
// messages, and the encryption of Opus frames.
//
// A [Session] only computes. It has no socket, timer or goroutine: each method that takes a message of the gateway gives back the
// messages to send, and time comes from the function given to [New].
//
// Keys belong to epochs of an MLS group (package mls) whose members are the users in the call. The voice server proposes who joins and
// leaves, every member commits, the first commit counts. A transition tells when all have the keys of the new epoch and may send
// with them; the keys to receive with are kept for ten seconds more. Silence frames may come unencrypted at any time.
//
// The facts are from Discord's DAVE white paper, version 1.1.4.
package dave
