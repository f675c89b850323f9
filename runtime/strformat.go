package runtime

import (
	"fmt"
	"math"
	"regexp"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// directive is a "%" of a format up to its letter, in three parts: flags,
// width and precision with at most two digits each, the letter.
var directive = regexp.MustCompile(`^%([-+ #0]*)(\d{0,2}(?:\.\d{0,2})?)([a-zA-Z%])`)

// stringFormat is Lua's string.format. gopher-lua's hands the directives to Go,
// which writes what does not fit into the text. Widths count characters.
func stringFormat(L *lua.LState) int {
	rest := L.CheckString(1)
	var b strings.Builder
	for arg := 1; ; {
		percent := strings.IndexByte(rest, '%')
		if percent < 0 {
			b.WriteString(rest)
			break
		}
		b.WriteString(rest[:percent])
		rest = rest[percent:]
		match := directive.FindStringSubmatch(rest)
		if match == nil || !strings.Contains("cdiouxXeEfFgGaAqs%", match[3]) {
			L.RaiseError("string.format: unknown directive %s; %%%% stands for a percent sign", quote(rest[:min(len(rest), 8)]))
		}
		rest = rest[len(match[0]):]
		if match[3] == "%" {
			b.WriteByte('%')
			continue
		}
		if arg++; arg > L.GetTop() {
			L.RaiseError("string.format: there is no value for %s, the format needs %d", match[0], arg-1)
		}
		b.WriteString(formatted(L, arg, match[1]+match[2], match[3]))
	}
	L.Push(lua.LString(b.String()))
	return 1
}

// formatted writes an argument as "%" + options + letter says.
func formatted(L *lua.LState, arg int, options, letter string) string {
	switch letter {
	case "s":
		return fmt.Sprintf("%"+options+"s", L.ToStringMeta(L.Get(arg)).String())
	case "q":
		return quote(L.CheckString(arg))
	}
	n := formatNumber(L, arg, letter)
	switch letter {
	case "c":
		return string([]byte{byte(n)})
	case "d", "i":
		if math.Abs(n) < 1<<63 {
			return fmt.Sprintf("%"+options+"d", int64(n))
		}
		return fmt.Sprintf("%.0f", n)
	case "u":
		return fmt.Sprintf("%"+options+"d", uint64(int64(n)))
	case "o", "x", "X":
		return fmt.Sprintf("%"+options+letter, uint64(int64(n)))
	case "a", "A":
		letter = map[string]string{"a": "x", "A": "X"}[letter]
	case "g", "G":
		if !strings.Contains(options, ".") {
			options += ".6"
		}
	}
	return fmt.Sprintf("%"+options+letter, n)
}

// formatNumber is a number, or a text that reads as one.
func formatNumber(L *lua.LState, arg int, letter string) float64 {
	switch v := L.Get(arg).(type) {
	case lua.LNumber:
		return float64(v)
	case lua.LString:
		if n, ok := parseNumber(string(v)); ok {
			return n
		}
	}
	L.ArgError(arg, fmt.Sprintf("number expected for %%%s, got %s", letter, L.Get(arg).Type()))
	return 0
}
