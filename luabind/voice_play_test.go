package luabind_test

import (
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"cordial/luabind"
)

// TestPlaybackErrorsAreToldOnce plays a file that is cut off. Who waits for its end has the error; when nobody does, a line says it.
func TestPlaybackErrorsAreToldOnce(t *testing.T) {
	const trouble = "the file is cut off"
	t.Chdir(t.TempDir())
	writeFiles(t)
	if err := os.Truncate("hello.wav", 20000); err != nil { // a fifth of a second
		t.Fatal(err)
	}
	var stderr operator
	h := newHostOn(t, newServer(t), io.Discard, &stderr, luabind.Options{})
	run := func(source string) {
		t.Helper()
		if _, err := h.Eval(t.Context(), "test", source); err != nil {
			t.Fatal(err)
		}
	}
	run(`vc = bot.join_voice("1327046393453613080")
		local playback = vc:play("hello.wav")
		local ok, err = pcall(playback.wait, playback)
		assert(not ok and tostring(err):find("` + trouble + `", 1, true), tostring(err))`)
	if told := stderr.String(); strings.Contains(told, trouble) {
		t.Errorf("who waited was told twice:\n%s", told)
	}
	run(`vc:play("hello.wav", {seek = 0.2})`)
	for begun := time.Now(); !strings.Contains(stderr.String(), "voice: hello.wav: playing, at"); time.Sleep(10 * time.Millisecond) {
		if time.Since(begun) > 20*time.Second {
			t.Fatalf("nobody was told that the playback failed:\n%s", stderr.String())
		}
	}
	run(`vc:leave() gateway.stop()`)
	if told := strings.Count(stderr.String(), trouble); told != 1 {
		t.Errorf("told %d times:\n%s", told, stderr.String())
	}
}
