package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// How much a loop reads at once: so many rows, or so many bytes.
const (
	pageRows  = 100
	pageBytes = 256 << 10
)

// Rows are the rows of a query, read while the loop over them goes on.
type Rows struct {
	db      *DB
	rows    *sql.Rows
	columns []string
	cancel  context.CancelFunc
	over    bool
}

// query begins a query; the turn is held. The rows must be read to their end, or ended.
func (d *DB) query(ctx context.Context, text string, args []any) (*Rows, error) {
	if len(d.loops) == maxLoops {
		return nil, &Error{Kind: Busy, Text: fmt.Sprintf(
			"%s: %d loops over rows have begun and not come to their end; a LIMIT ends one early, and Database:rows holds nothing", d.options.Name, maxLoops)}
	}
	own, cancel := context.WithCancel(context.WithoutCancel(ctx)) // a loop may go on in another task
	r := &Rows{db: d, cancel: cancel}
	err := d.retry(ctx, func() (err error) {
		defer context.AfterFunc(ctx, cancel)()
		// A statement of its own: one that is prepared has one place only.
		r.rows, err = d.conn.QueryContext(own, text, args...)
		return err
	})
	if err == nil {
		r.columns, err = r.rows.Columns()
	}
	if err != nil {
		cancel()
		return nil, d.explain(err, text)
	}
	d.loops[r] = struct{}{}
	return r, nil
}

// page reads some rows; the turn is held. After the last ones it gives none.
func (r *Rows) page(ctx context.Context, text string) ([][]any, error) {
	if r.over {
		return nil, nil
	}
	defer context.AfterFunc(ctx, r.cancel)()
	var page [][]any
	size := 0
	for len(page) < pageRows && size < pageBytes {
		if !r.rows.Next() {
			err := errors.Join(r.rows.Err(), r.end())
			return page, r.db.explain(err, text)
		}
		row, n, err := scan(r.rows, len(r.columns))
		if err != nil {
			return nil, r.db.explain(errors.Join(err, r.end()), text)
		}
		page = append(page, row)
		size += n
	}
	return page, nil
}

// end lets go of the query; the turn is held.
func (r *Rows) end() error {
	if r.over {
		return nil
	}
	r.over = true
	delete(r.db.loops, r)
	err := r.rows.Close()
	r.cancel()
	return err
}

// scan reads a row, and tells how many bytes it has.
func scan(rows *sql.Rows, columns int) (row []any, size int, err error) {
	row = make([]any, columns)
	places := make([]any, columns)
	for i := range row {
		places[i] = &row[i]
	}
	if err := rows.Scan(places...); err != nil {
		return nil, 0, err
	}
	for i, v := range row {
		switch v := v.(type) {
		case string:
			size += len(v)
		case []byte:
			row[i] = string(v)
			size += len(v)
		case time.Time:
			row[i] = timeText(v)
		}
	}
	return row, size, nil
}

// timeText writes a time as SQLite's own functions do. The driver reads texts in columns that are declared DATE, DATETIME or TIMESTAMP
// as times, and does not say how they were written.
func timeText(t time.Time) string {
	layout := "2006-01-02 15:04:05.999999999"
	if _, offset := t.Zone(); offset != 0 {
		layout += "-07:00"
	}
	return t.Format(layout)
}

// all reads every row of a query; the turn is held.
func (d *DB) all(ctx context.Context, text string, args []any, limit int) (columns []string, rows [][]any, err error) {
	err = d.retry(ctx, func() error {
		stmt, err := d.statement(ctx, text)
		if err != nil {
			return err
		}
		found, err := stmt.QueryContext(ctx, args...)
		if err != nil {
			return err
		}
		defer found.Close() // its error is that of Err
		if columns, err = found.Columns(); err != nil {
			return err
		}
		for rows = nil; len(rows) < limit && found.Next(); {
			row, _, err := scan(found, len(columns))
			if err != nil {
				return err
			}
			rows = append(rows, row)
		}
		return found.Err()
	})
	return columns, rows, d.explain(err, text)
}
