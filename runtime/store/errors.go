package store

import (
	"fmt"

	sqlite3 "modernc.org/sqlite/lib"

	"cordial/internal/show"
	"cordial/internal/sqlitefile"
)

// Kind says what went wrong, for programs.
type Kind string

// The kinds of errors.
const (
	BadKey    Kind = "bad_key"    // a key or a namespace that is empty or too long
	TooLarge  Kind = "too_large"  // a value over MaxValue
	NotNumber Kind = "not_number" // incr of what is no number, or would leave what a number holds exactly
	Conflict  Kind = "conflict"   // update was overtaken by others too many times
	Full      Kind = "full"       // the file has reached its limit, or the disk has
	Locked    Kind = "locked"     // another process holds the file
	Damaged   Kind = "damaged"    // the file is no store, or is broken
	Unusable  Kind = "unusable"   // the file cannot be opened, read or written
	Closed    Kind = "closed"     // Close was called
)

// Error is every error of a store that is not about one Lua value.
type Error struct {
	Kind Kind
	Text string // what happened, where and what to do
	Err  error  // the error underneath, or nil
}

func (e *Error) Error() string { return "store: " + e.Text }

// Unwrap returns the error underneath.
func (e *Error) Unwrap() error { return e.Err }

func fail(kind Kind, cause error, format string, args ...any) *Error {
	return &Error{kind, fmt.Sprintf(format, args...), cause}
}

// explain turns an error of SQLite's into one that names the file and says what to do.
func (d *DB) explain(err error) error {
	switch sqlitefile.Code(err) {
	case sqlite3.SQLITE_OK:
		return err
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return fail(Locked, err, "another process has kept %s locked for %v: end what is in the middle of writing to it, and try again", d.path, d.patience)
	case sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT:
		return d.damaged(err, "the file is damaged")
	case sqlite3.SQLITE_FULL:
		return fail(Full, err, "%s cannot grow: it may have %s, and its disk must have room; delete keys that are not needed, or give them an expiry",
			d.path, show.Bytes(d.options.MaxSize))
	default:
		return fail(Unusable, err, "%s cannot be used: %v; check the disk and the rights to the file and its folder", d.path, err)
	}
}

// damaged is the error of a file that is no sound store.
func (d *DB) damaged(cause error, reason string) error {
	return fail(Damaged, cause, "%s cannot be read: %s; move it away, with %s-wal and %s-shm beside it, and load the last dump with cordial store load",
		d.path, reason, d.path, d.path)
}
