package store

import (
	"context"
	"database/sql"
	"errors"
	"math"
	"strconv"
	"time"
)

// Entry is a key with its value.
type Entry struct {
	Namespace string
	Key       string
	Value     string    // JSON, as [CheckValue] wants it; empty for no value
	Expires   time.Time // zero for never
}

// check says what is wrong with an entry's size.
func (e Entry) check() error {
	if err := checkName("namespace", e.Namespace, MaxNamespace); err != nil {
		return err
	}
	if err := checkName("key", e.Key, MaxKey); err != nil {
		return err
	}
	if len(e.Value) > MaxValue {
		return fail(TooLarge, nil, "the value of %q has %d bytes as JSON, over the limit of %d: keep it in parts, or in a file",
			shorten(e.Key), len(e.Value), MaxValue)
	}
	return nil
}

func checkName(what, name string, limit int) error {
	switch {
	case name == "":
		return fail(BadKey, nil, "the %s is empty: give it a name", what)
	case len(name) > limit:
		return fail(BadKey, nil, "the %s %q has %d bytes, over the limit of %d: use a shorter one", what, shorten(name), len(name), limit)
	}
	return nil
}

// shorten cuts a key for an error's text.
func shorten(key string) string {
	if len(key) > 40 {
		return key[:40] + "…"
	}
	return key
}

// Get returns an entry. If there is none its Value is empty, which no JSON is.
func (d *DB) Get(ctx context.Context, ns, key string) (entry Entry, err error) {
	if err := (Entry{Namespace: ns, Key: key}).check(); err != nil {
		return Entry{}, err
	}
	err = d.view(ctx, func(ctx context.Context) (err error) {
		entry, err = scanEntry(d.stmts.get.QueryRowContext(ctx, []byte(ns), []byte(key), d.now()), ns, key)
		return err
	})
	return entry, err
}

func scanEntry(row *sql.Row, ns, key string) (Entry, error) {
	entry := Entry{Namespace: ns, Key: key}
	var expires sql.NullInt64
	err := row.Scan(&entry.Value, &expires)
	if errors.Is(err, sql.ErrNoRows) {
		return entry, nil
	}
	entry.Expires = moment(expires)
	return entry, err
}

// moment and expiry turn the time in the file into one of an entry and back.
func moment(expires sql.NullInt64) time.Time {
	if !expires.Valid {
		return time.Time{}
	}
	return time.UnixMicro(expires.Int64)
}

func expiry(t time.Time) sql.NullInt64 {
	return sql.NullInt64{Int64: stamp(t), Valid: !t.IsZero()}
}

// Set writes an entry in place of what its key had. One without a Value takes it away.
func (d *DB) Set(ctx context.Context, entry Entry) error {
	if err := entry.check(); err != nil {
		return err
	}
	return d.change(ctx, func(ctx context.Context, tx *sql.Tx) error { return d.put(ctx, tx, entry) })
}

func (d *DB) put(ctx context.Context, tx *sql.Tx, e Entry) error {
	ns, key := []byte(e.Namespace), []byte(e.Key)
	if e.Value == "" {
		_, err := tx.StmtContext(ctx, d.stmts.drop).ExecContext(ctx, ns, key)
		return err
	}
	_, err := tx.StmtContext(ctx, d.stmts.put).ExecContext(ctx, ns, key, e.Value, expiry(e.Expires))
	return err
}

// find is Get inside of a write.
func (d *DB) find(ctx context.Context, tx *sql.Tx, ns, key string) (Entry, error) {
	return scanEntry(tx.StmtContext(ctx, d.stmts.find).QueryRowContext(ctx, []byte(ns), []byte(key), d.now()), ns, key)
}

// Swap writes an entry if its key still has what old says: its Value and its expiry, or nothing. Else it changes nothing. Either way
// it returns what the key has then. Atomic updates are made of it.
func (d *DB) Swap(ctx context.Context, old, entry Entry) (current Entry, swapped bool, err error) {
	if err := entry.check(); err != nil {
		return Entry{}, false, err
	}
	err = d.change(ctx, func(ctx context.Context, tx *sql.Tx) (err error) {
		if current, err = d.find(ctx, tx, entry.Namespace, entry.Key); err != nil {
			return err
		}
		if swapped = current.Value == old.Value && current.Expires.Equal(old.Expires); !swapped {
			return nil
		}
		current = entry
		return d.put(ctx, tx, entry)
	})
	return current, swapped, err
}

// Delete takes an entry away and tells whether there was one.
func (d *DB) Delete(ctx context.Context, ns, key string) (existed bool, err error) {
	if err := (Entry{Namespace: ns, Key: key}).check(); err != nil {
		return false, err
	}
	err = d.change(ctx, func(ctx context.Context, tx *sql.Tx) error {
		entry, err := d.find(ctx, tx, ns, key)
		if err != nil {
			return err
		}
		existed = entry.Value != ""
		return d.put(ctx, tx, Entry{Namespace: ns, Key: key})
	})
	return existed, err
}

// maxExact is the largest integer that a number of Lua's holds exactly.
const maxExact = 1 << 53

// Incr adds to a number and returns the sum. A key that is absent counts as 0. The expiry stays.
func (d *DB) Incr(ctx context.Context, ns, key string, by float64) (sum float64, err error) {
	if err := (Entry{Namespace: ns, Key: key}).check(); err != nil {
		return 0, err
	}
	err = d.change(ctx, func(ctx context.Context, tx *sql.Tx) error {
		entry, err := d.find(ctx, tx, ns, key)
		if err != nil {
			return err
		}
		old := 0.0
		if entry.Value != "" {
			if old, err = strconv.ParseFloat(entry.Value, 64); err != nil {
				return fail(NotNumber, nil, "%q has a %s, which cannot be added to", shorten(key), kindOf(entry.Value))
			}
		}
		sum = old + by
		if math.IsNaN(sum) || math.Abs(sum) > maxExact {
			return fail(NotNumber, nil, "%q would become %g, more than a number holds exactly", shorten(key), sum)
		}
		entry.Value = strconv.FormatFloat(sum, 'f', -1, 64)
		return d.put(ctx, tx, entry)
	})
	return sum, err
}

// kindOf names what a JSON value is.
func kindOf(value string) string {
	switch value[0] {
	case '"':
		return "string"
	case 't', 'f':
		return "boolean"
	case 'n':
		return "null"
	default:
		return "table"
	}
}
