package repl

import (
	"maps"
	"slices"

	lua "github.com/yuin/gopher-lua"
)

// session is what the lines of one shell share: the locals that they declared
// at top level and the last values, under the names _, _1 and _2.
//
// Each variable is an upvalue cell that all lines share, so a closure made in
// one line sees what a later line assigns, and a variable that is declared
// again is a new one, as in a file.
type session struct {
	variables map[string]*lua.Upvalue
}

// lastValues are the names of the last values, newest first.
var lastValues = []string{"_", "_1", "_2"}

func newSession() *session {
	s := &session{variables: map[string]*lua.Upvalue{}}
	for _, name := range lastValues {
		s.declare(name, lua.LNil)
	}
	return s
}

// declare makes a new variable, which hides an older one of the same name.
func (s *session) declare(name string, v lua.LValue) {
	cell := &lua.Upvalue{}
	cell.SetValue(v)
	s.variables[name] = cell
}

// value returns what name stands for in the next line: a variable of the
// session or a global.
func (s *session) value(L *lua.LState, name string) lua.LValue {
	if cell, ok := s.variables[name]; ok {
		return cell.Value()
	}
	return L.Env.RawGetString(name)
}

// names returns the session's variables, sorted.
func (s *session) names() []string {
	return slices.Sorted(maps.Keys(s.variables))
}

// compile reads source as one chunk of the session. It returns errIncomplete
// when source is only the beginning of a chunk.
func (s *session) compile(name, source string) ([]piece, error) {
	return compile(name, source, s.names())
}

// run runs the pieces of one chunk on L and returns the values of its last.
func (s *session) run(L *lua.LState, pieces []piece) []lua.LValue {
	var values []lua.LValue
	for _, p := range pieces {
		values = s.runPiece(L, p)
	}
	if len(values) > 0 {
		s.remember(values[0])
	}
	return values
}

func (s *session) runPiece(L *lua.LState, p piece) []lua.LValue {
	if p.recursive {
		s.declare(p.declares[0], lua.LNil)
	}
	fn := L.NewFunctionFromProto(p.proto)
	for i, name := range p.proto.DbgUpvalues {
		fn.Upvalues[i] = s.variables[name]
	}
	base := L.GetTop()
	L.Push(fn)
	L.Call(0, lua.MultRet)
	values := results(L, base)
	if p.declares == nil {
		return values
	}
	for i, name := range p.declares {
		if !p.recursive {
			s.declare(name, values[i])
		}
	}
	return nil
}

// results pops the values above base. The first of them is the nil that body
// puts before the values of a piece; a piece without values has none at all.
func results(L *lua.LState, base int) []lua.LValue {
	var values []lua.LValue
	for i := base + 2; i <= L.GetTop(); i++ {
		values = append(values, L.Get(i))
	}
	L.SetTop(base)
	return values
}

// remember makes v the last value. Lines that use the names see the new
// values; a nil is not worth remembering.
func (s *session) remember(v lua.LValue) {
	if v == lua.LNil {
		return
	}
	for i := len(lastValues) - 1; i > 0; i-- {
		s.variables[lastValues[i]].SetValue(s.variables[lastValues[i-1]].Value())
	}
	s.variables[lastValues[0]].SetValue(v)
}
