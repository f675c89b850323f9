package store

import (
	"context"
	"errors"
	"io/fs"
	"net/url"
	"os"
	"syscall"

	sqlite3 "modernc.org/sqlite/lib"

	"cordial/internal/sqlitefile"
)

// unwritable tells whether err may be because the file, or what SQLite needs beside it, cannot be written.
func unwritable(err error) bool {
	switch sqlitefile.Code(err) {
	case sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM:
		return true
	}
	return errors.Is(err, fs.ErrPermission) || errors.Is(err, syscall.EROFS)
}

// connectToRead is connect for a file that cannot be written; d.opening is held. Whoever has the file open, or was killed while they had,
// has left a log beside it: what was written last is there, and reading it takes the index of the log, which SQLite would write anew if
// it were missing. A file without a log is all there is: immutable, it needs nothing beside it.
func (d *DB) connectToRead(ctx context.Context) error {
	if err := d.shut(); err != nil { // of an earlier try
		return err
	}
	options := url.Values{"immutable": {"1"}}
	if log, err := os.Stat(d.path + "-wal"); err == nil {
		_, err := os.Stat(d.path + "-shm")
		switch {
		case err == nil:
			options = url.Values{"mode": {"ro"}}
		case log.Size() > 0:
			return fail(Unusable, err, "what was written last is in %s-wal, which can only be read where the folder can be written: "+
				"copy the folder, and name the copy in CORDIAL_STATE_DIR", d.path)
		}
	}
	var err error
	if d.read, err = d.openPool(maxReaders, options, "query_only(1)"); err != nil {
		return err
	}
	if sound, err := d.isStore(ctx, d.read); err != nil {
		return err
	} else if !sound {
		return d.damaged(nil, "it is empty")
	}
	return d.stmts.prepareReads(ctx, d.read)
}
