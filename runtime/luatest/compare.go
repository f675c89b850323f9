package luatest

import (
	"fmt"
	"slices"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"cordial/runtime"
)

// maxDifferences bounds how many differences between two tables are told.
const maxDifferences = 20

// difference tells how two values differ, "" when they are equal. Tables are equal when they hold the same; other values when == says so.
// It may call __eq and __tostring.
func difference(L *lua.LState, got, want lua.LValue) string {
	c := comparison{L: L, seen: map[[2]*lua.LTable]bool{}}
	c.compare("", got, want)
	switch {
	case len(c.found) == 0:
		return ""
	case len(c.found) == 1 && c.found[0].place == "":
		return c.found[0].text
	}
	var b strings.Builder
	b.WriteString("the tables differ:")
	for i, d := range c.found {
		if i == maxDifferences {
			fmt.Fprintf(&b, "\n  and %d more", len(c.found)-i)
			break
		}
		fmt.Fprintf(&b, "\n  %s: %s", d.place, strings.ReplaceAll(d.text, "\n", "\n    "))
	}
	return b.String()
}

// found is one difference, and where in a table it is: ".author.name", "[2]".
type found struct{ place, text string }

type comparison struct {
	L     *lua.LState
	seen  map[[2]*lua.LTable]bool // pairs of tables that are being compared, or were
	found []found
}

func (c *comparison) differ(place, format string, args ...any) {
	c.found = append(c.found, found{place, fmt.Sprintf(format, args...)})
}

func (c *comparison) compare(place string, got, want lua.LValue) {
	if c.L.Equal(got, want) {
		return
	}
	a, b := table(got), table(want)
	if a != nil && b != nil {
		if pair := [2]*lua.LTable{a, b}; !c.seen[pair] {
			c.seen[pair] = true
			c.tables(place, a, b)
		}
		return
	}
	x, isText := got.(lua.LString)
	y, bothText := want.(lua.LString)
	if isText && bothText && (strings.Contains(string(x), "\n") || strings.Contains(string(y), "\n")) {
		c.differ(place, "the texts differ (-want +got):\n%s", excerptLines(diffLines(string(y), string(x))))
		return
	}
	first, second := runtime.Format(c.L, got), runtime.Format(c.L, want)
	different := first != second
	first, second = excerpts(first, second)
	switch {
	case different:
		c.differ(place, "got %s, want %s", first, second)
	case !c.L.Equal(got, got):
		c.differ(place, "got %s, want %s, which equals nothing, itself neither; t.ok(x ~= x) finds it", first, second)
	default:
		c.differ(place, "got %s, want another value that prints the same", first)
	}
}

func table(v lua.LValue) *lua.LTable {
	t, _ := v.(*lua.LTable)
	return t
}

// tables compares what two tables hold, key by key in the order of the keys.
func (c *comparison) tables(place string, got, want *lua.LTable) {
	var keys []lua.LValue
	want.ForEach(func(k, _ lua.LValue) { keys = append(keys, k) })
	got.ForEach(func(k, _ lua.LValue) {
		if want.RawGet(k) == lua.LNil {
			keys = append(keys, k)
		}
	})
	slices.SortStableFunc(keys, compareKeys)
	for _, key := range keys {
		at := below(place, keyText(c.L, key))
		x, y := got.RawGet(key), want.RawGet(key)
		switch {
		case x == lua.LNil:
			c.differ(at, "missing, want %s", shown(c.L, y))
		case y == lua.LNil:
			c.differ(at, "not expected, got %s", shown(c.L, x))
		default:
			c.compare(at, x, y)
		}
	}
}

// below is the place of a key in a table. Where tables lie very deep it ends in "…", and tells the beginning only.
func below(place, key string) string {
	switch {
	case len(place) > placeLimit:
		return place
	case len(place)+len(key) > placeLimit:
		return strings.ToValidUTF8((place + key)[:placeLimit], "") + "…"
	}
	return place + key
}

// compareKeys puts numbers first, then texts; other keys stay as they come.
func compareKeys(a, b lua.LValue) int {
	x, xNumber := a.(lua.LNumber)
	y, yNumber := b.(lua.LNumber)
	switch {
	case xNumber && yNumber:
		return int(min(1, max(-1, x-y)))
	case xNumber:
		return -1
	case yNumber:
		return 1
	}
	return strings.Compare(a.String(), b.String())
}

// keyText is a key as one writes it behind a table.
func keyText(L *lua.LState, key lua.LValue) string {
	if s, ok := key.(lua.LString); ok && isName(string(s)) {
		return "." + string(s)
	}
	return "[" + runtime.Format(L, key) + "]"
}

func isName(s string) bool {
	for i, r := range s {
		letter := r == '_' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
		if !letter && (i == 0 || r < '0' || r > '9') {
			return false
		}
	}
	return s != ""
}
