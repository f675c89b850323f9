// Package sandbox is a Discord for one machine: a World in memory and a Server that serves it over real HTTP on loopback, so that a
// client cannot tell the difference. It checks what Discord checks (tokens, permissions, limits, the form of every request) and
// answers with Discord's own errors, rate limits included; on request it fails in the ways that Discord sometimes does.
//
// The default world is the server of the document that cordial grew from. Other worlds come from files (LoadWorld).
//
// Every operation is a method of World that takes the Actor who does it. The files named rest_*.go only decode requests, call these
// methods and give the answers to be encoded; people who are moved from Go call the same methods.
package sandbox
