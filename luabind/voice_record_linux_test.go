package luabind_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"cordial/luabind"
)

// TestScriptGoesOnWhileAnEncoderIsAsked ends a recording with a mix for which ffmpeg is asked what it can. That ffmpeg answers when the script
// has looked at the connection.
func TestScriptGoesOnWhileAnEncoderIsAsked(t *testing.T) {
	t.Chdir(t.TempDir())
	programs := t.TempDir()
	const ffmpeg = "#!/bin/sh\n: >asked\nuntil [ -e looked ]; do sleep 0.02; done\n"
	if err := os.WriteFile(filepath.Join(programs, "ffmpeg"), []byte(ffmpeg), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", programs+":"+os.Getenv("PATH"))
	var stdout bytes.Buffer
	h, _ := newHost(t, &stdout, luabind.Options{})
	err := h.RunString(t.Context(), "talk.lua", `
		local vc = bot.join_voice("1327046393453613080")
		vc:start_recording("talk.wav")
		local stopping = spawn(function() return vc:stop_recording{mix = true, mix_path = "mix.mp3", encoder = "ffmpeg"} end)
		with_timeout(20, function() while not io.open("asked") do sleep(0.01) end end)
		print(vc.recording)
		io.open("looked", "w"):close()
		local _, err = pcall(stopping.wait, stopping)
		print(tostring(err):match("built without libmp3lame") or err, vc.recording)
		vc:leave()
		gateway.stop()`)
	if err != nil {
		t.Fatal(err)
	}
	if want := "true\nbuilt without libmp3lame\ttrue\n"; stdout.String() != want {
		t.Errorf("printed\n%s, want\n%s", stdout.String(), want)
	}
}
