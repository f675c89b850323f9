package voice

import "cordial/discord"

// daveVersion is the version of the end-to-end encryption that is spoken.
const daveVersion = 1

// DAVEPolicy says which calls are encrypted end to end. Calls of plain seats never are.
type DAVEPolicy int

// The policies.
const (
	// DAVERequired closes clients that do not announce the encryption with 4017, as Discord does since March 2026.
	DAVERequired DAVEPolicy = iota
	// DAVEAllowed has a call be encrypted as long as all of its members can.
	DAVEAllowed
	// DAVEOff encrypts no call.
	DAVEOff
)

// encryption is the end-to-end encryption of a call.
type encryption struct{ version int }

// startingVersion is the version of the end-to-end encryption that a member begins with.
func (s *Server) startingVersion(m *member) int { return 0 }

// takeMLS acts on a binary message of a member.
func (m *member) takeMLS(op discord.VoiceOpcode, payload []byte) *closing { return nil }
