// Package store keeps values between the runs of scripts: keys and JSON values in namespaces, with expiry, in one SQLite file that
// several processes may use at a time. [DB] is the store for Go, [Install] declares it to Lua.
//
// A write that has returned survives the death of the process, by kill -9 too: the operating system has it. A power cut or a crash of
// the operating system may take the last writes, never half of one, and leaves the file sound. (SQLite's write-ahead log with
// synchronous=NORMAL; FULL would wait for the disk at every write.) The file must lie on a local disk.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/jonboulle/clockwork"

	"cordial/internal/sqlitefile"
)

// Limits of keys, of namespaces and of values, in bytes.
const (
	MaxKey       = 512
	MaxNamespace = 128
	MaxValue     = 1 << 20 // of the value as JSON
)

const (
	pageSize     = 4096
	minSize      = 16 * pageSize // what the empty tables need, and a little
	maxReaders   = 4
	patience     = 10 * time.Second // how long a call waits for it altogether
	sweepEvery   = time.Minute
	sweepAtATime = 500
)

// Options say where a store lies.
type Options struct {
	// File gives the path of the database, on the first use. Folders that are missing are made.
	File func() (string, error)

	// Clock is what values expire by; the real one by default.
	Clock clockwork.Clock

	// MaxSize bounds the file in bytes (1 GB). When it is full, writes that need room fail with an [Error] of the kind [Full].
	MaxSize int64

	// ReadOnly says that nothing will be written: then the file, and its folder, need not be writable. A write to such a file is an
	// [Error] of the kind [Unusable].
	ReadOnly bool
}

// DB is a store. The file is opened on the first use. It is safe for concurrent use; one write runs at a time, reads beside it.
type DB struct {
	options Options
	opening chan struct{} // holds one token: who has it may look at and change what follows
	closed  bool
	path    string
	read    *sql.DB
	write   *sql.DB // of one connection; nil if the file can only be read
	stmts   statements

	patience time.Duration
	swept    time.Time // by the clock; used inside of writes only
}

// New makes a store that nothing is opened for yet.
func New(o Options) *DB {
	if o.Clock == nil {
		o.Clock = clockwork.NewRealClock()
	}
	if o.MaxSize == 0 {
		o.MaxSize = 1 << 30
	}
	o.MaxSize = max(o.MaxSize, minSize)
	d := &DB{options: o, opening: make(chan struct{}, 1), patience: patience}
	d.opening <- struct{}{}
	return d
}

// Close closes the file. What is used after that fails with an [Error] of the kind [Closed].
func (d *DB) Close() error {
	<-d.opening
	defer func() { d.opening <- struct{}{} }()
	d.closed = true
	return d.shut()
}

// shut closes what is open; d.opening is held. The writer goes last: it moves the log into the file.
func (d *DB) shut() error {
	var errs []error
	for _, db := range []*sql.DB{d.read, d.write} {
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	d.read, d.write = nil, nil
	return errors.Join(errs...)
}

// Exists tells whether the store has a file, and where it is or would be.
func (d *DB) Exists() (path string, ok bool, err error) {
	path, err = d.options.File()
	if err != nil {
		return "", false, err
	}
	_, err = os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return path, false, nil
	}
	return path, err == nil, err
}

