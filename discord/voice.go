package discord

// VoiceOpcode says what a frame of the voice gateway is for.
type VoiceOpcode int

// String is the opcode's name, such as "Session Description", or "" for a number that is none.
func (o VoiceOpcode) String() string { return voiceOpcodeNames[o] }

// VoiceCloseCode is a code that Discord closes a voice connection with.
type VoiceCloseCode int

// voiceCloseCode is what is known of a close code.
type voiceCloseCode struct {
	name  string
	after VoiceCloseAction
}

// VoiceCloseAction is what a client does after a voice connection was closed.
type VoiceCloseAction int

// What a client does after a voice connection was closed.
const (
	VoiceAfterResume VoiceCloseAction = iota // connect again and resume
	VoiceAfterRejoin                         // join the channel anew over the gateway, not often
	VoiceAfterWait                           // nothing, until the gateway tells of a new server or that the bot has left
	VoiceAfterStop                           // nothing: every further try would end in the same way
)

// Name is the code's name, such as "Session timeout", or "" for an unknown code.
func (c VoiceCloseCode) Name() string { return voiceCloseCodes[c].name }

// Action is what to do after this code. After a code that is not one of the voice gateway's own, the network or a restart of a server was
// the cause, and the session can be resumed.
func (c VoiceCloseCode) Action() VoiceCloseAction { return voiceCloseCodes[c].after }
