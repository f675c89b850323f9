package store

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

	"github.com/jonboulle/clockwork"

	"cordial/runtime"
	"cordial/runtime/bind"
	"cordial/runtime/chunktest"
)

// thing is an object with an id.
type thing struct{}

func (thing) MarshalJSON() ([]byte, error) { return []byte(`{"id":"5","name":"x"}`), nil }

// TestChunks runs the chunks of testdata.
func TestChunks(t *testing.T) {
	chunktest.Run(t, "testdata/*.lua", runChunk)
}

// TestDocs runs the examples of the documentation, and loads the dump in it.
func TestDocs(t *testing.T) {
	page, err := os.ReadFile("../../docs/store.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := func(language string) (texts []string) {
		for _, m := range regexp.MustCompile("(?s)```"+language+"\n(.*?)```").FindAllStringSubmatch(string(page), -1) {
			texts = append(texts, m[1])
		}
		return texts
	}
	file := filepath.Join(t.TempDir(), "docs.lua")
	write(t, file, []byte(strings.Join(blocks("lua"), "---\n")))
	chunktest.Run(t, file, runChunk)
	db := newDB(t, clockwork.NewFakeClockAt(time.Unix(1_800_000_000, 0)))
	if n, err := db.Load(t.Context(), strings.NewReader(blocks("json")[0])); n != 2 || err != nil {
		t.Errorf("loaded %d: %v", n, err)
	}
}

// runChunk runs a chunk on a host and a store of its own, with a clock that goes on when somebody sleeps.
func runChunk(t *testing.T, c chunktest.Chunk, stdout *bytes.Buffer) error {
	clock := clockwork.NewFakeClock()
	dir := filepath.Join(t.TempDir(), "new")
	o := at(dir)
	o.Clock = clock
	db := New(o)
	host := runtime.New(runtime.Options{Stdout: stdout, Stderr: t.Output(), Clock: clock, Watchdog: -1})
	Install(host, db, filepath.Base(c.File))
	host.Registry().AddClass(bind.Class{Name: "Thing"})
	host.Registry().L.SetGlobal("thing", host.Registry().Wrap("Thing", thing{}))
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for clock.BlockUntilContext(ctx, 1) == nil {
			clock.Advance(100 * time.Millisecond)
		}
	}()
	err := host.RunString(t.Context(), c.File, c.Source)
	stop()
	<-ended
	if err := errors.Join(host.Close(), db.Close()); err != nil {
		t.Error(err)
	}
	return err
}
