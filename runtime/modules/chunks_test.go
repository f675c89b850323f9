package modules_test

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"cordial/runtime"
	"cordial/runtime/chunktest"
	"cordial/runtime/modules"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// berlin is the machine's time zone in the tests.
func berlin(t testing.TB) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// variables are the environment in the tests.
var variables = map[string]string{"HOME": "/home/ann", "EMPTY": "", "SECRET_TOKEN": "hunter2"}

func lookup(name string) (string, bool) {
	value, ok := variables[name]
	return value, ok
}

// runChunk runs a chunk in a folder of its own, at midnight on 1 January 2000 UTC. What it logs goes to its output, without the time.
func runChunk(t *testing.T, c chunktest.Chunk, stdout *bytes.Buffer) (err error) {
	zone := berlin(t)
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(filepath.Join("testdata", "folder"))); err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		host := runtime.New(runtime.Options{Stdout: stdout, Stderr: t.Output(), Getenv: lookup, Secrets: []string{"SECRET_TOKEN", "OTHER_TOKEN"}})
		host.SetDir(dir)
		modules.Install(host, modules.Options{
			TempDir:  t.TempDir(),
			Location: zone,
			Logger:   slog.New(slog.NewTextHandler(stdout, &slog.HandlerOptions{ReplaceAttr: withoutTime})),
		})
		err = host.RunString(t.Context(), c.File, c.Source)
		if err := host.Close(); err != nil {
			t.Error(err)
		}
	})
	return err
}

func withoutTime(_ []string, a slog.Attr) slog.Attr {
	if a.Key == slog.TimeKey {
		return slog.Attr{}
	}
	return a
}

func TestChunks(t *testing.T) { chunktest.Run(t, "testdata/*.lua", runChunk) }
