package luabind_test

import (
	"io"
	"os"
	"strings"
	"testing"

	"cordial/luabind"
	"cordial/runtime"
)

// TestDeniedVoice tries all that voice does with files and addresses, with a recording and a clip from before these were denied.
func TestDeniedVoice(t *testing.T) {
	t.Chdir(t.TempDir())
	writeFiles(t)
	h, _ := newHost(t, io.Discard, luabind.Options{})
	run := func(source string) error {
		_, err := h.Eval(t.Context(), "test", source)
		return err
	}
	err := run(`
		nathan = sandbox.user("nathan"):join("General")
		vc = bot.join_voice("1327046393453613080")
		local handler = vc:on("utterance", {pause = 0.2}, function(_, c) clip = c end)
		vc:start_recording("before.wav")
		nathan:speak("hello.wav")
		with_timeout(20, function() while not clip do sleep(0.05) end end)
		handler:off()
		rec = vc:stop_recording()`)
	if err != nil {
		t.Fatal(err)
	}
	if err := h.Deny(runtime.DenyIO, runtime.DenyNet); err != nil {
		t.Fatal(err)
	}
	before := folder(t)
	for source, denied := range map[string]string{
		`vc:start_recording("new.ogg")`:           runtime.DenyIO,
		`vc:play("hello.wav")`:                    runtime.DenyIO,
		`vc:play("no://hello.wav")`:               runtime.DenyIO,
		`vc:play("http://127.0.0.1:1/hello.wav")`: runtime.DenyNet,
		`vc:play("HTTPS://127.0.0.1:1/a.wav")`:    runtime.DenyNet,
		`clip:save("new.wav")`:                    runtime.DenyIO,
		`clip.path`:                               runtime.DenyIO,
		`rec:report("new.html")`:                  runtime.DenyIO,
		`rec:mix("new.wav")`:                      runtime.DenyIO,
		`rec:mix()`:                               runtime.DenyIO,
		`nathan:speak("hello.wav")`:               runtime.DenyIO,
		`nathan:speak("http://127.0.0.1:1/a")`:    runtime.DenyNet,
		`nathan:heard("new.wav")`:                 runtime.DenyIO,
		`sandbox.dump("new.json")`:                runtime.DenyIO,
	} {
		if err := run(source); err == nil || !strings.Contains(err.Error(), "is denied (--deny "+denied+")") {
			t.Errorf("%s: got %v, want that --deny %s refuses it", source, err, denied)
		}
	}
	if after := folder(t); after != before {
		t.Errorf("the folder had %s, and has %s", before, after)
	}
	// What needs no file goes on.
	if err := run(`vc:send_opus{"\248\255\254"} assert(#clip:bytes() > 0) vc:leave() gateway.stop()`); err != nil {
		t.Error(err)
	}
}

// The address of an attachment is signed: who has it has the file.
func TestDeniedAddressesAreNotShown(t *testing.T) {
	h, _ := newHost(t, io.Discard, luabind.Options{})
	if err := h.Deny(runtime.DenyNet); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Eval(t.Context(), "test", `file = dc:find_channel("general"):send("", {files = {{name = "a.txt", data = "a"}}}).attachments[1]`); err != nil {
		t.Fatal(err)
	}
	for address, want := range map[string]string{
		"https://files.example/attachments/1/notes.txt?ex=1&hm=5ecret": "downloading notes.txt from files.example is denied (--deny net)",
		"https://files.example?hm=5ecret":                              "downloading / from files.example is denied (--deny net)",
		"https://files.example/%zz?hm=5ecret":                          "downloading a file from an address that is none is denied (--deny net)",
	} {
		_, err := h.Eval(t.Context(), "test", `file.url = "`+address+`" file:fetch()`)
		if err == nil || !strings.HasSuffix(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", address, err, want)
		}
	}
}

// folder lists the working folder.
func folder(t *testing.T) string {
	t.Helper()
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	return strings.Join(names, " ")
}
