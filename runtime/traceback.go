package runtime

import (
	"fmt"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// Of a long traceback the innermost and the outermost frames are shown.
const (
	tracebackHead = 8
	tracebackTail = 4
)

// place is the line that L is at: "bot.lua:3", or "" when no Lua function runs.
func place(L *lua.LState) string { return strings.TrimSuffix(position(L, 0), ": ") }

// position is "bot.lua:3: " for the Lua function at or above the level, which
// counts as in Lua's error(): 0 and 1 are the running function. It is "" when
// there is none.
func position(L *lua.LState, level int) string {
	skip := max(level, 1) - 1
	for _, f := range scriptFrames(L, skip+1) {
		if skip == 0 {
			return fmt.Sprintf("%s:%d: ", f.Source, f.CurrentLine)
		}
		skip--
	}
	return ""
}

// scriptFrames lists up to limit frames of Lua functions, innermost first,
// through the coroutines that resumed one another.
func scriptFrames(L *lua.LState, limit int) []*lua.Debug {
	var frames []*lua.Debug
	for ; L != nil; L = L.Parent {
		for level := 0; ; level++ {
			frame, ok := L.GetStack(level)
			if !ok {
				break
			}
			fn, _ := L.GetInfo("fSln", frame, lua.LNil)
			if f, ok := fn.(*lua.LFunction); !ok || f.IsG {
				continue
			}
			frames = append(frames, frame)
			if len(frames) == limit {
				return frames
			}
		}
	}
	return frames
}

// traceback lists the script's functions that were running, innermost first,
// one on a line.
func traceback(L *lua.LState) string {
	frames := scriptFrames(L, callDepth*2)
	var b strings.Builder
	for i, f := range frames {
		if i == tracebackHead && len(frames) > tracebackHead+tracebackTail+1 {
			b.WriteString("\t...\n")
		}
		if i >= tracebackHead && i < len(frames)-tracebackTail && len(frames) > tracebackHead+tracebackTail+1 {
			continue
		}
		fmt.Fprintf(&b, "\t%s:%d: in %s\n", f.Source, f.CurrentLine, functionName(f))
	}
	return b.String()
}

func functionName(f *lua.Debug) string {
	switch {
	case f.LineDefined == 0:
		return "main chunk"
	case f.What == "main" || f.Name == "" || strings.ContainsAny(f.Name[:1], "(<?"):
		return fmt.Sprintf("function <%s:%d>", f.Source, f.LineDefined)
	default:
		return fmt.Sprintf("function '%s'", f.Name)
	}
}
