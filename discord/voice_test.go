package discord

import "testing"

func TestVoiceCloseCodes(t *testing.T) {
	tests := []struct {
		code   VoiceCloseCode
		name   string
		action VoiceCloseAction
	}{
		{VoiceCloseAuthenticationFailed, "Authentication failed", VoiceAfterRejoin},
		{VoiceCloseUnknownOpcode, "Unknown opcode", VoiceAfterRejoin},
		{VoiceCloseVoiceServerCrashed, "Voice server crashed", VoiceAfterResume},
		{VoiceCloseDisconnected, "Disconnected", VoiceAfterWait},
		{VoiceCloseCallTerminated, "Disconnected: Call Terminated", VoiceAfterWait},
		{VoiceCloseDAVEProtocolRequired, "E2EE/DAVE protocol required", VoiceAfterStop},
		{VoiceCloseRateLimited, "Disconnected: Rate Limited", VoiceAfterStop},
		{1006, "", VoiceAfterResume},
	}
	for _, test := range tests {
		if test.code.Name() != test.name || test.code.Action() != test.action {
			t.Errorf("%d: %q, action %d; want %q, %d", test.code, test.code.Name(), test.code.Action(), test.name, test.action)
		}
	}
	if got := VoiceOpDAVEMLSCommitWelcome.String(); got != "DAVE MLS Commit Welcome" {
		t.Errorf("op 28 is called %q", got)
	}
}
