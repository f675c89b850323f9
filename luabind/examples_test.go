package luabind_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"cordial/discord"
	"cordial/discord/rest"
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
		if _, err := os.Stat("testdata/examples/" + name); err != nil && triedElsewhere[name] == "" {
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
	talk := &readiness{ready: make(chan struct{}), to: testWriter{t}}
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
	case <-talk.ready:
	case err := <-done:
		done <- err
		t.Fatalf("the bot ended with %v", err)
	case <-time.After(30 * time.Second):
		t.Fatal("the bot is not ready")
	}
	if declaresCommands.MatchString(source) {
		waitForCommands(t, server)
	}
}

var declaresCommands = regexp.MustCompile(`bot\.(slash|menu)\(`)

func waitForCommands(t *testing.T, server *sandbox.Server) {
	t.Helper()
	client := newClient(t, rest.Options{Token: server.BotToken(), BaseURL: server.APIURL(), HTTP: newTransport()})
	for range 500 {
		commands, err := client.List(t.Context(), "list_application_commands", rest.Args{"application_id": server.Info().ApplicationID})
		if err != nil {
			t.Fatal(err)
		}
		if len(commands) > 0 {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatal("the bot has written no commands")
}

// readiness is a standard error that tells when the bot has said that it is ready.
type readiness struct {
	ready chan struct{}
	text  strings.Builder
	to    testWriter
}

func (r *readiness) Write(p []byte) (int, error) {
	before := strings.Contains(r.text.String(), "ready: ")
	r.text.Write(p)
	if !before && strings.Contains(r.text.String(), "ready: ") {
		close(r.ready)
	}
	return r.to.Write(p)
}
