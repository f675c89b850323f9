package store

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// maxLine bounds a line of a dump: a value in which every byte is escaped, and the rest.
const maxLine = 8 * MaxValue

// text is a name in a dump, where one that is not UTF-8 is {"$bytes": "<base64>"}.
type text string

// MarshalJSON makes it a [json.Marshaler].
func (t text) MarshalJSON() ([]byte, error) {
	if utf8.ValidString(string(t)) {
		return json.Marshal(string(t))
	}
	return json.Marshal(map[string]string{bytesKey: base64.StdEncoding.EncodeToString([]byte(t))})
}

// UnmarshalJSON makes it a [json.Unmarshaler].
func (t *text) UnmarshalJSON(data []byte) error {
	var wrapped map[string]string
	if json.Unmarshal(data, &wrapped) == nil && len(wrapped) == 1 && wrapped[bytesKey] != "" {
		name, err := decodeBytes(wrapped[bytesKey])
		*t = text(name)
		return err
	}
	return json.Unmarshal(data, (*string)(t))
}

// seconds is a time in a dump: Unix seconds.
type seconds time.Time

// MarshalJSON makes it a [json.Marshaler].
func (s seconds) MarshalJSON() ([]byte, error) {
	return strconv.AppendFloat(nil, float64(stamp(time.Time(s)))/1e6, 'f', -1, 64), nil
}

// UnmarshalJSON makes it a [json.Unmarshaler].
func (s *seconds) UnmarshalJSON(data []byte) error {
	var n float64
	if err := json.Unmarshal(data, &n); err != nil {
		return err
	}
	if math.Abs(n) > 1e12 {
		return fmt.Errorf("expires: %g are no Unix seconds", n)
	}
	*s = seconds(time.UnixMicro(int64(math.Round(n * 1e6))))
	return nil
}

// line is one entry in a dump.
type line struct {
	Namespace text            `json:"ns"`
	Key       text            `json:"key"`
	Value     json.RawMessage `json:"value"`
	Expires   *seconds        `json:"expires,omitempty"`
}

// Dump writes the entries of a namespace, or of all if ns is empty, as JSON lines in the order of namespaces and keys, and returns how
// many. They are those of one moment; others may write meanwhile.
func (d *DB) Dump(ctx context.Context, w io.Writer, ns string) (n int, err error) {
	if err := d.open(ctx); err != nil {
		return 0, err
	}
	var rows *sql.Rows
	err = d.retry(ctx, func() (err error) {
		rows, err = d.read.QueryContext(ctx, "SELECT ns, key, value, expires FROM entries "+
			"WHERE (?1 = '' OR ns = CAST(?1 AS BLOB)) AND (expires IS NULL OR expires > ?2) ORDER BY ns, key", ns, d.now())
		return err
	})
	if err != nil {
		return 0, d.explain(err)
	}
	defer rows.Close()
	out := bufio.NewWriter(w)
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	for rows.Next() {
		var namespace, key string
		var value []byte
		var expires sql.NullInt64
		if err := rows.Scan(&namespace, &key, &value, &expires); err != nil {
			return n, d.explain(err)
		}
		l := line{Namespace: text(namespace), Key: text(key), Value: value}
		if expires.Valid {
			at := seconds(moment(expires))
			l.Expires = &at
		}
		if err := encoder.Encode(l); err != nil {
			return n, err
		}
		n++
	}
	return n, errors.Join(d.explain(rows.Err()), out.Flush())
}

// LineError says which line of a dump cannot be loaded.
type LineError struct {
	Line int
	Err  error
}

func (e *LineError) Error() string { return fmt.Sprintf("line %d: %v", e.Line, e.Err) }

// Unwrap returns the error of the line.
func (e *LineError) Unwrap() error { return e.Err }

