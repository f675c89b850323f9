package luabind_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"cordial/runtime"
	"cordial/runtime/watch/watchtest"
)

// Voice goes on while the script is loaded anew: the connection, what it records and what it plays. What listens is of the new code.
func TestVoiceStaysOverAReload(t *testing.T) {
	t.Chdir(t.TempDir())
	writeFiles(t)
	server := newServer(t)
	h, out, talk := reloadHost(t, server)
	s := watched(t, h, `local vc = bot.join_voice("1327046393453613080")
		keep.vc = vc
		vc:start_recording("meeting.wav")
		keep.playback = vc:play("hello.wav", {loop = true})
		keep.handler = vc:on("speaking", function(user, on) print("old heard", user.username, on) end)
		print("old", vc.state)`)
	out.await(t, "old\tready")
	before := session(t, h)
	s.save(t, `local vc = voice.clients[1]
		vc:on("speaking", function(user, on) print("new heard", user.username, on) end)
		print("new", vc == keep.vc, vc.state, vc.recording, keep.playback.state)`)
	out.await(t, "new\ttrue\tready\ttrue\tplaying")
	talk.await(t, "reloaded bot.lua")
	eval(t, h, `print("old listens", keep.handler.active)`)
	out.await(t, "old listens\tfalse")
	eval(t, h, `sandbox.user("nathan"):join("General"):speak("hello.wav")`)
	out.await(t, "new heard\tnathan\ttrue")
	s.save(t, `error("broken")`)
	talk.await(t, "broken; the old code goes on")
	eval(t, h, `local vc = voice.clients[1]
		print("then", vc == keep.vc, vc.state, vc.recording, keep.playback.state)
		keep.playback:stop()
		local track = vc:stop_recording().speakers[sandbox.user("nathan").id]
		print("recorded", track.name, track.spoken > 0)
		vc:leave()`)
	out.await(t, "then\ttrue\tready\ttrue\tplaying")
	out.await(t, "recorded\tnathan\ttrue")
	if strings.Contains(out.String(), "old heard") {
		t.Errorf("the old code listens: %s", out)
	}
	if now := session(t, h); now != before {
		t.Errorf("the session was %s and is %s", before, now)
	}
}

// Discord is told of commands that differ after a load, and of no others.
func TestCommandsOverAReload(t *testing.T) {
	server := newServer(t)
	h, _, talk := reloadHost(t, server)
	const first = `bot.slash("ping", {description = "Answers"}, function(ix) ix:reply("first") end)`
	s := watched(t, h, first)
	talk.await(t, "+ ping")
	version := func() string {
		return eval(t, h, `dc.api.list_application_commands{application_id = dc:me().id}[1].version`)
	}
	answers := func(want string) {
		t.Helper()
		if got := eval(t, h, `sandbox.user("nathan"):slash("ping").content`); got != want {
			t.Errorf("the command answers %q, want %q", got, want)
		}
	}
	answers("first")
	before := version()
	s.save(t, strings.ReplaceAll(first, "first", "second"))
	talk.await(t, "reloaded bot.lua (1 command)")
	answers("second")
	if now := version(); now != before {
		t.Errorf("the command was written again: version %s, before %s", now, before)
	}
	s.save(t, first+` bot.slash("pong", print) error("broken")`)
	talk.await(t, "the old code goes on")
	answers("second")
	s.save(t, first+` bot.slash("pong", function(ix) ix:reply("pong") end)`)
	talk.await(t, "+ pong")
	answers("first")
}

// A file that the script has downloaded is no code that a person changes.
func TestDownloadsAreNotWatched(t *testing.T) {
	t.Chdir(t.TempDir())
	h, out, talk := reloadHost(t, newServer(t))
	write(t, "bot.lua", `local message = dc:channel("1327046393453613079"):send{files = {{name = "code.lua", data = "return true"}}}
		print(dofile(message.attachments[1]:save()), dofile(message.attachments[1]:save("other.lua")))`)
	if got := watchtest.Watched(t, h, "bot.lua"); len(got) != 1 || out.String() != "true\ttrue\n" {
		t.Errorf("watched are %q; printed %q, said %q", got, out, talk)
	}
}

// The example of docs/reload.md prints what it says, and what it keeps is there after a load.
func TestTheExampleOfKeepWorks(t *testing.T) {
	page, err := os.ReadFile("../docs/reload.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(page), "## keep\n")
	example := regexp.MustCompile("(?s)```lua\n(.*?--> 0\n)```").FindStringSubmatch(section)
	if example == nil {
		t.Fatal("the page has no example of keep")
	}
	h, out, _ := reloadHost(t, newServer(t))
	s := watched(t, h, example[1])
	out.await(t, "0\n")
	eval(t, h, `(function() keep.started = keep.started - 1e6 end)()`)
	s.save(t, example[1])
	out.await(t, "0\n10000") // and a second or two
}

// eval runs Lua as the live code does, and gives the first value as a text.
func eval(t *testing.T, h *runtime.Host, source string) string {
	t.Helper()
	values, err := h.Eval(t.Context(), "test", source)
	if err != nil {
		t.Fatal(err)
	}
	if len(values) == 0 {
		return ""
	}
	return values[0].String()
}
