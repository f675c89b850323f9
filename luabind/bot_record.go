package luabind

import (
	"fmt"

	lua "github.com/yuin/gopher-lua"

	"cordial/runtime/bind"
)

// recordType is the type of tables with certain fields, each of a type of its own. In Go it is a map[string]any with the fields that are
// there, and the defaults of the others.
func recordType(name string, fields []bind.Param) bind.Type {
	names := make([]string, len(fields))
	byName := make(map[string]bind.Param, len(fields))
	for i, f := range fields {
		names[i], byName[f.Name] = f.Name, f
	}
	return bind.Type{Name: name, Table: true, From: func(L *lua.LState, v lua.LValue) (any, error) {
		table, ok := v.(*lua.LTable)
		if !ok {
			return nil, bind.Expected("a table", v)
		}
		values := map[string]any{}
		err := forEach(table, func(key, value lua.LValue) error {
			f, known := byName[key.String()]
			if !known {
				return unknownAmong(key.String(), names)
			}
			got, err := f.Type.From(L, value)
			values[f.Name] = got
			return bind.At("."+f.Name, err)
		})
		if err != nil {
			return nil, err
		}
		for _, f := range fields {
			if _, given := values[f.Name]; !given && f.Required {
				return nil, fmt.Errorf("%s is required", f.Name)
			} else if !given && f.Default != nil {
				values[f.Name] = f.Default
			}
		}
		return values, nil
	}}
}
