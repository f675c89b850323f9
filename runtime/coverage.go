package runtime

import (
	"reflect"
	"unsafe"

	lua "github.com/yuin/gopher-lua"
)

// Coverage counts which lines of a host's scripts have run. It is used with
// the Lua state held.
type Coverage struct {
	wanted func(path string) bool
	files  map[string]map[int]int // how often each line has run, by path
	of     map[*lua.FunctionProto]map[int]int

	last     *lua.FunctionProto // what has run last
	lastLine int
}

// The places in a call frame of its function and of the next instruction.
var (
	frameFunction = fieldOffset(frameType(), "Fn", reflect.Pointer)
	frameNext     = fieldOffset(frameType(), "Pc", reflect.Int)
)

// Cover begins to count the lines of the files that are wanted, among those
// that are loaded from now on. It slows Lua down to about a third.
func (h *Host) Cover(wanted func(path string) bool) *Coverage {
	c := &Coverage{wanted: wanted, files: map[string]map[int]int{}, of: map[*lua.FunctionProto]map[int]int{}}
	h.sources.coverage = c
	return c
}

// Files are the counts of all lines with code, by path and line; zero for
// those that have not run.
func (c *Coverage) Files() map[string]map[int]int { return c.files }

// add takes in a chunk that was compiled.
func (c *Coverage) add(path string, proto *lua.FunctionProto) {
	if !c.wanted(path) {
		return
	}
	lines := c.files[path]
	if lines == nil {
		lines = map[int]int{}
		c.files[path] = lines
	}
	c.addFunction(lines, proto)
}

// addFunction takes in the lines of a function. The end of one that always
// returns before is not among them: it has an instruction that never runs.
func (c *Coverage) addFunction(lines map[int]int, proto *lua.FunctionProto) {
	c.of[proto] = lines
	positions := proto.DbgSourcePositions
	for _, line := range positions[:max(0, len(positions)-1)] {
		lines[line] += 0
	}
	for _, inner := range proto.FunctionPrototypes {
		c.addFunction(lines, inner)
	}
}

// ran notes the instruction that L is about to run. Instructions of one line
// that follow one another count once.
func (c *Coverage) ran(L *lua.LState) {
	frame := *(*unsafe.Pointer)(unsafe.Add(unsafe.Pointer(L), currentFrame))
	if frame == nil {
		return
	}
	fn := *(**lua.LFunction)(unsafe.Add(frame, frameFunction))
	next := *(*int)(unsafe.Add(frame, frameNext))
	if fn == nil || fn.Proto == nil || next < 1 || next > len(fn.Proto.DbgSourcePositions) {
		return
	}
	line := fn.Proto.DbgSourcePositions[next-1]
	if fn.Proto == c.last && line == c.lastLine {
		return
	}
	c.last, c.lastLine = fn.Proto, line
	if lines := c.of[fn.Proto]; lines != nil {
		if _, has := lines[line]; has {
			lines[line]++
		}
	}
}
