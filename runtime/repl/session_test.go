package repl

import (
	"errors"
	"strings"
	"testing"

	lua "github.com/yuin/gopher-lua"
	"pgregory.net/rapid"
)

// line compiles and runs one chunk and returns its values as text.
func line(t testing.TB, L *lua.LState, s *session, source string) string {
	t.Helper()
	pieces, err := s.compile("repl", source)
	if err != nil {
		t.Fatalf("compile %q: %v", source, err)
	}
	var values []string
	err = L.CallByParam(lua.P{Fn: L.NewFunction(func(L *lua.LState) int {
		for _, v := range s.run(L, pieces) {
			values = append(values, v.String())
		}
		return 0
	}), Protect: true})
	if err != nil {
		return "error: " + err.(*lua.ApiError).Object.String()
	}
	return strings.Join(values, " ")
}

func TestSessionLines(t *testing.T) {
	tests := []struct {
		name  string
		lines []string // pairs of source and expected values
	}{
		{"expression first", []string{"1 + 1", "2", "'a', 'b'", "a b", "nil", "nil"}},
		{"call without results", []string{"(function() end)()", ""}},
		{"statement", []string{"x = 3", "", "x", "3"}},
		{"comment only", []string{"-- nothing", "", "", ""}},
		{"local stays", []string{"local a = 1", "", "a", "1", "a = a + 1", "", "a", "2", "_G.a", "nil"}},
		{"several locals", []string{"local a, b, c = (function() return 1, 2 end)()", "", "a, b, c", "1 2 nil"}},
		{"local without value", []string{"local a", "", "a", "nil"}},
		{"explicit return", []string{"return 1, 2", "1 2"}},
		{"local function", []string{"local function f(n) if n == 0 then return 'end' end return f(n - 1) end", "", "f(3)", "end"}},
		{"shadowing a global", []string{"local type = 5", "", "type", "5", "_G.type(1)", "number"}},
		{"in a block it ends with the block", []string{"do local a = 1 end", "", "a", "nil"}},
		{"one line, two locals of a name", []string{
			"local x = 1; local f = function() return x end; local x = 2; return f(), x", "1 2", "f(), x", "1 2"}},
		{"a closure sees a later assignment", []string{"local n = 0", "", "function bump() n = n + 1 return n end", "", "bump()", "1", "n = 10", "", "bump()", "11", "n", "11"}},
		{"a new local leaves the closure its own", []string{"local n = 1", "", "local function get() return n end", "", "local n = 2", "", "get(), n", "1 2"}},
		{"a local from itself", []string{"local v = 1", "", "local v = v + 1", "", "v", "2"}},
		{"multi-line chunk", []string{"local a = 1\nlocal b = a + 1\nfor i = 1, 2 do\n  local c = i\n  b = b + c\nend\nreturn b, c", "5 nil", "b", "5"}},
		{"last values", []string{"1", "1", "'two'", "two", "_, _1", "two 1", "_, _1, _2", "two two 1"}},
		{"nil is not remembered", []string{"7", "7", "nil", "nil", "_", "7"}},
		{"after an error the locals before it stay", []string{"local a = 1; local b = nil + 1; local c = 3", "error: repl:1: cannot perform add operation between nil and number", "a, b, c", "1 nil nil"}},
		{"line numbers", []string{"local a = 1\n\nlocal b = nil + a", "error: repl:3: cannot perform add operation between nil and number"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			L := lua.NewState()
			defer L.Close()
			s := newSession()
			for i := 0; i < len(test.lines); i += 2 {
				if got := line(t, L, s, test.lines[i]); got != test.lines[i+1] {
					t.Errorf("%q gave %q, want %q", test.lines[i], got, test.lines[i+1])
				}
			}
		})
	}
}

func TestManyLocals(t *testing.T) {
	L := lua.NewState()
	defer L.Close()
	s := newSession()
	for i := range 500 {
		line(t, L, s, "local v"+strings.Repeat("x", i)+" = 1")
	}
	if got := line(t, L, s, "v + vx"); got != "2" {
		t.Errorf("got %q", got)
	}
}

func TestIncomplete(t *testing.T) {
	complete := []string{"x", "x = 1", "f()", "do end", "[[a\nb]]", "--[[ a ]]", "'x", "x = )", "end"}
	for _, source := range complete {
		if _, err := newSession().compile("repl", source); errors.Is(err, errIncomplete) {
			t.Errorf("%q counts as incomplete", source)
		}
	}
	incomplete := []string{"f(", "x =", "1 +", "do", "if x then", "function f()", "local t = {", "[[a", "x = [==[ a ]]", "--[[ a", "for i = 1, 2"}
	for _, source := range incomplete {
		if _, err := newSession().compile("repl", source); !errors.Is(err, errIncomplete) {
			t.Errorf("%q: got %v, want an incomplete chunk", source, err)
		}
	}
}

// A list of statements gives the same, run line by line or as one function.
func TestLinesAreOneChunk(t *testing.T) {
	statement := rapid.SampledFrom([]string{
		"local a = 1", "local b = a", "a = (a or 0) + 1", "b = a", "local f = function() a = (a or 0) + 10 return a end",
		"if f then b = f() end", "local a, b = b, a", "local function f() return b end", "do local a = 5; b = a end",
		"local a",
	})
	rapid.Check(t, func(t *rapid.T) {
		lines := rapid.SliceOfN(statement, 1, 12).Draw(t, "lines")
		L := lua.NewState()
		defer L.Close()
		if err := L.DoString(strings.Join(lines, "\n") + "\nreturn tostring(a) .. ' ' .. tostring(b)"); err != nil {
			t.Fatal(err)
		}
		want := L.ToString(-1)

		shell := lua.NewState()
		defer shell.Close()
		s := newSession()
		for _, source := range append(lines, "") {
			pieces, err := s.compile("repl", source)
			if err != nil {
				t.Fatal(err)
			}
			s.run(shell, pieces)
		}
		pieces, err := s.compile("repl", "tostring(a) .. ' ' .. tostring(b)")
		if err != nil {
			t.Fatal(err)
		}
		if got := s.run(shell, pieces)[0].String(); got != want {
			t.Fatalf("line by line %q, as one chunk %q", got, want)
		}
	})
}

func FuzzCompile(f *testing.F) {
	for _, seed := range []string{"1 + 1", "local a, b = f()", "goto x", "break", "for i = 1, 2 do", "return ...", "local function f() end", "::l:: goto l", "a.b['c']:d{e = 1} = 2"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, source string) {
		if pieces, err := newSession().compile("repl", source); err != nil && pieces != nil {
			t.Errorf("%d pieces beside the error %v", len(pieces), err)
		}
	})
}
