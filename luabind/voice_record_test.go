package luabind_test

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"testing"

	"cordial/luabind"
	"cordial/runtime"
)

// TestRecordingErrorsAreToldOnce records to a file that cannot be written: a line says so at once, and the script is told at the end. What
// was recorded is there all the same.
func TestRecordingErrorsAreToldOnce(t *testing.T) {
	const nathan, trouble = "346450717025894400", "is a directory"
	for name, test := range map[string]struct{ end, printed string }{
		"stop_recording": {`vc:stop_recording()`, "true\nfalse\ttalk.json\n"},
		"leave":          {`vc:leave()`, "true\nfalse\ttalk.json\n"},
		"the connection is over": {`
			dc.api.update_guild_member{guild_id = vc.guild_id, user_id = dc:me().id, channel_id = json.null}
			with_timeout(20, function() while #voice.clients > 0 do sleep(0.01) end end)`, "false\nfalse\ttalk.json\n"},
		"the script is over": {`os.exit(0)`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			writeFiles(t)
			if err := os.Mkdir("talk_"+nathan+".wav", 0o700); err != nil {
				t.Fatal(err)
			}
			var stdout bytes.Buffer
			var stderr operator
			h := newHostOn(t, newServer(t), &stdout, &stderr, luabind.Options{})
			err := h.RunString(t.Context(), "talk.lua", `
				local nathan = sandbox.user("nathan"):join("General")
				local vc = bot.join_voice("1327046393453613080")
				vc:start_recording("talk.wav", {overwrite = true})
				nathan:speak("hello.wav")
				local _, err = pcall(function() `+test.end+` end)
				print(tostring(err):find("is a directory") ~= nil)
				print(vc.recording, vc:stop_recording().manifest)
				vc:leave()
				gateway.stop()`)
			if _, exited := errors.AsType[*runtime.ExitError](err); err != nil && !exited {
				t.Fatal(err)
			}
			if err := h.Close(); err != nil {
				t.Error(err)
			}
			if stdout.String() != test.printed {
				t.Errorf("printed\n%s, want\n%s", stdout.String(), test.printed)
			}
			if told := strings.Count(stderr.String(), trouble); told != 1 {
				t.Errorf("told %d times:\n%s", told, stderr.String())
			}
		})
	}
}
