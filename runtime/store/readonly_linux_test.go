package store

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
)

// nobody is a user who owns none of the files.
const nobody = 65534

// asNobody calls fn with the rights to files that a stranger has, whoever runs the test: in a thread of its own, which ends with that.
func asNobody(t *testing.T, fn func()) {
	t.Helper()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		runtime.LockOSThread() // and never unlocks it
		if os.Getuid() == 0 {
			if err := syscall.Setfsuid(nobody); err != nil {
				t.Error(err)
				return
			}
		}
		fn()
	}()
	<-ended
}

// readOnly makes a folder, and what is in it, readable to all and writable to nobody; until the test ends.
func readOnly(t *testing.T, dir string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if err := os.Chmod(file, 0o444); err != nil {
			t.Fatal(err)
		}
	}
	for _, folder := range []string{dir, filepath.Dir(dir)} { // the parent is the test's own, as well
		if err := os.Chmod(folder, 0o555); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { os.Chmod(folder, 0o755) }) // what is left then is told when the folder is removed
	}
}

// kept makes a folder with a store that has an entry, as a process that has ended leaves it, or one that was killed.
func kept(t *testing.T, killed bool) (dir string) {
	t.Helper()
	dir = t.TempDir()
	db := opened(t, at(dir))
	set(t, db, "n", "k", "1")
	if killed {
		copied := t.TempDir()
		if err := os.CopyFS(copied, os.DirFS(dir)); err != nil {
			t.Fatal(err)
		}
		dir = copied
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return dir
}

const dumped = `{"ns":"n","key":"k","value":1}` + "\n"

func TestReadsWhatCannotBeWritten(t *testing.T) {
	for name, killed := range map[string]bool{"closed": false, "with a log": true} {
		t.Run(name, func(t *testing.T) {
			dir := kept(t, killed)
			readOnly(t, dir)
			asNobody(t, func() {
				o := at(dir)
				if _, err := New(o).Namespaces(t.Context()); kindOfError(t, err) != Unusable {
					t.Errorf("without ReadOnly: %v", err)
				}
				o.ReadOnly = true
				db := opened(t, o)
				list, err := db.Namespaces(t.Context())
				if err != nil || len(list) != 1 || list[0].Name != "n" || list[0].Keys != 1 {
					t.Errorf("got %v, %v", list, err)
				}
				var out bytes.Buffer
				if n, err := db.Dump(t.Context(), &out, ""); n != 1 || err != nil || out.String() != dumped {
					t.Errorf("got %q, %v", out.String(), err)
				}
				for what, err := range map[string]error{
					"Set":  db.Set(t.Context(), Entry{Namespace: "n", Key: "k", Value: "2"}),
					"Load": second(db.Load(t.Context(), strings.NewReader(dumped))),
				} {
					if kindOfError(t, err) != Unusable || !strings.Contains(err.Error(), db.path+" can only be read") {
						t.Errorf("%s: %v", what, err)
					}
				}
			})
		})
	}
}

func second(_ int, err error) error { return err }

// Nothing is shown rather than old values: without its index the log cannot be read there.
func TestALogWithoutItsIndexIsNotPassedOver(t *testing.T) {
	dir := kept(t, true)
	if err := os.Remove(filepath.Join(dir, "store.db-shm")); err != nil {
		t.Fatal(err)
	}
	readOnly(t, dir)
	asNobody(t, func() {
		o := at(dir)
		o.ReadOnly = true
		_, err := opened(t, o).Namespaces(t.Context())
		if kindOfError(t, err) != Unusable || !strings.Contains(err.Error(), "store.db-wal, which can only be read where the folder can be written") {
			t.Errorf("got %v", err)
		}
	})
}
