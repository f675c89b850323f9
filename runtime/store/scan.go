package store

import (
	"context"
	"database/sql"
	"encoding/json"
)

// Bounds of one page: whichever is reached first ends it.
const (
	pageEntries = 100
	pageBytes   = 256 << 10
)

// after is the smallest key that follows all keys which begin with prefix, nil if there is none.
func after(prefix string) []byte {
	end := []byte(prefix)
	for len(end) > 0 {
		last := len(end) - 1
		if end[last] < 0xff {
			end[last]++
			return end
		}
		end = end[:last]
	}
	return nil
}

// span gives the parameters of a range: the keys from first on that begin with prefix.
func span(ns, prefix, first string) []any {
	from := []byte(max(prefix, first))
	if len(from) == 0 {
		from = []byte{0} // no key is shorter; an empty slice would be NULL
	}
	return []any{[]byte(ns), from, after(prefix)}
}

// Page returns the entries whose keys begin with prefix and lie behind the key last, in the order of the keys: up to 100, or 256 kB
// and one more. It returns none at the end.
func (d *DB) Page(ctx context.Context, ns, prefix, last string) (page []Entry, err error) {
	first := ""
	if last != "" {
		first = last + "\x00"
	}
	err = d.view(ctx, func(ctx context.Context) error {
		page = nil
		return d.each(ctx, d.stmts.page, append(span(ns, prefix, first), d.now(), pageEntries), pageBytes, func(rows *sql.Rows) (int, error) {
			entry := Entry{Namespace: ns}
			var expires sql.NullInt64
			err := rows.Scan(&entry.Key, &entry.Value, &expires)
			entry.Expires = moment(expires)
			page = append(page, entry)
			return len(entry.Key) + len(entry.Value), err
		})
	})
	return page, err
}

// each calls fn for the rows of a query until their sizes, which fn returns, reach a limit; 0 is none.
func (d *DB) each(ctx context.Context, stmt *sql.Stmt, args []any, limit int, fn func(rows *sql.Rows) (size int, err error)) error {
	rows, err := stmt.QueryContext(ctx, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for total := 0; (limit == 0 || total < limit) && rows.Next(); {
		size, err := fn(rows)
		if err != nil {
			return err
		}
		total += size
	}
	return rows.Err()
}

// Keys lists the keys that begin with prefix, in order.
func (d *DB) Keys(ctx context.Context, ns, prefix string) (keys []string, err error) {
	err = d.view(ctx, func(ctx context.Context) error {
		keys = nil
		return d.each(ctx, d.stmts.keys, append(span(ns, prefix, ""), d.now()), 0, func(rows *sql.Rows) (int, error) {
			var key string
			err := rows.Scan(&key)
			keys = append(keys, key)
			return 0, err
		})
	})
	return keys, err
}

// Count counts the keys that begin with prefix. It walks over them.
func (d *DB) Count(ctx context.Context, ns, prefix string) (n int, err error) {
	err = d.view(ctx, func(ctx context.Context) error {
		return d.stmts.count.QueryRowContext(ctx, append(span(ns, prefix, ""), d.now())...).Scan(&n)
	})
	return n, err
}

// Clear takes away the entries whose keys begin with prefix, all at once, and returns how many there were.
func (d *DB) Clear(ctx context.Context, ns, prefix string) (n int, err error) {
	args := span(ns, prefix, "")
	err = d.change(ctx, func(ctx context.Context, tx *sql.Tx) error {
		if err := tx.QueryRowContext(ctx, countRange, append(args, d.now())...).Scan(&n); err != nil {
			return err
		}
		_, err := tx.StmtContext(ctx, d.stmts.clear).ExecContext(ctx, args...)
		return err
	})
	return n, err
}

// Namespace is how much one namespace holds.
type Namespace struct {
	Name  string
	Keys  int
	Bytes int64 // of keys and values
}

// MarshalJSON makes it a [json.Marshaler]. A name that is not UTF-8 is written as in a dump.
func (n Namespace) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Name  text  `json:"ns"`
		Keys  int   `json:"keys"`
		Bytes int64 `json:"bytes"`
	}{text(n.Name), n.Keys, n.Bytes})
}

// Namespaces lists the namespaces that have entries, in order.
func (d *DB) Namespaces(ctx context.Context) (list []Namespace, err error) {
	err = d.view(ctx, func(ctx context.Context) error {
		list = nil
		rows, err := d.read.QueryContext(ctx, "SELECT ns, count(*), sum(length(key) + length(CAST(value AS BLOB))) FROM entries "+
			"WHERE expires IS NULL OR expires > ?1 GROUP BY ns ORDER BY ns", d.now())
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var n Namespace
			if err := rows.Scan(&n.Name, &n.Keys, &n.Bytes); err != nil {
				return err
			}
			list = append(list, n)
		}
		return rows.Err()
	})
	return list, err
}
