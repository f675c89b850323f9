// Package sqlitefile holds what all who keep SQLite files need: the file's address, and patience with the locks of other processes.
package sqlitefile

import (
	"context"
	"errors"
	"net/url"
	"path/filepath"
	"strings"
	"time"

	driver "modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// BusyTimeout is how long SQLite itself should wait for a lock, before [Retry] looks whether to go on.
const BusyTimeout = 250 * time.Millisecond

// Address is the name of a file as the driver takes it, with options.
func Address(path string, query url.Values) string {
	path = filepath.ToSlash(path)
	if !strings.HasPrefix(path, "/") {
		path = "/" + path // a drive's letter
	}
	return (&url.URL{Scheme: "file", Path: path, RawQuery: query.Encode()}).String()
}

// Code is SQLite's primary result code in err, SQLITE_OK for none.
func Code(err error) int {
	if e, ok := errors.AsType[*driver.Error](err); ok {
		return e.Code() & 0xff
	}
	return sqlite3.SQLITE_OK
}

// IsBusy tells whether err is about a lock that somebody else has.
func IsBusy(err error) bool {
	c := Code(err)
	return c == sqlite3.SQLITE_BUSY || c == sqlite3.SQLITE_LOCKED
}

// Retry calls fn until it does not fail because of a lock, or the patience is over. The time is the real one: another process goes by that.
// When ctx has ended its cause takes the place of fn's error.
func Retry(ctx context.Context, patience time.Duration, fn func() error) error {
	for deadline := time.Now().Add(patience); ; {
		err := fn()
		if err != nil && ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if !IsBusy(err) || time.Now().After(deadline) {
			return err
		}
		select {
		case <-time.After(10 * time.Millisecond):
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}
