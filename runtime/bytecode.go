package runtime

import (
	"slices"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// Reading the instructions of gopher-lua, whose layout is that of Lua 5.1: six
// bits of operation, A of eight bits, C and B of nine. An operand of B or C
// with the highest bit set is a constant.

type instruction uint32

const constantBit = 1 << 8

func (i instruction) op() int { return int(i >> 26) }
func (i instruction) a() int  { return int(i>>18) & 0xff }
func (i instruction) b() int  { return int(i) & 0x1ff }
func (i instruction) c() int  { return int(i>>9) & 0x1ff }
func (i instruction) bx() int { return int(i) & 0x3ffff }

// jump is the target of a jump at pc.
func (i instruction) jump(pc int) int { return pc + 1 + i.bx() - 0x3ffff>>1 }

// writes is the range of registers that the instruction sets.
func (i instruction) writes() (low, high int, ok bool) {
	a := i.a()
	switch i.op() {
	case lua.OP_MOVE, lua.OP_MOVEN, lua.OP_LOADK, lua.OP_LOADBOOL, lua.OP_GETUPVAL, lua.OP_GETGLOBAL,
		lua.OP_GETTABLE, lua.OP_GETTABLEKS, lua.OP_NEWTABLE, lua.OP_ADD, lua.OP_SUB, lua.OP_MUL, lua.OP_DIV,
		lua.OP_MOD, lua.OP_POW, lua.OP_UNM, lua.OP_NOT, lua.OP_LEN, lua.OP_CONCAT, lua.OP_TESTSET, lua.OP_CLOSURE:
		return a, a, true
	case lua.OP_LOADNIL:
		return a, i.b(), true
	case lua.OP_SELF:
		return a, a + 1, true
	case lua.OP_CALL:
		return a, max(a, a+i.c()-2), true
	case lua.OP_VARARG:
		return a, max(a, a+i.b()-2), true
	}
	return 0, 0, false
}

// local is a local variable of a function: which register holds it, and from
// which instruction on. Where it ends gopher-lua does not tell reliably.
type local struct {
	name     string
	register int
	start    int
}

// code is a function's instructions without the upvalue descriptions that
// follow each OP_CLOSURE; those are left zero.
type code struct {
	proto  *lua.FunctionProto
	real   []bool
	locals []local
}

func readCode(proto *lua.FunctionProto) *code {
	c := &code{proto: proto, real: make([]bool, len(proto.Code))}
	for pc := 0; pc < len(proto.Code); pc++ {
		c.real[pc] = true
		if i := c.at(pc); i.op() == lua.OP_CLOSURE {
			pc += int(proto.FunctionPrototypes[i.bx()].NumUpvalues)
		}
	}
	c.readLocals()
	return c
}

func (c *code) at(pc int) instruction { return instruction(c.proto.Code[pc]) }

func (c *code) line(pc int) int { return c.proto.DbgSourcePositions[pc] }

// lastWrite is the last instruction before pc, in the order of the code, that
// sets the register; -1 if there is none.
func (c *code) lastWrite(register, pc int) int {
	for pc--; pc >= 0; pc-- {
		if !c.real[pc] {
			continue
		}
		if low, high, ok := c.at(pc).writes(); ok && low <= register && register <= high {
			return pc
		}
	}
	return -1
}

// readLocals works out the registers of the locals: parameters come first,
// the variables of a loop after its three hidden ones, and other locals hold
// what the instruction before their start has set.
func (c *code) readLocals() {
	infos := c.proto.DbgLocals
	params := int(c.proto.NumParameters)
	if c.proto.IsVarArg&lua.VarArgHasArg != 0 && c.proto.LineDefined > 0 {
		params++ // the table arg of Lua 5.0
	}
	for i := 0; i < len(infos); {
		start, n := infos[i].StartPc, 1
		if i < params {
			c.addLocals(infos[i:i+1], i)
			i++
			continue
		}
		if hidden(infos[i]) {
			i++
			continue
		}
		for i+n < len(infos) && infos[i+n].StartPc == start && !hidden(infos[i+n]) {
			n++
		}
		if register, ok := c.firstRegister(start, n); ok {
			c.addLocals(infos[i:i+n], register)
		}
		i += n
	}
}

// hidden reports whether the local is one of a loop's own.
func hidden(info *lua.DbgLocalInfo) bool { return strings.HasPrefix(info.Name, "(") }

func (c *code) addLocals(infos []*lua.DbgLocalInfo, register int) {
	for i, info := range infos {
		c.locals = append(c.locals, local{info.Name, register + i, info.StartPc})
	}
}

// firstRegister is the register of the first of n locals that start at pc.
func (c *code) firstRegister(pc, n int) (register int, ok bool) {
	register, ok = c.setBefore(pc, n)
	if pc >= len(c.proto.Code) || !c.real[pc] || c.at(pc).op() != lua.OP_CLOSURE {
		return register, ok
	}
	// Either the last of them is a local function, which is made only now, or
	// the closure is a temporary above them all.
	closure := c.at(pc).a()
	if ok && closure == register+n && !slices.ContainsFunc(c.locals, func(l local) bool { return l.register == register }) {
		return register, true
	}
	return closure - n + 1, closure >= n-1
}

// setBefore is the first of n registers of which the instruction before pc
// sets the last.
func (c *code) setBefore(pc, n int) (register int, ok bool) {
	for pc--; pc >= 0 && !c.real[pc]; pc-- {
	}
	if pc < 0 {
		return 0, false
	}
	i := c.at(pc)
	switch i.op() {
	case lua.OP_FORPREP:
		return i.a() + 3, true
	case lua.OP_JMP:
		if target := i.jump(pc); target >= 0 && target < len(c.proto.Code) && c.at(target).op() == lua.OP_TFORLOOP {
			return c.at(target).a() + 3, true
		}
	case lua.OP_SETTABLE, lua.OP_SETTABLEKS, lua.OP_SETLIST: // a table constructor
		return i.a() - n + 1, i.a() >= n-1
	}
	if _, high, ok := i.writes(); ok && high >= n-1 {
		return high - n + 1, true
	}
	return 0, false
}

// localAt is the name of the local in a register that was last set at
// written, for the instruction at pc.
func (c *code) localAt(register, written, pc int) (string, bool) {
	for i := len(c.locals) - 1; i >= 0; i-- {
		l := c.locals[i]
		if l.register != register || l.start > pc {
			continue
		}
		// A value that was set on the same line, after the local began, is
		// rather a temporary of the expression at hand.
		if written < l.start || c.line(written) != c.line(pc) {
			return l.name, true
		}
		return "", false
	}
	return "", false
}
