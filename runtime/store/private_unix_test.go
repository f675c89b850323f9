//go:build unix

package store

import (
	"os"
	"path/filepath"
	"testing"
)

// TestTheFileIsPrivate also has a path with characters that mean something in an address.
func TestTheFileIsPrivate(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a?b#c%20d é")
	db := opened(t, at(dir))
	if _, exists, err := db.Exists(); exists || err != nil {
		t.Errorf("exists before its use: %v", err)
	}
	set(t, db, "n", "k", "1")
	path, exists, err := db.Exists()
	if !exists || err != nil || path != filepath.Join(dir, "store.db") {
		t.Errorf("got %s %v %v", path, exists, err)
	}
	for _, name := range []string{"store.db", "store.db-wal", "store.db-shm"} {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has the mode %v", name, info.Mode())
		}
	}
}
