package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jonboulle/clockwork"

	"cordial/runtime"
	"cordial/runtime/bind"
)

// kindOfError is the kind of an [Error], "" for no error.
func kindOfError(t *testing.T, err error) Kind {
	t.Helper()
	if err == nil {
		return ""
	}
	e, ok := errors.AsType[*Error](err)
	if !ok {
		t.Fatalf("got %v", err)
	}
	return e.Kind
}

// locked takes the lock of a store's file as another process does, until the function it returns is called.
func locked(t *testing.T, db *DB) (unlock func()) {
	t.Helper()
	other, err := sql.Open("sqlite", db.path)
	if err != nil {
		t.Fatal(err)
	}
	other.SetMaxOpenConns(1)
	if _, err := other.Exec("BEGIN IMMEDIATE"); err != nil {
		t.Fatal(err)
	}
	return func() {
		if err := other.Close(); err != nil {
			t.Error(err)
		}
	}
}

// Time passes while a call waits for the lock, and only then.
func TestLocked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db := newDB(t, nil)
		set(t, db, "n", "k", "1")
		unlock := locked(t, db)
		if got := value(t, db, "n", "k"); got != "1" { // a reader need not wait
			t.Errorf("read %s", got)
		}
		db.patience = 50 * time.Millisecond
		err := db.Set(t.Context(), Entry{Namespace: "n", Key: "k", Value: "2"})
		if kindOfError(t, err) != Locked || !strings.Contains(err.Error(), db.path) {
			t.Errorf("got %v", err)
		}
		db.patience = time.Hour
		enough := errors.New("enough")
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(50*time.Millisecond, func() { cancel(enough) })
		for _, when := range []string{"while it waits", "before"} {
			if err := db.Set(ctx, Entry{Namespace: "n", Key: "k", Value: "2"}); !errors.Is(err, enough) {
				t.Errorf("cancelled %s: %v", when, err)
			}
		}
		time.AfterFunc(50*time.Millisecond, unlock)
		set(t, db, "n", "k", "3")
		if got := value(t, db, "n", "k"); got != "3" {
			t.Errorf("read %s", got)
		}
	})
}

// TestOthersRun writes to a file that is locked, in a task; another one unlocks it.
func TestOthersRun(t *testing.T) {
	db := newDB(t, nil)
	set(t, db, "n", "k", "1")
	unlock := locked(t, db)
	var out strings.Builder
	host := runtime.New(runtime.Options{Stdout: &out})
	Install(host, db, "n")
	host.Registry().AddFunc(bind.Func{Name: "unlock", Call: func(*bind.Call) (any, error) { unlock(); return nil, nil }})
	err := host.RunString(t.Context(), "test.lua", `
		local task = spawn(function() store.k = 2 print("written") end)
		local other = spawn(function() print(store.k) unlock() end)
		task:wait()
		print(store.k)`)
	if err := errors.Join(err, host.Close()); err != nil {
		t.Fatal(err)
	}
	if got := out.String(); got != "1\nwritten\n2\n" {
		t.Errorf("got %q", got)
	}
}

// TestTasksWriteUntilTheyAreOver closes a host whose task writes when it is told to stop.
func TestTasksWriteUntilTheyAreOver(t *testing.T) {
	dir := t.TempDir()
	db := New(at(dir))
	host := runtime.New(runtime.Options{})
	Install(host, db, "n")
	host.OnStop(func(ctx context.Context) {
		if _, err := host.Eval(ctx, "stop", `store.last = "words"`); err != nil {
			t.Error(err)
		}
	})
	if err := errors.Join(host.RunString(t.Context(), "test.lua", ""), host.Close(), db.Close()); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Get(t.Context(), "n", "last"); kindOfError(t, err) != Closed {
		t.Errorf("got %v", err)
	}
	if got := value(t, opened(t, at(dir)), "n", "last"); got != `"words"` {
		t.Errorf("got %s", got)
	}
}

