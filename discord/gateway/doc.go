// Package gateway receives events from Discord over websockets. A Client keeps one session per shard alive: it identifies, beats,
// resumes after a loss, and gives up only where every further try would end in the same way.
//
// What travels over a connection, and what is done after it was closed, follows Discord's documentation of version 10 of its
// gateway.
package gateway
