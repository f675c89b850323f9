package voice

import "cordial/discord"

// daveVersion is the version of the end-to-end encryption that is spoken.
const daveVersion = 1

// encryption is the end-to-end encryption of a call.
type encryption struct{ version int }

// startingVersion is the version of the end-to-end encryption that a member begins with.
func (s *Server) startingVersion(m *member) int { return 0 }

// takeMLS acts on a binary message of a member.
func (m *member) takeMLS(op discord.VoiceOpcode, payload []byte) *closing { return nil }
