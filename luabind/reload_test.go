package luabind_test

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	goruntime "runtime"
	"strings"
	"testing"
	"time"

	"cordial/discord/rest"
	"cordial/discord/sandbox"
	"cordial/luabind"
	"cordial/runtime"
	"cordial/runtime/bind"
)

// saves is a script that a test changes, and tells of it.
type saves struct {
	path    string
	changed chan []string
}

func (s *saves) Watch(map[string]runtime.Stamp) {}

func (s *saves) Changed() <-chan []string { return s.changed }

// watched runs a script that can be saved anew.
func watched(t testing.TB, h *runtime.Host, source string) *saves {
	t.Helper()
	s := &saves{path: filepath.Join(t.TempDir(), "bot.lua"), changed: make(chan []string)}
	write(t, s.path, source)
	ctx, cancel := context.WithCancelCause(t.Context())
	done := make(chan error, 1)
	go func() { done <- h.RunWatched(ctx, s.path, s) }()
	t.Cleanup(func() {
		cancel(runtime.ErrInterrupted)
		<-done
	})
	return s
}

// save saves the script without waiting for it to be loaded.
func (s *saves) save(t testing.TB, source string) {
	t.Helper()
	write(t, s.path, source)
	s.changed <- []string{s.path}
}

func write(t testing.TB, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// reloadHost is a host on a sandbox whose script can be replaced.
func reloadHost(t testing.TB, server *sandbox.Server) (h *runtime.Host, out, talk *lineLog) {
	out, talk = newLineLog(), newLineLog()
	return newHostOn(t, server, out, talk, luabind.Options{StartGateway: true}), out, talk
}

// A script that does not load leaves the one before as it is: its handlers,
// its globals and what it has added to Lua's libraries.
func TestBrokenCodeChangesNothing(t *testing.T) {
	server := newServer(t)
	h, out, talk := reloadHost(t, server)
	s := watched(t, h, `name = "old" function string.shout(text) return text .. "!" end
		gateway.on("MESSAGE_CREATE", function(msg) print(name, ("heard " .. msg.content):shout()) end)
		bot.cmd.test = function() print("old command") end`)
	talk.await(t, "ready: DBuddy")
	before := session(t, h)
	const register = `name = "new" function string.shout() return "?" end gateway.on("MESSAGE_CREATE", function(msg) print("wrong") end)
		bot.cmd.test = function() print("wrong") end after(1, function() print("wrong") end) `
	for broken, told := range map[string]string{
		register + "\nnil_value()":                           "bot.lua:3: 'nil_value' is not defined",
		register + "\n\n\nif":                                "bot.lua:5:",
		register + "\nspawn(error, 'x'):wait()":              "x; the old code goes on",
		register + "\nos.exit(3)":                            "bot.lua called os.exit(3) while it was loaded; the old code goes on",
		register + "\nrequire 'missing'":                     "module 'missing' was not found",
		register + "\ndc:channel('1'):send('x')":             "Unknown Channel",
		register + "\nerror({code = 7})":                     "code = 7",
		register + "\ncoroutine.wrap(function() oh() end)()": "'oh' is not defined",
	} {
		already := len(talk.String())
		s.save(t, broken)
		talk.await(t, told)
		talk.await(t, "the old code goes on")
		if line, _, _ := strings.Cut(talk.String()[already:], "\n"); !strings.HasSuffix(line, "; the old code goes on") {
			t.Errorf("%s: said %q", broken, line)
		}
	}
	sayIn(t, server, "!test")
	out.await(t, "old command")
	out.await(t, "old\theard !test!")
	if strings.Contains(out.String(), "wrong") || strings.Contains(out.String(), "?") {
		t.Errorf("code that did not load has run: %q", out)
	}
	if now := session(t, h); now != before {
		t.Errorf("the session was %s and is %s", before, now)
	}
}

// session is the id of the gateway's session.
func session(t *testing.T, h *runtime.Host) string {
	t.Helper()
	return eval(t, h, `gateway.session_id`)
}

// The new code takes the place of the old: its tasks, timers and waits are
// cancelled, a handler that is at work ends by itself, keep and the session
// stay.
func TestNewCodeTakesOver(t *testing.T) {
	server := newServer(t)
	h, out, talk := reloadHost(t, server)
	s := watched(t, h, `keep.count = 1 count = 1
		gateway.on("MESSAGE_CREATE", function(msg) print("old begins " .. msg.content) local next = gateway.wait_for("MESSAGE_CREATE") print("old ends", next.content, count) end)
		spawn(function() print("loop", pcall(sleep, 3600)) end)
		after(3600, print) gateway.on("READY", function(r) keep.session = gateway.session_id end)`)
	talk.await(t, "ready: DBuddy")
	sayIn(t, server, "one")
	out.await(t, "old begins one")
	s.save(t, `keep.count = keep.count + 1 print("count", keep.count, count)
		gateway.on("MESSAGE_CREATE", function(msg) print("new " .. msg.content, gateway.session_id == keep.session) end)
		gateway.start() print("started")`)
	talk.await(t, "reloaded bot.lua (1 handler) in ")
	out.await(t, "count\t2\tnil")
	sayIn(t, server, "two")
	out.await(t, "new two\ttrue")
	out.await(t, "old ends\ttwo\t1")
	if strings.Contains(out.String(), "old begins two") || strings.Contains(out.String(), "loop") {
		t.Errorf("the old code goes on: %q", out)
	}
	awaitTasks(t, h, 0)
}

// awaitTasks waits until a number of tasks is left.
func awaitTasks(t testing.TB, h *runtime.Host, n int) {
	t.Helper()
	for end := time.Now().Add(time.Minute); len(h.Tasks()) != n; goruntime.Gosched() {
		if time.Now().After(end) {
			var names []string
			for _, task := range h.Tasks() {
				names = append(names, task.Name()+" "+string(task.Status()))
			}
			t.Fatalf("there are the tasks %q, want %d", names, n)
		}
	}
}

// TestReloadUnderLoad loads a script anew again and again, each time while
// events arrive. Each is handled exactly once, and nothing is left behind. So
// that the heap tells of that, the sandbox keeps little itself: the events are
// edits of one message, and few of them stay for a resume.
func TestReloadUnderLoad(t *testing.T) {
	const each = 10 // events in the time of one reload
	reloads := 1000
	if testing.Short() {
		reloads = 100
	}
	gateway := manySessions
	gateway.ReplayFrames = 1000
	behind := make(chan struct{}, gateway.ReplayFrames/2) // with more on their way the sandbox gives the session up
	server := newServerWith(t, gateway)
	h, _, talk := reloadHost(t, server)
	handled, generations := make([]int, reloads*each), map[int]bool{}
	total := make(chan struct{})
	left := len(handled)
	h.Registry().AddFunc(bind.Func{
		Name: "handle", Doc: "Counts an event, and the code that has handled it.",
		Params: []bind.Param{{Name: "n", Type: bind.Integer, Required: true}, {Name: "generation", Type: bind.Integer, Required: true}},
		Call: func(c *bind.Call) (any, error) {
			handled[c.Int("n")]++
			select {
			case <-behind:
			default: // handled more than once, which is told at the end
			}
			generations[c.Int("generation")] = true
			if left--; left == 0 {
				close(total)
			}
			return nil, nil
		},
	})
	s := watched(t, h, loaded(0))
	talk.await(t, "ready: DBuddy")
	edit := editing(t, server)
	live, early := h.Live(), uint64(0)
	for n := range reloads {
		sent := make(chan struct{})
		go func() {
			defer close(sent)
			for i := range each {
				select {
				case behind <- struct{}{}:
				case <-time.After(time.Minute):
					t.Error("the events are not handled")
					return
				}
				edit(fmt.Sprint(n*each + i))
			}
		}()
		s.save(t, loaded(n+1))
		for h.Live() == live {
			goruntime.Gosched()
		}
		<-sent
		live = h.Live()
		if n == reloads/10 {
			early = heap()
		}
	}
	select {
	case <-total:
	case <-time.After(time.Minute):
		t.Errorf("%d events were not handled", left)
	}
	awaitTasks(t, h, 3) // the timer and the two loops of the last
	for i, times := range handled {
		if times != 1 {
			t.Errorf("event %d was handled %d times", i, times)
		}
	}
	if len(generations) < reloads/4 {
		t.Errorf("the events came between few of the reloads: %d of %d", len(generations), reloads)
	}
	late := heap()
	t.Logf("heap: %d bytes after %d reloads, %d after %d; events in %d of them", early, reloads/10, late, reloads, len(generations))
	if late > early+8<<20 { // the lists alone would be 14 MB
		t.Errorf("after %d reloads the heap has %d bytes, after a tenth of them it had %d", reloads, late, early)
	}
	if strings.Contains(talk.String(), "lost") || strings.Contains(talk.String(), "failed") {
		t.Errorf("the host said %q", talk)
	}
}

// loaded is the code of a generation: it handles edits, and holds some memory wherever a script can leave something behind.
func loaded(generation int) string {
	return fmt.Sprintf(`local big = {} for i = 1, 1000 do big[i] = i end keep.generation = %[1]d
		gateway.on("MESSAGE_UPDATE", function(msg) if #big > %[1]d %% 7 then sleep(0) handle(tonumber(msg.content), %[1]d) end end)
		after(3600, function() return big end) spawn(function() sleep(3600) return big end)
		bot.cmd.x = function() return big end bot.button("b:{id}", function() return big end)
		spawn(function() for e in gateway.events{"MESSAGE_DELETE"} do print(big) end end)`, generation)
}

// editing says something in #general, and returns what changes the text.
func editing(t *testing.T, server *sandbox.Server) (edit func(text string)) {
	t.Helper()
	nathan, _ := server.World().UserNamed("nathan")
	actor := sandbox.Actor{User: nathan.ID}
	m, err := server.World().CreateMessage(actor, general, sandbox.MessageParams{Content: "…"})
	if err != nil {
		t.Fatal(err)
	}
	return func(text string) {
		if _, err := server.World().EditMessage(actor, general, m.ID, sandbox.MessageEdit{Content: sandbox.Given(text)}); err != nil {
			t.Error(err)
		}
	}
}

// heap is the memory in use after a collection.
func heap() uint64 {
	goruntime.GC()
	goruntime.GC()
	var stats goruntime.MemStats
	goruntime.ReadMemStats(&stats)
	return stats.HeapAlloc
}

// BenchmarkReload is a script of 200 lines: handlers and commands.
func BenchmarkReload(b *testing.B) {
	client := newClient(b, rest.Options{Token: "x"})
	h := runtime.New(runtime.Options{Stdout: io.Discard, Stderr: io.Discard})
	if err := luabind.Install(h, client, luabind.Options{}); err != nil {
		b.Fatal(err)
	}
	var script strings.Builder
	for i := range 50 {
		fmt.Fprintf(&script, "function bot.cmd.c%d(msg, args)\n  local text = args .. %d\n  msg:reply(text)\nend\n", i, i)
	}
	s := watched(b, h, script.String())
	for !h.Live().Replaceable() {
		goruntime.Gosched()
	}
	b.ReportAllocs()
	for b.Loop() {
		live := h.Live()
		s.changed <- []string{s.path}
		for h.Live() == live {
			goruntime.Gosched()
		}
	}
	b.Cleanup(func() { h.Close() })
}
