package luabind_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"cordial/discord"
	"cordial/discord/sandbox"
	"cordial/luabind"
	"cordial/runtime"
	"cordial/runtime/chunktest"
)

const general = discord.Snowflake("1327046393453613079")

// triedElsewhere are the examples that other tests run.
var triedElsewhere = map[string]string{
	"notebook.lua": "TestNotebookShowsWhatTheDocumentShows",
	"gateway.lua":  "TestGatewayNotebook",
}

// TestExamplesAreTried finds a test for every example.
func TestExamplesAreTried(t *testing.T) {
	files, err := filepath.Glob("../examples/*.lua")
	if err != nil || len(files) == 0 {
		t.Fatalf("no examples: %v", err)
	}
	for _, file := range files {
		name := filepath.Base(file)
		_, here := os.Stat("testdata/examples/" + name)
		_, beside := os.Stat(strings.TrimSuffix(file, ".lua") + "_test.lua") // which cordial test runs
		if here != nil && beside != nil && triedElsewhere[name] == "" && !strings.HasSuffix(name, "_test.lua") {
			t.Errorf("nothing tries %s out", file)
		}
	}
}

// TestExamples runs each chunk of testdata/examples beside a bot that runs the example of the same name: the chunk is what people do.
func TestExamples(t *testing.T) {
	chunktest.Run(t, "testdata/examples/*.lua", func(t *testing.T, c chunktest.Chunk, stdout *bytes.Buffer) error {
		source, err := os.ReadFile("../examples/" + filepath.Base(c.File))
		if err != nil {
			t.Fatal(err)
		}
		server := newServer(t)
		runBot(t, server, filepath.Base(c.File), string(source))
		people := newHostOn(t, server, stdout, testWriter{t}, luabind.Options{})
		if _, err := people.Eval(t.Context(), "prelude", prelude); err != nil {
			t.Fatal(err)
		}
		return people.RunString(t.Context(), c.File, c.Source)
	})
}

// prelude is what the chunks of examples have besides: answer(act) does something and gives the bot's next message, or the next for
// which fits(message) is true.
const prelude = `
local me = dc:me().id
function answer(act, fits)
	local waiting = spawn(gateway.wait_for, "MESSAGE_CREATE", {timeout = 10, check = function(m)
		return m.author.id == me and (not fits or fits(m))
	end})
	sleep(0) -- until it listens
	act()
	return waiting:wait()
end
gateway.intents = {"GUILDS", "GUILD_MEMBERS", "GUILD_MESSAGES", "DIRECT_MESSAGES", "MESSAGE_CONTENT"}
gateway.start()`

// runBot runs a bot until the end of the test, and returns when it is ready and Discord knows its commands.
func runBot(t *testing.T, server *sandbox.Server, name, source string) {
	t.Helper()
	awaited := []string{"ready: "}
	if declaresCommands.MatchString(source) {
		awaited = append(awaited, "bot: commands for ")
	}
	talk := &talk{awaited: awaited, heard: make(chan struct{}), to: testWriter{t}}
	h := newHostOn(t, server, testWriter{t}, talk, luabind.Options{StartGateway: true})
	ctx, stop := context.WithCancelCause(t.Context())
	done := make(chan error, 1)
	go func() { done <- h.RunString(ctx, name, source) }()
	t.Cleanup(func() {
		stop(runtime.ErrInterrupted)
		if err := <-done; !errors.Is(err, runtime.ErrInterrupted) {
			t.Errorf("the bot ended with %v", err)
		}
	})
	select {
	case <-talk.heard:
	case err := <-done:
		done <- err
		t.Fatalf("the bot ended with %v", err)
	case <-time.After(time.Minute):
		t.Fatal("the bot is not ready")
	}
}

var declaresCommands = regexp.MustCompile(`bot\.(slash|menu)\(`)

// talk is a standard error that tells when all that is awaited has been said.
type talk struct {
	awaited []string
	said    strings.Builder
	heard   chan struct{}
	to      testWriter
}

func (w *talk) Write(p []byte) (int, error) {
	w.said.Write(p)
	waiting := len(w.awaited) > 0
	w.awaited = slices.DeleteFunc(w.awaited, func(text string) bool { return strings.Contains(w.said.String(), text) })
	if waiting && len(w.awaited) == 0 {
		close(w.heard)
	}
	return w.to.Write(p)
}
