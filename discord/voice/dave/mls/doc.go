// Package mls is Messaging Layer Security (RFC 9420) as far as DAVE, Discord's end-to-end encryption of voice, uses it: cipher suite 2
// (P-256, AES-128-GCM, SHA-256), basic credentials, Add and Remove proposed by the voice server as external sender, commits by
// reference as PublicMessage, a Welcome that carries the ratchet tree, the exporter and the epoch authenticator.
//
// A member's state in one epoch is a [Group]; it is never changed in place. [Group.Commit] and [Group.Process] make the state of the next
// epoch, [Create] and [Join] the first one. The server's half ([ExternalSender], [ParseCommit], [SplitWelcome]) needs no secret of a group.
//
// Bytes handed in are copied where they are kept. Nothing here panics on what the network sends, and no error holds a secret.
// Section numbers in the comments are those of RFC 9420.
package mls
