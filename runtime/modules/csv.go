package modules

import (
	"bufio"
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	lua "github.com/yuin/gopher-lua"

	"cordial/runtime"
	"cordial/runtime/bind"
)

func installCSV(host *runtime.Host, f *files) {
	options := []bind.Param{
		{Name: "header", Type: bind.Boolean, Named: true, Doc: "the first row names the columns, and rows are tables by these names"},
		{Name: "delimiter", Type: character(), Named: true, Default: ',', Doc: `what stands between values: ";", "\t"`},
		{Name: "comment", Type: character(), Named: true, Doc: "lines that begin so are left out"},
		{Name: "lazy_quotes", Type: bind.Boolean, Named: true, Doc: `takes quotes in odd places as they are`},
		{Name: "ragged", Type: bind.Boolean, Named: true, Doc: "rows may have different numbers of values"},
		{Name: "trim", Type: bind.Boolean, Named: true, Doc: "leaves out spaces before values"},
	}
	text := bind.Param{Name: "text", Type: bind.String, Required: true}
	source := []bind.Param{{Name: "text", Type: bind.String, Doc: "or path="}, {Name: "path", Type: bind.String, Named: true, Doc: "a file, which is never whole in memory"}}
	host.Registry().AddModule(bind.Module{
		Name: "csv", Doc: "Tables as text, with commas or other marks between values.", Global: true,
		Funcs: []bind.Func{
			{
				Name: "decode", Doc: `Reads all rows: lists of strings, or with header=true tables by name. A line break in a value is "\n", also where the text has "\r\n".`, Params: append([]bind.Param{text}, options...),
				Returns: "list of rows", Example: `csv.decode("name,age\nAnn,31\n", {header = true})[1].name   -- "Ann"`,
				Call: decodeCSV,
			},
			{
				Name: "rows", Doc: "Walks the rows of a text or a file: each row, and the line that it begins on.", Params: append(source, options...),
				Returns: "iterator", Example: `for row in csv.rows{path = "people.csv", header = true} do print(row.name) end`,
				Call: func(c *bind.Call) (any, error) { return csvRows(c, f) },
			},
			{
				Name: "encode", Doc: "Writes rows: lists of values, or tables by the names that header lists.",
				Params: []bind.Param{
					{Name: "rows", Type: bind.ListOf(bind.Table), Required: true},
					{Name: "header", Type: bind.ListOf(bind.String), Named: true, Doc: "the names of the columns, which become the first row"},
					{Name: "delimiter", Type: character(), Named: true, Default: ','},
				},
				Returns: "string", Example: `fs.write("people.csv", csv.encode({{name = "Ann", age = 31}}, {header = {"name", "age"}}))`,
				Call: encodeCSV,
			},
		},
	})
}

// character is the type of parameters that are one character. In Go it is a
// rune.
func character() bind.Type {
	return bind.Type{Name: "character", From: func(_ *lua.LState, v lua.LValue) (any, error) {
		text, ok := v.(lua.LString)
		r, size := utf8.DecodeRuneInString(string(text))
		if !ok || size != len(text) || size == 0 || r == utf8.RuneError || strings.ContainsRune("\"\r\n", r) {
			return nil, bind.Expected("one character", v)
		}
		return r, nil
	}}
}

// csvReader reads rows and makes Lua tables of them.
type csvReader struct {
	in      *bufio.Reader
	rows    *csv.Reader
	begun   bool
	columns []string // with a header
	named   bool
}

func newCSVReader(c *bind.Call, in io.Reader) (*csvReader, error) {
	r := &csvReader{in: bufio.NewReader(in), named: c.Bool("header")}
	r.rows = csv.NewReader(r.in)
	r.rows.Comma = bind.Get[rune](c, "delimiter")
	r.rows.Comment = bind.Get[rune](c, "comment")
	r.rows.LazyQuotes = c.Bool("lazy_quotes")
	r.rows.TrimLeadingSpace = c.Bool("trim")
	if r.rows.Comma == r.rows.Comment {
		return nil, errors.New("delimiter and comment are the same character")
	}
	if c.Bool("ragged") {
		r.rows.FieldsPerRecord = -1
	}
	return r, nil
}

// csvRow is a row, and the line that it begins on.
type csvRow struct {
	values []string
	line   int
}

// read reads the next row. It touches no Lua value.
func (r *csvReader) read() (csvRow, error) {
	if !r.begun {
		r.begun = true
		if mark, _ := r.in.Peek(len(byteOrderMark)); string(mark) == byteOrderMark {
			_, _ = r.in.Discard(len(mark)) // which are there
		}
	}
	if r.named && r.columns == nil {
		columns, err := r.rows.Read()
		if err != nil {
			return csvRow{}, r.explain(columns, err)
		}
		if err := checkColumns(columns); err != nil {
			return csvRow{}, err
		}
		r.columns = columns
	}
	values, err := r.rows.Read()
	if err != nil {
		return csvRow{}, r.explain(values, err)
	}
	line, _ := r.rows.FieldPos(0)
	if r.named && len(values) > len(r.columns) {
		return csvRow{}, fmt.Errorf("line %d: the row has %d values, the header names %d", line, len(values), len(r.columns))
	}
	return csvRow{values, line}, nil
}

// byteOrderMark is what some programs begin a file with.
const byteOrderMark = "\uFEFF"

func checkColumns(columns []string) error {
	seen := map[string]bool{}
	for _, name := range columns {
		if seen[name] {
			return fmt.Errorf("line 1: the header names %q twice; read it without header=true", name)
		}
		seen[name] = true
	}
	return nil
}

