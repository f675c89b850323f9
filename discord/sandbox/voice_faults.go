package sandbox

import (
	"cordial/discord"
	"cordial/discord/sandbox/voice"
)

// VoiceFaultKind says what goes wrong with voice.
type VoiceFaultKind string

// The faults of voice.
const (
	VoiceFaultDrop    VoiceFaultKind = "voice_drop"    // connections break, without a close frame; sessions can be resumed
	VoiceFaultClose   VoiceFaultKind = "voice_close"   // connections are closed with Code
	VoiceFaultNoAcks  VoiceFaultKind = "voice_no_acks" // the connections that there are get no answer to beats any more
	VoiceFaultMove    VoiceFaultKind = "voice_move"    // all calls move: the endpoint is null, and then another one
	VoiceFaultNetwork VoiceFaultKind = "voice_network" // packets meet a Network from now on
	VoiceFaultRevoke  VoiceFaultKind = "voice_revoke"  // the next proposals of an encrypted call are revoked and made anew
	VoiceFaultBreak   VoiceFaultKind = "voice_break"   // the next commits and Welcomes that User gets are damaged
)

// VoiceFaultKinds lists all faults of voice.
func VoiceFaultKinds() []VoiceFaultKind {
	return []VoiceFaultKind{VoiceFaultDrop, VoiceFaultClose, VoiceFaultNoAcks, VoiceFaultMove, VoiceFaultNetwork, VoiceFaultRevoke, VoiceFaultBreak}
}

// VoiceFault makes something go wrong with voice.
type VoiceFault struct {
	Kind    VoiceFaultKind
	User    discord.Snowflake      // of voice_drop, voice_close and voice_no_acks, "" for everybody; of voice_break, "" for the bot
	Code    discord.VoiceCloseCode // of voice_close; 4015 when 0
	Times   int                    // of voice_drop, voice_close, voice_revoke and voice_break: how often it happens; 0 means once
	Network voice.Network          // of voice_network
}

// FaultVoice orders a fault of voice. One that ends connections hits those that have a session at once, and the next that begin or resume
// one as often as is left of its Times.
func (s *Server) FaultVoice(f VoiceFault) {
	f.Times = max(f.Times, 1)
	switch f.Kind {
	case VoiceFaultDrop:
		s.voice.StrikeConnections(voice.Strike{User: f.User, Times: f.Times})
	case VoiceFaultClose:
		if f.Code == 0 {
			f.Code = discord.VoiceCloseVoiceServerCrashed
		}
		s.voice.StrikeConnections(voice.Strike{User: f.User, Code: f.Code, Times: f.Times})
	case VoiceFaultNoAcks:
		s.voice.StopAcks(f.User)
	case VoiceFaultMove:
		s.world.moveCalls()
	case VoiceFaultNetwork:
		s.voice.SetNetwork(f.Network)
	case VoiceFaultRevoke:
		s.voice.RevokeProposals(f.Times)
	case VoiceFaultBreak:
		if f.User == "" {
			f.User = s.world.botID()
		}
		s.voice.BreakCommits(f.User, f.Times)
	}
}

// moveCalls moves all calls to other endpoints.
func (w *World) moveCalls() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, g := range sortedByID(w.guilds) {
		for _, c := range sortedByID(g.channels) {
			if len(w.inVoice(c)) > 0 {
				w.moveCall(c)
			}
		}
	}
}

// botID is the bot's id.
func (w *World) botID() discord.Snowflake {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.app.ID
}
