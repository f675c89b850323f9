package sqlite_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"go.uber.org/goleak"

	"cordial/runtime"
	"cordial/runtime/chunktest"
	"cordial/runtime/modules"
	"cordial/runtime/sqlite"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// newHost is a host with the module, whose scripts lie in a folder.
func newHost(t testing.TB, dir string, o runtime.Options) *runtime.Host {
	t.Helper()
	host := runtime.New(o)
	host.SetDir(dir)
	databases := sqlite.Install(host, sqlite.Place(modules.Install(host, modules.Options{})))
	t.Cleanup(func() {
		if err := host.Close(); err != nil {
			t.Error(err)
		}
		if err := databases.Close(); err != nil {
			t.Error(err)
		}
	})
	return host
}

// TestChunks runs each chunk in a folder of its own, which has a file that is no database, and a link that leads out.
func TestChunks(t *testing.T) {
	chunktest.Run(t, "testdata/*.lua", func(t *testing.T, c chunktest.Chunk, stdout *bytes.Buffer) error {
		dir := filepath.Join(t.TempDir(), "scripts")
		for _, err := range []error{
			os.Mkdir(dir, 0o777),
			os.WriteFile(filepath.Join(dir, "notes.txt"), bytes.Repeat([]byte("no database\n"), 100), 0o666),
			os.Symlink("../outside.db", filepath.Join(dir, "link.db")),
		} {
			if err != nil {
				t.Fatal(err)
			}
		}
		host := newHost(t, dir, runtime.Options{Stdout: stdout, Stderr: t.Output()})
		return host.RunString(t.Context(), c.File, c.Source)
	})
}
