// Package sqlite gives scripts SQLite databases of their own: the module sqlite of Lua. [DB] is a database for Go, [Install] declares
// the module.
//
// A new file gets a write-ahead log, with synchronous=NORMAL: what is committed survives the death of the process. A power cut may take
// the last transactions, never half of one.
package sqlite

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"time"

	driver "modernc.org/sqlite"

	"cordial/internal/sqlitefile"
)

const (
	patience = 10 * time.Second // how long a call waits for another process's lock
	turnTime = 30 * time.Second // how long a call waits for the end of another one, such as a transaction
	maxStmts = 64               // that are kept prepared; with one more, all are prepared anew
	maxLoops = 100              // over rows, that have begun and not ended
)

// Memory is the name of a database that lives in memory until it is closed.
const Memory = ":memory:"

// DB is a database, of one connection. Calls from several goroutines wait for each other.
type DB struct {
	options Options
	turn    chan struct{}

	// What follows belongs to who has the turn.

	pool     *sql.DB
	conn     *sql.Conn
	prepared map[string]*sql.Stmt
	loops    map[*Rows]struct{}
	closed   bool
}

// Options say how a database is opened.
type Options struct {
	Name     string // what errors call it; the path by default
	ReadOnly bool

	patience, turnTime time.Duration // of tests
}

// Open opens a database file, which is made if there is none, or [Memory].
func Open(ctx context.Context, path string, o Options) (*DB, error) {
	o.Name, o.patience, o.turnTime = cmp.Or(o.Name, path), cmp.Or(o.patience, patience), cmp.Or(o.turnTime, turnTime)
	d := &DB{options: o, turn: make(chan struct{}, 1), prepared: map[string]*sql.Stmt{}, loops: map[*Rows]struct{}{}}
	err := d.retry(ctx, func() error { return d.connect(ctx, path) })
	if err != nil {
		_ = d.shut() // what is half open may not close well
		return nil, d.explain(err, "")
	}
	d.turn <- struct{}{}
	return d, nil
}

func (d *DB) connect(ctx context.Context, path string) error {
	if err := d.shut(); err != nil { // of an earlier try
		return err
	}
	pragmas := []string{fmt.Sprintf("busy_timeout(%d)", sqlitefile.BusyTimeout.Milliseconds()), "foreign_keys(1)", "synchronous(normal)"}
	if !d.options.ReadOnly && isNew(path) {
		pragmas = append(pragmas, "journal_mode(wal)")
	}
	query := url.Values{"_pragma": pragmas}
	if d.options.ReadOnly {
		query.Set("mode", "ro")
	}
	var err error
	if d.pool, err = sql.Open("sqlite", address(path, query)); err != nil {
		return err
	}
	if d.conn, err = d.pool.Conn(ctx); err != nil {
		return err
	}
	if err := d.conn.Raw(confine); err != nil {
		return err
	}
	_, err = d.conn.ExecContext(ctx, "SELECT count(*) FROM sqlite_schema") // SQLite looks into a file at its first use
	return err
}

// isNew tells whether a database will be made.
func isNew(path string) bool {
	info, err := os.Stat(path)
	return err != nil || info.Size() == 0
}

// address is the name of a database as the driver takes it, with options.
func address(path string, query url.Values) string {
	if path == Memory {
		return "file::memory:?" + query.Encode()
	}
	return sqlitefile.Address(path, query)
}

// confine keeps the SQL of a connection from other files. ATTACH names them, and so does VACUUM INTO, for which SQLite attaches a file.
func confine(conn any) error {
	return conn.(driver.AuthorizerRegisterer).RegisterAuthorizer(func(action driver.AuthorizerActionCode, name, _, _, _ string) driver.AuthorizerReturnCode {
		pragma := strings.ToLower(name)
		if action == driver.AuthAttach || action == driver.AuthPragma && (pragma == "temp_store_directory" || pragma == "data_store_directory") {
			return driver.AuthorizerDeny
		}
		return driver.AuthorizerOK
	})
}

// Close ends the loops over rows that have not come to their end, and closes the database.
func (d *DB) Close() error {
	<-d.turn
	defer d.leave()
	if d.closed {
		return nil
	}
	d.closed = true
	return d.explain(d.shut(), "")
}

func (d *DB) shut() error {
	var errs []error
	for rows := range d.loops {
		errs = append(errs, rows.end())
	}
	errs = append(errs, d.forget())
	if d.conn != nil {
		errs = append(errs, d.conn.Close())
	}
	if d.pool != nil {
		errs = append(errs, d.pool.Close())
	}
	d.conn, d.pool = nil, nil
	return errors.Join(errs...)
}

// forget closes the prepared statements.
func (d *DB) forget() error {
	var errs []error
	for text, stmt := range d.prepared {
		errs = append(errs, stmt.Close())
		delete(d.prepared, text)
	}
	return errors.Join(errs...)
}

// enter waits for the turn, which leave gives back. Between them the calls of others wait: so a transaction has the connection to itself.
func (d *DB) enter(ctx context.Context) error {
	select {
	case <-d.turn:
	default:
		if err := d.await(ctx); err != nil {
			return err
		}
	}
	if d.closed {
		d.leave()
		return &Error{Kind: Closed, Text: d.options.Name + ": the database is closed; sqlite.open opens it"}
	}
	return nil
}

// await is enter when others are before.
func (d *DB) await(ctx context.Context) error {
	timer := time.NewTimer(d.options.turnTime) // of the machine, since a test's clock may stand still
	defer timer.Stop()
	select {
	case <-d.turn:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-timer.C:
		return &Error{Kind: Busy, Text: fmt.Sprintf("%s: another task has used the database for %v, such as in a transaction; in one, wait for no task "+
			"that needs the database", d.options.Name, d.options.turnTime)}
	}
}

func (d *DB) leave() { d.turn <- struct{}{} }

// retry is [sqlitefile.Retry] with the database's patience.
func (d *DB) retry(ctx context.Context, fn func() error) error {
	return sqlitefile.Retry(ctx, d.options.patience, fn)
}

// statement prepares SQL, or finds what was prepared before; the turn is held.
func (d *DB) statement(ctx context.Context, text string) (*sql.Stmt, error) {
	if stmt := d.prepared[text]; stmt != nil {
		return stmt, nil
	}
	if len(d.prepared) == maxStmts {
		if err := d.forget(); err != nil {
			return nil, err
		}
	}
	stmt, err := d.conn.PrepareContext(ctx, text)
	if err == nil {
		d.prepared[text] = stmt
	}
	return stmt, err
}

// exec runs SQL that gives no rows; the turn is held.
func (d *DB) exec(ctx context.Context, text string, args []any) (sql.Result, error) {
	var result sql.Result
	err := d.retry(ctx, func() error {
		stmt, err := d.statement(ctx, text)
		if err == nil {
			result, err = stmt.ExecContext(ctx, args...)
		}
		return err
	})
	return result, d.explain(err, text)
}
