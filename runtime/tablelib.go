package runtime

import (
	"sort"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// sorter sorts the values of a list.
type sorter struct {
	L      *lua.LState
	before lua.LValue // a function of two values, nil of Lua for <
	values []lua.LValue
}

func (s *sorter) Len() int      { return len(s.values) }
func (s *sorter) Swap(i, j int) { s.values[i], s.values[j] = s.values[j], s.values[i] }

func (s *sorter) Less(i, j int) bool {
	if s.before == lua.LNil {
		return s.L.LessThan(s.values[i], s.values[j])
	}
	s.L.Push(s.before)
	s.L.Push(s.values[i])
	s.L.Push(s.values[j])
	s.L.Call(2, 1)
	first := s.L.ToBool(-1)
	s.L.Pop(1)
	return first
}

// tableSort is Lua's table.sort. gopher-lua's own also compares the nils that
// a list keeps room for behind its end, once a value was taken away there.
func tableSort(L *lua.LState) int {
	list, before := L.CheckTable(1), L.Get(2)
	if before != lua.LNil {
		L.CheckFunction(2)
	}
	s := &sorter{L, before, make([]lua.LValue, list.Len())}
	for i := range s.values {
		s.values[i] = list.RawGetInt(i + 1)
	}
	sort.Sort(s)
	for i, value := range s.values {
		list.RawSetInt(i+1, value)
	}
	return 0
}

// tableConcat is Lua's table.concat. gopher-lua's own has no room for more
// than some tens of thousands of pieces, and skips indices outside the list.
func tableConcat(L *lua.LState) int {
	list, separator := L.CheckTable(1), L.OptString(2, "")
	from, to := L.OptInt(3, 1), L.OptInt(4, list.Len())
	var text strings.Builder
	for i := from; i <= to; i++ {
		piece := list.RawGet(lua.LNumber(i))
		if !lua.LVCanConvToString(piece) {
			L.RaiseError("invalid value (%s) at index %d in table for concat", piece.Type(), i)
		}
		text.WriteString(piece.String())
		if i < to {
			text.WriteString(separator)
		}
	}
	L.Push(lua.LString(text.String()))
	return 1
}