func TestFull(t *testing.T) {
	o := at(t.TempDir())
	o.MaxSize = 1 << 20
	db := opened(t, o)
	n, err := 0, error(nil)
	for ; err == nil && n < 1000; n++ {
		err = db.Set(t.Context(), Entry{Namespace: "n", Key: fmt.Sprint(n), Value: fmt.Sprintf("%10000d", n)})
	}
	if kindOfError(t, err) != Full || !strings.Contains(err.Error(), db.path+" cannot grow: it may have 1 MB, and") || n < 50 || n > 105 {
		t.Errorf("after %d values: %v", n, err)
	}
	if got := strings.TrimSpace(value(t, db, "n", "0")); got != "0" {
		t.Errorf("read %s", got)
	}
	if _, err := db.Clear(t.Context(), "n", ""); err != nil {
		t.Fatal(err)
	}
	set(t, db, "n", "k", "1")
}

func TestFilesThatAreNoStore(t *testing.T) {
	page := func(fill byte) []byte { return []byte(strings.Repeat(string(fill), pageSize)) }
	for name, test := range map[string]struct {
		prepare func(t *testing.T, path string)
		kind    Kind
		want    string
	}{
		"a text":   {func(t *testing.T, path string) { write(t, path, page('x')) }, Damaged, "the file is damaged; move it away, with "},
		"a folder": {func(t *testing.T, path string) { makeDir(t, path) }, Unusable, "is a directory; let this user write there"},
		"in a file": {func(t *testing.T, path string) {
			if err := os.Remove(filepath.Dir(path)); err != nil {
				t.Fatal(err)
			}
			write(t, filepath.Dir(path), nil)
		}, Unusable, "not a directory"},
		"another program's": {func(t *testing.T, path string) { run(t, path, "CREATE TABLE t (x)") }, Damaged, "it is a database of another program"},
		"a newer one": {func(t *testing.T, path string) {
			run(t, path, fmt.Sprintf("PRAGMA application_id=%d; PRAGMA user_version=2", applicationID))
		}, Unusable, "has the form 2, this cordial knows 1"},
		"overwritten": {func(t *testing.T, path string) {
			db := New(at(filepath.Dir(path)))
			set(t, db, "n", "k", "1")
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			write(t, path, append(data[:pageSize], page('x')...))
		}, Damaged, "the file is damaged"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "state")
			makeDir(t, dir)
			test.prepare(t, filepath.Join(dir, "store.db"))
			db := opened(t, at(dir))
			for range 2 { // a second try says the same
				_, err := db.Get(t.Context(), "n", "k")
				if kindOfError(t, err) != test.kind || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), dir) {
					t.Errorf("got %v", err)
				}
			}
		})
	}
}

func write(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

func makeDir(t *testing.T, path string) {
	t.Helper()
	if err := os.MkdirAll(path, 0o700); err != nil {
		t.Fatal(err)
	}
}

func run(t *testing.T, path, query string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(query); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestSweep lets entries expire and counts what is still in the file.
func TestSweep(t *testing.T) {
	clock := clockwork.NewFakeClock()
	db := newDB(t, clock)
	ctx := t.Context()
	err := db.change(ctx, func(ctx context.Context, tx *sql.Tx) error {
		for i := range sweepAtATime + 100 {
			if err := db.put(ctx, tx, Entry{"n", fmt.Sprint(i), "1", clock.Now().Add(time.Second)}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	inFile := func() (n int) {
		if err := db.read.QueryRow("SELECT count(*) FROM entries").Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	clock.Advance(time.Second)
	if n, err := db.Count(ctx, "n", ""); n != 0 || err != nil {
		t.Errorf("%d are there, %v", n, err)
	}
	if keys, err := db.Keys(ctx, "n", ""); len(keys) != 0 || err != nil {
		t.Errorf("%v are there, %v", keys, err)
	}
	if page, err := db.Page(ctx, "n", "", ""); len(page) != 0 || err != nil {
		t.Errorf("%v are there, %v", page, err)
	}
	if list, err := db.Namespaces(ctx); len(list) != 0 || err != nil {
		t.Errorf("%v are there, %v", list, err)
	}
	clock.Advance(sweepEvery)
	for i, want := range []int{101, 2, 3} { // each write leaves a key
		set(t, db, "n", fmt.Sprint("new", i), "1")
		if got := inFile(); got != want {
			t.Errorf("%d in the file, want %d", got, want)
		}
	}
}

func TestEverythingIsDeclared(t *testing.T) {
	host := runtime.New(runtime.Options{})
	defer host.Close()
	Install(host, newDB(t, nil), "n")
	for _, place := range host.Registry().Undeclared() {
		t.Errorf("%s has no declaration", place)
	}
}
