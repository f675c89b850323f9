package main

import (
	"bytes"
	"fmt"
	"strings"
)

// voiceActions are the constants for what a client does after a close code, by the first word of the facts.
var voiceActions = map[string]string{
	"resume": "VoiceAfterResume",
	"rejoin": "VoiceAfterRejoin",
	"fresh":  "VoiceAfterRejoin",
	"bug":    "VoiceAfterRejoin", // once, in case that it was not a bug
	"stop":   "VoiceAfterStop",
}

// voiceAction is the constant for a close code. After some of those that end a connection the gateway may tell of a new server.
func voiceAction(c closeCode) (string, error) {
	if strings.Contains(c.Action, "wait") || strings.Contains(c.Name, "Call Terminated") {
		return "VoiceAfterWait", nil
	}
	word, _, _ := strings.Cut(c.Action, " ")
	action, ok := voiceActions[word]
	if !ok {
		return "", fmt.Errorf("voice close code %d: unknown action %q", c.Code, c.Action)
	}
	return action, nil
}

// writeVoice writes the voice gateway's opcodes and close codes.
func writeVoice(w *bytes.Buffer, e enumsFile) error {
	w.WriteString("package discord\n\n// The voice gateway's opcodes.\nconst (\n")
	for _, op := range e.VoiceOpcodes {
		fmt.Fprintf(w, "VoiceOp%s VoiceOpcode = %d\n", joined(op.Name), op.Op)
	}
	w.WriteString(")\n\nvar voiceOpcodeNames = map[VoiceOpcode]string{\n")
	for _, op := range e.VoiceOpcodes {
		fmt.Fprintf(w, "%d: %q,\n", op.Op, op.Name)
	}
	w.WriteString("}\n\n// The voice gateway's close codes.\nconst (\n")
	for _, c := range e.VoiceCloseCodes {
		fmt.Fprintf(w, "VoiceClose%s VoiceCloseCode = %d\n", voiceCloseName(c.Name), c.Code)
	}
	w.WriteString(")\n\nvar voiceCloseCodes = map[VoiceCloseCode]voiceCloseCode{\n")
	for _, c := range e.VoiceCloseCodes {
		action, err := voiceAction(c)
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "%d: {%q, %s},\n", c.Code, c.Name, action)
	}
	w.WriteString("}\n")
	return nil
}

// voiceCloseName is a constant's name for a close code: "E2EE/DAVE protocol required" becomes DAVEProtocolRequired, and what is before a
// colon is left out.
func voiceCloseName(name string) string {
	if _, after, found := strings.Cut(name, ": "); found {
		name = after
	}
	return joined(strings.TrimPrefix(name, "E2EE/"))
}
