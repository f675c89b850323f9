package luabind_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cordial/discord"
	"cordial/discord/rest"
	"cordial/discord/sandbox"
	"cordial/luabind"
	"cordial/runtime"
)

// examples says how each file of examples is tried out; a file that is missing here fails the test.
var examples = map[string]func(t *testing.T, source string){
	"notebook.lua": func(*testing.T, string) {}, // see TestNotebookShowsWhatTheDocumentShows
	"echo.lua":     tryEcho,
}

func TestExamples(t *testing.T) {
	files, err := filepath.Glob("../examples/*.lua")
	if err != nil || len(files) == 0 {
		t.Fatalf("no examples: %v", err)
	}
	for _, file := range files {
		name := filepath.Base(file)
		t.Run(name, func(t *testing.T) {
			source, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			try, ok := examples[name]
			if !ok {
				t.Fatal("nothing tries this example out")
			}
			try(t, string(source))
		})
	}
}

const general = discord.Snowflake("1327046393453613079")

// person is a client that acts as somebody of the sandbox.
func person(t *testing.T, server *sandbox.Server, name string) *rest.Client {
	t.Helper()
	for _, u := range server.Info().Users {
		if u.Name == name {
			return newClient(t, rest.Options{UserToken: u.Token, BaseURL: server.APIURL(), HTTP: newTransport()})
		}
	}
	t.Fatalf("nobody is called %s", name)
	return nil
}

func tryEcho(t *testing.T, source string) {
	var out bytes.Buffer
	h, server := newHost(t, &out, luabind.Options{})
	nathan := person(t, server, "nathan")
	ctx, stop := context.WithTimeout(context.Background(), 20*time.Second)
	defer stop()
	done := make(chan error)
	go func() { done <- h.RunString(ctx, "echo.lua", source) }()
	say := rest.Args{"channel_id": general, "content": "!echo hello world", "use_user": true}
	for ; ; time.Sleep(100 * time.Millisecond) {
		if _, err := nathan.Call(ctx, "create_message", say); err != nil {
			t.Fatal(err)
		}
		messages, err := nathan.List(ctx, "list_messages", rest.Args{"channel_id": general, "limit": 5, "use_user": true})
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(messages[0].Str("content"), "You said: ") || strings.HasPrefix(messages[1].Str("content"), "You said: ") {
			break
		}
	}
	stop()
	if err := <-done; !errors.Is(err, runtime.ErrInterrupted) {
		t.Errorf("the script ended with %v", err)
	}
}
