package runtime

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// Bounds of what Format writes.
const (
	formatDepth  = 4   // tables inside one another
	formatItems  = 50  // entries of one table
	formatLength = 200 // bytes of one string inside a table
)

// Format writes a Lua value for a person: strings with quotes, tables as short
// literals with sorted keys, objects as they print. It may call __tostring, so
// the caller must hold the Lua state.
func Format(L *lua.LState, v lua.LValue) string {
	f := formatter{L: L, open: map[*lua.LTable]bool{}}
	f.value(v, 0)
	return f.text.String()
}

type formatter struct {
	L    *lua.LState
	text strings.Builder
	open map[*lua.LTable]bool // the tables that the value lies in
}

func (f *formatter) value(v lua.LValue, depth int) {
	if t, ok := v.(*lua.LTable); ok && jsonMarked(f.L, t) {
		f.table(t, depth)
		return
	}
	if text, ok := metaString(f.L, v); ok {
		f.text.WriteString(text)
		return
	}
	switch v := v.(type) {
	case lua.LString:
		s := string(v)
		if depth > 0 && len(s) > formatLength {
			s = strings.ToValidUTF8(s[:formatLength], "") + "…"
		}
		f.text.WriteString(quote(s))
	case *lua.LTable:
		f.table(v, depth)
	case *lua.LFunction:
		f.text.WriteString(functionText(v))
	default:
		f.text.WriteString(v.String())
	}
}

func (f *formatter) table(t *lua.LTable, depth int) {
	switch {
	case f.open[t]:
		f.text.WriteString("<cycle>")
		return
	case depth >= formatDepth:
		f.text.WriteString("{…}")
		return
	}
	f.open[t] = true
	defer delete(f.open, t)
	f.text.WriteByte('{')
	written := 0
	next := func() bool {
		if written == formatItems {
			f.text.WriteString(", …")
			written++
		}
		if written > formatItems {
			return false
		}
		if written > 0 {
			f.text.WriteString(", ")
		}
		written++
		return true
	}
	n := t.Len()
	for i := 1; i <= n && next(); i++ {
		f.value(t.RawGetInt(i), depth+1)
	}
	for _, key := range sortedKeys(t, n) {
		if !next() {
			break
		}
		f.key(key)
		f.text.WriteString(" = ")
		f.value(t.RawGet(key), depth+1)
	}
	f.text.WriteByte('}')
}

func (f *formatter) key(key lua.LValue) {
	if s, ok := key.(lua.LString); ok && isIdentifier(string(s)) {
		f.text.WriteString(string(s))
		return
	}
	f.text.WriteByte('[')
	f.value(key, formatDepth)
	f.text.WriteByte(']')
}

// sortedKeys lists the keys of t beyond its list part of n values: numbers,
// then strings, then the rest.
func sortedKeys(t *lua.LTable, n int) []lua.LValue {
	keys := keysBeyond(t, n)
	sortKeys(keys)
	return keys
}

// keysBeyond lists the keys of t beyond its list part of n values, in the
// order in which they were set.
func keysBeyond(t *lua.LTable, n int) []lua.LValue {
	var keys []lua.LValue
	for key, _ := t.Next(lua.LNil); key != lua.LNil; key, _ = t.Next(key) {
		if i, ok := key.(lua.LNumber); ok && i >= 1 && i <= lua.LNumber(n) && i == lua.LNumber(int(i)) {
			continue
		}
		keys = append(keys, key)
	}
	return keys
}

func sortKeys(keys []lua.LValue) {
	slices.SortFunc(keys, func(a, b lua.LValue) int {
		x, xNumber := a.(lua.LNumber)
		y, yNumber := b.(lua.LNumber)
		switch {
		case xNumber && yNumber:
			return cmp.Compare(x, y)
		case a.Type() != b.Type():
			return cmp.Compare(typeOrder(a), typeOrder(b))
		default:
			return strings.Compare(a.String(), b.String())
		}
	})
}

func typeOrder(v lua.LValue) int {
	switch v.Type() {
	case lua.LTNumber:
		return 0
	case lua.LTString:
		return 1
	default:
		return 2 + int(v.Type())
	}
}

// metaString is the text that __tostring gives.
func metaString(L *lua.LState, v lua.LValue) (string, bool) {
	if _, ok := v.(lua.LString); ok {
		return "", false
	}
	fn := L.GetMetaField(v, "__tostring")
	if fn == lua.LNil {
		return "", false
	}
	return callToString(L, fn, v), true
}

// translated is a value that was raised in L's frames as text, in words for
// people.
func translated(L *lua.LState, raised lua.LValue) string {
	text, ok := raised.(lua.LString)
	t := taskOf(L)
	if !ok || t == nil {
		return raised.String()
	}
	return t.host.translate(L, string(text))
}

func callToString(L *lua.LState, fn, v lua.LValue) (text string) {
	L.Push(fn)
	L.Push(v)
	g := enter(L, 1)
	defer func() {
		if panicked := recover(); panicked != nil {
			text = "<__tostring failed>"
			if apiErr, ok := panicked.(*lua.ApiError); ok {
				text = "<__tostring failed: " + translated(L, apiErr.Object) + ">"
			}
			g.unwind(L)
		}
		g.leave(L)
	}()
	L.Call(1, 1)
	text = L.Get(-1).String()
	L.Pop(1)
	return text
}

func functionText(fn *lua.LFunction) string {
	if fn.IsG {
		return "function"
	}
	return fmt.Sprintf("function <%s:%d>", fn.Proto.SourceName, fn.Proto.LineDefined)
}

// quote writes a Lua string literal. Bytes that are not UTF-8 become decimal
// escapes, as Lua reads them.
func quote(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for i, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\uFFFD' && !strings.HasPrefix(s[i:], "\uFFFD"):
			fmt.Fprintf(&b, `\%03d`, s[i])
		case strconv.IsPrint(r):
			b.WriteRune(r)
		case r < 0x80:
			fmt.Fprintf(&b, `\%03d`, r)
		default:
			for _, c := range []byte(string(r)) {
				fmt.Fprintf(&b, `\%03d`, c)
			}
		}
	}
	b.WriteByte('"')
	return b.String()
}

func isIdentifier(s string) bool {
	if s == "" || keywords[s] {
		return false
	}
	for i, r := range s {
		letter := r == '_' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
		if !letter && (i == 0 || r < '0' || r > '9') {
			return false
		}
	}
	return true
}

var keywords = map[string]bool{
	"and": true, "break": true, "do": true, "else": true, "elseif": true, "end": true, "false": true,
	"for": true, "function": true, "goto": true, "if": true, "in": true, "local": true, "nil": true,
	"not": true, "or": true, "repeat": true, "return": true, "then": true, "true": true, "until": true, "while": true,
}
