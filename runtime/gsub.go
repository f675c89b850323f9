package runtime

import (
	"math"
	"strings"

	lua "github.com/yuin/gopher-lua"
	"github.com/yuin/gopher-lua/pm"
)

// stringGsub is Lua's string.gsub. gopher-lua's own copies the whole text for
// each match, so that it takes a quarter of a minute over a hundred thousand.
func stringGsub(L *lua.LState) int {
	text, pattern := L.CheckString(1), L.CheckString(2)
	var value func(captures) lua.LValue
	switch replacement := L.Get(3).(type) {
	case lua.LString, lua.LNumber:
		value = expandWith(replacement.String())
	case *lua.LTable:
		value = func(c captures) lua.LValue { return L.GetTable(replacement, c.first()) }
	case *lua.LFunction:
		value = func(c captures) lua.LValue { return c.call(replacement) }
	default:
		L.ArgError(3, "string, table or function expected, got "+L.Get(3).Type().String())
	}
	limit := L.OptInt(4, math.MaxInt)
	if limit <= 0 {
		L.Push(lua.LString(text))
		L.Push(lua.LNumber(0))
		return 2
	}
	matches, err := pm.Find(pattern, []byte(text), 0, limit)
	if err != nil {
		L.RaiseError("%s", err)
	}
	var replaced strings.Builder
	end := 0 // of what is replaced or copied
	for _, match := range matches {
		c := captures{L, text, match}
		replaced.WriteString(text[end:match.Capture(0)])
		replaced.WriteString(c.replacement(value(c)))
		end = match.Capture(1)
	}
	replaced.WriteString(text[end:])
	L.Push(lua.LString(replaced.String()))
	L.Push(lua.LNumber(len(matches)))
	return 2
}

// captures are what a match of a pattern has captured in a text.
type captures struct {
	L     *lua.LState
	text  string
	match *pm.MatchData
}

// whole is the match itself.
func (c captures) whole() string { return c.text[c.match.Capture(0):c.match.Capture(1)] }

// count is how many there are beside the match itself.
func (c captures) count() int { return c.match.CaptureLength()/2 - 1 }

// at is one of them, from 0, a string or a position.
func (c captures) at(i int) lua.LValue {
	from, to := 2*i+2, 2*i+3
	if c.match.IsPosCapture(from) {
		return lua.LNumber(c.match.Capture(from))
	}
	return lua.LString(c.text[c.match.Capture(from):c.match.Capture(to)])
}

// first is the first of them, or the match without any.
func (c captures) first() lua.LValue {
	if c.count() == 0 {
		return lua.LString(c.whole())
	}
	return c.at(0)
}

// call gives what a function makes of them.
func (c captures) call(f *lua.LFunction) lua.LValue {
	c.L.Push(f)
	c.L.Push(c.first())
	for i := 1; i < c.count(); i++ {
		c.L.Push(c.at(i))
	}
	c.L.Call(max(c.count(), 1), 1)
	result := c.L.Get(-1)
	c.L.Pop(1)
	return result
}

// replacement is the text that takes the match's place: the match itself for
// nil and false.
func (c captures) replacement(value lua.LValue) string {
	switch {
	case lua.LVIsFalse(value):
		return c.whole()
	case !lua.LVCanConvToString(value):
		c.L.RaiseError("invalid replacement value (a %s)", value.Type())
	}
	return value.String()
}

// expandWith gives a text with captures in the place of %0 to %9.
func expandWith(text string) func(captures) lua.LValue {
	if !strings.Contains(text, "%") {
		return func(captures) lua.LValue { return lua.LString(text) }
	}
	return func(c captures) lua.LValue {
		var b strings.Builder
		for i := 0; i < len(text); i++ {
			switch {
			case text[i] != '%':
				b.WriteByte(text[i])
				continue
			case i+1 == len(text):
				c.L.RaiseError("%s", "the replacement ends with %; %% stands for the character itself")
			}
			switch i++; {
			case text[i] < '0' || text[i] > '9':
				b.WriteByte(text[i])
			case text[i] == '0':
				b.WriteString(c.whole())
			case text[i] == '1':
				b.WriteString(c.first().String())
			case int(text[i]-'1') >= c.count():
				c.L.RaiseError("invalid capture index %%%c in the replacement", text[i])
			default:
				b.WriteString(c.at(int(text[i] - '1')).String())
			}
		}
		return lua.LString(b.String())
	}
}
