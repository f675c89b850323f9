package runtime

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"
)

// saves tells of changes when a test wants them.
type saves chan []string

func (s saves) Watch(map[string]Stamp)   {}
func (s saves) Changed() <-chan []string { return s }

// New code that is in an endless loop would stop the old code for ever. It is ended, whichever of its tasks it is, and a save after that
// is loaded as always.
func TestNewCodeThatNeverWaitsIsGivenUp(t *testing.T) {
	clock := clockwork.NewFakeClock()
	h := newTestHost(t, Options{Clock: clock})
	path, changes := filepath.Join(t.TempDir(), "bot.lua"), make(saves)
	save := func(source string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(source), 0o600); err != nil {
			t.Fatal(err)
		}
		changes <- []string{path}
	}
	if err := os.WriteFile(path, []byte(`name = "old"`), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- h.RunWatched(ctx, path, changes) }()
	await := func(want string) {
		t.Helper()
		for deadline := time.Now().Add(30 * time.Second); !strings.Contains(h.err.String(), want); clock.Advance(time.Second) {
			if time.Now().After(deadline) {
				t.Fatalf("%q never comes: %s", want, h.err.String())
			}
			time.Sleep(time.Millisecond) // the loop looks at the clock about as often
		}
	}
	await("bot.lua runs")
	for source, where := range map[string]string{
		"name = 'new'\nlocal i = 0\nwhile true do i = i + 1 end":                                                     "bot.lua:3: ",
		"while true do pcall(function() while true do end end) end":                                                  "bot.lua:1: ",
		"name = 'new'\nspawn(function()\n  local i = 0\n  while true do i = i + 1 end\nend)\nspawn(sleep, 0):wait()": "bot.lua:4: ",
	} {
		save(source)
		await(where + "it has run for 10 s without waiting; the old code goes on")
		values, err := h.Eval(t.Context(), "test", "name")
		if err != nil || values[0].String() != "old" {
			t.Errorf("%s: the name is %v, %v", source, values, err)
		}
	}
	save("name = 'newer'")
	await("reloaded bot.lua")
	cancel()
	if err := <-ended; !errors.Is(err, ErrInterrupted) {
		t.Error(err)
	}
}
