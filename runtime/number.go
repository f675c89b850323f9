package runtime

import (
	"strconv"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// toNumber is Lua's tonumber. gopher-lua's does not know "1e5".
func toNumber(L *lua.LState) int {
	n, ok := 0.0, false
	switch v := L.CheckAny(1).(type) {
	case lua.LNumber:
		n, ok = float64(v), true
	case lua.LString:
		if base := L.OptInt(2, 10); base != 10 {
			n, ok = parseInteger(L, string(v), base)
		} else {
			n, ok = parseNumber(string(v))
		}
	}
	if ok {
		L.Push(lua.LNumber(n))
	} else {
		L.Push(lua.LNil)
	}
	return 1
}

func parseInteger(L *lua.LState, text string, base int) (float64, bool) {
	if base < 2 || base > 36 {
		L.ArgError(2, "expected a base from 2 to 36")
	}
	n, err := strconv.ParseInt(strings.TrimSpace(text), base, 64)
	return float64(n), err == nil
}

// parseNumber reads a number as Lua writes them: decimal, or hexadecimal with
// 0x.
func parseNumber(text string) (float64, bool) {
	text = strings.TrimSpace(text)
	if strings.ContainsAny(text, "_iInNpP") { // what Go takes and Lua does not
		return 0, false
	}
	if n, err := strconv.ParseFloat(text, 64); err == nil {
		return n, true
	}
	if n, err := strconv.ParseInt(text, 0, 64); err == nil && strings.ContainsAny(text, "xX") {
		return float64(n), true
	}
	return 0, false
}
