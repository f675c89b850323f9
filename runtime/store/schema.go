package store

import (
	"context"
	"database/sql"
	"fmt"
)

// What marks a file as a store, and the version of its tables.
const (
	applicationID = 0x636f7264 // "cord"
	schemaVersion = 1
)

// schema has keys as bytes, so that they sort as bytes, and values as JSON. Times are Unix microseconds.
const schema = `
CREATE TABLE entries (
	ns      BLOB NOT NULL,
	key     BLOB NOT NULL,
	value   TEXT NOT NULL,
	expires INTEGER,
	PRIMARY KEY (ns, key)
) WITHOUT ROWID;
CREATE INDEX expiry ON entries (expires) WHERE expires IS NOT NULL;`

// checkSchema makes the tables in an empty file, and refuses one that is something else.
func (d *DB) checkSchema(ctx context.Context) error {
	if sound, err := d.isStore(ctx, d.write); sound || err != nil {
		return err
	}
	tx, err := d.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()                                        // does nothing after a commit
	if sound, err := d.isStore(ctx, tx); sound || err != nil { // another process was faster
		return err
	}
	if _, err := tx.ExecContext(ctx, schema+fmt.Sprintf("PRAGMA application_id=%d; PRAGMA user_version=%d;", applicationID, schemaVersion)); err != nil {
		return err
	}
	return tx.Commit()
}

// isStore tells a store from an empty file. Anything else is an error.
func (d *DB) isStore(ctx context.Context, db interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}) (bool, error) {
	var id, version, tables int
	err := db.QueryRowContext(ctx, "SELECT (SELECT application_id FROM pragma_application_id), "+
		"(SELECT user_version FROM pragma_user_version), count(*) FROM sqlite_schema").
		Scan(&id, &version, &tables)
	switch {
	case err != nil:
		return false, err
	case id == 0 && version == 0 && tables == 0:
		return false, nil
	case id != applicationID:
		return false, d.damaged(nil, "it is a database of another program")
	case version != schemaVersion:
		return false, fail(Unusable, nil, "%s has the form %d, this cordial knows %d: use the cordial that wrote it", d.path, version, schemaVersion)
	}
	return true, nil
}

// statements are prepared once for a connection. ?1 is the namespace throughout; what has expired by the time that is given does not
// exist.
type statements struct {
	get, page, keys, count        *sql.Stmt // on the readers
	find, put, drop, clear, sweep *sql.Stmt // on the writer
}

const (
	selectEntry = "SELECT value, expires FROM entries WHERE ns = ?1 AND key = ?2 AND (expires IS NULL OR expires > ?3)"
	// Those that begin with a prefix stand together; ?3 is what follows them, NULL for the end.
	inRange    = " FROM entries WHERE ns = ?1 AND key >= ?2 AND (?3 IS NULL OR key < ?3)"
	alive      = " AND (expires IS NULL OR expires > ?4)"
	countRange = "SELECT count(*)" + inRange + alive
	putEntry   = "INSERT INTO entries (ns, key, value, expires) VALUES (?1, ?2, ?3, ?4) " +
		"ON CONFLICT (ns, key) DO UPDATE SET value = excluded.value, expires = excluded.expires"
	sweepEntries = "DELETE FROM entries WHERE (ns, key) IN (SELECT ns, key FROM entries WHERE expires <= ?1 LIMIT ?2)"
)

func (s *statements) prepareReads(ctx context.Context, db *sql.DB) error {
	return prepare(ctx, db, map[**sql.Stmt]string{
		&s.get:   selectEntry,
		&s.page:  "SELECT key, value, expires" + inRange + alive + " ORDER BY key LIMIT ?5",
		&s.keys:  "SELECT key" + inRange + alive + " ORDER BY key",
		&s.count: countRange,
	})
}

func (s *statements) prepareWrites(ctx context.Context, db *sql.DB) error {
	return prepare(ctx, db, map[**sql.Stmt]string{
		&s.find:  selectEntry,
		&s.put:   putEntry,
		&s.drop:  "DELETE FROM entries WHERE ns = ?1 AND key = ?2",
		&s.clear: "DELETE" + inRange,
		&s.sweep: sweepEntries,
	})
}

func prepare(ctx context.Context, db *sql.DB, texts map[**sql.Stmt]string) (err error) {
	for stmt, text := range texts {
		if *stmt, err = db.PrepareContext(ctx, text); err != nil {
			return err
		}
	}
	return nil
}
