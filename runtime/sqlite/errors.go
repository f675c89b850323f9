package sqlite

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"

	sqlite3 "modernc.org/sqlite/lib"

	"cordial/internal/sqlitefile"
)

// Kind says what went wrong, for programs.
type Kind string

// The kinds of errors.
const (
	BadSQL     Kind = "sql"        // the SQL is wrong, or does not fit the tables or the parameters
	Constraint Kind = "constraint" // a row breaks a rule of its table, such as UNIQUE
	Busy       Kind = "busy"       // another process, or a transaction of another task, holds the database
	ReadOnly   Kind = "readonly"   // the database is open for reading only, or the file cannot be written
	Full       Kind = "full"       // the disk is full
	Damaged    Kind = "damaged"    // the file is no database, or is broken
	Unusable   Kind = "unusable"   // the file cannot be opened, read or written
	Closed     Kind = "closed"     // the database was closed
)

// Error is every error of a database.
type Error struct {
	Kind Kind
	Text string // what happened, where and what to do
	SQL  string // the statement, "" without one
	Err  error  // the error underneath, or nil
}

func (e *Error) Error() string {
	text := "sqlite: " + e.Text
	if e.SQL != "" {
		text += "\n  in " + oneLine(e.SQL)
	}
	return text
}

// Unwrap returns the error underneath.
func (e *Error) Unwrap() error { return e.Err }

// shownSQL is how much of a statement an error shows, in bytes.
const shownSQL = 200

// oneLine is a statement in one line that is not too long.
func oneLine(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if len(text) > shownSQL {
		text = strings.ToValidUTF8(text[:shownSQL], "") + "…"
	}
	return text
}

// frame is what the driver puts around SQLite's own text: "SQL logic error: … (1)".
var frame = regexp.MustCompile(`^(?:SQL logic error: |constraint failed: )?(.*?)(?: \(\d+\))?$`)

// explain puts an error of a statement, or of the database itself, into words.
func (d *DB) explain(err error, text string) error {
	if _, explained := errors.AsType[*Error](err); err == nil || explained || errors.Is(err, context.Canceled) {
		return err
	}
	fail := func(kind Kind, format string, args ...any) error {
		return &Error{kind, fmt.Sprintf(format, args...), text, err}
	}
	reason := frame.ReplaceAllString(err.Error(), "$1")
	switch sqlitefile.Code(err) {
	case sqlite3.SQLITE_CONSTRAINT:
		return fail(Constraint, "%s", reason)
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return fail(Busy, "another process, or a loop over rows, has kept %s locked for %v: end what is in the middle of using it, and try again", d.options.Name, d.options.patience)
	case sqlite3.SQLITE_READONLY:
		return fail(ReadOnly, "%s cannot be written: open it without readonly, and check the rights to the file and its folder", d.options.Name)
	case sqlite3.SQLITE_FULL:
		return fail(Full, "%s cannot grow: its disk is full", d.options.Name)
	case sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT:
		return fail(Damaged, "%s is no database, or a damaged one: %s", d.options.Name, reason)
	case sqlite3.SQLITE_CANTOPEN:
		return fail(Unusable, "%s cannot be opened: is there such a file, and may it be read and written, with its folder?", d.options.Name)
	case sqlite3.SQLITE_AUTH:
		return fail(BadSQL, "a script's database stands alone: it has no ATTACH, no VACUUM and no other folders; open the other file with sqlite.open")
	case sqlite3.SQLITE_IOERR, sqlite3.SQLITE_PERM, sqlite3.SQLITE_NOLFS:
		return fail(Unusable, "%s cannot be used: %s; check the disk and the rights to the file and its folder", d.options.Name, reason)
	}
	return fail(BadSQL, "%s", reason)
}
