package sandbox

import (
	"bytes"
	"cmp"
	"encoding/json"
	"time"

	"cordial/discord"
)

// The model holds immutable values: what is stored is never changed in place, a change stores a changed copy. So whatever a
// World hands out may be read and encoded without its lock, and the old value of a change is still there for the audit log.

// Timestamp is a time as Discord writes it: microseconds and a numeric zone, or null for the zero time.
type Timestamp struct{ time.Time }

const timestampLayout = "2006-01-02T15:04:05.000000-07:00"

// MarshalJSON writes the time in UTC, or null.
func (t Timestamp) MarshalJSON() ([]byte, error) {
	if t.IsZero() {
		return []byte("null"), nil
	}
	return t.UTC().AppendFormat(nil, `"`+timestampLayout+`"`), nil
}

// UnmarshalJSON reads an RFC 3339 time or null.
func (t *Timestamp) UnmarshalJSON(data []byte) error {
	if bytes.Equal(data, []byte("null")) {
		t.Time = time.Time{}
		return nil
	}
	return t.Time.UnmarshalJSON(data)
}

// Nullable is a text that is null in JSON when it is empty.
type Nullable string

// MarshalJSON writes the text, or null when it is empty.
func (n Nullable) MarshalJSON() ([]byte, error) {
	if n == "" {
		return []byte("null"), nil
	}
	return json.Marshal(string(n))
}

// nullID is an id that is null in JSON when there is none.
func nullID(id discord.Snowflake) Nullable { return Nullable(id) }

// Nonce is what a client marks a message with: a text or an integer, kept as it was sent.
type Nonce string

// MarshalJSON writes what was sent, null for no nonce.
func (n Nonce) MarshalJSON() ([]byte, error) { return []byte(cmp.Or(n, "null")), nil }

// UnmarshalJSON keeps the JSON text of the nonce.
func (n *Nonce) UnmarshalJSON(data []byte) error {
	*n = Nonce(data)
	return nil
}

// Field is a member of a request body that says whether it was there: a PATCH changes only what is.
type Field[T any] struct {
	Value T
	Set   bool // the member was there
	Null  bool // and it was null
}

// UnmarshalJSON notes that the member was there.
func (f *Field[T]) UnmarshalJSON(data []byte) error {
	f.Set = true
	if bytes.Equal(data, []byte("null")) {
		f.Null = true
		return nil
	}
	return json.Unmarshal(data, &f.Value)
}

// IsZero reports whether the member was absent, for omitzero.
func (f Field[T]) IsZero() bool { return !f.Set }

// MarshalJSON writes the value, or null.
func (f Field[T]) MarshalJSON() ([]byte, error) {
	if f.Null {
		return []byte("null"), nil
	}
	return json.Marshal(f.Value)
}

// Given is a Field that is set.
func Given[T any](value T) Field[T] { return Field[T]{Value: value, Set: true} }

// into stores the value if the member was there; null stores the zero value.
func (f Field[T]) into(target *T) {
	if f.Set {
		*target = f.Value
	}
}

// or gives the value, or a default when the member was absent or null.
func (f Field[T]) or(value T) T {
	if !f.Set || f.Null {
		return value
	}
	return f.Value
}
