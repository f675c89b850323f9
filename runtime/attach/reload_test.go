package attach

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"cordial/runtime"
)

// saves tells of changes when a test wants them.
type saves chan []string

func (s saves) Watch(map[string]runtime.Stamp) {}
func (s saves) Changed() <-chan []string       { return s }

// watched has a bot run a script that is loaded anew when it is saved, which save does.
func (b *bot) watched(t *testing.T, source string) (save func(source string)) {
	path, changes := filepath.Join(t.TempDir(), "bot.lua"), make(saves)
	write := func(source string) {
		if err := os.WriteFile(path, []byte(source), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(source)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- b.RunWatched(ctx, path, changes) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; !errors.Is(err, runtime.ErrInterrupted) {
			t.Error(err)
		}
	})
	return func(source string) {
		write(source)
		changes <- []string{path}
	}
}

// What a line follows goes on when the script is loaded anew, and Ctrl-C ends it then as before. A line that does anything else ends
// with the code that it began with.
func TestTailGoesOnWhenTheScriptIsLoadedAnew(t *testing.T) {
	b := start(t, nil)
	save := b.watched(t, `print("one")`)
	b.stderr.waitFor(t, "bot.lua runs")
	p := attachTo(t, b, nil)
	ctx, interrupt := context.WithCancelCause(t.Context())
	ended := make(chan error, 1)
	go func() {
		_, err := p.Eval(ctx, "", `print("begun") tail "logs"`)
		ended <- err
	}()
	p.out.waitFor(t, "begun\none\n")
	save(`print("two")`)
	p.out.waitFor(t, "two\nreloaded bot.lua")
	save(`print("three")`)
	p.out.waitFor(t, "three\nreloaded bot.lua")
	interrupt(runtime.ErrInterrupted)
	if err := <-ended; !errors.Is(err, runtime.ErrInterrupted) {
		t.Errorf("after Ctrl-C: %v", err)
	}
	p.eval(t, "1", "1\n")

	go func() {
		_, err := p.Eval(t.Context(), "", `spawn(tail, "logs") print("waits") sleep(3600)`)
		ended <- err
	}()
	p.out.waitFor(t, "waits")
	save(`print("four")`)
	if err := <-ended; err == nil || err.Error() != "task attach was cancelled: the script was loaded anew" {
		t.Errorf("a line that sleeps: %v", err)
	}
}
