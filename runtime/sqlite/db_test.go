package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	goruntime "runtime"
	"testing"
	"time"

	"cordial/runtime"
)

func open(t testing.TB, path string, o Options) *DB {
	t.Helper()
	d, err := Open(context.Background(), path, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}

func (d *DB) must(t testing.TB, text string, args ...any) {
	t.Helper()
	if _, err := d.exec(context.Background(), text, args); err != nil {
		t.Fatal(err)
	}
}

func kindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return ""
}

// TestAnotherHoldsTheFile waits for another connection's transaction, and gives up when it does not end.
func TestAnotherHoldsTheFile(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "a.db")
	one, hasty, patient := open(t, path, Options{}), open(t, path, Options{patience: time.Nanosecond}), open(t, path, Options{patience: time.Hour})
	one.must(t, "CREATE TABLE t (n)")
	if err := one.begin(ctx); err != nil {
		t.Fatal(err)
	}
	if err := hasty.begin(ctx); kindOf(err) != Busy {
		t.Errorf("a locked file: %v", err)
	}
	cancelled, cancel := context.WithCancelCause(ctx)
	enough := errors.New("enough")
	cancel(enough)
	if err := patient.begin(cancelled); err == nil {
		t.Error("a cancelled wait for a lock has succeeded")
	}
	done := make(chan error)
	go func() { done <- patient.begin(ctx) }()
	if err := one.commit(ctx); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil {
		t.Errorf("after the end of the other's transaction: %v", err)
	}
	if err := patient.rollBack(); err != nil {
		t.Error(err)
	}
	if err := patient.rollBack(); err != nil {
		t.Errorf("to undo what is undone: %v", err)
	}
}

// TestTurns gives up when somebody does not give the turn back, such as a transaction that waits for a task that waits for the turn.
func TestTurns(t *testing.T) {
	d := open(t, Memory, Options{turnTime: time.Nanosecond})
	if err := d.enter(t.Context()); err != nil {
		t.Fatal(err)
	}
	defer d.leave()
	if err := d.enter(context.Background()); kindOf(err) != Busy {
		t.Errorf("got %v", err)
	}
}

// TestForeignFilesStayAsTheyAre opens a database that another program has made.
func TestForeignFilesStayAsTheyAre(t *testing.T) {
	path := filepath.Join(t.TempDir(), "theirs.db")
	theirs, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := theirs.Exec("CREATE TABLE t (d DATETIME, n); INSERT INTO t VALUES ('2026-02-03 04:05:06', 1)"); err != nil {
		t.Fatal(err)
	}
	if err := theirs.Close(); err != nil {
		t.Fatal(err)
	}
	for file, want := range map[string]string{path: "delete", filepath.Join(t.TempDir(), "new.db"): "wal"} {
		_, rows, err := open(t, file, Options{}).all(t.Context(), "PRAGMA journal_mode", nil, 1)
		if err != nil || rows[0][0] != want {
			t.Errorf("%s: %v, %v; want %s", file, rows, err, want)
		}
	}
	if _, rows, err := open(t, path, Options{ReadOnly: true}).all(t.Context(), "SELECT d FROM t", nil, 1); err != nil || rows[0][0] != "2026-02-03 04:05:06" {
		t.Errorf("a time: %v, %v", rows, err)
	}
}

// TestManyStatements runs more than are kept prepared.
func TestManyStatements(t *testing.T) {
	d := open(t, Memory, Options{})
	d.must(t, "CREATE TABLE t (n)")
	for i := range 3 * maxStmts {
		d.must(t, fmt.Sprintf("INSERT INTO t VALUES (%d)", i))
	}
	if len(d.prepared) > maxStmts {
		t.Errorf("%d statements are kept", len(d.prepared))
	}
}

// TestDatabasesThatNobodyHas are closed with what the garbage collector finds.
func TestDatabasesThatNobodyHas(t *testing.T) {
	host := runtime.New(runtime.Options{})
	host.SetDir(t.TempDir())
	m := Install(host, func(string) (string, string, error) { return host.Dir(), "a.db", nil }).(*module)
	const opened = 50
	err := host.RunString(t.Context(), "test.lua", fmt.Sprintf(`for i = 1, %d do sqlite.open("a.db"):exec("SELECT 1") end`, opened))
	if err != nil {
		t.Error(err)
	}
	left := func() int {
		m.mu.Lock()
		defer m.mu.Unlock()
		return len(m.open)
	}
	for i := 0; left() > opened/2; i++ { // the last one may be in a register of the script
		if i == 1000 {
			t.Fatalf("%d of %d are still open", left(), opened)
		}
		goruntime.GC()
		time.Sleep(time.Millisecond)
	}
	if err := host.Close(); err != nil {
		t.Error(err)
	}
	if err := m.Close(); err != nil {
		t.Error(err)
	}
}

// TestDenied refuses files where scripts may use none, and not a database in memory.
func TestDenied(t *testing.T) {
	host := runtime.New(runtime.Options{})
	m := Install(host, func(name string) (string, string, error) { return "", "", host.Denied(runtime.DenyIO, "using "+name) })
	if err := host.Deny(runtime.DenyIO); err != nil {
		t.Fatal(err)
	}
	if err := host.RunString(t.Context(), "test.lua", `sqlite.open(":memory:"):exec("SELECT 1")`); err != nil {
		t.Error(err)
	}
	if err := host.RunString(t.Context(), "test.lua", `sqlite.open("a.db")`); err == nil {
		t.Error("a file was opened in spite of --deny io")
	}
	if err := errors.Join(host.Close(), m.Close()); err != nil {
		t.Error(err)
	}
}
