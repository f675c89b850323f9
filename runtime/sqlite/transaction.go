package sqlite

import (
	"context"

	sqlite3 "modernc.org/sqlite/lib"

	"cordial/internal/sqlitefile"
)

// begin begins a transaction, which may write at once; the turn is held until its end.
func (d *DB) begin(ctx context.Context) error {
	text := "BEGIN IMMEDIATE"
	if d.options.ReadOnly {
		text = "BEGIN"
	}
	_, err := d.exec(ctx, text, nil)
	return err
}

func (d *DB) commit(ctx context.Context) error {
	_, err := d.exec(ctx, "COMMIT", nil)
	return err
}

// rollBack undoes a transaction that SQLite may have undone already, as it does when the disk is full.
func (d *DB) rollBack() error {
	_, err := d.exec(context.Background(), "ROLLBACK", nil)
	if sqlitefile.Code(err) == sqlite3.SQLITE_ERROR { // there is no transaction
		return nil
	}
	return err
}