// explain says where a text is wrong, with the row as far as it was read.
func (r *csvReader) explain(row []string, err error) error {
	bad, ok := errors.AsType[*csv.ParseError](err)
	if !ok {
		return err
	}
	switch bad.Err {
	case csv.ErrFieldCount:
		return fmt.Errorf("line %d: the row has %d values, those before have %d; ragged=true takes it", bad.StartLine, len(row), r.rows.FieldsPerRecord)
	case csv.ErrBareQuote:
		return fmt.Errorf(`line %d, column %d: a " inside a value that is not in quotes; lazy_quotes=true takes it`, bad.Line, bad.Column)
	case csv.ErrQuote:
		return fmt.Errorf(`line %d, column %d: a " that is not doubled, or not closed, in the value that begins on line %d; lazy_quotes=true takes it`, bad.Line, bad.Column, bad.StartLine)
	}
	return fmt.Errorf("line %d, column %d: %w", bad.Line, bad.Column, bad.Err)
}

// table makes a Lua table of a row.
func (r *csvReader) table(L *lua.LState, row csvRow) *lua.LTable {
	if !r.named {
		table := L.CreateTable(len(row.values), 0)
		for _, value := range row.values {
			table.Append(lua.LString(value))
		}
		return table
	}
	table := L.CreateTable(0, len(row.values))
	for i, value := range row.values {
		table.RawSetString(r.columns[i], lua.LString(value))
	}
	return table
}

func decodeCSV(c *bind.Call) (any, error) {
	text := c.String("text")
	r, err := newCSVReader(c, strings.NewReader(text))
	if err != nil {
		return nil, fail(c, err)
	}
	var rows []csvRow
	err = heavy(c, len(text), func() error {
		for {
			row, err := r.read()
			if errors.Is(err, io.EOF) {
				return nil
			} else if err != nil {
				return err
			}
			rows = append(rows, row)
		}
	})
	list := c.L.CreateTable(len(rows), 0)
	for _, row := range rows {
		list.Append(r.table(c.L, row))
	}
	return list, fail(c, err)
}

// csvBatch is how many rows of a file are read at a time: for every batch the
// Lua state is let go once.
const csvBatch = 256

func csvRows(c *bind.Call, f *files) (any, error) {
	if c.Has("text") == c.Has("path") {
		return nil, fail(c, errors.New("expected a text, or path=, and not both"))
	}
	var in io.Reader = strings.NewReader(c.String("text"))
	if c.Has("path") {
		p, err := f.place(c.String("path"))
		if err != nil {
			return nil, fail(c, err)
		}
		in = bufio.NewReaderSize(&pieces{place: p}, heavySize)
	}
	r, err := newCSVReader(c, in)
	if err != nil {
		return nil, fail(c, err)
	}
	name := c.Name()
	var batch []csvRow
	var failed error // after the batch
	return bind.Iterator(func(c *bind.Call) (any, error) {
		if len(batch) == 0 && failed == nil {
			err := c.Wait(func(context.Context) error {
				for len(batch) < csvBatch && failed == nil {
					var row csvRow
					if row, failed = r.read(); failed == nil {
						batch = append(batch, row)
					}
				}
				return nil
			})
			if err != nil {
				return nil, err
			}
		}
		if len(batch) > 0 {
			row := batch[0]
			batch = batch[1:]
			return bind.Values{r.table(c.L, row), row.line}, nil
		}
		if errors.Is(failed, io.EOF) {
			return nil, nil
		}
		return nil, fmt.Errorf("%s: %w", name, failed)
	}), nil
}

func encodeCSV(c *bind.Call) (any, error) {
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	w.Comma = bind.Get[rune](c, "delimiter")
	var columns []string
	for _, name := range c.List("header") {
		columns = append(columns, name.(string))
	}
	if columns != nil {
		if err := w.Write(columns); err != nil {
			return nil, fail(c, err)
		}
	}
	for i, row := range c.List("rows") {
		values, err := csvValues(row.(*lua.LTable), columns)
		if err != nil {
			return nil, fail(c, fmt.Errorf("row %d: %w", i+1, err))
		}
		if strings.Join(values, "") == "" && len(values) < 2 { // which would be an empty line, and no row
			w.Flush()
			out.WriteString("\"\"\n")
		} else if err := w.Write(values); err != nil {
			return nil, fail(c, fmt.Errorf("row %d: %w", i+1, err))
		}
	}
	w.Flush()
	return out.String(), fail(c, w.Error())
}

// csvValues are the values of a row: of a list in order, of another table those
// of the columns.
func csvValues(row *lua.LTable, columns []string) ([]string, error) {
	var cells []lua.LValue
	named := false
	for key, _ := row.Next(lua.LNil); key != lua.LNil; key, _ = row.Next(key) {
		if name, ok := key.(lua.LString); ok {
			if columns == nil {
				return nil, fmt.Errorf("it has the field %q; header={…} lists the columns of tables by name", string(name))
			}
			named = true
		}
	}
	if named {
		for _, name := range columns {
			cells = append(cells, row.RawGetString(name))
		}
	} else {
		for i := range max(row.Len(), len(columns)) {
			cells = append(cells, row.RawGetInt(i+1))
		}
	}
	values := make([]string, len(cells))
	for i, cell := range cells {
		switch cell := cell.(type) {
		case *lua.LNilType:
		case lua.LNumber:
			values[i] = numberText(float64(cell))
		case lua.LString, lua.LBool:
			values[i] = cell.String()
		default:
			if !bind.IsNull(cell) {
				return nil, fmt.Errorf("value %d: %w", i+1, bind.Expected("a string, a number or a boolean", cell))
			}
		}
	}
	return values, nil
}
