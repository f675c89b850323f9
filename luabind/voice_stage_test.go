package luabind_test

import (
	"io"
	"strings"
	"testing"

	"cordial/luabind"
)

// TestSilencedIsTold plays on a stage from the audience: a line says that nobody hears it, and what to do.
func TestSilencedIsTold(t *testing.T) {
	var stderr operator
	h := newHostOn(t, newServer(t), io.Discard, &stderr, luabind.Options{})
	err := h.RunString(t.Context(), "stage.lua", `
		local guild = dc:guilds()[1]
		local general = dc:find_channel("general").id
		guild:edit{features = {"COMMUNITY"}, rules_channel_id = general, public_updates_channel_id = general, verification_level = 1, explicit_content_filter = 2}
		local vc = guild:create_channel("Stage", {type = 13}):join()
		vc:send_pcm(("\0\16\0\16"):rep(960 * 30))
		vc:leave()
		gateway.stop()`)
	if err != nil {
		t.Fatal(err)
	}
	if told := strings.Count(stderr.String(), "on a stage it must become a speaker first"); told != 1 {
		t.Errorf("told %d times:\n%s", told, stderr.String())
	}
}
