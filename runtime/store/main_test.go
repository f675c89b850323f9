package store

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/jonboulle/clockwork"
	"go.uber.org/goleak"
)

// TestMain lets the tests run the test binary as a process of its own.
func TestMain(m *testing.M) {
	if role := os.Getenv(childRole); role != "" {
		os.Exit(child(role))
	}
	goleak.VerifyTestMain(m)
}

// at is the options of a store in a folder.
func at(dir string) Options {
	return Options{File: func() (string, error) { return filepath.Join(dir, "store.db"), nil }}
}

// newDB makes a store in a folder of the test's.
func newDB(t testing.TB, clock clockwork.Clock) *DB {
	t.Helper()
	o := at(t.TempDir())
	o.Clock = clock
	return opened(t, o)
}

func opened(t testing.TB, o Options) *DB {
	t.Helper()
	db := New(o)
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

// set writes entries of one namespace: keys and values in turn.
func set(t testing.TB, db *DB, ns string, pairs ...string) {
	t.Helper()
	for i := 0; i < len(pairs); i += 2 {
		if err := db.Set(context.Background(), Entry{Namespace: ns, Key: pairs[i], Value: pairs[i+1]}); err != nil {
			t.Fatal(err)
		}
	}
}

// value is what a key has.
func value(t testing.TB, db *DB, ns, key string) string {
	t.Helper()
	entry, err := db.Get(context.Background(), ns, key)
	if err != nil {
		t.Fatal(err)
	}
	return entry.Value
}
