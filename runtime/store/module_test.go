package store

import (
	"bytes"
	"context"
	"path/filepath"
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

// TestChunks runs the chunks of testdata, each on a host and a store of its own, with a clock that goes on when everybody sleeps.
func TestChunks(t *testing.T) {
	chunktest.Run(t, "testdata/*.lua", func(t *testing.T, c chunktest.Chunk, stdout *bytes.Buffer) (err error) {
		clock := clockwork.NewFakeClock()
		db := New(Options{Clock: clock, File: func() (string, error) { return filepath.Join(t.TempDir(), "new", "store.db"), nil }})
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
		err = host.RunString(t.Context(), c.File, c.Source)
		stop()
		<-ended
		if err := host.Close(); err != nil {
			t.Error(err)
		}
		if err := db.Close(); err != nil {
			t.Error(err)
		}
		return err
	})
}