// Load reads what [DB.Dump] has written and puts it beside what is there; entries with the same keys are replaced. It loads all or
// nothing, and returns how many entries: those that have expired are passed over. Lines without anything on them are fine. The lines
// wait in a temporary table, so that other processes are held up for the last step only. Of a line that cannot be loaded the error is
// a [LineError].
func (d *DB) Load(ctx context.Context, r io.Reader) (n int, err error) {
	if err := d.openToWrite(ctx); err != nil {
		return 0, err
	}
	conn, err := d.write.Conn(ctx)
	if err != nil {
		return 0, d.explain(err)
	}
	defer conn.Close()
	exec := func(query string) error {
		return d.retry(ctx, func() error { _, err := conn.ExecContext(ctx, query); return err })
	}
	if err := exec("CREATE TEMP TABLE incoming (ns BLOB, key BLOB, value TEXT, expires INTEGER)"); err != nil {
		return 0, d.explain(err)
	}
	defer func() {
		_, drop := conn.ExecContext(context.WithoutCancel(ctx), "DROP TABLE incoming")
		err = errors.Join(err, d.explain(drop))
	}()
	if n, err = d.stage(ctx, conn, r); err != nil {
		return 0, d.explain(err)
	}
	err = exec("INSERT INTO entries SELECT ns, key, value, expires FROM incoming WHERE true " +
		"ON CONFLICT (ns, key) DO UPDATE SET value = excluded.value, expires = excluded.expires")
	if err != nil {
		return 0, d.explain(err)
	}
	return n, nil
}

// stage puts the lines into the temporary table.
func (d *DB) stage(ctx context.Context, conn *sql.Conn, r io.Reader) (n int, err error) {
	if _, err := conn.ExecContext(ctx, "BEGIN"); err != nil {
		return 0, err
	}
	defer func() {
		end := "COMMIT"
		if err != nil {
			end = "ROLLBACK"
		}
		_, ended := conn.ExecContext(context.WithoutCancel(ctx), end)
		err = errors.Join(err, ended)
	}()
	insert, err := conn.PrepareContext(ctx, "INSERT INTO incoming VALUES (?1, ?2, ?3, ?4)")
	if err != nil {
		return 0, err
	}
	defer insert.Close()
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxLine)
	number := 0
	for lines.Scan() {
		number++
		if len(bytes.TrimSpace(lines.Bytes())) == 0 {
			continue
		}
		entry, err := readLine(lines.Bytes())
		if err != nil {
			return 0, &LineError{number, err}
		}
		if !entry.Expires.IsZero() && stamp(entry.Expires) <= d.now() {
			continue
		}
		if _, err := insert.ExecContext(ctx, []byte(entry.Namespace), []byte(entry.Key), entry.Value, expiry(entry.Expires)); err != nil {
			return 0, err
		}
		n++
	}
	if err := lines.Err(); err != nil {
		return 0, &LineError{number + 1, err}
	}
	return n, nil
}

// readLine reads and checks one entry.
func readLine(data []byte) (Entry, error) {
	if !utf8.Valid(data) {
		return Entry{}, errors.New("it is not UTF-8")
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	var l line
	if err := decoder.Decode(&l); err != nil {
		return Entry{}, explainLine(err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return Entry{}, errors.New("there is something after the entry")
	}
	if len(l.Value) == 0 {
		return Entry{}, errors.New("it has no value")
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, l.Value); err != nil {
		return Entry{}, err
	}
	entry := Entry{Namespace: string(l.Namespace), Key: string(l.Key), Value: compact.String()}
	if l.Expires != nil {
		entry.Expires = time.Time(*l.Expires)
	}
	return entry, errors.Join(CheckValue(entry.Value), entry.check())
}

const formOfLine = `a line is like {"ns":"bot","key":"visits","value":6}, with "expires" in Unix seconds if need be`

// explainLine says in plain words why a line is no entry. The error of the JSON package for a field that is unknown has no type.
func explainLine(err error) error {
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return fmt.Errorf("%s cannot be of the type %s; %s", cmp.Or(wrong.Field, "an entry"), wrong.Value, formOfLine)
	}
	if name, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		return fmt.Errorf("the field %s is not known; %s", name, formOfLine)
	}
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		return fmt.Errorf("it is not JSON at column %d: %s; %s", syntax.Offset, syntax, formOfLine)
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("it ends in the middle; %s", formOfLine)
	}
	return err
}
