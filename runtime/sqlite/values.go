package sqlite

import (
	"fmt"
	"math"
	"unicode/utf8"

	lua "github.com/yuin/gopher-lua"

	"cordial/runtime/bind"
)

// valueType takes what a column can hold. In Go it is what database/sql takes. It takes no table, and says so itself: a table is no options.
var valueType = bind.Type{Name: "value", Table: true, From: func(_ *lua.LState, v lua.LValue) (any, error) {
	switch v := v.(type) {
	case *lua.LNilType:
		return nullValue{}, nil
	case lua.LBool:
		return bool(v), nil
	case lua.LNumber:
		n := float64(v)
		if n == math.Trunc(n) && math.Abs(n) <= maxInteger {
			return int64(n), nil
		}
		if math.IsNaN(n) {
			return nil, fmt.Errorf("expected a value, got a number that is none (0/0), which SQL has not")
		}
		return n, nil
	case lua.LString:
		if utf8.ValidString(string(v)) {
			return string(v), nil
		}
		return []byte(v), nil
	}
	if bind.IsNull(v) {
		return nullValue{}, nil
	}
	return nil, fmt.Errorf("%w; give one of its fields, or json.encode it", bind.Expected("nil, true, false, a number or a string", v))
}}

// maxInteger is the largest integer up to which a Lua number holds every one.
const maxInteger = 1 << 53

// nullValue is NULL among arguments, where nil would be an argument that is not given.
type nullValue struct{}

// arguments are the parameters of a statement.
func arguments(values []any) []any {
	args := make([]any, len(values))
	for i, v := range values {
		if v != (any)(nullValue{}) {
			args[i] = v
		}
	}
	return args
}

// table makes a Lua table of a row. NULL is an absent field; an integer that a number cannot hold is a string.
func table(r *bind.Registry, columns []string, row []any) *lua.LTable {
	t := r.L.CreateTable(0, len(columns))
	for i, v := range row {
		if v != nil {
			t.RawSetString(columns[i], r.ToLua(v))
		}
	}
	return t
}

func tables(r *bind.Registry, columns []string, rows [][]any) *lua.LTable {
	t := r.L.CreateTable(len(rows), 0)
	for i, row := range rows {
		t.RawSetInt(i+1, table(r, columns, row))
	}
	return t
}
