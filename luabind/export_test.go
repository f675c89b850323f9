package luabind

import lua "github.com/yuin/gopher-lua"

// Cutting is how many listeners cut utterances for the handlers of a VoiceClient.
func Cutting(client lua.LValue) int {
	e := &client.(*lua.LUserData).Value.(*voiceClient).events
	e.mu.Lock()
	defer e.mu.Unlock()
	return len(e.cutting)
}
