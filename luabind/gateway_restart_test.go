package luabind_test

import (
	"bytes"
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"cordial/discord/sandbox"
	"cordial/luabind"
	"cordial/runtime"
)

// lineLog is an output whose lines can be waited for.
type lineLog struct {
	mu   sync.Mutex
	text bytes.Buffer
	more chan struct{}
}

func newLineLog() *lineLog { return &lineLog{more: make(chan struct{}, 1)} }

func (l *lineLog) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	select {
	case l.more <- struct{}{}:
	default:
	}
	return l.text.Write(p)
}

func (l *lineLog) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func (l *lineLog) await(t *testing.T, want string) {
	t.Helper()
	late := time.After(time.Minute)
	for !strings.Contains(l.String(), want) {
		select {
		case <-l.more:
		case <-late:
			t.Fatalf("waited in vain for %q; there is %q", want, l.String())
		}
	}
}

// TestBusyScriptLosesNothingAtAStop stops a bot while one handler keeps the Lua state to itself. The events behind it, whose handlers
// have not begun, come to the next process, and the one that was at work does not come again. The next process is told READY too.
func TestBusyScriptLosesNothingAtAStop(t *testing.T) {
	server, state := newServer(t), t.TempDir()
	const script = `gateway.once("READY", function(ready) print("ready as " .. ready.user.username) end)
		gateway.on("MESSAGE_CREATE", function(msg)
			print("begins " .. msg.content)
			if msg.content == "busy" then while true do end end
		end)`
	run := func(messages ...string) *lineLog {
		out, talk := newLineLog(), newLineLog()
		h := newHostOn(t, server, out, talk, luabind.Options{StartGateway: true, StateDir: state})
		ctx, stop := context.WithCancelCause(t.Context())
		done := make(chan error, 1)
		go func() { done <- h.RunString(ctx, "bot.lua", script) }()
		out.await(t, "ready as DBuddy")
		for _, text := range messages {
			sayIn(t, server, text)
			if text == "busy" {
				out.await(t, "begins busy")
			}
		}
		if len(messages) == 0 {
			out.await(t, "begins two")
		}
		stop(runtime.ErrInterrupted)
		<-done
		return out
	}
	first := run("busy", "one", "two").String()
	if strings.Contains(first, "one") {
		t.Errorf("the first process printed %q", first)
	}
	second := run().String()
	if want := "ready as DBuddy\nbegins one\nbegins two\n"; second != want {
		t.Errorf("the second process printed %q, want %q", second, want)
	}
}

// sayIn has nathan say something in #general.
func sayIn(t *testing.T, server *sandbox.Server, text string) {
	t.Helper()
	nathan, _ := server.World().UserNamed("nathan")
	if _, err := server.World().CreateMessage(sandbox.Actor{User: nathan.ID}, general, sandbox.MessageParams{Content: text}); err != nil {
		t.Fatal(err)
	}
}