// open opens the file if it is not open yet.
func (d *DB) open(ctx context.Context) error {
	select {
	case <-d.opening:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	defer func() { d.opening <- struct{}{} }()
	if d.closed {
		return fail(Closed, nil, "it is closed, as the script has ended")
	}
	if d.read != nil {
		return nil
	}
	err := d.prepareFile()
	if err == nil {
		err = d.retry(ctx, func() error { return d.connect(ctx) })
	}
	if d.options.ReadOnly && unwritable(err) {
		err = d.retry(ctx, func() error { return d.connectToRead(ctx) })
	}
	if err != nil {
		return errors.Join(d.explain(err), d.shut())
	}
	return nil
}

// openToWrite is open for a write.
func (d *DB) openToWrite(ctx context.Context) error {
	err := d.open(ctx)
	if err == nil && d.write == nil {
		return fail(Unusable, nil, "%s can only be read: let this user write to the file and its folder", d.path)
	}
	return err
}

// prepareFile makes an empty file that only the user can read, if there is none.
func (d *DB) prepareFile() error {
	path, err := d.options.File()
	if err != nil {
		return fail(Unusable, err, "there is no place for the file: %v", err)
	}
	if d.path, err = filepath.Abs(path); err != nil {
		return fail(Unusable, err, "%s: %v", path, err)
	}
	err = os.MkdirAll(filepath.Dir(d.path), 0o700)
	if err == nil {
		var file *os.File
		if file, err = os.OpenFile(d.path, os.O_RDWR|os.O_CREATE, 0o600); err == nil {
			err = file.Close()
		}
	}
	if err != nil {
		return fail(Unusable, err, "the file cannot be opened: %v; let this user write there, or name another folder in CORDIAL_STATE_DIR", err)
	}
	return nil
}

// connect opens the connections and checks what the file holds; d.opening is held.
func (d *DB) connect(ctx context.Context) error {
	if err := d.shut(); err != nil { // of an earlier try
		return err
	}
	var err error
	if d.write, err = d.openPool(1, nil, "journal_mode(wal)", "synchronous(normal)", "journal_size_limit(16777216)",
		fmt.Sprintf("max_page_count(%d)", d.options.MaxSize/pageSize)); err != nil {
		return err
	}
	if err := d.checkSchema(ctx); err != nil {
		return err
	}
	if d.read, err = d.openPool(maxReaders, nil, "query_only(1)"); err != nil {
		return err
	}
	if err := d.stmts.prepareReads(ctx, d.read); err != nil {
		return err
	}
	return d.stmts.prepareWrites(ctx, d.write)
}

// openPool opens connections with options of the address and with pragmas.
func (d *DB) openPool(size int, options url.Values, pragmas ...string) (*sql.DB, error) {
	query := url.Values{"_txlock": {"immediate"}, "_pragma": {fmt.Sprintf("busy_timeout(%d)", sqlitefile.BusyTimeout.Milliseconds())}}
	maps.Copy(query, options)
	query["_pragma"] = append(query["_pragma"], pragmas...)
	db, err := sql.Open("sqlite", sqlitefile.Address(d.path, query))
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(size)
	db.SetMaxIdleConns(size)
	return db, nil
}

// retry is [sqlitefile.Retry] with the store's patience.
func (d *DB) retry(ctx context.Context, fn func() error) error {
	return sqlitefile.Retry(ctx, d.patience, fn)
}

// view runs a read.
func (d *DB) view(ctx context.Context, fn func(ctx context.Context) error) error {
	if err := d.open(ctx); err != nil {
		return err
	}
	return d.explain(d.retry(ctx, func() error { return fn(ctx) }))
}

// change runs a write: all of fn is done, or nothing. fn may be called more than once.
func (d *DB) change(ctx context.Context, fn func(ctx context.Context, tx *sql.Tx) error) error {
	if err := d.openToWrite(ctx); err != nil {
		return err
	}
	return d.explain(d.retry(ctx, func() error {
		tx, err := d.write.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		defer tx.Rollback() // does nothing after a commit
		if err := d.sweep(ctx, tx); err != nil {
			return err
		}
		if err := fn(ctx, tx); err != nil {
			return err
		}
		return tx.Commit()
	}))
}

// sweep deletes some of what has expired, now and then.
func (d *DB) sweep(ctx context.Context, tx *sql.Tx) error {
	now := d.options.Clock.Now()
	if now.Sub(d.swept).Abs() < sweepEvery {
		return nil
	}
	result, err := tx.StmtContext(ctx, d.stmts.sweep).ExecContext(ctx, stamp(now), sweepAtATime)
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil || n == sweepAtATime {
		return err // the next write goes on
	}
	d.swept = now
	return nil
}

// now is the time in the form that the file has.
func (d *DB) now() int64 { return stamp(d.options.Clock.Now()) }

// stamp is a time in the file: Unix microseconds.
func stamp(t time.Time) int64 { return t.UnixMicro() }
